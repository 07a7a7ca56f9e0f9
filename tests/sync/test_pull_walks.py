"""A walk that is killed, a walk that passes tickets over, and the one request that an idle poll costs."""

import signal
import subprocess
import sys
import textwrap
import threading
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import pytest
from starlette.requests import Request

from csat_tui.demo.faults import Fault
from csat_tui.demo.responses import cursor
from csat_tui.demo.server import DemoOptions, DemoServer
from csat_tui.domain.case import Stage
from csat_tui.domain.errors import Limited, Malformed, Refused
from csat_tui.domain.ids import TicketId, ViewId
from csat_tui.domain.ticket import Status, Ticket
from csat_tui.helpdesk.port import Page, ViewOrder
from csat_tui.helpdesk.zendesk.desk import ZendeskDesk
from csat_tui.secrets import Credential
from csat_tui.sync.pull import Puller
from tests.builders import MAIL, the_playbook
from tests.helpdesk.memory_desk import MemoryDesk
from tests.store.shelf import value
from tests.sync.bench import Bench, survey_ticket

VIEW = ViewId(42)


class Moving(MemoryDesk):
    """A view that others change while it is walked: `under_way[n]` happens once n pages have been read."""

    def __init__(self, bench: Bench, count: int, page_size: int = 10) -> None:
        super().__init__(bench.clock, page_size=page_size)
        bench.memory = self
        self.asked: list[tuple[ViewOrder, str | None]] = []
        self.pages = 0
        self.under_way: dict[int, Any] = {}
        self.refused: str | None = None
        """A cursor that the help desk no longer takes."""
        for number in range(count):
            self.survey(number)
        self.show(range(count))
        self.puller = Puller(bench.database, self, the_playbook(), bench.clock)

    def survey(self, number: int) -> None:
        text = MAIL.replace("7300001", str(7_300_000 + number))
        self.add_ticket(survey_ticket(number), description=text, age=timedelta(minutes=number + 1))

    def show(self, numbers: Any) -> None:
        self.add_view(VIEW, "Bad surveys", [survey_ticket(number) for number in numbers])

    async def view(
        self, view_id: ViewId, *, order: ViewOrder = ViewOrder.NEWEST, since: str | None = None
    ) -> AsyncIterator[Page]:
        self.asked.append((order, since))
        if since is not None and since == self.refused:
            raise Refused("the cursor is not valid")
        start = int(since or 0)
        while True:
            # Each page is read from the view as it then is: its cursors are offsets.
            page = await anext(super().view(view_id, order=order, since=str(start)))
            self.pages += 1
            yield page
            if (happens := self.under_way.pop(self.pages, None)) is not None:
                happens()
            if page.cursor is None:
                return
            start = int(page.cursor)

    async def walk(self, *, whole: bool = True) -> int:
        return await self.puller.walk(VIEW, whole=whole, progress=lambda _: None)

    def solve(self, *numbers: int) -> None:
        for number in numbers:
            self.touch(survey_ticket(number), status=Status.SOLVED)
            self.remove_from_view(VIEW, survey_ticket(number))


def stage(bench: Bench, number: int) -> Stage | None:
    found = bench.desk.find(survey_ticket(number))
    return bench.desk.stage(found[0]) if found else None


class TestAViewThatMoves:
    async def test_under_the_first_walk_loses_no_survey(self, bench: Bench) -> None:
        desk = Moving(bench, 50)
        desk.under_way[2] = lambda: desk.solve(0, 1, 2)
        await desk.walk()
        assert [number for number in range(3, 50) if stage(bench, number) is not Stage.OPEN] == []
        assert [stage(bench, number) for number in range(3)] == [Stage.GONE] * 3

    async def test_under_a_later_walk_puts_none_of_those_away_that_were_passed_over(self, bench: Bench) -> None:
        desk = Moving(bench, 50)
        await desk.walk()
        desk.pages = 0
        desk.under_way[2] = lambda: desk.solve(0, 1, 2)
        await desk.walk()
        assert [number for number in range(3, 50) if stage(bench, number) is not Stage.OPEN] == []
        await desk.walk()
        assert [number for number in range(50) if stage(bench, number) is not Stage.OPEN] == [0, 1, 2]

    async def test_without_end_ends_the_walk_and_puts_only_the_finished_ones_away(self, bench: Bench) -> None:
        desk = Moving(bench, 40)
        await desk.walk()
        desk.pages = 0
        newer = iter(range(100, 200))

        def another() -> None:
            number = next(newer)
            desk.add_ticket(survey_ticket(number), description=MAIL, age=timedelta(minutes=15))
            desk._views[VIEW][1].append(survey_ticket(number))
            desk.under_way[desk.pages + 1] = another

        desk.under_way[1] = another
        desk.solve(3)
        desk.remove_from_view(VIEW, survey_ticket(4))
        await desk.walk()
        assert [stage(bench, number) for number in (3, 4)] == [Stage.GONE, Stage.OPEN]
        assert desk.asked.count((ViewOrder.NEWEST, None)) <= 2 + 6

    async def test_only_at_its_head_is_walked_once(self, bench: Bench) -> None:
        desk = Moving(bench, 40)
        await desk.walk()
        desk.add_ticket(survey_ticket(90), description=MAIL, age=timedelta())
        desk._views[VIEW][1].append(survey_ticket(90))
        desk.asked.clear()
        assert await desk.walk() == 1
        assert desk.asked == [(ViewOrder.NEWEST, None)]

    async def test_leaves_a_case_alone_whose_ticket_makes_no_sense(self, bench: Bench) -> None:
        desk = Moving(bench, 130, page_size=100)
        await desk.walk()
        desk.show(())
        asked = desk.tickets

        async def tickets(ids: Any) -> list[Ticket]:
            if survey_ticket(7) in ids:
                raise Malformed("ticket 7 has no status")
            return await asked(ids)

        desk.tickets = tickets  # type: ignore[method-assign]
        await desk.walk()
        assert [number for number in range(130) if stage(bench, number) is not Stage.GONE] == [7]


class TestAWalkThatIsInterrupted:
    async def test_goes_on_where_it_was_and_is_then_repeated(self, bench: Bench) -> None:
        desk = Moving(bench, 50)
        desk.under_way[3] = lambda: desk.fail_reads(Limited("wait", 30))
        with pytest.raises(Limited):
            await desk.walk()
        assert bench.desk.counts().open == 30
        desk.asked.clear()
        desk.pages = 0
        assert await desk.walk() == 20
        assert desk.asked == [(ViewOrder.NEWEST, None), (ViewOrder.NEWEST, "30"), (ViewOrder.NEWEST, None)]
        assert desk.pages == 1 + 2 + 5

    async def test_brings_what_came_meanwhile_before_it_goes_on(self, bench: Bench) -> None:
        desk = Moving(bench, 50)
        desk.under_way[3] = lambda: desk.fail_reads(Limited("wait", 30))
        with pytest.raises(Limited):
            await desk.walk()
        for number in range(60, 75):
            desk.add_ticket(survey_ticket(number), description=MAIL, age=timedelta(seconds=number))
        desk.show([*range(50), *range(60, 75)])
        assert await desk.walk() == 35
        assert value(bench.database, "SELECT count(*) FROM survey") == 65

    async def test_begins_anew_where_the_help_desk_takes_its_cursor_no_more(self, bench: Bench) -> None:
        desk = Moving(bench, 50)
        desk.under_way[3] = lambda: desk.fail_reads(Limited("wait", 30))
        with pytest.raises(Limited):
            await desk.walk()
        desk.refused = "30"
        desk.asked.clear()
        desk.pages = 0
        assert await desk.walk() == 20
        assert desk.asked == [(ViewOrder.NEWEST, since) for since in (None, "30", None, None)]
        assert desk.pages == 1 + 5 + 5, "walked from the start, and once more to be certain"

    async def test_is_refused_where_the_help_desk_refuses_what_follows(self, bench: Bench) -> None:
        desk = Moving(bench, 50)
        desk.under_way[3] = lambda: desk.fail_reads(Limited("wait", 30))
        with pytest.raises(Limited):
            await desk.walk()
        desk.pages = 0
        desk.under_way[2] = lambda: desk.fail_reads(Refused("no more of this"))
        with pytest.raises(Refused, match="no more of this"):
            await desk.walk()
        desk.pages = 0
        assert await desk.walk() == 10, "goes on behind the page that came"

    async def test_of_a_view_that_is_wholly_new_by_then_asks_for_nothing_behind_its_cursor(self, bench: Bench) -> None:
        desk = Moving(bench, 50)
        desk.under_way[3] = lambda: desk.fail_reads(Limited("wait", 30))
        with pytest.raises(Limited):
            await desk.walk()
        for number in range(60, 75):
            desk.survey(number)
        desk.show(range(60, 75))
        desk.asked.clear()
        assert await desk.walk() == 15
        assert all(since is None for _, since in desk.asked)
        assert bench.desk.counts().open == 15

    async def test_of_another_view_is_not_gone_on_with(self, bench: Bench) -> None:
        desk = Moving(bench, 50)
        desk.under_way[3] = lambda: desk.fail_reads(Limited("wait", 30))
        with pytest.raises(Limited):
            await desk.walk()
        desk.add_view(43, "Others", [survey_ticket(number) for number in range(20)])
        desk.asked.clear()
        await desk.puller.walk(ViewId(43), whole=True, progress=lambda _: None)
        assert all(since is None for _, since in desk.asked)
        assert bench.desk.counts().open == 20

    async def test_by_nobody_leaves_nothing_behind(self, bench: Bench) -> None:
        desk = Moving(bench, 50)
        await desk.walk()
        assert value(bench.database, "SELECT count(*) FROM walked") == 0
        assert value(bench.database, "SELECT count(*) FROM lease") == 0

    async def test_while_another_process_walks_only_polls(self, bench: Bench) -> None:
        desk = Moving(bench, 50)
        other = Moving(bench, 50)
        polled: list[int] = []
        original = desk.view

        async def view(*how: Any, **more: Any) -> AsyncIterator[Page]:
            async for page in original(*how, **more):
                yield page
                if not polled:
                    polled.append(await other.walk())

        desk.view = view  # type: ignore[method-assign]
        assert await desk.walk() + polled[0] == 50
        assert [order for order, _ in other.asked] == [ViewOrder.CHANGED]


PROGRAM = """
    import asyncio, sys
    from pathlib import Path
    from csat_tui.helpdesk.zendesk.desk import ZendeskDesk
    from csat_tui.playbook import load_builtin
    from csat_tui.domain.clock import SystemClock
    from csat_tui.domain.ids import ViewId
    from csat_tui.secrets import Credential
    from csat_tui.store.database import Database
    from csat_tui.sync.pull import Puller

    async def main(file, url, email, token, view):
        desk = ZendeskDesk(url, Credential(email, token, "the test"))
        puller = Puller(Database.open(Path(file)), desk, load_builtin("strike-team"), SystemClock())
        await puller.walk(ViewId(int(view)), whole=True, progress=lambda _: None)
        await desk.close()

    asyncio.run(main(*sys.argv[1:]))
"""


class TestTheDemoHelpDesk:
    @pytest.fixture
    def server(self) -> Iterator[DemoServer]:
        with DemoServer(DemoOptions(surveys=750, seed=7, rate_limit=0)) as server:
            yield server

    @pytest.fixture
    def asked(self, server: DemoServer) -> list[str]:
        """Return the queries of the view as they come in."""
        queries: list[str] = []

        def count(request: Request) -> None:
            if "/views/" in request.url.path:
                queries.append(parse_qs(request.url.query).get("page[after]", [""])[0])

        server.world.faults.append(count)
        return queries

    async def test_is_walked_to_the_end_by_a_process_after_another_was_killed_under_way(
        self, bench: Bench, server: DemoServer, asked: list[str]
    ) -> None:
        under_way = threading.Event()

        def stop_at_the_fifth(request: Request) -> Fault | None:
            if cursor(400) not in request.url.query.replace("%3D", "="):
                return None
            under_way.set()
            return Fault(applied=False, delay=60)

        server.world.faults.append(stop_at_the_fifth)
        process = self.program(bench, server)
        assert under_way.wait(60)
        process.kill()
        assert process.wait(30) == -signal.SIGKILL
        assert value(bench.database, "SELECT count(*) FROM survey") == 400

        server.world.faults.hooks.remove(stop_at_the_fifth)
        asked.clear()
        assert self.program(bench, server).wait(60) == 0
        assert value(bench.database, "SELECT count(*) FROM survey") == 750
        whole = ["", *(cursor(100 * page) for page in range(1, 8))]
        assert asked == ["", *whole[4:], *whole]

    async def test_costs_one_request_a_poll_while_nothing_happens(
        self, bench: Bench, server: DemoServer, asked: list[str]
    ) -> None:
        desk = ZendeskDesk(server.url, Credential(server.email, server.token, "the test"))
        puller = Puller(bench.database, desk, the_playbook(), bench.clock)
        await puller.walk(ViewId(server.view_id), whole=True, progress=lambda _: None)
        asked.clear()
        for polls in (1, 2, 3):
            assert await puller.walk(ViewId(server.view_id), whole=False, progress=lambda _: None) == 0
            assert len(asked) == polls
        await desk.close()

    def program(self, bench: Bench, server: DemoServer) -> "subprocess.Popen[bytes]":
        told = [str(bench.database.file), server.url, server.email, server.token, str(server.view_id)]
        return subprocess.Popen([sys.executable, "-c", textwrap.dedent(PROGRAM), *told], cwd=Path(__file__).parents[2])


class TestAPoll:
    async def test_finds_what_changed_far_down_the_view(self, bench: Bench) -> None:
        desk = Moving(bench, 50)
        await desk.walk()
        desk.touch(survey_ticket(44), description=MAIL.replace("Agent Sol", "Agent Kim"))
        desk.pages = 0
        await desk.walk(whole=False)
        assert bench.case(bench.desk.find(survey_ticket(44))[0]).survey.agent == "Kim"
        assert desk.pages == 2 - 1 + 1

    async def test_of_a_help_desk_that_ignores_the_order_reads_on(self, bench: Bench) -> None:
        desk = Moving(bench, 50)
        await desk.walk()

        async def unordered(view_id: ViewId, **_: Any) -> AsyncIterator[Page]:
            held = list(desk._tickets.values())
            for start in range(0, len(held), 10):
                desk.pages += 1
                yield Page(tuple(reversed(held[start : start + 10])))

        number = TicketId(survey_ticket(44))
        desk._tickets[number] = replace(desk._tickets[number], status=Status.PENDING)
        desk.view = unordered  # type: ignore[method-assign,assignment]
        desk.pages = 0
        await desk.walk(whole=False)
        ticket = bench.case(bench.desk.find(number)[0]).survey_ticket
        assert ticket is not None
        assert (ticket.status, desk.pages) == (Status.PENDING, 5)
        assert desk.puller.last.good_for > timedelta(seconds=4)
