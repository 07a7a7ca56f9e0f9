"""What there is to review comes from its view: all of it once, then what has changed, with one request at rest."""

from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from csat_tui.admin.port import NoAdmin
from csat_tui.domain.case import customer_email
from csat_tui.domain.errors import Malformed, Unreachable
from csat_tui.domain.ids import TicketId, ViewId
from csat_tui.domain.ticket import Author, Message, Status
from csat_tui.helpdesk.port import Page, ViewOrder
from csat_tui.store.database import Database
from csat_tui.store.review import NoteFilter, load_note, notes_after
from csat_tui.store.tickets import put_account
from csat_tui.sync.case_fetch import CaseFetcher, Prefetcher
from csat_tui.sync.note_audit import NoteAuditor
from csat_tui.sync.review_pull import TRIES, ReviewPuller
from tests.builders import MAIL, an_account, the_playbook
from tests.helpdesk.memory_desk import MemoryDesk
from tests.store.shelf import ManualClock, new_database

NRN = "NRN\nSummary: The box came two days late.\nWhy: The courier had a breakdown."
VIEW, TITLE = ViewId(42), "Finished"


class CountingDesk(MemoryDesk):
    """A help desk in memory that counts the pages it was asked for, and may ignore the order asked for."""

    pages = 0
    backwards = False
    breaks_off_behind = 0
    unreadable: Sequence[TicketId] = ()

    async def view(
        self, view_id: ViewId, *, order: ViewOrder = ViewOrder.NEWEST, since: str | None = None
    ) -> AsyncIterator[Page]:
        found = [page async for page in super().view(view_id, order=order, since=since)]
        for page in reversed(found) if self.backwards else found:
            if self.breaks_off_behind and self.pages >= self.breaks_off_behind:
                raise Unreachable("the network is gone")
            self.pages += 1
            yield replace(page, tickets=page.tickets[::-1]) if self.backwards else page

    async def messages(self, ticket_id: TicketId) -> list[Message]:
        if ticket_id in self.unreadable:
            raise Malformed("this transcript makes no sense")
        return await super().messages(ticket_id)


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    opened = new_database(tmp_path)
    yield opened
    opened.close()


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def desk(clock: ManualClock) -> CountingDesk:
    made = CountingDesk(clock, page_size=10)
    made.add_view(VIEW, TITLE, [])
    return made


@pytest.fixture
def puller(database: Database, desk: CountingDesk, clock: ManualClock) -> ReviewPuller:
    fetcher, prefetcher = CaseFetcher(database, desk, NoAdmin(), clock), Prefetcher(database, desk, clock)
    auditor = NoteAuditor(database, the_playbook(), clock, fetcher)
    return ReviewPuller(database, desk, the_playbook(), clock, prefetcher, auditor, TITLE)


def finish(desk: CountingDesk, number: int, age: timedelta) -> TicketId:
    """Put a finished survey ticket with a note into the view."""
    ticket = TicketId(9_900_000 + number)
    mail = MAIL.replace("7300001", str(7_300_000 + number))
    desk.add_ticket(ticket, description=mail, status=Status.SOLVED, age=age)
    desk.add_message(ticket, NRN, public=False, author=Author.AGENT)
    desk._views[VIEW][1].append(ticket)
    return ticket


def notes(database: Database) -> set[int]:
    with database.read() as connection:
        return {int(one.ticket_id) for one in notes_after(connection, NoteFilter(), None, 1_000)}


async def test_all_of_the_view_comes_once_and_then_one_page_is_asked_for_while_nothing_happens(
    puller: ReviewPuller, desk: CountingDesk, database: Database
) -> None:
    tickets = {int(finish(desk, number, timedelta(hours=number + 1))) for number in range(35)}
    await puller.pull()
    assert notes(database) == tickets
    assert desk.pages == 4
    await puller.pull()
    assert desk.pages == 5
    assert puller.problem == ""


async def test_a_pull_that_broke_off_is_taken_up_until_all_of_the_view_is_here(
    puller: ReviewPuller, desk: CountingDesk, database: Database
) -> None:
    tickets = {int(finish(desk, number, timedelta(hours=number + 1))) for number in range(35)}
    desk.fail_reads(Unreachable("it does not answer"))
    await puller.pull()
    assert "could not be fetched" in puller.problem
    await puller.pull()
    assert notes(database) == tickets
    assert puller.problem == ""


async def test_a_poll_that_broke_off_behind_its_first_page_is_taken_up_by_the_next(
    puller: ReviewPuller, desk: CountingDesk, database: Database, clock: ManualClock
) -> None:
    """As after a weekend: more has changed than one page holds, and the network goes away in the middle."""
    for number in range(35):
        finish(desk, number, timedelta(hours=number + 1))
    await puller.pull()
    clock.forward(3 * 86400)
    late = {int(finish(desk, 100 + number, timedelta(hours=number + 1))) for number in range(15)}
    desk.pages, desk.breaks_off_behind = 0, 1
    await puller.pull()
    assert "could not be fetched" in puller.problem
    desk.breaks_off_behind = 0
    await puller.pull()
    assert late <= notes(database)
    desk.pages = 0
    await puller.pull()
    assert desk.pages == 1


async def test_a_transcript_that_could_not_be_read_is_asked_for_again_and_not_for_ever(
    puller: ReviewPuller, desk: CountingDesk, database: Database, clock: ManualClock
) -> None:
    for number in range(35):
        finish(desk, number, timedelta(hours=number + 1))
    await puller.pull()
    clock.forward(3 * 86400)
    late = [finish(desk, 100 + number, timedelta(hours=number + 1)) for number in range(15)]
    desk.unreadable = (late[-1],)
    await puller.pull()
    desk.unreadable = ()
    await puller.pull()
    assert set(map(int, late)) <= notes(database)
    clock.forward(3 * 86400)
    desk.unreadable = [finish(desk, 200 + number, timedelta(hours=number + 1)) for number in range(15)][-1:]
    for _ in range(TRIES):
        await puller.pull()
    desk.pages = 0
    await puller.pull()
    assert desk.pages == 1


async def test_a_help_desk_that_ignores_the_order_is_read_to_the_end(
    puller: ReviewPuller, desk: CountingDesk, database: Database
) -> None:
    for number in range(35):
        finish(desk, number, timedelta(hours=number + 1))
    desk.backwards = True
    await puller.pull()
    late = finish(desk, 77, timedelta(minutes=1))
    await puller.pull()
    assert int(late) in notes(database)


async def test_a_note_knows_since_when_its_customers_account_is_as_it_is(
    puller: ReviewPuller, desk: CountingDesk, database: Database, clock: ManualClock
) -> None:
    finish(desk, 1, timedelta(hours=1))
    await puller.pull()
    with database.read() as connection:
        (listed,) = notes_after(connection, NoteFilter(), None, 10)
        loaded = load_note(connection, listed, the_playbook())
    assert loaded is not None
    assert loaded.subject.account_since is None
    seen = clock.now()
    with database.write() as connection:
        put_account(connection, customer_email(loaded.subject.case.survey, None, None), an_account(), seen)
        loaded = load_note(connection, listed, the_playbook())
    assert loaded is not None
    assert loaded.subject.account_since == seen
