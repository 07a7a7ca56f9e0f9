"""A playbook of one's own that changes: it is read again while the program runs, and the surveys are measured anew."""

import logging
import re
import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from pathlib import Path

from csat_tui.domain.business_hours import BusinessHours
from csat_tui.domain.clock import Clock
from csat_tui.domain.contact_clock import in_time_zone
from csat_tui.domain.ids import TicketId
from csat_tui.domain.playbook import Playbook
from csat_tui.domain.survey import Arrival, Survey, measured_again
from csat_tui.domain.ticket import Ticket
from csat_tui.intake.survey_mail import arrival_of, source_of
from csat_tui.key_priority import wait_for_keys, yield_to_keys
from csat_tui.playbook import PlaybookError, load_playbook
from csat_tui.store import customers, named_values, shifts, tickets
from csat_tui.store.cases import ON_THE_DESK, surveys
from csat_tui.store.database import Database
from csat_tui.store.errors import StoreError

log = logging.getLogger(__name__)


CHECK_INTERVAL = 1.0
"""Seconds between two checks of the file."""

PLAYBOOK_CHANGED = "playbook"
"""The topic under which a change is announced."""

CASES_BEFORE_OPENING = 500
"""Cases on the desk that are measured before the screen opens; more of them are measured beside it."""

Stamp = tuple[int, int, int] | None


def in_help_desk_zone(database: Database, playbook: Playbook) -> Playbook:
    """Return a playbook with the help desk's time zone, as last told, where its business hours name none."""
    with database.read() as connection:
        return in_time_zone(playbook, named_values.recall(connection, "agent_zone"))


class PlaybookFile:
    """A file whose changes are found by its stamp; one that is still being written is left alone until it rests."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._read = self._seen = self._stamp()

    def check(self) -> Playbook | PlaybookError | None:
        """Return the changed playbook, or everything that is wrong with it; None if nothing has changed."""
        now = self._stamp()
        rests, self._seen = now == self._seen, now
        if not rests or now == self._read:
            return None
        self._read = now
        try:
            return load_playbook(self._file)
        except PlaybookError as error:
            return error

    def _stamp(self) -> Stamp:
        """Return what changes with the file; None where it is not there, as between two steps of an editor."""
        try:
            found = self._file.stat()
        except OSError:
            return None
        return found.st_mtime_ns, found.st_size, found.st_ino


class Reloading:
    """Looks at the playbook's file on a thread of its own, and has what is on the desk measured by it."""

    def __init__(self, database: Database, playbook: Playbook, clock: Clock, file: Path | None = None) -> None:
        self._database = database
        self._playbook = playbook
        self._clock = clock
        self._file = None if file is None else PlaybookFile(file)
        self._ended = threading.Event()
        self._thread: threading.Thread | None = None
        self.found: Playbook | PlaybookError | None = None
        """What the file said last, right or wrong; None while it has not changed since the start."""

    def start(self) -> None:
        """Begin; each change is announced by the store's listeners under the topic “playbook”."""
        self._thread = threading.Thread(target=self._run, name="playbook", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """End; a batch of surveys that is under way is finished."""
        self._ended.set()
        if self._thread is not None:
            self._thread.join()

    def _run(self) -> None:
        yield_to_keys()
        self.settle()
        while self._file is not None and not self._ended.wait(CHECK_INTERVAL):
            try:
                self.check()
            except Exception:  # on a thread beside the screen, where nobody else would hear of it
                log.exception("playbook: an error in csat-tui")

    def check(self) -> None:
        """Check the file once; announce a change, and measure the open cases by a new playbook."""
        found = None if self._file is None else self._file.check()
        if found is None:
            return
        if isinstance(found, Playbook):
            found = in_help_desk_zone(self._database, found)
        self.found = found
        self._database.announce(PLAYBOOK_CHANGED)
        if isinstance(found, Playbook):
            self._playbook = found
            self.settle()

    def settle_if_quick(self) -> None:
        """Measure what is on the desk before anything of it is shown, where that takes no longer than a moment."""
        with self._database.read() as connection:
            cases = sum(shifts.standing(connection, stage) for stage in ON_THE_DESK)
        if cases <= CASES_BEFORE_OPENING:
            self.settle()

    def settle(self) -> None:
        """Measure what is on the desk by the playbook in force; what the store refuses waits for the next start."""
        try:
            changed = recast_if_measured_otherwise(self._database, self._playbook, self._clock, self._ended.is_set)
        except StoreError as error:
            log.warning("playbook: %s", error)
            return
        if changed:
            log.info("playbook: %d surveys have another rating, way or time now", changed)


SURVEYS_PER_TRANSACTION = 50
"""Surveys in one transaction, so that nobody waits long for the store."""
MEASURED_AS = 9
"""The schema since which surveys are measured as they are now."""

_MEASURED = "playbook.measure"


def measure(playbook: Playbook) -> str:
    """Return everything of a playbook by which surveys are rated, sent on their ways and due."""
    # The last figure changes where this program itself measures otherwise, as in the order of the worst.
    paths = [(path.id, path.band.value, path.comment) for path in playbook.paths]
    factors = [(factor.id, factor.match) for factor in playbook.factors]
    return repr(
        (
            playbook.rating.value,
            playbook.rating_factor,
            playbook.low,
            factors,
            paths,
            playbook.contact_within,
            _hours(playbook.business_hours),
            _merged_by(playbook),
            MEASURED_AS,
        )
    )


def _hours(hours: BusinessHours | None) -> object:
    """Return business hours in one order, which a set of days has not."""
    return hours and (hours.week, sorted(hours.holidays), hours.time_zone)


def _merged_by(playbook: Playbook) -> object:
    """Return everything of a playbook by which tickets are to be merged; patterns whole, as their own text is cut."""
    rules = playbook.merging
    if rules is None:
        return None
    issues = [
        (one.id, _texts(one.match), [(language, _texts(several)) for language, several in one.match_in.items()])
        for one in playbook.issues
    ]
    return replace(rules, order=()), _texts(rules.order), issues


def _texts(patterns: Iterable[re.Pattern[str]]) -> list[tuple[str, int]]:
    return [(one.pattern, one.flags) for one in patterns]


def recast_if_measured_otherwise(
    database: Database, playbook: Playbook, clock: Clock, stopped: Callable[[], bool] = lambda: False
) -> int:
    """Recast what is on the desk where it was measured by another playbook before; returns how many have changed.

    What the desk was measured by is kept only at the end, so that a round that was `stopped` is begun again.
    """
    wanted = measure(playbook)
    with database.read() as connection:
        known = named_values.recall(connection, _MEASURED)
    if known == wanted:
        return 0
    changed = recast(database, playbook, stopped)
    if not stopped():
        with database.write() as connection:
            named_values.remember(connection, _MEASURED, wanted, clock.now())
    return changed


def recast(database: Database, playbook: Playbook, stopped: Callable[[], bool] = lambda: False) -> int:
    """Rate every survey on the desk anew, reading again what its ticket says; returns how many have changed."""
    changed, after = 0, 0
    while not stopped():
        wait_for_keys()
        with database.write() as connection:
            batch = surveys.on_the_desk(connection, after, SURVEYS_PER_TRANSACTION)
            carrying = [one.survey.survey_ticket_id for one in batch if one.survey.survey_ticket_id is not None]
            there = tickets.kept(connection, carrying)
            anew = [_anew(one.survey, there, playbook) for one in batch]
            pairs = zip(batch, surveys.as_mended(connection, anew), strict=True)
            differing = [new for old, new in pairs if not old.stands_as(new)]
            surveys.put_surveys(connection, differing)
            counted = customers.recount_known(connection, [one.id for one in batch], playbook)
        if differing or counted:
            changed += len(differing)
            database.announce("queue", "case")
        if len(batch) < SURVEYS_PER_TRANSACTION:
            break
        after = batch[-1].id
    return changed


def _anew(survey: Survey, there: Mapping[TicketId, Ticket], playbook: Playbook) -> Arrival:
    """Read a survey again from its ticket; one from a file keeps the figures that the file gave it."""
    ticket = there.get(survey.survey_ticket_id) if survey.survey_ticket_id is not None else None
    if ticket is not None and survey.source == source_of(ticket.id):
        return arrival_of(ticket, playbook)
    return measured_again(survey, playbook)
