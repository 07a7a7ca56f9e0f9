"""Effects whose rows are damaged: they are set aside with a sentence, and other effects continue.

Their rows are not written to: what the ledger holds of them is what `doctor --repair` puts back.
"""

import logging
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection, bindparam, delete, exists, func, select, text
from sqlalchemy.dialects.sqlite import insert
from sqlmodel import col

from csat_tui.domain.effect import EffectEvent, EffectState
from csat_tui.store.database import Database
from csat_tui.store.ledger.file import TABLES
from csat_tui.store.outbox.items import UNSETTLED, OutboxItem, damage_sentence, read_item
from csat_tui.store.tables import DeliveryAttemptRow, OutboxRow, SpoiledRow

log = logging.getLogger(__name__)

EFFECTS_PER_READING = 200
"""Rows that one query reads, so that the screen's thread can run in between."""

IS_SET_ASIDE = exists().where(col(SpoiledRow.outbox_id) == col(OutboxRow.id))
"""The SQL condition that an effect is set aside."""

HELD_BY_DAMAGE = exists().where(
    col(SpoiledRow.decision_id) == col(OutboxRow.decision_id), col(SpoiledRow.outbox_id) < col(OutboxRow.id)
)
"""The SQL condition that an earlier effect of the same decision is set aside."""

# Made once: to build a statement costs more than to run it, and these run for every step of every effect.
_ROW = select(OutboxRow).where(col(OutboxRow.id) == bindparam("known"))
_UNSETTLED_AFTER = (
    select(OutboxRow)
    .where(UNSETTLED, col(OutboxRow.id) + 0 > bindparam("last"))
    .order_by(col(OutboxRow.id) + 0)
    .limit(EFFECTS_PER_READING)
)
_SET_ASIDE = select(col(SpoiledRow.outbox_id), col(SpoiledRow.sentence))

_COLUMNS = [column.name for column in TABLES["outbox"].columns if column.name != "id"]
_DIFFERS = [f"o.{name} IS NOT k.{name}" for name in _COLUMNS]
_ALTERED = (
    f"SELECT o.id, k.id, {', '.join(_DIFFERS)} FROM outbox AS o LEFT JOIN kept_outbox AS k ON k.id = o.id "
    f"WHERE o.id IN (SELECT value FROM json_each(?)) AND (k.id IS NULL OR {' OR '.join(_DIFFERS)})"
)
_IN_LINE = "SELECT (SELECT generation FROM mark) = (SELECT generation FROM kept_mark)"


@dataclass(frozen=True, slots=True)
class DamagedEffect:
    """An effect with a damaged row, the decision that it belongs to, and what is wrong with it."""

    outbox_id: int
    decision_id: int | None
    sentence: str


def set_aside(database: Database, items: Iterable[OutboxItem], now: datetime) -> None:
    """Set aside effects with damaged rows."""
    found = [DamagedEffect(one.id, one.decision_id, one.reason) for one in items]
    if not found:
        return
    with database.write("outbox") as connection:
        for one in found:
            put(connection, one, now)


def put(connection: Connection, found: DamagedEffect, now: datetime) -> None:
    """Set an effect aside; its decision is taken from the ledger, for the row's own may be what was altered."""
    kept = connection.execute(
        text("SELECT decision_id FROM kept_outbox WHERE id = :id"), {"id": found.outbox_id}
    ).first()
    decision = kept[0] if kept is not None and isinstance(kept[0], int) else found.decision_id
    values = {"outbox_id": found.outbox_id, "decision_id": decision, "sentence": found.sentence, "at": now}
    connection.execute(insert(SpoiledRow).values(values).on_conflict_do_nothing(index_elements=["outbox_id"]))
    log.error("effect %s: %s", found.outbox_id, found.sentence)


def altered_since_kept(connection: Connection, outbox_id: int) -> tuple[str, ...]:
    """Return the columns in which an effect differs from its copy in the ledger, which is attached."""
    return altered_among(connection, [outbox_id]).get(outbox_id, ())


def altered_among(connection: Connection, ids: Sequence[int]) -> dict[int, tuple[str, ...]]:
    """Return those of some effects that differ from their copies in the attached ledger, with the columns that do.

    Nothing is found where the ledger is a step behind, as after a full disk: it is brought in line with the next write.
    """
    if not ids or not connection.exec_driver_sql(_IN_LINE).scalar():
        return {}
    rows = connection.exec_driver_sql(_ALTERED, (str(list(ids)),))
    return {
        row[0]: tuple(name for name, differs in zip(_COLUMNS, row[2:], strict=True) if differs) or ("all of it",)
        for row in rows
    }


def is_intact(connection: Connection, item: OutboxItem, now: datetime) -> bool:
    """Return whether an effect's row is as the person decided it; set it aside if not. Needs a write transaction."""
    row = connection.execute(_ROW, {"known": item.id}).mappings().first()
    if row is None:
        return False
    present = read_item(row)
    if not present.damage and (parts := altered_since_kept(connection, item.id)):
        present = replace(present, reason=damage_sentence(parts), damage=", ".join(parts))
    if not present.damage:
        return True
    put(connection, DamagedEffect(present.id, present.decision_id, present.reason), now)
    return False


def check(database: Database, now: datetime) -> int:
    """Check all effects that are not settled, and set aside the damaged ones; returns how many were found.

    What was set aside and is whole again, because it was repaired, goes on.
    """
    found, whole = _examine(database)
    if not found and not whole:
        return 0
    with database.write("outbox") as connection:
        for outbox_id in whole:
            connection.execute(delete(SpoiledRow).where(col(SpoiledRow.outbox_id) == outbox_id))
        for one in found:
            put(connection, one, now)
    return len(found)


def _examine(database: Database) -> tuple[list[DamagedEffect], list[int]]:
    found: list[DamagedEffect] = []
    last = 0
    with database.read(ledger=True) as connection:
        known = set(sentences(connection))
        while True:
            rows = connection.execute(_UNSETTLED_AFTER, {"last": last}).mappings().all()
            if not rows:
                break
            found += _damaged([read_item(row) for row in rows], connection)
            last = rows[-1]["id"]
    spoiled = {one.outbox_id for one in found}
    return [one for one in found if one.outbox_id not in known], sorted(known - spoiled)


def _damaged(items: Sequence[OutboxItem], connection: Connection) -> list[DamagedEffect]:
    altered = altered_among(connection, [one.id for one in items])
    found = []
    for one in items:
        if one.damage:
            found.append(DamagedEffect(one.id, one.decision_id, one.reason))
        elif parts := altered.get(one.id):
            found.append(DamagedEffect(one.id, one.decision_id, damage_sentence(parts)))
    return found


def read_intact(
    database: Database, now: datetime, read: Callable[[Connection], tuple[OutboxItem, ...]]
) -> tuple[OutboxItem, ...]:
    """Return what `read` finds in the outbox, after all damaged effects have been set aside."""
    while True:
        with database.read() as connection:
            items = read(connection)
        damaged = [one for one in items if one.damage]
        if not damaged:
            return items
        set_aside(database, damaged, now)


def sentences(connection: Connection) -> dict[int, str]:
    """Return the effects that are set aside, each with its sentence."""
    return {row[0]: row[1] for row in connection.execute(_SET_ASIDE)}


def with_damage(connection: Connection, items: Iterable[OutboxItem]) -> tuple[OutboxItem, ...]:
    """Return effects as a person sees them: an effect that is set aside is damaged, whatever its row says."""
    aside = sentences(connection)
    return tuple(
        replace(one, state=EffectState.DAMAGED, reason=aside[one.id], damage=one.damage or "its row")
        if one.id in aside and not one.state.settled
        else one
        for one in items
    )


def count(connection: Connection) -> int:
    """Return how many effects are set aside and not settled."""
    query = select(func.count()).select_from(OutboxRow).where(UNSETTLED, IS_SET_ASIDE)
    return int(connection.execute(query).scalar_one())


def give_up(connection: Connection, item: OutboxItem, now: datetime, sentence: str) -> None:
    """Withdraw a damaged effect; nothing is written into its row but that it is withdrawn."""
    attempt = item.attempt
    connection.execute(
        text("UPDATE outbox SET state = :state, reason = :said, changed_at = :now WHERE id = :id"),
        {"state": EffectState.WITHDRAWN.value, "said": sentence, "now": int(now.timestamp() * 1000), "id": item.id},
    )
    connection.execute(
        DeliveryAttemptRow.__table__.insert(),  # type: ignore[attr-defined]
        {
            "outbox_id": item.id, "attempt": attempt, "at": now, "event": EffectEvent.GIVEN_UP.value,
            "state": EffectState.WITHDRAWN.value, "sentence": sentence,
        },
    )  # fmt: skip
    connection.execute(delete(SpoiledRow).where(col(SpoiledRow.outbox_id) == item.id))
