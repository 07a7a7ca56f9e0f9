"""From configuration to a workplace: the store, the desk with its paperwork, the outbox and the sync behind them."""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING

from csat_tui.config import Config, ConfigError, HelpDeskConfig, load_config
from csat_tui.config.settings import ShiftConfig
from csat_tui.domain.clock import Clock, SystemClock
from csat_tui.domain.composing import Reach
from csat_tui.domain.ids import TicketId
from csat_tui.domain.playbook import Playbook
from csat_tui.effects.tracker_row import RetainedRow, retained_cells
from csat_tui.paths import Paths
from csat_tui.playbook import own_file, resolve_playbook
from csat_tui.secrets import NoCredential, credential
from csat_tui.store import named_values
from csat_tui.store.database import Database
from csat_tui.store.errors import StoreError, StoreFull
from csat_tui.store.recovery import open_repaired
from csat_tui.store.retention.known_time import known_time
from csat_tui.store.retention.removed import KEPT_FOR
from csat_tui.sync.background import BackgroundSync, NotReady
from csat_tui.sync.engine import Engine
from csat_tui.targets.port import Mailer
from csat_tui.workflow.agreement import AgreementDesk
from csat_tui.workflow.calibration import CalibrationDesk
from csat_tui.workflow.coaching import CoachingDesk
from csat_tui.workflow.conversations import ConversationDesk
from csat_tui.workflow.desk import Desk
from csat_tui.workflow.dispatch import Dispatch
from csat_tui.workflow.low_scores import LowScoresDesk
from csat_tui.workflow.mending import MendingDesk
from csat_tui.workflow.merging import MergingDesk
from csat_tui.workflow.playbook_changes import Reloading, in_help_desk_zone
from csat_tui.workflow.recovery import RecoveryDesk
from csat_tui.workflow.review import ReviewDesk
from csat_tui.workflow.review_loop import ReviewLoop
from csat_tui.workflow.review_samples import SamplesDesk
from csat_tui.workflow.setting_aside import SettingAside
from csat_tui.workflow.sheets import Sheets
from csat_tui.workflow.shift import Shifts
from csat_tui.workflow.watching import Watching

if TYPE_CHECKING:
    from csat_tui.targets.port import Mailer

log = logging.getLogger(__name__)


NO_PLACE_WATCHED = ShiftConfig()
"""No place is watched."""


@dataclass(frozen=True, slots=True)
class Paperwork:
    """Everything on the desk beside its cases: other tickets, sheets, lists of low scores, shifts, reviews."""

    merging: MergingDesk
    sheets: Sheets
    lists: LowScoresDesk
    shifts: Shifts
    mending: MendingDesk
    conversations: ConversationDesk
    watching: Watching
    review: ReviewDesk
    aside: SettingAside
    review_loop: ReviewLoop
    coaching: CoachingDesk
    calibration: CalibrationDesk
    samples: SamplesDesk
    agreement: AgreementDesk
    recovery: RecoveryDesk


def lay_out(
    database: Database,
    desk: Desk,
    clock: Clock,
    mailer: Callable[[], Mailer],
    watched: ShiftConfig = NO_PLACE_WATCHED,
    user: str = "",
) -> Paperwork:
    """Return the paperwork of an agent's desk, whose address is `user`; the mailer is made when a mail is sent."""
    lists = LowScoresDesk(database, desk)
    watching = Watching(database, lists, clock, watched.watch_folder, watched.watch_mailbox)
    shifts = Shifts(database, desk, clock, lists, mailer, watching.problems)
    loop = ReviewLoop(database, desk)
    return Paperwork(
        MergingDesk(database, desk), Sheets(database, desk), lists, shifts, MendingDesk(database, desk),
        ConversationDesk(database, desk, loop), watching, ReviewDesk(database, desk),
        SettingAside(database, desk, loop), loop, CoachingDesk(database, desk, loop),
        CalibrationDesk(database, desk, user), SamplesDesk(database, desk, loop), AgreementDesk(database, desk),
        RecoveryDesk(database, desk),
    )  # fmt: skip


class OtherHelpDesk(StoreError):
    """The database holds another help desk's tickets; numbers and outbox would go to the wrong place."""


@dataclass(frozen=True, slots=True)
class Workplace:
    """Everything that a face needs; `make_engine` raises NotReady where there is no usable credential."""

    paths: Paths
    config: Config
    playbook: Playbook
    database: Database
    desk: Desk
    dispatch: Dispatch
    paperwork: Paperwork
    reloading: Reloading
    make_engine: Callable[[], Engine] | None
    repaired: str = ""
    """What was mended when the database was opened, in a sentence; empty where nothing was."""
    warning: str = ""
    """What will stop by a day that is known, as one line for the person; empty where there is nothing."""

    def background(self) -> BackgroundSync | None:
        """Return the sync to run beside a screen, or None without a help desk."""
        return None if self.make_engine is None else BackgroundSync(self.database, self.make_engine)

    def link(self, ticket_id: TicketId) -> str:
        """Return the address at which a ticket opens in a browser; empty without a help desk."""
        return _ticket_link(self.config, ticket_id)

    def signed_in(self) -> None:
        """Leave word for workstations that are open: there is another credential. Raises StoreError."""
        now = self.desk.now
        with self.database.write() as connection:
            named_values.remember(connection, named_values.SIGNED_IN, now.isoformat(), now)

    def upkeep(self) -> None:
        """Do what the store needs once a day; what keeps it from that goes to the log, and tomorrow is another day."""
        from csat_tui.store.retention.upkeep import upkeep

        try:
            upkeep(self.database, self.desk.now, self.config.store.keep_days, self.kept_cells)
            if days := self.config.store.keep_days:
                self.forget_mails(timedelta(days=days))
        except (StoreError, OSError) as error:
            log.error("upkeep: %s", error)
        except Exception:  # on a thread beside the screen, where nobody else would hear of it
            log.exception("upkeep: an error in csat-tui")

    def kept_cells(self, shell: RetainedRow, cells: Mapping[str, str]) -> Mapping[str, str]:
        """Return what stays of a tracker row when its case is removed: what the row's shell says, by the playbook."""
        return retained_cells(self.desk.playbook, shell, cells)

    def forget_mails(self, older_than: timedelta, *, dry_run: bool = False) -> int:
        """Remove saved mails, and return how many; raises StoreError, OSError.

        They go a week after cases of their age, for there is no copy of them; none goes by a clock that cannot be
        believed. A folder that the person has named is theirs to keep.
        """
        from csat_tui.targets.mail import saved_before
        from csat_tui.targets.opening import mail_folder

        if self.config.mail.folder:
            return 0
        with self.database.read() as connection:
            known = known_time(connection, self.desk.now)
        if known.leaps:
            return 0
        old = saved_before(mail_folder(self.config, self.paths), known.moment - older_than - KEPT_FOR)
        for file in () if dry_run else old:
            file.unlink(missing_ok=True)
        return len(old)

    def close(self) -> None:
        """Let go of the database."""
        self.database.close()


def open_workplace(paths: Paths, config: Config, environ: Mapping[str, str], clock: Clock | None = None) -> Workplace:
    """Open the store and everything over it; nothing goes over the network yet.

    Raises PlaybookError, StoreError.
    """
    clock = clock or SystemClock()
    playbook = resolve_playbook(config.playbook.use, paths.config_dir)
    try:
        paths.make()
    except OSError as error:
        raise StoreFull(
            f"The folder {error.filename} cannot be made ({error.strerror}). Nothing was changed; "
            "check its permissions and the free disk space, or set another folder in CSAT_TUI_HOME."
        ) from error
    database, repaired = open_repaired(paths.database, clock.now())
    try:
        agent = _belong(database, config, clock)
        playbook = in_help_desk_zone(database, playbook)
    except BaseException:
        database.close()
        raise
    reach = Reach(frozenset(config.forms), frozenset(config.channels), partial(_ticket_link, config))
    desk = Desk(database, playbook, clock, agent, reach, config.review.reviewers)
    reloading = Reloading(database, playbook, clock, own_file(config.playbook.use, paths.config_dir))
    reloading.settle_if_quick()
    return Workplace(
        paths=paths,
        config=config,
        playbook=playbook,
        database=database,
        desk=desk,
        dispatch=Dispatch(database, clock, lambda: desk.review_policy),
        paperwork=lay_out(
            database,
            desk,
            clock,
            _mailer_maker(paths, config, environ, clock),
            config.shift,
            "" if config.helpdesk is None else config.helpdesk.user,
        ),
        reloading=reloading,
        make_engine=_engine_maker(paths, config, environ, database, desk, clock),
        warning=_warning(config, clock),
        repaired="" if repaired is None else repaired.sentence,
    )


def _belong(database: Database, config: Config, clock: Clock) -> str:
    """Bind a new database to its help desk, refuse another one's, and return the agent's name as last known."""
    with database.read() as connection:
        owner, agent = named_values.recall(connection, "helpdesk"), named_values.recall(connection, "agent")
    if config.helpdesk is None:
        return agent
    if owner and owner != config.helpdesk.url:
        raise OtherHelpDesk(
            f"The database {database.file} holds the surveys and the outbox of {owner}, but config.toml names "
            f"{config.helpdesk.url}. Nothing was sent; put the address back, or run "
            "“csat-tui doctor --set-aside” to rename that database and start a new one."
        )
    if not owner:
        with database.write() as connection:
            named_values.remember(connection, "helpdesk", config.helpdesk.url, clock.now())
    return agent or config.helpdesk.user


def _ticket_link(config: Config, ticket_id: TicketId) -> str:
    from csat_tui.helpdesk.port import ticket_link

    return "" if config.helpdesk is None else ticket_link(config.helpdesk, ticket_id)


def _warning(config: Config, clock: Clock) -> str:
    """Say what will stop by a day that is known."""
    from csat_tui.helpdesk.port import notice

    return "" if config.helpdesk is None else notice(config.helpdesk, clock.now().date())


def _engine_maker(
    paths: Paths, config: Config, environ: Mapping[str, str], database: Database, desk: Desk, clock: Clock
) -> Callable[[], Engine] | None:
    configured = config.helpdesk
    if configured is None:
        return None

    def make() -> Engine:
        # Reached on the sync's own thread: neither the HTTP client's import nor a keyring's prompt delays the screen.
        from csat_tui.admin.port import admin_for_help_desk
        from csat_tui.helpdesk.port import open_desk
        from csat_tui.targets.opening import open_targets

        helpdesk = _as_it_is_now(paths, configured)
        try:
            ours = credential(helpdesk, environ, paths)
        except NoCredential as error:
            raise NotReady(f"Working offline: {error}.") from error
        return Engine(
            database, open_desk(helpdesk, ours), admin_for_help_desk(config, environ, paths, helpdesk, ours),
            desk.playbook, clock, view=helpdesk.view, targets=open_targets(config, environ, paths, clock),
            poll_seconds=config.sync.poll_seconds, review_view=config.review.view,
            reviewers=config.review.reviewers, user=helpdesk.user,
            reach=desk.reach,
        )  # fmt: skip

    return make


def _mailer_maker(paths: Paths, config: Config, environ: Mapping[str, str], clock: Clock) -> Callable[[], "Mailer"]:
    def make() -> "Mailer":
        # What a mail needs is imported when one is sent.
        from csat_tui.targets.opening import open_mailer

        return open_mailer(config, environ, paths, clock)

    return make


def _as_it_is_now(paths: Paths, helpdesk: HelpDeskConfig) -> HelpDeskConfig:
    """Return how the help desk is configured by now: a sign-in beside an open workstation changes whose it is."""
    try:
        now = load_config(paths).helpdesk
    except ConfigError:
        return helpdesk  # the file is being edited; the next start says what is wrong with it
    return now if now is not None and now.url == helpdesk.url else helpdesk
