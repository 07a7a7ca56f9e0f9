"""The customer's other tickets: read, listed, merged or kept apart."""

from typing import Any

import pytest

from csat_tui.domain.ids import TicketId
from csat_tui.store.cases.queue import QueueView
from csat_tui.tui.base.background_work import Writer
from csat_tui.tui.base.undo_countdown import UndoCountdown
from csat_tui.tui.triage.case_history import CaseHistory
from csat_tui.tui.triage.history_window import ApartWanted, MergeWanted, Read
from tests.tui.desk_fixture import StillSync
from tests.tui.test_history import NEW, OWNER, with_others
from tests.tui.triage.stand_ins import Calls, Person, a_transcript, opened


class Bench:
    def __init__(self, office: Any, writer: Writer, person: Person | None = None, other_ticket: Any = None) -> None:
        with_others(office.database)
        self.desk = office.desk
        rows = office.desk.rows_after(QueueView(), None, 9)
        number = next(one.id for one in rows if office.desk.case(one.id).source_ticket.requester_id == OWNER)
        self.held, self.case = opened(office.desk, number)
        self.calls, self.person, self.sync, self.grace = Calls(), person or Person(), StillSync(), UndoCountdown()
        self.history = CaseHistory(
            self.held, office.desk, office.paperwork.merging, writer, self.sync,  # type: ignore[arg-type]
            a_transcript(other_ticket=other_ticket, calls=self.calls), self.grace, self.person,
            go_to_transcript=self.calls.go_to_transcript, update_blockers=self.calls.update_blockers,
            read_later=self.calls.read_later, read_changes=self.calls.read_changes,
        )  # fmt: skip

    def shown(self) -> Any:
        return next(arguments[0] for name, arguments in self.calls.made if name == "show_other_ticket")


@pytest.fixture
def bench(office: Any, writer: Writer) -> Bench:
    return Bench(office, writer)


async def test_what_is_to_be_merged_is_known_once_the_history_was_read(bench: Bench) -> None:
    assert bench.history.to_merge() == ()
    await bench.history.read()
    (blocker,) = bench.history.to_merge()
    assert blocker.tickets == (NEW,)
    assert "H shows them: M merges, n keeps them apart with a reason" in blocker.sentence
    assert bench.calls.names() == ["update_blockers"]


async def test_a_history_that_comes_for_another_case_is_not_shown(bench: Bench) -> None:
    reading = bench.history.read()
    bench.held.case = None
    await reading
    assert bench.held.history is None


async def test_another_ticket_is_shown_and_what_is_new_of_it_fetched(bench: Bench) -> None:
    await bench.history.read()
    await bench.history.show(NEW)
    assert bench.shown().ticket.id == NEW
    assert bench.sync.shown == [NEW]


async def test_a_ticket_that_is_not_the_customers_shows_the_case_again(bench: Bench) -> None:
    await bench.history.read()
    await bench.history.show(TicketId(1))
    assert bench.shown() is None


async def test_changes_of_the_customers_tickets_concern_it(bench: Bench) -> None:
    assert not bench.history.concerned_by(frozenset({"outbox"})), "nothing was read"
    await bench.history.read()
    assert bench.history.concerned_by(frozenset({f"history:{OWNER}"}))
    assert bench.history.concerned_by(frozenset({f"ticket:{NEW}"}))
    assert not bench.history.concerned_by(frozenset({"queue", "ticket:1"}))


async def test_the_list_begins_at_what_would_be_merged(office: Any, writer: Writer) -> None:
    bench = Bench(office, writer, Person(Read(NEW)))
    await bench.history.open()
    (listing,) = bench.person.windows
    assert listing.ticket_id == NEW
    assert bench.calls.names()[0] == "go_to_transcript"
    assert bench.shown().ticket.id == NEW


async def test_a_merge_can_be_taken_back_like_a_decision(office: Any, writer: Writer) -> None:
    bench = Bench(office, writer, Person(lambda listing: MergeWanted(listing.history, listing.advised.plan)))
    await bench.history.open()
    assert bench.grace.last is not None
    assert bench.calls.made == [("read_changes", (frozenset({"outbox"}),))]


async def test_a_reason_keeps_tickets_apart(office: Any, writer: Writer) -> None:
    bench = Bench(office, writer, Person(lambda listing: ApartWanted(listing.history, (NEW,), "another order")))
    await bench.history.open()
    assert bench.person.heard == ["The ticket will not be merged; your reason is saved."]
    assert bench.calls.names() == ["read_later"]
    assert await bench.history.look_again(), "the help desk has told all of them"
    assert bench.history.to_merge() == ()


def test_without_a_case_there_is_no_history(bench: Bench) -> None:
    assert bench.history.no_case() == ""
    bench.held.clear()
    assert bench.history.no_case() == "no case is chosen"
