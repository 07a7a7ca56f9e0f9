"""What one person decided is never sent under another's credential."""

import random
from datetime import timedelta

import pytest

from csat_tui.admin.port import NoAdmin
from csat_tui.domain.effect import EffectState
from csat_tui.domain.errors import Denied, SignedInAnew, Unreachable
from csat_tui.domain.ids import UserId
from csat_tui.domain.ticket import Agent, Receipt, TicketChange
from csat_tui.store import named_values
from csat_tui.sync.case_fetch import CaseFetcher
from csat_tui.sync.deliverer import Deliverer
from tests.builders import the_playbook
from tests.sync.bench import Bench

ANA = Agent(UserId(901), "Ana Pires", "ana@example.com")
BO = Agent(UserId(902), "Bo Lind", "bo@example.com")


def a_stranger(bench: Bench) -> Deliverer:
    """Return a deliverer that nobody has told whose credential it is."""
    fetcher = CaseFetcher(bench.database, bench.memory, NoAdmin(), bench.clock)
    return Deliverer(bench.database, bench.memory, fetcher, bench.clock, "stranger", random.Random(1))


class TestAnotherPersonsOutbox:
    async def test_is_not_sent_and_says_what_to_do(self, bench: Bench) -> None:
        taken = bench.ask(bench.arrive())
        bench.deliverer.set_agent(BO)
        await bench.after_grace()
        assert (bench.states(taken), bench.memory.applies) == ([EffectState.QUEUED] * 2, 0)
        assert bench.deliverer.problem == (
            "2 effects in the outbox were decided by Ana, and the credential is Bo Lind's: not sent. "
            "Sign in as Ana, or withdraw them in the outbox."
        )

    async def test_keeps_no_round_busy(self, bench: Bench) -> None:
        bench.ask(bench.arrive())
        bench.deliverer.set_agent(BO)
        bench.clock.at += the_playbook().undo
        assert await bench.deliverer.run_once() is None

    async def test_goes_out_when_they_are_back(self, bench: Bench) -> None:
        taken = bench.ask(bench.arrive())
        bench.deliverer.set_agent(BO)
        await bench.after_grace()
        bench.deliverer.set_agent(ANA)
        assert bench.deliverer.problem == ""
        await bench.deliverer.run_once()
        assert bench.states(taken) == [EffectState.CONFIRMED] * 2

    async def test_does_not_hold_up_what_the_present_one_decides(self, bench: Bench) -> None:
        former = bench.ask(bench.arrive(1))
        bench.deliverer.set_agent(BO)
        taken = bench.ask(bench.arrive(2))
        await bench.after_grace()
        assert bench.states(taken) == [EffectState.CONFIRMED] * 2
        assert bench.states(former) == [EffectState.QUEUED] * 2

    async def test_is_told_of_no_more_once_it_is_withdrawn(self, bench: Bench) -> None:
        taken = bench.ask(bench.arrive())
        bench.deliverer.set_agent(BO)
        await bench.after_grace()
        bench.dispatch.give_up(bench.effects(taken)[0].id)
        await bench.deliverer.run_once()
        assert bench.deliverer.problem == ""


class TestAnUnknownCredential:
    async def test_is_asked_whose_it_is_before_anything_is_sent(self, bench: Bench) -> None:
        taken = bench.ask(bench.arrive())
        bench.deliverer.release()
        stranger = a_stranger(bench)
        bench.clock.at = taken.sends_at
        bench.memory.fail_reads(Unreachable("no network"))
        again_at = await stranger.run_once()
        assert again_at is not None
        assert (bench.memory.applies, again_at > bench.clock.at) == (0, True)
        bench.memory.agent = BO
        bench.clock.at = again_at
        await stranger.run_once()
        assert bench.memory.applies == 0
        assert "decided by Ana" in stranger.problem

    async def test_costs_nothing_while_nothing_is_due(self, bench: Bench) -> None:
        bench.ask(bench.arrive())
        bench.deliverer.release()
        bench.memory.fail_reads(AssertionError("nobody should ask"))
        await a_stranger(bench).run_once()
        assert bench.memory._read_errors


async def test_a_credential_that_became_another_persons_sends_nothing_more(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    decisions = [bench.ask(bench.arrive(number)) for number in (1, 2)]

    async def denied(_: object) -> None:
        bench.memory.agent = BO
        raise Denied("the credential is not accepted")

    original = bench.memory.apply
    monkeypatch.setattr(bench.memory, "apply", denied)
    await bench.after_grace()
    monkeypatch.setattr(bench.memory, "apply", original)
    await bench.later(3600)
    assert [bench.states(taken)[0] for taken in decisions] == [EffectState.QUEUED] * 2
    assert bench.memory.applies == 0
    assert "Bo Lind's" in bench.deliverer.problem


@pytest.mark.parametrize(("known", "sent"), [("", True), ("Ana Pires", True), ("Bo Lind", False)])
async def test_what_was_decided_before_numbers_were_kept_goes_by_the_name(bench: Bench, known: str, sent: bool) -> None:
    taken = bench.ask(bench.arrive())
    with bench.database.write() as connection:
        connection.exec_driver_sql("UPDATE outbox SET agent_id = NULL")
        named_values.remember(connection, "agent_id", "", bench.clock.at)
        named_values.remember(connection, "agent", known, bench.clock.at)
    bench.deliverer.set_agent(ANA)
    bench.clock.at += timedelta(minutes=1)
    await bench.deliverer.run_once()
    assert (bench.states(taken)[0] is EffectState.CONFIRMED) is sent


class TestASignInBesideIt:
    async def test_is_asked_whose_it_is_and_then_everything_goes_on(self, bench: Bench) -> None:
        taken = bench.ask(bench.arrive())
        apply, changed = bench.memory.apply, [SignedInAnew("somebody may have signed in anew")]

        async def once_refused(change: TicketChange) -> Receipt:
            if changed:
                raise changed.pop()
            return await apply(change)

        bench.memory.apply = once_refused  # type: ignore[method-assign]
        await bench.after_grace()
        assert bench.states(taken) == [EffectState.QUEUED] * 2
        await bench.run_down()
        assert bench.states(taken) == [EffectState.CONFIRMED] * 2

    async def test_by_somebody_else_sends_nothing_of_the_former_persons(self, bench: Bench) -> None:
        taken = bench.ask(bench.arrive())

        async def refused(change: TicketChange) -> Receipt:
            raise SignedInAnew(f"somebody may have signed in anew: {change.op_id}")

        bench.memory.apply, apply = refused, bench.memory.apply  # type: ignore[method-assign]
        await bench.after_grace()
        bench.memory.apply, bench.memory.agent = apply, BO  # type: ignore[method-assign]
        await bench.run_down()
        assert (bench.states(taken), bench.memory.applies) == ([EffectState.QUEUED] * 2, 0)
