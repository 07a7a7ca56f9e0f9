"""Gathering ahead: what the next cases need is here before it is looked at, and nothing is asked for twice."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event

from csat_tui.domain.errors import Forbidden, HelpDeskError, Limited, Malformed, Missing
from csat_tui.domain.ids import SurveyId, TicketId
from csat_tui.domain.ticket import Author, Message, Status, Ticket
from csat_tui.store import tickets
from csat_tui.sync import case_fetch
from csat_tui.sync.case_fetch import Prefetcher
from csat_tui.sync.fetched_tickets import FetchedTicket, save_tickets
from csat_tui.sync.status import Link
from csat_tui.transport.pace import Urgency, urgency
from tests.helpdesk.memory_desk import MemoryDesk
from tests.store.shelf import value
from tests.sync.bench import Bench, source_ticket
from tests.sync.side import Side, stock


class Watched(MemoryDesk):
    """A help desk that notes what is asked of it, how urgently, and how much at once."""

    def __init__(self, bench: Bench) -> None:
        super().__init__(bench.clock)
        bench.memory = self
        self.looked_up: list[list[TicketId]] = []
        self.transcripts: list[TicketId] = []
        self.at_once = self.most_at_once = 0
        self.odd: dict[TicketId, HelpDeskError] = {}
        self.urgencies: dict[TicketId, Urgency] = {}

    async def tickets(self, ids: Sequence[TicketId]) -> list[Ticket]:
        self.looked_up.append(list(ids))
        return await super().tickets(ids)

    async def messages(self, ticket_id: TicketId) -> list[Message]:
        self.transcripts.append(ticket_id)
        self.urgencies[ticket_id] = urgency()
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        await asyncio.sleep(0)
        self.at_once -= 1
        if ticket_id in self.odd:
            raise self.odd[ticket_id]
        return await super().messages(ticket_id)


class Yard:
    """Surveys that have arrived, with source tickets that only the help desk knows."""

    def __init__(self, bench: Bench, count: int) -> None:
        self.bench = bench
        self.desk = Watched(bench)
        self.ids = [bench.arrive(number) for number in range(1, count + 1)]
        with bench.database.write() as connection:
            connection.exec_driver_sql("DELETE FROM ticket WHERE id < 9000000")
        for number in range(1, count + 1):
            self.desk.add_message(source_ticket(number), f"box {number}?", author=Author.CUSTOMER, public=True)
        self.gatherer = Prefetcher(bench.database, self.desk, bench.clock)

    async def all(self) -> None:
        self.gatherer.want_all()
        await self.gatherer.run()

    def forget(self) -> None:
        self.desk.looked_up.clear()
        self.desk.transcripts.clear()

    def told(self, survey_id: SurveyId) -> list[str]:
        return [message.body for message in self.bench.case(survey_id).messages]


class TestGathering:
    async def test_brings_tickets_in_hundreds_and_each_transcript_once(self, bench: Bench) -> None:
        yard = Yard(bench, 230)
        begun: list[str] = []
        event.listen(
            bench.database._engine, "before_cursor_execute",
            lambda connection, cursor, statement, *_: begun.append(statement),
        )  # fmt: skip
        await yard.all()
        assert [len(asked) for asked in yard.desk.looked_up] == [100, 100, 30]
        assert sorted(yard.desk.transcripts) == [source_ticket(number) for number in range(1, 231)]
        assert [yard.told(one) for one in yard.ids] == [[f"box {number}?"] for number in range(1, 231)]
        assert begun.count("BEGIN IMMEDIATE") <= 230 / case_fetch.TRANSCRIPTS_PER_TRANSACTION + 3
        assert 1 < yard.desk.most_at_once <= case_fetch.PARALLEL_TRANSCRIPTS

    async def test_again_asks_for_no_transcript_that_is_here(self, bench: Bench) -> None:
        yard = Yard(bench, 30)
        await yard.all()
        yard.forget()
        bench.clock.forward(60)
        yard.desk.touch(source_ticket(7))
        yard.desk.add_message(source_ticket(7), "hello?", author=Author.CUSTOMER, public=True)
        bench.clock.forward(60)
        await yard.all()
        assert (len(yard.desk.looked_up), yard.desk.transcripts) == (1, [source_ticket(7)])
        assert yard.told(yard.ids[6]) == ["box 7?", "hello?"]
        yard.forget()
        await yard.all()
        assert (len(yard.desk.looked_up), yard.desk.transcripts) == (1, [])

    async def test_begins_with_what_is_due_first_and_stops_after_a_day_s_work(
        self, bench: Bench, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(case_fetch, "CASES_AHEAD", 120)
        yard = Yard(bench, 150)
        with bench.database.write() as connection:
            connection.exec_driver_sql('UPDATE "case" SET due_at = due_at - 10000000 * survey_id')
        await yard.all()
        asked = [one for some in yard.desk.looked_up for one in some]
        assert asked == [source_ticket(number) for number in range(150, 30, -1)]

    async def test_brings_what_has_just_arrived_without_a_look_at_the_rest(self, bench: Bench) -> None:
        yard = Yard(bench, 20)
        yard.gatherer.want(yard.ids[:2])
        await yard.gatherer.run()
        assert yard.desk.looked_up == [[source_ticket(1), source_ticket(2)]]
        assert not yard.gatherer.waiting

    async def test_marks_what_is_gone_and_takes_a_new_status_without_a_transcript(self, bench: Bench) -> None:
        yard = Yard(bench, 3)
        await yard.all()
        yard.desk.delete(source_ticket(1))
        known = yard.desk._tickets[TicketId(source_ticket(2))]
        save_tickets(bench.database, [FetchedTicket(known, bench.clock.now())])
        with bench.database.write() as connection:
            connection.exec_driver_sql("UPDATE ticket SET subject = 'other' WHERE id = ?", (source_ticket(2),))
        yard.forget()
        await yard.all()
        with bench.database.read() as connection:
            kept = tickets.kept(connection, [source_ticket(1), source_ticket(2)])
        assert kept[source_ticket(1)].status is Status.DELETED
        assert kept[source_ticket(2)] == known
        assert yard.desk.transcripts == []


class TestWhatGoesWrong:
    @pytest.mark.parametrize("error", [Malformed("no comments"), Forbidden("not yours"), Missing("gone")])
    async def test_with_one_transcript_keeps_all_the_others(self, bench: Bench, error: HelpDeskError) -> None:
        yard = Yard(bench, 12)
        yard.desk.odd[source_ticket(5)] = error
        await yard.all()
        assert [number for number, one in enumerate(yard.ids, 1) if not yard.told(one)] == [5]

    async def test_with_one_ticket_keeps_all_the_others(self, bench: Bench) -> None:
        yard = Yard(bench, 12)
        asked = yard.desk.tickets

        async def odd(ids: Any) -> list[Ticket]:
            if source_ticket(5) in ids:
                raise Malformed("ticket 5 has no status")
            return await asked(ids)

        yard.desk.tickets = odd  # type: ignore[method-assign]
        await yard.all()
        assert [number for number, one in enumerate(yard.ids, 1) if not yard.told(one)] == [5]

    async def test_with_the_help_desk_keeps_what_came_and_goes_on_there(self, bench: Bench) -> None:
        yard = Yard(bench, 230)
        yard.desk.odd[source_ticket(150)] = Limited("wait", 30)
        with pytest.raises(Limited):
            await yard.all()
        assert yard.gatherer.waiting
        here = value(bench.database, "SELECT count(DISTINCT ticket_id) FROM message WHERE ticket_id < 9000000")
        assert abs(here - 150) < case_fetch.PARALLEL_TRANSCRIPTS + case_fetch.TRANSCRIPTS_PER_TRANSACTION
        yard.desk.odd.clear()
        yard.forget()
        await yard.gatherer.run()
        assert len(yard.desk.looked_up) == 2
        assert len(yard.desk.transcripts) == 230 - here

    async def test_with_an_older_answer_takes_nothing_from_a_newer_one(self, bench: Bench) -> None:
        yard = Yard(bench, 1)
        bench.clock.forward(60)
        older = yard.desk._tickets[source_ticket(1)]
        said = await yard.desk.messages(source_ticket(1))
        yard.desk.touch(source_ticket(1))
        yard.desk.add_message(source_ticket(1), "hello?", author=Author.CUSTOMER, public=True)
        bench.clock.forward(60)
        await yard.all()
        save_tickets(bench.database, [FetchedTicket(older, bench.clock.now(), said)])
        assert yard.told(yard.ids[0]) == ["box 1?", "hello?"]


class TestBesideTheScreen:
    def test_what_the_first_walk_brought_is_gathered_by_itself(self, bench: Bench) -> None:
        stock(bench.memory, 5)
        side = Side(bench)
        side.background.start()
        side.heard.until(lambda: value(bench.database, "SELECT count(*) FROM message") >= 5)
        side.background.stop()

    async def test_one_round_gathers_too_and_asks_in_the_machine_s_own_name(self, bench: Bench) -> None:
        desk = Watched(bench)
        stock(desk, 5)
        await Side(bench, desk).engine().run_once()
        assert len(bench.case(bench.desk.find(source_ticket(3))[0]).messages) == 1
        assert set(desk.urgencies.values()) == {Urgency.SYNC}

    def test_the_case_that_is_open_is_asked_for_as_the_person_and_the_next_ones_are_not(
        self, bench: Bench, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(case_fetch, "CASES_AHEAD", 0)
        desk = Watched(bench)
        stock(desk, 5)
        side = Side(bench, desk)
        side.background.start()
        side.heard.until(lambda: bench.desk.counts().open == 5)
        survey_ids = [bench.desk.find(source_ticket(number))[0] for number in (2, 3, 4)]
        side.background.prioritize(survey_ids)
        side.heard.until(lambda: all(bench.case(one).messages for one in survey_ids))
        side.background.stop()
        assert [desk.urgencies[source_ticket(number)] for number in (2, 3, 4)] == [
            Urgency.PERSON, Urgency.SYNC, Urgency.SYNC,
        ]  # fmt: skip

    def test_a_survey_that_a_poll_brings_is_gathered_at_once(
        self, bench: Bench, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(case_fetch, "CASES_AHEAD", 0)
        stock(bench.memory, 5)
        side = Side(bench)
        side.background.start()
        side.reaches(Link.ONLINE)
        bench.clock.at += timedelta(minutes=1)
        stock(bench.memory, 6)
        side.background._call(lambda engine: engine._pull_now.set())
        side.heard.until(lambda: (found := bench.desk.find(source_ticket(6))) and bench.case(found[0]).messages)
        side.background.stop()
        assert value(bench.database, "SELECT count(DISTINCT ticket_id) FROM message") == 1
