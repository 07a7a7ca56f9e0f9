"""A customer's other tickets come after their case, once in a while, and only as far as they are needed."""

import asyncio
from datetime import timedelta

import pytest

from csat_tui.admin.port import NoAdmin
from csat_tui.domain.errors import Missing, Unreachable
from csat_tui.domain.ids import SurveyId, TicketId, UserId
from csat_tui.domain.ticket import Author, Message, Status, Ticket
from csat_tui.store import customers, tickets
from csat_tui.sync.case_fetch import CaseFetcher
from csat_tui.sync.history_fetch import HISTORY_FRESH_FOR, TRANSCRIPTS_FETCHED, HistoryFetcher
from tests.builders import the_playbook
from tests.helpdesk.memory_desk import MemoryDesk
from tests.store.shelf import ManualClock
from tests.sync.bench import Bench, source_ticket, survey_ticket
from tests.sync.side import PATIENCE, Side


class Asked(MemoryDesk):
    """Counts what it is asked for."""

    def __init__(self, clock: ManualClock) -> None:
        super().__init__(clock)
        self.lists = 0
        self.transcripts: list[TicketId] = []

    async def requested(self, *arguments: object, **named: object) -> list[Ticket]:
        self.lists += 1
        return await super().requested(*arguments, **named)  # type: ignore[arg-type]

    async def messages(self, ticket_id: TicketId) -> list[Message]:
        self.transcripts.append(ticket_id)
        return await super().messages(ticket_id)


@pytest.fixture
def bench(bench: Bench) -> Bench:
    return Bench(bench.database, Asked(bench.clock), bench.clock)


def histories(bench: Bench) -> HistoryFetcher:
    fetcher = CaseFetcher(bench.database, bench.memory, NoAdmin(), bench.clock)
    return HistoryFetcher(bench.database, bench.memory, fetcher, bench.clock, the_playbook())


def asked(bench: Bench) -> Asked:
    assert isinstance(bench.memory, Asked)
    return bench.memory


def another(bench: Bench, number: int, status: Status, *, hours: int = 2) -> Ticket:
    """Let the customer of the first survey have another ticket."""
    requester = bench.there(source_ticket(1)).requester_id
    bench.memory.add_ticket(number, status=status, age=timedelta(hours=hours))
    bench.memory.add_message(number, "Where is my box?", author=Author.CUSTOMER, public=True)
    return bench.memory.touch(number, requester_id=requester)


def known(bench: Bench, survey_id: SurveyId) -> list[TicketId]:
    requester = bench.case(survey_id).source_ticket.requester_id  # type: ignore[union-attr]
    assert requester is not None
    with bench.database.read() as connection:
        return [one.id for one in customers.tickets_of(connection, UserId(requester))]


async def test_the_customers_tickets_come_with_the_words_that_the_advice_needs(bench: Bench) -> None:
    survey_id = bench.arrive()
    another(bench, 41, Status.NEW)
    another(bench, 42, Status.CLOSED)
    bench.clock.forward(10)
    await histories(bench).fetch_for_case(survey_id)
    assert set(known(bench, survey_id)) == {survey_ticket(1), source_ticket(1), 41, 42}
    assert set(asked(bench).transcripts) == {source_ticket(1), 41}, "what is closed, or a survey, is not merged"


async def test_no_transcript_is_fetched_where_nothing_is_new(bench: Bench) -> None:
    survey_id = bench.arrive()
    another(bench, 41, Status.PENDING)
    await histories(bench).fetch_for_case(survey_id)
    assert asked(bench).transcripts == []


async def test_looking_again_soon_asks_for_nothing(bench: Bench) -> None:
    survey_id = bench.arrive()
    another(bench, 41, Status.NEW)
    bench.clock.forward(10)
    brought = histories(bench)
    await brought.fetch_for_case(survey_id)
    before = asked(bench).lists, len(asked(bench).transcripts)
    await brought.fetch_for_case(survey_id)
    assert (asked(bench).lists, len(asked(bench).transcripts)) == before
    bench.clock.at += HISTORY_FRESH_FOR
    await brought.fetch_for_case(survey_id)
    assert asked(bench).lists == 2
    brought.forget()
    await brought.fetch_for_case(survey_id)
    assert asked(bench).lists == 3


async def test_a_customer_of_many_tickets_costs_a_bounded_number_of_requests(bench: Bench) -> None:
    survey_id = bench.arrive()
    for number in range(41, 71):
        another(bench, number, Status.NEW)
    bench.clock.forward(10)
    await histories(bench).fetch_for_case(survey_id)
    assert len(asked(bench).transcripts) == TRANSCRIPTS_FETCHED


async def test_what_was_told_is_announced_and_kept_when_the_line_breaks_after_it(bench: Bench) -> None:
    survey_id = bench.arrive()
    ticket = another(bench, 41, Status.NEW)
    bench.clock.forward(10)
    heard: set[str] = set()
    bench.database.listen(heard.update)
    brought = histories(bench)
    await brought.fetch_for_case(survey_id)
    assert f"history:{ticket.requester_id}" in heard
    another(bench, 42, Status.NEW)
    brought.forget()
    bench.memory.offline = True
    with pytest.raises(Unreachable):
        await brought.fetch_for_case(survey_id)
    assert 41 in known(bench, survey_id)
    with bench.database.read() as connection:
        assert tickets.messages(connection, TicketId(41))


async def test_a_survey_without_a_known_customer_asks_for_nothing(bench: Bench) -> None:
    await histories(bench).fetch_for_case(SurveyId(404))
    assert asked(bench).lists == 0


async def test_an_opened_case_is_here_before_its_customers_history_is_asked_for(bench: Bench) -> None:
    survey_id = bench.arrive()
    another(bench, 41, Status.NEW)
    bench.clock.forward(10)
    asked_while: list[bool] = []

    class Ordered(Asked):
        async def requested(self, *arguments: object, **named: object) -> list[Ticket]:
            with bench.database.read() as connection:
                asked_while.append(tickets.stamps(connection, [source_ticket(1)])[source_ticket(1)][1] is not None)
            return await super().requested(*arguments, **named)

    bench.memory.__class__ = Ordered
    engine = Side(bench).engine()
    heard = asyncio.Event()
    loop = asyncio.get_running_loop()
    bench.database.listen(lambda topics: heard.set() if any("history:" in one for one in topics) else None)
    running = loop.create_task(engine.run())
    engine.prioritize([survey_id])
    async with asyncio.timeout(PATIENCE):
        await heard.wait()
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    assert asked_while[0], "the case's own transcript came first"
    assert 41 in known(bench, survey_id)


async def test_what_the_help_desk_does_not_give_keeps_nothing_else_back(bench: Bench) -> None:
    survey_id, stranger = bench.arrive(1), bench.arrive(2)
    ticket = another(bench, 41, Status.NEW)
    bench.clock.forward(10)
    heard: asyncio.Queue[str] = asyncio.Queue()
    bench.database.listen(lambda topics: [heard.put_nowait(one) for one in topics if "history:" in one])
    bench.memory.fail_reads(Missing("there is no ticket #404 (any more)"), Missing("there is no customer"))
    brought = histories(bench)
    running = asyncio.get_running_loop().create_task(brought.run())
    brought.fetch_tickets([TicketId(404)])
    brought.fetch_history(stranger)
    await asyncio.sleep(0)
    async with asyncio.timeout(PATIENCE):
        while bench.memory._read_errors:
            await asyncio.sleep(0)
        brought.fetch_history(survey_id)
        assert await heard.get() == f"history:{ticket.requester_id}"
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    assert 41 in known(bench, survey_id)
