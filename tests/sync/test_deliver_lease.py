"""One process at a time delivers, and finding out whose turn it is costs the same at any history."""

import asyncio
from datetime import timedelta
from typing import Any

from sqlalchemy import event

from csat_tui.domain.effect import EffectState
from csat_tui.domain.ticket import Receipt, TicketChange
from csat_tui.store import outbox
from csat_tui.store.outbox import delivery_turns
from csat_tui.sync import deliverer
from csat_tui.transport import session
from csat_tui.transport.pace import WRITE_WAIT
from tests.builders import NOON, the_playbook
from tests.helpdesk.memory_desk import MemoryDesk
from tests.sync.bench import Bench, source_ticket, survey_ticket

SOURCE, SURVEY = source_ticket(1), survey_ticket(1)
DONE = [EffectState.CONFIRMED] * 3


class TestTwoProcesses:
    async def test_only_the_holder_of_the_lease_sends(self, bench: Bench) -> None:
        bench.ask(bench.arrive())
        other = bench.new_deliverer("another process")
        await bench.deliverer.run_once()
        bench.clock.forward(10)
        again_at = await other.run_once()
        assert bench.memory.applies == 0
        assert again_at is not None
        assert again_at > bench.clock.at
        await bench.deliverer.run_once()
        assert bench.memory.applies == 1

    async def test_a_silent_holder_is_relieved_and_what_it_was_sending_is_read_back(self, bench: Bench) -> None:
        taken = bench.ask(bench.arrive())
        stuck, go_on = asyncio.Event(), asyncio.Event()

        class Slow(MemoryDesk):
            async def apply(self, change: TicketChange) -> Receipt:
                receipt = bench.memory._apply(change)
                stuck.set()
                await go_on.wait()
                return receipt

        bench.clock.at = taken.sends_at
        silent = bench.new_deliverer("silent", Slow(bench.clock))
        sending = asyncio.create_task(silent.run_once())
        await stuck.wait()
        await bench.later(deliverer.DELIVERY_LEASE_SPAN.total_seconds() - 1)
        assert bench.states(taken)[0] is EffectState.SENDING
        await bench.later(1)
        assert bench.states(taken)[0] is EffectState.UNKNOWN
        go_on.set()  # the silent one wakes up with its answer: too late, and no harm done
        await sending
        await bench.run_down()
        assert bench.states(taken) == [EffectState.CONFIRMED] * 2
        assert len(bench.memory.landed) == 1
        bench.ask(bench.arrive(2))
        bench.clock.at += the_playbook().undo
        await silent.run_once()
        assert len(bench.memory.landed) == 1

    async def test_a_lease_given_back_is_taken_at_once(self, bench: Bench) -> None:
        taken = bench.ask(bench.arrive())
        other = bench.new_deliverer("another process")
        await other.run_once()
        other.release()
        await bench.after_grace()
        assert bench.states(taken) == [EffectState.CONFIRMED] * 2

    async def test_a_lease_from_before_the_clock_was_put_back_keeps_nobody_waiting(self, bench: Bench) -> None:
        taken = bench.ask(bench.arrive())
        bench.clock.forward(7200)
        await bench.new_deliverer("died", MemoryDesk(bench.clock)).run_once()
        bench.clock.forward(-3600)
        await bench.run_down()
        assert bench.memory.applies == 0 or bench.states(taken)[0] is not EffectState.QUEUED

    def test_a_lease_outlasts_any_one_request(self) -> None:
        assert deliverer.DELIVERY_LEASE_SPAN.total_seconds() / 2 > WRITE_WAIT + session.READ_TIMEOUT


def test_looking_for_what_is_due_costs_the_same_at_any_history(bench: Bench) -> None:
    plans: list[str] = []

    def look(connection: Any, cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        if statement.startswith("SELECT"):
            raw = cursor.connection.execute(f"EXPLAIN QUERY PLAN {statement}", parameters)
            plans.append("\n".join(row[3] for row in raw.fetchall()))

    event.listen(bench.database._engine, "before_cursor_execute", look)
    with bench.database.read() as connection:
        delivery_turns.due(connection, NOON, 9)
        delivery_turns.next_due(connection)
        delivery_turns.in_flight(connection)
        outbox.summary(connection)
        outbox.unsettled(connection)
    # The others look at the few rows that the disk has altered.
    of_the_outbox = [plan for plan in plans if "outbox" in plan]
    assert len(of_the_outbox) >= 6
    for plan in of_the_outbox:
        assert "ix_outbox_unsettled" in plan, plan
    for plan in plans:
        assert "SCAN outbox\n" not in f"{plan}\n", plan
        assert "SCAN earlier" not in plan, plan


async def test_a_note_and_its_row_cost_three_commits(bench: Bench) -> None:
    """Each commit is a write to the disk that is waited for."""
    for number in range(1, 6):
        bench.ask(bench.arrive(number))
    bench.clock.at += the_playbook().undo
    written, before = 0, {}

    def look(connection: Any, cursor: Any, statement: str, *_: Any) -> None:
        nonlocal written
        raw = cursor.connection
        if statement.startswith("BEGIN"):
            before[id(raw)] = raw.total_changes
        elif statement == "COMMIT":
            written += raw.total_changes > before[id(raw)]

    event.listen(bench.database._engine, "before_cursor_execute", look)
    await bench.deliverer.run_once()
    assert len(bench.memory.landed) == 5
    assert written == 1 + 5 * 3  # the lease, and for each: claimed, landed, the row


async def test_a_lease_is_renewed_before_half_of_it_is_gone(bench: Bench) -> None:
    await bench.deliverer.run_once()
    other = bench.new_deliverer("another process")
    bench.clock.at += deliverer.DELIVERY_LEASE_SPAN / 2 + timedelta(seconds=1)
    await bench.deliverer.run_once()
    bench.ask(bench.arrive())
    bench.clock.at += deliverer.DELIVERY_LEASE_SPAN / 2
    await other.run_once()
    assert bench.memory.applies == 0
    await bench.deliverer.run_once()
    assert bench.memory.applies == 1


async def test_a_lease_that_is_lost_in_the_middle_of_a_round_ends_it(bench: Bench) -> None:
    decisions = [bench.ask(bench.arrive(number)) for number in range(1, 10)]
    other = bench.new_deliverer("another process")
    bench.clock.at = decisions[0].sends_at

    class Sleepy(MemoryDesk):
        async def apply(self, change: TicketChange) -> Receipt:
            # The machine slept with this write on its way, and another process took over.
            if self.applies == 0:
                bench.clock.at += deliverer.DELIVERY_LEASE_SPAN
                await other.run_once()
            return await super().apply(change)

    sleepy = Sleepy(bench.clock)
    sleepy._tickets, sleepy._messages = bench.memory._tickets, bench.memory._messages
    await bench.new_deliverer("sleepy", sleepy).run_once()
    assert len(sleepy.landed) <= deliverer.PARALLEL_EFFECTS
    assert len({landed.change.op_id for landed in (*sleepy.landed, *bench.memory.landed)}) == len(
        [*sleepy.landed, *bench.memory.landed]
    )
