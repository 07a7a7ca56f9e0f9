"""Walking the view: every survey once, nothing written twice, nobody's finished work left standing."""

from collections.abc import AsyncIterator, Iterator
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event
from starlette.responses import Response

from csat_tui.admin.port import NoAdmin
from csat_tui.demo.server import DemoOptions, DemoServer
from csat_tui.domain.case import Draft, Stage
from csat_tui.domain.errors import Limited, Malformed, Missing, Unreachable
from csat_tui.domain.ids import TicketId, ViewId
from csat_tui.domain.ticket import Status
from csat_tui.helpdesk.port import find_view
from csat_tui.helpdesk.zendesk.desk import ZendeskDesk
from csat_tui.secrets import Credential
from csat_tui.store.cases import surveys
from csat_tui.store.cases.queue import QueueView, Sort
from csat_tui.store.retention.purging import purge
from csat_tui.sync.case_fetch import CaseFetcher
from csat_tui.sync.pull import Puller
from tests.builders import MAIL, NOON, the_playbook
from tests.helpdesk.memory_desk import MemoryDesk
from tests.store.shelf import ManualClock, value
from tests.store.test_retention import set_stage
from tests.sync.bench import Bench, survey_ticket

VIEW = ViewId(42)


class Counting(MemoryDesk):
    """A help desk that counts what is asked of it."""

    def __init__(self, clock: ManualClock, page_size: int = 10) -> None:
        super().__init__(clock, page_size=page_size)
        self.pages = self.lookups = self.transcripts = 0

    async def view(self, view_id: ViewId, **how: Any) -> AsyncIterator[Any]:
        async for page in super().view(view_id, **how):
            self.pages += 1
            yield page

    async def tickets(self, ids: Any) -> Any:
        self.lookups += 1
        return await super().tickets(ids)

    async def messages(self, ticket_id: TicketId) -> Any:
        self.transcripts += 1
        return await super().messages(ticket_id)


class View:
    """A bench whose help desk has a view of surveys."""

    def __init__(self, bench: Bench, count: int, page_size: int = 10) -> None:
        self.desk = Counting(bench.clock, page_size)
        bench.memory = self.desk
        self.bench = bench
        for number in range(count):
            self.survey(number)
        self.desk.add_view(VIEW, "Bad surveys", [survey_ticket(number) for number in range(count)])
        self.puller = Puller(bench.database, self.desk, the_playbook(), bench.clock)
        self.written = 0
        event.listen(bench.database._engine, "before_cursor_execute", self._count)

    def survey(self, number: int, **more: Any) -> None:
        text = MAIL.replace("7300001", str(7_300_000 + number))
        self.desk.add_ticket(survey_ticket(number), description=text, age=timedelta(minutes=number + 1), **more)

    def _count(self, connection: Any, cursor: Any, statement: str, *_: Any) -> None:
        own = any(book in statement for book in ("walked", "sync_cursor", "lease"))
        self.written += statement.startswith(("INSERT", "UPDATE", "DELETE")) and not own

    async def walk(self, *, whole: bool = True) -> int:
        return await self.puller.walk(VIEW, whole=whole, progress=lambda _: None)

    def stage(self, number: int) -> Stage | None:
        found = self.bench.desk.find(survey_ticket(number))
        return self.bench.desk.stage(found[0]) if found else None

    @property
    def open(self) -> int:
        return self.bench.desk.counts().open


class TestAWalk:
    async def test_brings_every_survey_once_and_writes_nothing_the_second_time(self, bench: Bench) -> None:
        view = View(bench, 60)
        assert await view.walk() == 60
        assert view.open == 60
        view.written = 0
        assert await view.walk() == 0
        assert (view.written, view.open) == (0, 60)

    async def test_tells_how_far_it_is_and_shows_the_first_page_before_the_second(self, bench: Bench) -> None:
        view = View(bench, 25)
        seen: list[tuple[int, int]] = []
        await view.puller.walk(VIEW, whole=True, progress=lambda fetched: seen.append((fetched, view.open)))
        assert seen == [(10, 10), (20, 20), (25, 25)]

    async def test_in_between_ends_at_the_first_page_with_nothing_new(self, bench: Bench) -> None:
        view = View(bench, 60)
        await view.walk()
        view.desk.pages = 0
        assert await view.walk(whole=False) == 0
        assert view.desk.pages == 1
        for number in range(60, 72):
            view.survey(number)
            view.desk.touch(survey_ticket(number), created_at=NOON + timedelta(minutes=number))
        view.desk.add_view(VIEW, "Bad surveys", [survey_ticket(number) for number in range(72)])
        view.desk.pages = 0
        assert await view.walk(whole=False) == 12
        assert view.desk.pages == 3

    async def test_of_a_hundred_pages_costs_a_bounded_number_of_requests_and_transactions(self, bench: Bench) -> None:
        view = View(bench, 1_000)
        begun: list[str] = []
        event.listen(
            bench.database._engine, "before_cursor_execute",
            lambda connection, cursor, statement, *_: begun.append(statement),
        )  # fmt: skip
        assert await view.walk() == 1_000
        assert (view.desk.pages, view.desk.lookups) == (200, 0)
        assert begun.count("BEGIN IMMEDIATE") == 100 + 4
        view.desk.pages = view.written = 0
        begun.clear()
        await view.walk()
        assert (view.desk.pages, view.written, begun.count("BEGIN IMMEDIATE")) == (100, 0, 3)

    async def test_that_is_stopped_by_a_limit_keeps_the_pages_so_far(self, bench: Bench) -> None:
        view = View(bench, 50)
        calls = 0
        original = view.desk._reachable

        def limited_at_the_third() -> None:
            nonlocal calls
            calls += 1
            if calls == 4:
                raise Limited("wait 30 s", 30)
            original()

        view.desk._reachable = limited_at_the_third  # type: ignore[method-assign]
        with pytest.raises(Limited):
            await view.walk()
        assert view.open == 20
        assert await view.walk() == 30

    async def test_over_a_page_that_makes_no_sense_keeps_the_pages_so_far_and_closes_nothing(
        self, bench: Bench
    ) -> None:
        view = View(bench, 30)
        await view.walk()
        view.survey(31)
        view.desk.add_view(VIEW, "Bad surveys", [survey_ticket(31)])
        view.desk.fail_reads(Malformed("no tickets in it"))
        with pytest.raises(Malformed):
            await view.walk()
        assert view.open == 30

    async def test_without_a_network_leaves_everything_and_works_later(self, bench: Bench) -> None:
        view = View(bench, 12)
        view.desk.offline = True
        with pytest.raises(Unreachable):
            await view.walk()
        view.desk.offline = False
        assert await view.walk() == 12
        view.desk.offline = True
        with pytest.raises(Unreachable):
            await view.walk()
        assert view.open == 12

    async def test_shows_a_survey_that_cannot_be_read_and_heals_it_when_it_is_mended(self, bench: Bench) -> None:
        view = View(bench, 2)
        view.desk.add_ticket(survey_ticket(7), description="Thank you for your feedback!")
        view.desk.add_view(VIEW, "Bad surveys", [survey_ticket(number) for number in (0, 1, 7)])
        await view.walk()
        rows = bench.desk.rows_after(QueueView(sort=Sort.WORST), None, 9)
        assert (len(rows), rows[0].path, bool(rows[0].problem)) == (3, "needs-fixing", True)
        bench.desk.save_draft(rows[0].id, Draft(None, {"summary": "asked for the answers"}))
        view.desk.touch(survey_ticket(7), description=MAIL)
        await view.walk()
        case = bench.case(rows[0].id)
        assert (case.path.id, case.survey.problem, case.draft.empty) == ("low-with-comment", "", False)

    async def test_takes_hostile_text_as_it_is(self, bench: Bench) -> None:
        view = View(bench, 0)
        hostile = MAIL + "\x1b]0;x\x07 [bold] \u202e \x00 漢字 {braces} " + "x" * 60_000
        view.desk.add_ticket(survey_ticket(1), description=hostile, requester="\x1b[31mLea")
        view.desk.add_view(VIEW, "Bad surveys", [survey_ticket(1)])
        assert await view.walk() == 1


class TestWhatRetentionHasRemoved:
    async def test_stays_away_ticket_and_all_while_the_view_still_shows_it(self, bench: Bench) -> None:
        view = View(bench, 25)
        await view.walk()
        [purged_id] = bench.desk.find(survey_ticket(3))
        set_stage(bench.database, purged_id, Stage.DECIDED)
        assert purge(bench.database, timedelta(days=180), NOON + timedelta(days=400)).cases == 1
        view.desk.touch(survey_ticket(3), subject="Still in the view")
        asked = 0

        def count(connection: Any, cursor: Any, statement: str, *_: Any) -> None:
            nonlocal asked
            asked += "FROM purged" in statement

        event.listen(bench.database._engine, "before_cursor_execute", count)
        view.desk.pages = 0
        assert await view.walk() == 0
        assert (view.desk.pages, asked) == (3, 1)  # nothing of it is new, so there is nothing to walk again for
        assert await view.walk(whole=False) == 0
        assert view.desk.pages == 4
        assert value(bench.database, f"SELECT count(*) FROM ticket WHERE id = {survey_ticket(3)}") == 0
        assert view.open == 24


class TestWhatLeavesTheView:
    async def test_because_others_finished_it_is_put_away_by_a_whole_walk(self, bench: Bench) -> None:
        view = View(bench, 25)
        await view.walk()
        for number, status in ((3, Status.SOLVED), (4, Status.CLOSED)):
            view.desk.touch(survey_ticket(number), status=status)
            view.desk.remove_from_view(VIEW, survey_ticket(number))
        view.desk.remove_from_view(VIEW, survey_ticket(5))
        view.desk.delete(survey_ticket(5))
        await view.walk(whole=False)
        assert view.open == 25
        await view.walk()
        assert [view.stage(number) for number in (3, 4, 5, 6)] == [Stage.GONE] * 3 + [Stage.OPEN]
        ticket = bench.case(bench.desk.find(survey_ticket(5))[0]).survey_ticket
        assert ticket is not None
        assert ticket.status is Status.DELETED

    async def test_unfinished_is_put_away_once_a_second_walk_agrees(self, bench: Bench) -> None:
        view = View(bench, 25)
        await view.walk()
        view.desk.remove_from_view(VIEW, survey_ticket(3))
        view.desk.pages = 0
        await view.walk()
        assert (view.stage(3), view.desk.pages) == (Stage.GONE, 6)

    async def test_and_comes_back_as_it_was_opens_again_at_the_next_poll(self, bench: Bench) -> None:
        view = View(bench, 25)
        await view.walk()
        bench.desk.save_draft(bench.desk.find(survey_ticket(3))[0], Draft(None, {"summary": "late"}))
        view.desk.remove_from_view(VIEW, survey_ticket(3))
        await view.walk()
        view.desk.add_view(VIEW, "Bad surveys", [survey_ticket(number) for number in range(25)])
        await view.walk(whole=False)
        assert view.stage(3) is Stage.OPEN
        assert bench.case(bench.desk.find(survey_ticket(3))[0]).draft.fields == {"summary": "late"}

    async def test_stays_put_away_and_costs_nothing_more(self, bench: Bench) -> None:
        view = View(bench, 12)
        await view.walk()
        view.desk.touch(survey_ticket(3), status=Status.SOLVED)
        view.desk.remove_from_view(VIEW, survey_ticket(3))
        await view.walk()
        view.desk.lookups = view.written = 0
        await view.walk()
        assert (view.stage(3), view.desk.lookups, view.written) == (Stage.GONE, 0, 0)

    @pytest.mark.parametrize("touched", [True, False], ids=["under a new stamp", "under the stamp it had"])
    async def test_and_comes_back_opens_again(self, bench: Bench, touched: bool) -> None:
        view = View(bench, 12)
        await view.walk()
        gone = view.desk._tickets[survey_ticket(3)], view.desk._messages[survey_ticket(3)]
        view.desk.delete(survey_ticket(3))
        await view.walk()
        assert view.stage(3) is Stage.GONE
        view.desk._tickets[survey_ticket(3)], view.desk._messages[survey_ticket(3)] = gone
        if touched:
            view.desk.touch(survey_ticket(3))
        await view.walk(whole=False)
        assert view.stage(3) is Stage.OPEN
        ticket = bench.case(bench.desk.find(survey_ticket(3))[0]).survey_ticket
        assert ticket is not None
        assert ticket.status is Status.OPEN

    async def test_after_we_decided_stays_decided(self, bench: Bench) -> None:
        view = View(bench, 12)
        await view.walk()
        survey_id = bench.desk.find(survey_ticket(3))[0]
        bench.ask(survey_id)
        view.desk.touch(survey_ticket(3), status=Status.SOLVED)
        await view.walk()
        view.desk.remove_from_view(VIEW, survey_ticket(3))
        await view.walk()
        assert view.stage(3) is Stage.DECIDED

    async def test_in_hundreds_is_looked_up_a_hundred_at_a_time(self, bench: Bench) -> None:
        view = View(bench, 250, page_size=100)
        await view.walk()
        view.desk.add_view(VIEW, "Bad surveys", [])
        await view.walk()
        assert (view.desk.lookups, view.open) == (6, 0)


async def test_a_view_that_is_not_there_brings_nothing(bench: Bench) -> None:
    view = View(bench, 1)
    with pytest.raises(Missing):
        await view.puller.walk(ViewId(4711), whole=True, progress=lambda _: None)
    assert value(bench.database, "SELECT count(*) FROM survey") == 0


class TestTheDemoHelpDesk:
    @pytest.fixture(scope="class")
    def server(self) -> Iterator[DemoServer]:
        with DemoServer(DemoOptions(surveys=60, seed=7, rate_limit=0)) as server:
            yield server

    @pytest.fixture
    async def pulled(self, bench: Bench, server: DemoServer) -> AsyncIterator[tuple[Puller, ZendeskDesk]]:
        desk = ZendeskDesk(server.url, Credential(server.email, server.token, "the test"))
        yield Puller(bench.database, desk, the_playbook(), bench.clock), desk
        await desk.close()

    async def test_has_sixty_surveys_that_come_in_once(
        self, bench: Bench, server: DemoServer, pulled: tuple[Puller, ZendeskDesk]
    ) -> None:
        puller, desk = pulled
        view = await find_view(desk, "csat surveys to review")
        assert view == server.view_id
        assert await puller.walk(view, whole=True, progress=lambda _: None) == 60
        assert await puller.walk(view, whole=True, progress=lambda _: None) == 0
        counts = bench.desk.counts()
        assert sum(counts.by_stage.values()) == 60
        assert counts.by_path.get("needs-fixing", 0) >= 1
        assert counts.by_stage.get(Stage.SUPERSEDED, 0) >= 1
        fetcher = CaseFetcher(bench.database, desk, NoAdmin(), bench.clock)
        for row in bench.desk.rows_after(QueueView(), None, 60):
            await fetcher.case(row.id)
        cases = [bench.case(row.id) for row in bench.desk.rows_after(QueueView(), None, 60)]
        assert any(case.source_ticket and case.source_ticket.status is Status.DELETED for case in cases)
        assert any(len(case.messages) > 2 for case in cases)

    async def test_answering_something_else_than_json_changes_nothing(
        self, bench: Bench, server: DemoServer, pulled: tuple[Puller, ZendeskDesk]
    ) -> None:
        server.world.faults.once(
            "GET", f"/views/{server.view_id}/tickets", Response("{oops", media_type="application/json")
        )
        with pytest.raises(Malformed):
            await pulled[0].walk(ViewId(server.view_id), whole=True, progress=lambda _: None)
        assert bench.desk.counts().open == 0


async def test_a_survey_solved_by_somebody_else_meets_our_stale_decision_as_a_conflict(bench: Bench) -> None:
    survey_id = bench.arrive()
    taken = bench.ask(survey_id)
    bench.memory.touch(survey_ticket(1), status=Status.SOLVED)
    with bench.database.write() as connection:
        surveys.put_away(connection, [survey_ticket(1)])
    await bench.after_grace()
    assert [state.value for state in bench.states(taken)] == ["conflict", "queued"]
