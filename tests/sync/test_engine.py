"""One engine: whom it asks for, one round of it, and how long it waits."""

import asyncio

import pytest

from csat_tui.admin.port import NoAdmin
from csat_tui.domain.effect import EffectState
from csat_tui.domain.errors import Denied, Limited, Unreachable
from csat_tui.domain.ids import ViewId
from csat_tui.domain.ticket import Agent
from csat_tui.helpdesk.port import View
from csat_tui.store.errors import StoreBusy
from csat_tui.store.retention.known_time import desk_time
from csat_tui.sync import deliverer
from csat_tui.sync.engine import Engine
from csat_tui.sync.status import Link, wait_for_event
from csat_tui.transport.pace import Urgency, urgency
from tests.builders import the_playbook
from tests.helpdesk.memory_desk import MemoryDesk
from tests.store.shelf import ManualClock
from tests.sync.bench import Bench, survey_ticket
from tests.sync.side import PATIENCE, Side, stock


class Asked(MemoryDesk):
    """A help desk that notes for whom it is asked who we are, and where the view is."""

    def __init__(self, clock: ManualClock) -> None:
        super().__init__(clock)
        self.asked_for: list[Urgency] = []

    async def whoami(self) -> Agent:
        self.asked_for.append(urgency())
        return await super().whoami()

    async def views(self) -> tuple[View, ...]:
        self.asked_for.append(urgency())
        return await super().views()


async def test_finding_its_way_is_for_the_person_at_the_start_and_for_the_sync_later(bench: Bench) -> None:
    desk = Asked(bench.clock)
    desk.add_view(ViewId(42), "Bad surveys", [])
    targets = bench.elsewhere.targets
    engine = Engine(bench.database, desk, NoAdmin(), the_playbook(), bench.clock, view="Bad surveys", targets=targets)
    assert (await engine.run_once()).link is Link.ONLINE
    assert desk.asked_for == [Urgency.PERSON, Urgency.PERSON]
    desk.fail_reads(Denied("the credential is not accepted"))
    assert (await engine.run_once()).link is Link.REFUSED
    desk.asked_for.clear()
    assert (await engine.run_once()).link is Link.ONLINE
    assert desk.asked_for == [Urgency.SYNC, Urgency.SYNC]


class TestOneRound:
    async def test_pulls_delivers_and_leaves_the_lease(self, bench: Bench) -> None:
        stock(bench.memory, 3)
        status = await Side(bench).engine().run_once()
        assert (status.link, bench.desk.counts().open) == (Link.ONLINE, 3)
        taken = bench.ask(bench.desk.find(survey_ticket(1))[0])
        bench.clock.at = taken.sends_at
        await Side(bench).engine().run_once()
        assert bench.states(taken) == [EffectState.CONFIRMED] * 2

    async def test_leaves_the_lease_also_where_the_disk_fails(
        self, bench: Bench, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        stock(bench.memory, 1)

        async def busy(_: object) -> None:
            raise StoreBusy("in use")

        with monkeypatch.context() as patch:
            patch.setattr(deliverer.Deliverer, "_run_due", busy)
            with pytest.raises(StoreBusy):
                await Side(bench).engine().run_once()
        taken = bench.ask(bench.desk.find(survey_ticket(1))[0])
        await bench.after_grace()
        assert bench.states(taken) == [EffectState.CONFIRMED] * 2


async def test_a_limit_is_waited_out_before_the_view_is_walked_again(bench: Bench) -> None:
    stock(bench.memory, 1)
    pauses: list[float] = []
    waited = asyncio.Event()

    async def remember(event: asyncio.Event, seconds: float) -> None:
        pauses.append(seconds)
        waited.set()
        await event.wait()

    bench.memory.fail_reads(Limited("wait 40 s", 40))
    engine = Side(bench).engine()
    engine._poll_seconds = 5
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("csat_tui.sync.engine.wait_for_event", remember)
        running = asyncio.create_task(engine.run())
        while not any(pause >= 36 for pause in pauses):
            waited.clear()
            async with asyncio.timeout(PATIENCE):
                await waited.wait()
        running.cancel()
        with pytest.raises(asyncio.CancelledError):
            await running


async def test_a_day_without_a_network_does_not_make_the_clock_look_ahead(bench: Bench) -> None:
    stock(bench.memory, 1)
    engine = Side(bench).engine()
    bench.memory.told_at = bench.clock.now()
    await engine.run_once()
    bench.clock.forward(86_400)
    bench.memory.fail_reads(Unreachable("no network"))
    assert (await engine.run_once()).link is not Link.ONLINE
    with bench.database.read() as connection:
        assert desk_time(connection, bench.clock.now()) == bench.clock.now()


async def test_days_without_a_network_do_not_end_the_sync(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    engine = Side(bench).engine()
    pauses: list[float] = []

    async def nowhere(*, whole: bool) -> bool:
        assert whole
        return True

    async def remember(_event: asyncio.Event, seconds: float) -> None:
        pauses.append(seconds)
        if len(pauses) > 1_100:
            raise asyncio.CancelledError

    monkeypatch.setattr(engine, "_pull", nowhere)
    monkeypatch.setattr("csat_tui.sync.engine.wait_for_event", remember)
    with pytest.raises(asyncio.CancelledError):
        await engine._pull_loop()
    assert max(pauses) <= 66


@pytest.mark.parametrize("moments", range(4))
async def test_a_loop_that_is_ended_as_something_comes_in_ends(moments: int) -> None:
    came_in = asyncio.Event()
    loop = asyncio.create_task(wait_for_event(came_in, 60))
    await asyncio.sleep(0.01)
    came_in.set()
    for _ in range(moments):
        await asyncio.sleep(0)
    if not loop.done():
        loop.cancel()
        await asyncio.wait([loop])
        assert loop.cancelled(), "the end was taken for what came in, and the sync goes on with its lease"
