"""Bringing what stands behind a case: its source ticket, the transcript, the customer's account."""

from dataclasses import replace

import pytest

from csat_tui.admin.port import NoAdmin
from csat_tui.domain.account import Account
from csat_tui.domain.ids import SurveyId, TicketId
from csat_tui.domain.ticket import Author, Status
from csat_tui.store import tickets
from csat_tui.sync.case_fetch import CASE_FRESH_FOR, CaseFetcher
from tests.sync.bench import Bench
from tests.sync.test_pull import Counting, View


class Asked(NoAdmin):
    """An admin system that remembers whom it was asked about."""

    def __init__(self) -> None:
        self.emails: list[str] = []

    async def account(self, email: str) -> Account | None:
        self.emails.append(email)
        return None


class TestSurroundings:
    @pytest.fixture
    def world(self, bench: Bench) -> tuple[Bench, Counting, CaseFetcher, SurveyId]:
        view = View(bench, 0)
        survey_id = bench.arrive(1)
        view.desk.add_message(7_300_001, "Where is my box?", author=Author.CUSTOMER, public=True)
        return bench, view.desk, CaseFetcher(bench.database, view.desk, NoAdmin(), bench.clock), survey_id

    async def test_come_with_the_transcript_and_cost_one_request_while_nothing_changes(
        self, world: tuple[Bench, Counting, CaseFetcher, SurveyId]
    ) -> None:
        bench, desk, fetcher, survey_id = world
        await fetcher.case(survey_id)
        assert [message.body for message in bench.case(survey_id).messages] == ["Where is my box?"]
        for _ in range(3):
            bench.clock.at += CASE_FRESH_FOR
            await fetcher.case(survey_id)
        assert (desk.lookups, desk.transcripts) == (4, 1)

    async def test_that_changed_are_fetched_again(self, world: tuple[Bench, Counting, CaseFetcher, SurveyId]) -> None:
        bench, desk, fetcher, survey_id = world
        await fetcher.case(survey_id)
        bench.clock.at += CASE_FRESH_FOR
        desk.touch(7_300_001)
        desk.add_message(7_300_001, "Anyone?", author=Author.CUSTOMER, public=True)
        await fetcher.case(survey_id)
        assert len(bench.case(survey_id).messages) == 2

    async def test_that_changed_twice_within_a_second_are_not_missed(
        self, world: tuple[Bench, Counting, CaseFetcher, SurveyId]
    ) -> None:
        bench, desk, fetcher, survey_id = world
        desk.touch(7_300_001, tags=("first",))
        await fetcher.ticket(TicketId(7_300_001))
        desk._tickets[TicketId(7_300_001)] = replace(desk._tickets[TicketId(7_300_001)], tags=("first", "second"))
        desk.add_message(7_300_001, "Second", author=Author.CUSTOMER, public=True)
        bench.clock.forward(10)
        await fetcher.ticket(TicketId(7_300_001))
        case = bench.case(survey_id)
        assert case.source_ticket is not None
        assert (case.source_ticket.tags, len(case.messages)) == (("first", "second"), 2)

    async def test_that_are_deleted_are_marked_and_keep_what_is_known(
        self, world: tuple[Bench, Counting, CaseFetcher, SurveyId]
    ) -> None:
        bench, desk, fetcher, survey_id = world
        await fetcher.case(survey_id)
        held = desk._tickets[TicketId(7_300_001)], desk._messages[TicketId(7_300_001)]
        desk.delete(7_300_001)
        bench.clock.at += CASE_FRESH_FOR
        await fetcher.case(survey_id)
        case = bench.case(survey_id)
        assert case.source_ticket is not None
        assert (case.source_ticket.status, len(case.messages)) == (Status.DELETED, 1)
        desk._tickets[TicketId(7_300_001)], desk._messages[TicketId(7_300_001)] = held
        bench.clock.at += CASE_FRESH_FOR
        await fetcher.case(survey_id)
        case = bench.case(survey_id)
        assert case.source_ticket is not None
        assert case.source_ticket.status is Status.SOLVED

    async def test_of_a_deleted_ticket_still_come_with_its_customers_account(self, bench: Bench) -> None:
        view = View(bench, 0)
        survey_id = bench.arrive(1)
        ticket = bench.there(7_300_001)
        bench.memory._tickets[ticket.id] = replace(ticket, requester_email="rob@example.com")
        asked = Asked()
        fetcher = CaseFetcher(bench.database, view.desk, asked, bench.clock)
        await fetcher.case(survey_id)
        view.desk.delete(7_300_001)
        bench.clock.at += CASE_FRESH_FOR
        await fetcher.case(survey_id)
        assert asked.emails == ["rob@example.com"] * 2

    async def test_name_the_customer_that_the_survey_names_and_not_the_tool_that_wrote_its_ticket(
        self, bench: Bench
    ) -> None:
        survey_id = bench.arrive(1)
        bench.memory.delete(7_300_001)
        with bench.database.write() as connection:
            robot = replace(bench.there(9_900_001), requester_email="surveys@example.net")
            tickets.put_tickets(connection, [robot], bench.clock.now())
            connection.exec_driver_sql("DELETE FROM ticket WHERE id = 7300001")
        asked = Asked()
        await CaseFetcher(bench.database, bench.memory, asked, bench.clock).case(survey_id)
        assert asked.emails == ["pat@example.com"]

    async def test_of_a_survey_that_is_not_there_are_nothing(
        self, world: tuple[Bench, Counting, CaseFetcher, SurveyId]
    ) -> None:
        _, desk, fetcher, _ = world
        await fetcher.case(SurveyId(4711))
        assert desk.lookups == 0
