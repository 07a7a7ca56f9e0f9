"""A desk with surveys for tests of the workstation: a real store, a clock that stands still, no network."""

from asyncio import sleep, timeout
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any
from unittest.mock import patch

from textual.pilot import Pilot

from csat_tui.config.settings import Config, ShiftConfig, UiConfig
from csat_tui.domain.account import Accommodation, Account, LoggedIssue, Money
from csat_tui.domain.composing import NOWHERE, Reach
from csat_tui.domain.ids import SurveyId, TicketId, UserId
from csat_tui.domain.playbook import Playbook
from csat_tui.domain.survey import Arrival, Survey, due_at, overall_rating, path_of
from csat_tui.domain.ticket import Agent, Attachment, Author, Message, Status, Ticket
from csat_tui.store.cases.surveys import put_surveys
from csat_tui.store.database import Database
from csat_tui.store.tickets import put_account, put_tickets, put_transcripts
from csat_tui.sync.status import Link, SyncStatus
from csat_tui.targets.mail import MailFiles
from csat_tui.tui.app import Workstation
from csat_tui.tui.base.background_work import Changes
from csat_tui.tui.base.session import Session
from csat_tui.tui.base.typeahead import TypeAhead
from csat_tui.tui.triage import screen as triage
from csat_tui.tui.triage.queue import pane as queue
from csat_tui.workflow.desk import Desk
from csat_tui.workflow.dispatch import Dispatch
from csat_tui.workflow.opening import Paperwork, lay_out
from tests.builders import ratings, the_playbook
from tests.store.shelf import Content, content_of, copy_of, new_database

NOW = datetime(2026, 10, 31, 10, 0, tzinfo=UTC)
"""The moment at which the clock stands."""

PATIENCE = 60.0
"""Seconds after which a test gives up on what it waits for."""

CONCERNS = (
    ("Ledger sent, question not answered. I was sent a picture of a ledger which was even more confusing.", "Dana W."),
    ("Cancellation was never done although it was promised twice.", "Imani K."),
    ("Driver left the box in the rain at the wrong door.", "Tom B."),
    ("Promo code did not apply and nobody could say why.", "Lucia F."),
    ("Chat closed on me, no mail after it.", "Noor A."),
    ("Two boxes, one order, charged twice.", "Gus P."),
    ("Asked for a refund three times.", "Hana S."),
    ("Meals changed without asking me.", "Olu D."),
    ("Wrong address again.", "Rae M."),
    ("Charged after I cancelled.", "Ivo T."),
    ("", "Bea L."),
    ("Credit promised, not given.", "Kit N."),
)
AGENTS = ("Ron", "Priya", "Sam", "Mei")


class StillClock:
    """A clock that moves only when it is told to."""

    def __init__(self, now: datetime = NOW) -> None:
        self.moment = now

    def now(self) -> datetime:
        return self.moment

    def pass_time(self, span: timedelta) -> None:
        self.moment += span


class StillSync:
    """Stands where the sync stands: remembers what it was asked for."""

    def __init__(self, status: SyncStatus | None = None) -> None:
        agent = Agent(UserId(1), "Ana P.", "ana@example.com")
        self.now = status or SyncStatus(Link.ONLINE, synced_at=NOW - timedelta(seconds=12), agent=agent)
        self.wanted: list[SurveyId] = []
        self.shown: list[TicketId] = []
        self.asked = 0
        self.anew = 0

    def status(self) -> SyncStatus:
        return self.now

    def sync_now(self) -> None:
        self.asked += 1

    def restart(self) -> None:
        self.anew += 1

    def prioritize(self, survey_ids: Sequence[SurveyId]) -> None:
        self.wanted += survey_ids

    def fetch_tickets(self, ticket_ids: Sequence[TicketId]) -> None:
        self.shown += ticket_ids

    def start(self) -> None:
        pass

    def stop(self) -> None:
        pass


def a_low_survey(number: int, **over: object) -> Survey:
    """Return the survey of that number: low ratings, a concern, a ticket of its own."""
    comment, customer = CONCERNS[number % len(CONCERNS)]
    figures = ratings(1 + number % 2, 1 + number % 3, 2, 1, 1 + number % 2, 2)
    survey = Survey(
        source=f"ticket:{9_900_000 + number}",
        received_at=NOW - timedelta(minutes=38 + 116 * number),
        survey_ticket_id=TicketId(9_900_000 + number),
        source_ticket_id=TicketId(7_300_000 + number),
        customer=customer,
        agent=AGENTS[number % len(AGENTS)],
        ratings=figures,
        rating=overall_rating(figures, the_playbook()),
        comment=comment,
    )
    return replace(survey, **over)  # type: ignore[arg-type]


def put(database: Database, surveys: Sequence[Survey]) -> list[SurveyId]:
    """Keep surveys, and announce them as the sync does."""
    playbook = the_playbook()
    incoming = [Arrival(one, path_of(one, playbook).id, due_at(one, playbook)) for one in surveys]
    with database.write("queue") as connection:
        return put_surveys(connection, incoming)


def put_conversation(database: Database, number: int, messages: Sequence[Message] | None = None) -> None:
    """Keep both tickets of a survey, a short chat and the customer's account."""
    customer, agent = CONCERNS[number % len(CONCERNS)][1], AGENTS[number % len(AGENTS)]
    began = NOW - timedelta(minutes=100 + 116 * number)
    source = Ticket(
        id=TicketId(7_300_000 + number), subject="Two charges", status=Status.SOLVED, created_at=began,
        updated_at=began, channel="chat", requester_id=UserId(500 + number), requester_name=customer,
        requester_email=f"customer{number}@example.com", assignee_id=UserId(7), assignee_name=agent,
    )  # fmt: skip
    survey = replace(source, id=TicketId(9_900_000 + number), subject="Survey response", status=Status.OPEN)
    told = messages if messages is not None else a_chat(number, began, customer, agent)
    account = Account(
        id=f"A{number}", email=source.requester_email, name=customer, plan="Two boxes",
        issues=(LoggedIssue(f"I{number}", "billing-question", agent, began, ticket_id=source.id),),
        accommodations=(
            Accommodation(f"G{number}", "credit", began, Money(Decimal("20.00"), "USD"), issue_id=f"I{number}"),
        ),
    )  # fmt: skip
    with database.write(f"ticket:{source.id}", "account") as connection:
        put_tickets(connection, (source, survey), NOW)
        put_transcripts(connection, [(source.id, told, source.updated_at)])
        put_account(connection, source.requester_email, account, NOW)


def a_chat(number: int, began: datetime, customer: str, agent: str) -> tuple[Message, ...]:
    """Return a short conversation: question, answer with a file, internal note, the customer leaving."""
    ticket_id = TicketId(7_300_000 + number)
    said = (
        (Author.CUSTOMER, customer, True, "Why do I see two charges of 59.94 on one day? I only have one plan.", ()),
        (Author.AGENT, agent, True, "Thanks for reaching out! Here is your ledger.",
         (Attachment("ledger.png", 48_000, "https://desk.example/ledger.png"),)),
        (Author.AGENT, agent, False, "Double charge: old plan not cancelled in September. Gave 20.00 credit.", ()),
        (Author.SYSTEM, customer, True, "left the chat", ()),
    )  # fmt: skip
    return tuple(
        Message(number * 100 + index, ticket_id, began + timedelta(minutes=3 * index), author, name, public, body,
                "chat", files)
        for index, (author, name, public, body, files) in enumerate(said)
    )  # fmt: skip


@cache
def _surveys_with_conversations(surveys: int, _concerns: tuple[tuple[str, str], ...]) -> Content:
    """Return a store with that many surveys, made once in this process for each set of concerns."""

    def fill(folder: Path) -> Database:
        database = new_database(folder)
        put(database, [a_low_survey(number) for number in range(surveys)])
        for number in range(min(surveys, 20)):
            put_conversation(database, number)
        return database

    return content_of(fill)


def filled_desk(tmp_path: Path, surveys: int = 12, agent: str = "Ana P.") -> tuple[Database, Desk, Dispatch]:
    """Return a store with surveys and their conversations, and the desk and outbox over it; the clock stands still."""
    database = copy_of(_surveys_with_conversations(surveys, CONCERNS), tmp_path / "desk.db")
    clock = StillClock()
    return database, Desk(database, the_playbook(), clock, agent), Dispatch(database, clock)


def a_session(
    desk: Desk, dispatch: Dispatch, paperwork: Paperwork, config: Config, sync: StillSync | None = None
) -> Session:
    """Return a session with a sync that stands still."""
    still: Any = sync or StillSync()
    return Session(desk, dispatch, paperwork, config, still, lambda one: f"https://desk.example/agent/tickets/{one}")


class Listened(Workstation):
    """A workstation of which it is known what it has said, though it may be gone from the screen since."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.heard: list[str] = []

    def notify(self, message: str, **options: Any) -> None:
        self.heard.append(message)
        super().notify(message, **options)


@contextmanager
def workstation(
    tmp_path: Path,
    surveys: int = 12,
    *,
    theme: str = "dark",
    keys: dict[str, tuple[str, ...]] | None = None,
    fill: Callable[[Database], None] | None = None,
    sync: StillSync | None = None,
    shift: ShiftConfig | None = None,
    debug: bool = False,
    playbook: Playbook | None = None,
    reach: Reach = NOWHERE,
) -> Iterator[Listened]:
    """Give a workstation on a filled desk, still: no animation and no network."""
    database, desk, dispatch = filled_desk(tmp_path, surveys)
    if playbook is not None:
        desk = Desk(database, playbook, desk._clock, desk.agent, reach)
    if fill is not None:
        fill(database)
    config = Config(ui=UiConfig(theme=theme, animation=False), keys=keys or {}, shift=shift or ShiftConfig())
    mails = tmp_path / "mails"
    paperwork = lay_out(database, desk, desk._clock, lambda: MailFiles(mails, desk._clock), config.shift)
    app = Listened(a_session(desk, dispatch, paperwork, config, sync), debug=debug)
    # The pauses that keep a person's screen quiet only keep a test waiting.
    pauses = (
        patch.object(triage, "DEBOUNCE", 0.01), patch.object(queue, "SEARCH_PAUSE", 0.01),
        patch.object(Changes, "PAUSE", 0.01),
    )  # fmt: skip
    try:
        with pauses[0], pauses[1], pauses[2]:
            yield app
        assert not app.session.fault.count
    finally:
        database.close()


async def settled(pilot: Pilot[None]) -> None:
    """Wait until the workstation says that it is idle: it has read and drawn all that was asked of it."""
    app = pilot.app
    assert isinstance(app, TypeAhead)
    try:
        async with timeout(PATIENCE):
            await pilot.pause()
            while app.under_way():
                await sleep(0.005)
                await pilot.pause()
    except TimeoutError:
        raise AssertionError(f"The workstation is not idle: {'; '.join(app.under_way())}.") from None


async def still(pilot: Pilot[None]) -> None:
    """Wait until the screen looks the same twice, whatever was still being read beside it: for a picture."""
    await settled(pilot)
    looked, looks = "", pilot.app.export_screenshot(title="still")
    async with timeout(PATIENCE):
        while looks != looked:
            await pilot.pause(0.1)
            looked, looks = looks, pilot.app.export_screenshot(title="still")


async def asked(pilot: Pilot[None]) -> None:
    """Wait until a question stands over the case; the work that asks it goes on until it is answered."""
    async with timeout(PATIENCE):
        while isinstance(pilot.app.screen, triage.TriageScreen):
            await pilot.pause(0.01)
    await pilot.pause()


async def comes_about(holds: Callable[[], object]) -> None:
    """Wait until something holds, as long as a busy machine may need for it."""
    async with timeout(PATIENCE):
        while not holds():
            await sleep(0.01)


def told(app: Workstation) -> str:
    """Return what the workstation has said in passing and still shows."""
    return "\n".join(str(one.message) for one in app._notifications)
