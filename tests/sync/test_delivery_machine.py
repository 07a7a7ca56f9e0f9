"""Whatever goes wrong in whatever order: each effect is there at most once, and in the end where it should be."""

import asyncio
from collections import Counter
from collections.abc import Callable, Coroutine
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from sqlalchemy import event

from csat_tui.domain.case import Stage
from csat_tui.domain.effect import EffectState, ImpossibleStep
from csat_tui.domain.errors import HelpDeskError, Limited, Malformed, Unreachable
from csat_tui.domain.ids import OpId, SurveyId
from csat_tui.domain.ticket import Receipt, TicketChange
from csat_tui.store.outbox import OutboxItem
from csat_tui.sync import deliverer
from csat_tui.workflow.desk import TakenDecision, TooLate
from tests.helpdesk.memory_desk import Fault, MemoryDesk
from tests.store.shelf import value
from tests.sync.bench import Bench, source_ticket, survey_ticket

READ_ERRORS: list[Callable[[], Exception]] = [
    lambda: Unreachable("no network"),
    lambda: Limited("wait", 3),
    lambda: Malformed("nonsense"),
    lambda: ValueError("a bug"),
]


class Crash(BaseException):
    """The program ends here, as by kill -9."""


class CrashingDesk(MemoryDesk):
    """Ends the program, or meets a bug of ours, at the next write, before or after it is applied."""

    mishap: tuple[type[BaseException], bool] | None = None
    late_first = False
    """Whether writes that were still under way arrive just before the next one."""

    async def apply(self, change: TicketChange) -> Receipt:
        if self.late_first:
            self.arrive()
        mishap, self.mishap = self.mishap, None
        if mishap is None:
            return await super().apply(change)
        kind, applied = mishap
        if applied:
            with suppress(HelpDeskError):
                await super().apply(change)
        raise kind


@dataclass(frozen=True)
class Weather:
    """What goes wrong in one round of delivery, and how long after the one before it is."""

    seconds: float
    faults: list[Fault]
    read_error: Callable[[], Exception] | None
    away: str
    mishap: tuple[type[BaseException], bool] | None
    late_first: bool
    touched: Callable[[int], int] | None


WEATHER = st.builds(
    Weather,
    seconds=st.sampled_from([11, 11, 6, 0.5, 100, 400]),
    faults=st.lists(st.sampled_from([*Fault, Fault.DROP_AFTER, Fault.LATE, Fault.LATE]), max_size=3),
    read_error=st.sampled_from([None, None, *READ_ERRORS]),
    away=st.sampled_from(["", "", "", "", "offline", "denied"]),
    mishap=st.sampled_from([None, None, None, (Crash, True), (Crash, False), (KeyError, True)]),
    late_first=st.booleans(),
    touched=st.sampled_from([None, None, source_ticket, survey_ticket]),
)


class Delivery(RuleBasedStateMachine):
    """A person, a machine and a help desk that all do as they please."""

    @initialize()
    def set_up(self) -> None:
        self.loop = asyncio.new_event_loop()
        deliverer.log.disabled = True  # it has a lot to say here
        self.bench = Bench.temporary()
        event.listen(
            self.bench.database._engine, "checkout",
            lambda connection, *_: connection.execute("PRAGMA synchronous = OFF").close(),
        )  # fmt: skip
        self.desk = self.bench.memory = CrashingDesk(self.bench.clock)
        self.starts = 0
        self.restart()
        self.survey_ids: list[SurveyId] = []
        self.decisions: list[TakenDecision] = []
        self.undone: set[OpId] = set()
        self.accepted: set[OpId] = set()

    def run(self, work: Coroutine[Any, Any, Any]) -> Any:
        return self.loop.run_until_complete(work)

    def restart(self) -> None:
        """Start anew as another process would: what was held in memory is gone."""
        self.starts += 1
        self.bench.deliverer = self.bench.new_deliverer(f"process {self.starts}")

    def effects(self) -> list[OutboxItem]:
        return [effect for taken in self.decisions for effect in self.bench.effects(taken)]

    # Each step is something that a person does, and then a round of delivery in which things go wrong.

    @rule(weather=WEATHER, again=st.booleans(), reply=st.booleans(), closed=st.booleans())
    def decide(self, weather: Weather, again: bool, reply: bool, closed: bool) -> None:
        """Decide a new case, or one that was taken back; in a closed one both effects go to one ticket."""
        open_ones = [survey_id for survey_id in self.survey_ids if self.bench.desk.stage(survey_id) is Stage.OPEN]
        if not (again and open_ones):
            self.survey_ids.append(self.bench.arrive(len(self.survey_ids) + 1, closed=closed))
            open_ones = self.survey_ids[-1:]
        decide = self.bench.follow_up if reply else self.bench.ask
        self.decisions.append(decide(open_ones[0]))
        self.deliver(weather)

    @precondition(lambda self: self.decisions)
    @rule(weather=WEATHER, which=st.integers(0, 9))
    def undo(self, weather: Weather, which: int) -> None:
        taken = self.decisions[-1 - which % len(self.decisions)]
        with suppress(TooLate):
            self.bench.desk.undo(taken.decision_id)
            self.undone |= {effect.op_id for effect in self.bench.effects(taken)}
        self.deliver(weather)

    @precondition(lambda self: self.decisions)
    @rule(
        weather=WEATHER, which=st.integers(0, 9), step=st.sampled_from(["retry", "retry", "give_up", "accept_as_sent"])
    )
    def settle(self, weather: Weather, which: int, step: str) -> None:
        effects = self.effects()
        waiting = [effect for effect in effects if effect.state.needs_person] or effects
        effect = waiting[which % len(waiting)]
        self.bench.clock.forward(2)
        with suppress(ImpossibleStep):
            getattr(self.bench.dispatch, step)(effect.id)
            if step == "accept_as_sent":
                self.accepted.add(effect.op_id)
        self.deliver(weather)

    @precondition(lambda self: self.decisions)
    @rule(weather=WEATHER)
    def wait(self, weather: Weather) -> None:
        self.deliver(weather)

    @rule()
    def start_again(self) -> None:
        self.bench.deliverer.release()
        self.restart()

    def deliver(self, weather: Weather) -> None:
        if weather.touched and self.survey_ids:
            self.bench.clock.forward(2)
            self.desk.touch(weather.touched(len(self.survey_ids)))
        self.desk.late_first = weather.late_first
        self.desk.offline, self.desk.denied = weather.away == "offline", weather.away == "denied"
        self.desk._faults.clear()
        self.desk._read_errors.clear()
        self.desk.fail_next(*weather.faults)
        if weather.read_error is not None:
            self.desk.fail_reads(weather.read_error())
        self.desk.mishap = weather.mishap
        self.bench.clock.forward(weather.seconds)
        try:
            self.run(self.bench.deliverer.run_once())
        except Crash:
            self.restart()

    # What must be so

    def there(self) -> Counter[OpId]:
        return Counter(landed.change.op_id for landed in self.desk.landed)

    @invariant()
    def nothing_is_there_twice(self) -> None:
        there = self.there()
        assert not [op_id for op_id, times in there.items() if times > 1]
        assert not self.undone & set(there)

    def teardown(self) -> None:
        try:
            self.all_ends_well()
        finally:
            self.bench.clear()
            self.loop.close()

    def all_ends_well(self) -> None:
        self.desk._faults.clear()
        self.desk._read_errors.clear()
        self.desk.offline = self.desk.denied = False
        self.desk.mishap = None
        deliverer.log.disabled = False
        self.bench.clock.at += deliverer.DELIVERY_LEASE_SPAN
        self.restart()
        self.run(self.bench.run_down())
        for taken in self.decisions:
            held_back = False
            for effect in self.bench.effects(taken):
                assert (
                    effect.state.settled
                    or effect.state.needs_person
                    or (held_back and effect.state is EffectState.QUEUED)
                )
                held_back = held_back or effect.state.needs_person
        self.desk.arrive()
        self.nothing_is_there_twice()
        for _ in range(20):
            waiting = [effect for effect in self.effects() if effect.state.needs_person]
            if not waiting:
                break
            for effect in waiting:
                self.bench.clock.forward(2)
                self.bench.dispatch.retry(effect.id)
            self.run(self.bench.run_down())
        self.nothing_is_there_twice()
        there = self.there()
        for effect in self.effects():
            assert effect.state.settled
            if effect.kind == "tracker":
                there[effect.op_id] = value(
                    self.bench.database, "SELECT count(*) FROM tracker_row WHERE op_id = ?", effect.op_id
                )
            if effect.state is EffectState.CONFIRMED and effect.op_id not in self.accepted:
                assert there[effect.op_id] == 1
            if effect.op_id in self.undone:
                assert (effect.state, there[effect.op_id]) == (EffectState.WITHDRAWN, 0)


TestDelivery = Delivery.TestCase
TestDelivery.settings = settings(max_examples=60, stateful_step_count=30, suppress_health_check=list(HealthCheck))
