"""The sync beside the screen ends: what is under way comes home, and the next one can begin at once."""

import asyncio
import threading

import pytest

from csat_tui.domain.effect import SETTLING_TIME, EffectState
from csat_tui.domain.ticket import Receipt, TicketChange
from csat_tui.sync import background as module
from csat_tui.sync.status import Link
from tests.helpdesk.memory_desk import MemoryDesk
from tests.sync.bench import Bench, survey_ticket
from tests.sync.side import PATIENCE, Side, stock


class Stuck(MemoryDesk):
    """A help desk that applies a write and never answers it."""

    def __init__(self, memory: MemoryDesk) -> None:
        super().__init__(memory.clock)
        self.memory = memory
        self._views, self._tickets, self._messages = memory._views, memory._tickets, memory._messages
        self.begun = threading.Event()

    async def apply(self, change: TicketChange) -> Receipt:
        self.memory._apply(change)
        self.begun.set()
        await asyncio.Event().wait()
        raise AssertionError


class TestEnding:
    def test_in_the_middle_of_a_write_takes_no_longer_than_its_last_words(
        self, bench: Bench, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(module, "SHUTDOWN_WAIT", 0.2)
        stock(bench.memory, 2)
        stuck = Stuck(bench.memory)
        side = Side(bench, stuck)
        side.background.start()
        side.heard.until(lambda: bench.desk.counts().open == 2)
        taken = bench.ask(bench.desk.find(survey_ticket(1))[0])
        bench.clock.at = taken.sends_at
        side.background.sync_now()
        assert stuck.begun.wait(PATIENCE)
        side.background.stop()
        assert not side.background._thread.is_alive()
        assert bench.states(taken)[0] is EffectState.SENDING

        after = Side(bench)
        after.background.start()
        after.heard.until(lambda: bench.states(taken)[0] is EffectState.UNKNOWN)
        bench.clock.at += SETTLING_TIME
        after.background.sync_now()
        after.heard.until(lambda: bench.states(taken) == [EffectState.CONFIRMED] * 2)
        after.background.stop()
        assert len(bench.bodies(survey_ticket(1))) == 1

    def test_lets_a_write_under_way_come_to_its_end(self, bench: Bench) -> None:
        stock(bench.memory, 2)
        slow = Stuck(bench.memory)
        going_on = threading.Event()

        async def apply(change: TicketChange) -> Receipt:
            slow.begun.set()
            while not going_on.is_set():
                await asyncio.sleep(0)
            return bench.memory._apply(change)

        slow.apply = apply  # type: ignore[method-assign]
        side = Side(bench, slow)
        side.background.start()
        side.heard.until(lambda: bench.desk.counts().open == 2)
        taken = bench.ask(bench.desk.find(survey_ticket(1))[0])
        bench.clock.at = taken.sends_at
        side.background.sync_now()
        assert slow.begun.wait(PATIENCE)
        threading.Timer(0.05, going_on.set).start()
        side.background.stop()
        assert bench.states(taken)[0] is EffectState.CONFIRMED

    def test_before_it_began_is_nothing(self, bench: Bench) -> None:
        Side(bench).background.stop()

    def test_leaves_delivery_to_the_next_at_once(self, side: Side) -> None:
        side.background.start()
        side.reaches(Link.ONLINE)
        side.background.stop()
        taken = side.bench.ask(side.bench.desk.find(survey_ticket(1))[0])
        side.bench.clock.at = taken.sends_at
        asyncio.run(side.bench.new_deliverer("next").run_once())
        assert side.bench.states(taken) == [EffectState.CONFIRMED] * 2
