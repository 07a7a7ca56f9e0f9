"""Whose turn it is: the effects that delivery can move on now, and from when on it can move on others."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, func, select, update
from sqlalchemy.orm import aliased
from sqlmodel import col

from csat_tui.domain.ids import UserId
from csat_tui.domain.outbox import State
from csat_tui.store.outbox import UNSETTLED, OutboxItem, read_item
from csat_tui.store.tables import OutboxRow

_EARLIER = aliased(OutboxRow, name="earlier")
_OTHER = aliased(OutboxRow, name="other")
_HELD_BACK = (
    select(col(_EARLIER.id))
    .where(col(_EARLIER.decision_id) == col(OutboxRow.decision_id), col(_EARLIER.position) < col(OutboxRow.position))
    .where(col(_EARLIER.state).not_in([State.CONFIRMED, State.WITHDRAWN]))
    .exists()
)
_CROSSING = (
    select(col(_OTHER.id))
    .where(col(_OTHER.ticket_id) == col(OutboxRow.ticket_id), col(_OTHER.id) < col(OutboxRow.id))
    .where(col(_OTHER.state).in_([State.SENDING, State.UNKNOWN]))
    .exists()
)
"""Made once: to put these two together takes longer than to ask them."""


def due(connection: Connection, now: datetime, limit: int, *, of: UserId | None = None) -> tuple[OutboxItem, ...]:
    """Return the effects `of` one agent, or of any, that delivery can move on now.

    Within a decision each waits for the one before it, on a ticket for an earlier one whose fate is not known.
    """
    rows = connection.execute(
        _movable(select(OutboxRow), of)
        .where(col(OutboxRow.not_before) <= now)
        .order_by(col(OutboxRow.not_before), col(OutboxRow.id))
        .limit(limit)
    )
    return tuple(read_item(row) for row in rows.mappings())


def next_due(connection: Connection, *, of: UserId | None = None) -> datetime | None:
    """Return when delivery has something to move on next; None if nothing waits for a moment."""
    found: datetime | None = connection.execute(_movable(select(func.min(col(OutboxRow.not_before))), of)).scalar()
    return found


def is_its_turn(connection: Connection, item: OutboxItem) -> bool:
    """Tell whether an effect still waits for nothing but its moment."""
    return (
        connection.execute(_movable(select(col(OutboxRow.id))).where(col(OutboxRow.id) == item.id)).first() is not None
    )


def in_flight(connection: Connection) -> tuple[OutboxItem, ...]:
    """Return the effects that are marked as being sent."""
    rows = connection.execute(select(OutboxRow).where(UNSETTLED, col(OutboxRow.state) == State.SENDING))
    return tuple(read_item(row) for row in rows.mappings())


def hurry(connection: Connection, now: datetime, *, settling: timedelta) -> None:
    """Let what was tried before, and what was lost, be taken on now; the time for undoing stays.

    What happened within the time of settling waits for that: it may be too early to look, or to send.
    """
    tried = (col(OutboxRow.state) == State.QUEUED) & (col(OutboxRow.attempt) > 0)
    paused = update(OutboxRow).where(UNSETTLED, tried | (col(OutboxRow.state) == State.UNKNOWN))
    fresh = col(OutboxRow.changed_at) > now - settling
    for until, which in ((now, ~fresh), (now + settling, fresh)):
        connection.execute(paused.where(which, col(OutboxRow.not_before) > until).values(not_before=until))


def follow_clock(connection: Connection, now: datetime) -> None:
    """Let what waits for a moment wait from now on, where the clock was put back since it began to wait."""
    ahead = col(OutboxRow.state).in_([State.QUEUED, State.UNKNOWN]) & (col(OutboxRow.changed_at) > now)
    rows = connection.execute(
        select(col(OutboxRow.id), col(OutboxRow.not_before), col(OutboxRow.changed_at))
        .where(UNSETTLED, ahead)
        .where(col(OutboxRow.not_before) > now)
    ).all()
    for outbox_id, until, since in rows:
        values = {"not_before": now + (until - since), "changed_at": now}
        connection.execute(update(OutboxRow).where(col(OutboxRow.id) == outbox_id).values(values))


def postpone(connection: Connection, item: OutboxItem, until: datetime, sentence: str, *, at: datetime) -> None:
    """Leave an effect where it is and look at it again later, saying why."""
    connection.execute(
        update(OutboxRow)
        .where(col(OutboxRow.id) == item.id, col(OutboxRow.state) == item.state)
        .values(not_before=until, reason=sentence, changed_at=at)
    )


def _movable(query: Any, of: UserId | None = None) -> Any:
    """Narrow to effects `of` one agent, or of any, that wait for a moment only.

    That is not for a person or an earlier effect of their decision. Nor for an earlier one on the same ticket that may
    still be on its way there: whichever came second would find the ticket moved on by the other.
    """
    movable = query.where(UNSETTLED, col(OutboxRow.state).in_([State.QUEUED, State.UNKNOWN]), ~_HELD_BACK)
    movable = movable.where((col(OutboxRow.state) == State.UNKNOWN) | ~_CROSSING)
    return movable if of is None else movable.where(col(OutboxRow.agent_id) == of)
