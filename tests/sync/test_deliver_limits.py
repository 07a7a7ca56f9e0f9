"""What was not sent waits, as long as it was told to or a little longer each time, and goes out as it was."""

from datetime import timedelta

import pytest

from csat_tui.domain.effect import EffectState
from csat_tui.domain.errors import Limited, Unreachable
from csat_tui.domain.ticket import Receipt, TicketChange
from csat_tui.sync import ticket_sender
from csat_tui.sync.status import SHORTEST_DELAY
from tests.builders import NOON, the_playbook
from tests.helpdesk.memory_desk import Fault
from tests.sync.bench import Bench, source_ticket, survey_ticket

SOURCE, SURVEY = source_ticket(1), survey_ticket(1)
DONE = [EffectState.CONFIRMED] * 3


class TestWhatWasNotSent:
    async def test_goes_back_and_is_sent_again_as_it_was_after_growing_pauses(self, bench: Bench) -> None:
        taken = bench.ask(bench.arrive())
        before = bench.effects(taken)[0]
        bench.memory.offline = True
        pauses: list[float] = []
        bench.clock.at = taken.sends_at
        for _ in range(12):
            again_at = await bench.deliverer.run_once()
            assert again_at is not None
            pauses.append((again_at - bench.clock.at).total_seconds())
            bench.clock.at = again_at
        after = bench.effects(taken)[0]
        assert after.state is EffectState.QUEUED
        assert (after.op_id, after.base, after.tags) == (before.op_id, before.base, before.tags)
        assert "nothing was sent" in after.reason
        assert all(SHORTEST_DELAY <= pause <= 2.0**failures for failures, pause in enumerate(pauses, 1))
        assert ticket_sender.LONGEST_PAUSE / 4 < max(pauses) <= ticket_sender.LONGEST_PAUSE
        bench.memory.offline = False
        await bench.run_down()
        assert [landed.change.op_id for landed in bench.memory.landed] == [before.op_id]

    async def test_waits_as_long_as_the_help_desk_asks_for(self, bench: Bench) -> None:
        taken = bench.ask(bench.arrive())
        await bench.after_grace(Fault.LIMITED)
        effect = bench.effects(taken)[0]
        assert (effect.state, effect.not_before) == (EffectState.QUEUED, bench.clock.at + timedelta(seconds=2))
        await bench.later(1.9)
        assert bench.memory.applies == 1
        await bench.later(0.1)
        assert bench.states(taken) == [EffectState.CONFIRMED] * 2

    async def test_under_a_credential_that_expired_waits_and_is_not_rejected(self, bench: Bench) -> None:
        taken = bench.ask(bench.arrive())
        bench.memory.denied = True
        await bench.after_grace()
        assert bench.states(taken)[0] is EffectState.QUEUED
        bench.memory.denied = False
        await bench.run_down()
        assert bench.states(taken) == [EffectState.CONFIRMED] * 2

    async def test_is_not_rejected_while_nobody_can_say_whether_the_credential_is_good(self, bench: Bench) -> None:
        taken = bench.ask(bench.arrive())
        bench.memory.fail_next(Fault.DENIED)
        bench.memory.fail_reads(Unreachable("no network"))
        await bench.after_grace()
        assert bench.states(taken)[0] is EffectState.QUEUED
        await bench.run_down()
        assert bench.states(taken) == [EffectState.CONFIRMED] * 2


class TestALimitOfTheWholeAccount:
    async def test_stops_the_round_and_leaves_no_trace_on_the_others(self, bench: Bench) -> None:
        decisions = [bench.ask(bench.arrive(number)) for number in range(1, 7)]
        bench.memory.fail_next(Fault.LIMITED)
        bench.clock.at = decisions[-1].sends_at
        assert await bench.deliverer.run_once() == bench.clock.at + timedelta(seconds=2)
        assert bench.memory.applies == 1
        histories = [bench.dispatch.history(bench.effects(taken)[0].id) for taken in decisions]
        assert [len(history) for history in histories] == [2, 0, 0, 0, 0, 0]
        await bench.later(1)
        assert bench.memory.applies == 1
        await bench.later(1)
        assert [bench.states(taken) for taken in decisions] == [[EffectState.CONFIRMED] * 2] * 6

    async def test_holds_for_reading_back_too(self, bench: Bench) -> None:
        lost = bench.ask(bench.arrive(1))
        await bench.after_grace(Fault.DROP_AFTER)
        bench.ask(bench.arrive(2))
        bench.clock.at += the_playbook().undo
        bench.memory.fail_reads(Limited("too many requests", 30))
        assert await bench.deliverer.run_once() == bench.clock.at + timedelta(seconds=30)
        assert (bench.memory.applies, bench.states(lost)[0]) == (1, EffectState.UNKNOWN)
        await bench.later(30)
        assert (bench.memory.applies, bench.states(lost)[0]) == (2, EffectState.CONFIRMED)

    async def test_does_not_outlast_a_clock_that_was_put_back(self, bench: Bench) -> None:
        taken = bench.ask(bench.arrive())
        await bench.after_grace(Fault.LIMITED)
        bench.clock.forward(-3600)
        again_at = await bench.deliverer.run_once()
        assert again_at == bench.clock.at + timedelta(seconds=2)
        await bench.later(2)
        assert bench.states(taken)[0] is EffectState.CONFIRMED


async def test_a_limit_of_one_ticket_holds_back_that_ticket_alone(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, other = bench.ask(bench.arrive(1)), bench.ask(bench.arrive(2))
    original, limited = bench.memory.apply, [Limited("30 updates in ten minutes", 300, ticket_only=True)]

    async def apply(change: TicketChange) -> Receipt:
        if change.ticket_id == SURVEY and limited:
            raise limited.pop()
        return await original(change)

    monkeypatch.setattr(bench.memory, "apply", apply)
    await bench.after_grace()
    effect = bench.effects(one)[0]
    assert (effect.state, effect.not_before) == (EffectState.QUEUED, bench.clock.at + timedelta(seconds=300))
    assert bench.states(other) == [EffectState.CONFIRMED] * 2
    await bench.later(300)
    assert bench.states(one) == [EffectState.CONFIRMED] * 2


class TestAClockThatJumps:
    async def test_back_after_the_decision_leaves_the_time_for_undoing_and_no_more(self, bench: Bench) -> None:
        bench.clock.forward(86_400)
        taken = bench.ask(bench.arrive())
        bench.clock.forward(-86_400)
        again_at = await bench.deliverer.run_once()
        assert again_at == bench.clock.at + the_playbook().undo
        assert bench.memory.applies == 0
        bench.clock.at = again_at
        await bench.deliverer.run_once()
        assert bench.states(taken) == [EffectState.CONFIRMED] * 2

    async def test_back_by_a_moment_does_not_take_the_time_for_undoing_away(self, bench: Bench) -> None:
        taken = bench.ask(bench.arrive())
        bench.clock.forward(-2)
        await bench.deliverer.run_once()
        await bench.later(9)
        assert (bench.states(taken)[0], bench.memory.applies) == (EffectState.QUEUED, 0)
        await bench.later(1)
        assert bench.memory.applies == 1

    async def test_back_after_a_lost_answer_still_reads_back_before_it_sends(self, bench: Bench) -> None:
        taken = bench.ask(bench.arrive())
        await bench.after_grace(Fault.DROP_AFTER)
        bench.clock.forward(-86_400)
        await bench.run_down()
        assert bench.states(taken) == [EffectState.CONFIRMED] * 2
        assert (bench.memory.applies, bench.clock.at < NOON) == (1, True)

    async def test_forward_makes_everything_due_and_sends_it_once(self, bench: Bench) -> None:
        taken = bench.ask(bench.arrive())
        await bench.after_grace(Fault.UNREACHABLE)
        await bench.later(86_400)
        assert bench.states(taken) == [EffectState.CONFIRMED] * 2
        assert len(bench.bodies(SURVEY)) == 1
