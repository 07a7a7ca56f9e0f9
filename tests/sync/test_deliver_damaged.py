"""One altered row of the outbox is set aside with a sentence: its neighbours go on, and the ledger mends it."""

import sqlite3
from contextlib import closing
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from csat_tui.domain.effect import EffectEvent, EffectState, ImpossibleStep
from csat_tui.store import outbox
from csat_tui.store.database import Database
from csat_tui.store.outbox import damaged_effects
from csat_tui.store.recovery import damage, repair
from csat_tui.store.tables import OutboxRow
from csat_tui.workflow.desk import TakenDecision
from tests.store.shelf import value
from tests.store.test_ledger import in_line
from tests.sync.bench import Bench, survey_ticket

COLUMNS = [name for name in OutboxRow.model_fields if name != "id"]
GARBAGE: dict[str, Any] = {
    "words": "garbled",
    "half a character": "CAST(x'7bff22' AS TEXT)",
    "bytes": b"\x00\xff",
    "a huge number": 2**62,
    "a negative number": -1,
    "half an object": '{"stamp":"2026-03-1',
    "another object": '{"stamp":"2026-03-10T12:00:00+00:00"}',
}


def alter(database: Database, outbox_id: int, column: str, garbage: Any) -> None:
    """Do to a row what a failing disk does: nobody is told, and the ledger's copy stays as it was."""
    with closing(sqlite3.connect(database.file)) as connection, connection:
        if isinstance(garbage, str) and garbage.startswith("CAST("):
            connection.execute(f"UPDATE outbox SET {column} = {garbage} WHERE id = ?", (outbox_id,))
        else:
            connection.execute(f"UPDATE outbox SET {column} = ? WHERE id = ?", (garbage, outbox_id))


def first_of(bench: Bench, taken: TakenDecision) -> int:
    return bench.effects(taken)[0].id


ALTERATIONS = [
    pytest.param(column, garbage, id=f"{column}: {name}") for column in COLUMNS for name, garbage in GARBAGE.items()
]


@pytest.mark.parametrize(("column", "garbage"), ALTERATIONS)
async def test_an_altered_column_stops_nothing_but_its_decision(bench: Bench, column: str, garbage: Any) -> None:
    taken, other = bench.ask(bench.arrive(1)), bench.ask(bench.arrive(2))
    effect_id = first_of(bench, taken)
    with bench.database.read() as connection:
        before = connection.exec_driver_sql("SELECT * FROM outbox WHERE id = ?", (effect_id,)).mappings().one()
    alter(bench.database, effect_id, column, garbage)

    await bench.after_grace()
    await bench.run_down()

    assert bench.states(other) == [EffectState.CONFIRMED] * 2
    effect = bench.dispatch.effect(effect_id)
    assert effect is not None
    assert (effect.state, "doctor --repair" in effect.reason) == (EffectState.DAMAGED, True)
    assert [landed.change.ticket_id for landed in bench.memory.landed] == [survey_ticket(2)]
    assert value(bench.database, "SELECT state FROM outbox WHERE id = ?", effect_id + 1) == "queued"
    assert effect_id in {one.id for one in bench.dispatch.unsettled()}
    assert (bench.dispatch.summary().needs_person, bench.dispatch.summary().waiting) == (1, 0)
    assert bench.dispatch.history(effect_id) == ()
    assert await bench.deliverer.run_once() is None

    file = bench.database.file
    assert [one.key for one in damage.find(file)] == [(effect_id,)]
    bench.database.close()
    done = repair(file, bench.clock.now())
    assert f"effect {effect_id}" in done.sentence
    again = Bench(Database.open(file), bench.memory, bench.clock)
    with again.database.read() as connection:
        after = connection.exec_driver_sql("SELECT * FROM outbox WHERE id = ?", (effect_id,)).mappings().one()
    assert dict(after) == dict(before)
    await again.after_grace()
    await again.run_down()
    assert again.states(taken) == [EffectState.CONFIRMED] * 2
    assert len(again.memory.landed) == 2
    in_line(again.database)
    again.database.close()


@settings(max_examples=60)
@given(
    column=st.sampled_from(COLUMNS),
    at=st.integers(0, 5000),
    flip=st.integers(1, 255),
)
def test_any_flipped_byte_is_found_before_anything_is_sent(column: str, at: int, flip: int) -> None:
    bench = Bench.temporary()
    try:
        taken = bench.ask(bench.arrive(1))
        effect_id = first_of(bench, taken)
        with closing(sqlite3.connect(bench.database.file)) as connection, connection:
            query = f"SELECT CAST({column} AS BLOB), typeof({column}) FROM outbox WHERE id = ?"
            raw, kind = connection.execute(query, (effect_id,)).fetchone()
            if not raw:
                return
            altered = bytearray(raw)
            altered[at % len(altered)] ^= flip
            made = "CAST(? AS TEXT)" if kind == "text" else "CAST(CAST(? AS TEXT) AS INTEGER)"
            connection.execute(f"UPDATE outbox SET {column} = {made} WHERE id = ?", (bytes(altered), effect_id))
            changed = connection.execute(query, (effect_id,)).fetchone()[0] != raw
        damaged_effects.check(bench.database, bench.clock.now())
        with bench.database.read() as connection:
            found = outbox.item(connection, effect_id)
        assert found is not None
        assert (found.state is EffectState.DAMAGED) == changed
    finally:
        bench.clear()


async def test_what_was_being_sent_is_set_aside_and_looked_for_once_it_is_repaired(bench: Bench) -> None:
    taken = bench.ask(bench.arrive(1))
    effect_id = first_of(bench, taken)
    with bench.database.write() as connection:
        effect = outbox.item(connection, effect_id)
        assert effect is not None
        outbox.move(connection, effect, EffectEvent.CLAIMED, at=bench.clock.now(), attempt=1)
    alter(bench.database, effect_id, "seen", "{")
    await bench.after_grace()
    assert bench.states(taken)[0] is EffectState.DAMAGED
    assert value(bench.database, "SELECT state FROM outbox WHERE id = ?", effect_id) == "sending"
    file = bench.database.file
    bench.database.close()
    repair(file, bench.clock.now())
    again = Bench(Database.open(file), bench.memory, bench.clock)
    await again.after_grace()
    await again.run_down()
    assert again.states(taken) == [EffectState.CONFIRMED] * 2
    again.database.close()


async def test_one_that_no_copy_has_whole_can_be_withdrawn(bench: Bench) -> None:
    taken = bench.ask(bench.arrive(1))
    effect_id = first_of(bench, taken)
    with bench.database.write() as connection:
        connection.exec_driver_sql("UPDATE outbox SET seen = '{' WHERE id = ?", (effect_id,))
    await bench.after_grace()
    assert [(one.key, one.mendable) for one in damage.find(bench.database.file)] == [((effect_id,), False)]
    with pytest.raises(ImpossibleStep, match="damaged"):
        bench.dispatch.retry(effect_id)
    bench.dispatch.give_up(effect_id)
    await bench.after_grace()
    assert bench.states(taken) == [EffectState.WITHDRAWN, EffectState.CONFIRMED]
    assert [one.event for one in bench.dispatch.history(effect_id)] == ["given up"]
    assert damage.find(bench.database.file) == []


def test_what_changes_beside_a_damaged_column_does_not_carry_it_into_the_ledger(bench: Bench) -> None:
    effect_id = first_of(bench, bench.ask(bench.arrive(1)))
    alter(bench.database, effect_id, "payload", "{}")
    with bench.database.write() as connection:
        connection.exec_driver_sql("UPDATE outbox SET reason = 'later' WHERE id = ?", (effect_id,))
        kept = connection.exec_driver_sql("SELECT reason, payload FROM kept_outbox WHERE id = ?", (effect_id,)).one()
    assert (kept[0], kept[1] != "{}") == ("later", True)


def test_a_ledger_that_is_altered_is_mended_from_the_database(bench: Bench) -> None:
    effect_id = first_of(bench, bench.ask(bench.arrive(1)))
    file = bench.database.file
    bench.database.close()
    with closing(sqlite3.connect(f"{file}.ledger")) as connection, connection:
        connection.execute("UPDATE kept_outbox SET payload = '{}' WHERE id = ?", (effect_id,))
    repair(file, bench.clock.now())
    again = Bench(Database.open(file), bench.memory, bench.clock)
    assert bench.clock.now() - again.clock.now() == timedelta()
    in_line(again.database)
    again.database.close()


def test_words_that_were_altered_are_put_back_as_well(bench: Bench) -> None:
    taken = bench.ask(bench.arrive(1))
    file = bench.database.file
    bench.database.close()
    with closing(sqlite3.connect(file)) as connection, connection:
        connection.execute("DROP TRIGGER decision_is_append_only")
        connection.execute("UPDATE decision SET fields = '{' WHERE id = ?", (taken.decision_id,))
        connection.execute(
            "CREATE TRIGGER decision_is_append_only BEFORE UPDATE ON decision BEGIN "
            "SELECT RAISE(ABORT, 'decision is append-only'); END"
        )
    assert [one.table for one in damage.find(file)] == ["decision"]
    repair(file, bench.clock.now())
    again = Database.open(file)
    in_line(again)
    again.close()
