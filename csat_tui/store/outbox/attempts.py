"""The history of an effect, step by step, and whether the effect may have arrived already."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, bindparam, func, select
from sqlmodel import col

from csat_tui.domain.effect import EffectEvent, EffectState
from csat_tui.domain.ids import DecisionId
from csat_tui.domain.ticket import Status
from csat_tui.store import tickets
from csat_tui.store.outbox.items import NO_TIME, OutboxItem, known_state
from csat_tui.store.tables import DeliveryAttemptRow, OutboxRow

# Made once: to build a statement costs more than to run it, and these run for every step of every effect.
_LOST = (
    select(col(DeliveryAttemptRow.id))
    .where(col(DeliveryAttemptRow.outbox_id) == bindparam("known"), col(DeliveryAttemptRow.event) == EffectEvent.LOST)
    .limit(1)
)
_LAST_EVENT = (
    select(col(DeliveryAttemptRow.event))
    .where(col(DeliveryAttemptRow.outbox_id) == bindparam("known"))
    .order_by(col(DeliveryAttemptRow.id).desc())
    .limit(1)
)


@dataclass(frozen=True, slots=True)
class Attempt:
    """One step in an effect's history."""

    attempt: int
    at: datetime
    event: str
    state: EffectState
    sentence: str


def history(connection: Connection, outbox_id: int) -> tuple[Attempt, ...]:
    """Return an effect's whole history, in order."""
    rows = connection.execute(
        select(DeliveryAttemptRow)
        .where(col(DeliveryAttemptRow.outbox_id) == outbox_id)
        .order_by(col(DeliveryAttemptRow.id))
    ).mappings()
    return tuple(
        Attempt(
            row["attempt"],
            row["at"] if isinstance(row["at"], datetime) else NO_TIME,
            row["event"],
            known_state(row["state"]),
            row["sentence"],
        )
        for row in rows
    )


def last_event(connection: Connection) -> int:
    """Return the number of the last step of any effect; 0 if there is none."""
    found: int | None = connection.execute(select(func.max(col(DeliveryAttemptRow.id)))).scalar()
    return found or 0


def ever_lost(connection: Connection, decision_id: DecisionId) -> bool:
    """Return whether an answer was ever lost for any of a decision's effects."""
    row = connection.execute(
        select(col(DeliveryAttemptRow.id))
        .join(OutboxRow, col(OutboxRow.id) == col(DeliveryAttemptRow.outbox_id))
        .where(col(OutboxRow.decision_id) == decision_id, col(DeliveryAttemptRow.event) == EffectEvent.LOST)
        .limit(1)
    ).first()
    return row is not None


def was_lost(connection: Connection, outbox_id: int) -> bool:
    """Return whether an answer was ever lost for an effect."""
    return connection.execute(_LOST, {"known": outbox_id}).first() is not None


def in_doubt(connection: Connection, outbox_id: int) -> bool:
    """Tell whether to look for an effect before it is sent: an answer was lost, and it was not just found absent."""
    if not was_lost(connection, outbox_id):
        return False
    return bool(connection.execute(_LAST_EVENT, {"known": outbox_id}).scalar_one() != EffectEvent.ABSENT)


def may_be_there(connection: Connection, effect: OutboxItem) -> bool:
    """Tell whether an effect has landed or, its answer once lost, may still do so under the stamp it was sent with."""
    match effect.state:
        case EffectState.CONFLICT | EffectState.REJECTED:
            return was_lost(connection, effect.id) and not _ruled_out(connection, effect)
        case EffectState.QUEUED | EffectState.WITHDRAWN:
            return was_lost(connection, effect.id)
        case _:
            return True


def _ruled_out(connection: Connection, effect: OutboxItem) -> bool:
    """Tell whether an effect is not there and cannot come any more: where its ticket has moved on from its base, it
    was what moved it, and then the transcript shows it, or it will be refused."""
    ticket = tickets.ticket(connection, effect.ticket_id)
    if ticket is None or effect.base is None:
        return False
    if ticket.status is Status.DELETED:
        return True
    _, read = tickets.stamps(connection, [ticket.id])[ticket.id]
    return read is not None and read > effect.base
