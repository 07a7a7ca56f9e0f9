"""Whose turn it is: the effects that delivery can move on now, when it can move on others, and whose they are."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Integer, and_, bindparam, false, func, or_, select, true, update
from sqlalchemy.orm import aliased
from sqlmodel import col

from csat_tui.domain.effect import EffectState
from csat_tui.domain.ids import UserId
from csat_tui.domain.ticket import Agent
from csat_tui.effects.kind import DeliveryMethod
from csat_tui.effects.registry import kinds_delivered_by, not_waited_for
from csat_tui.store.named_values import recall, remember
from csat_tui.store.outbox.damaged_effects import HELD_BY_DAMAGE, IS_SET_ASIDE
from csat_tui.store.outbox.items import UNSETTLED, OutboxItem, read_item
from csat_tui.store.tables import DecisionRow, OutboxRow


def _one_of(column: Any, values: Iterable[Any]) -> ColumnElement[bool]:
    """Return that a column has one of these values; a list would be written into the statement whenever it runs."""
    return or_(false(), *(column == value for value in values))


def _none_of(column: Any, values: Iterable[Any]) -> ColumnElement[bool]:
    """Return that a column has none of these values."""
    return and_(true(), *(column != value for value in values))


_EARLIER = aliased(OutboxRow, name="earlier")
_OTHER = aliased(OutboxRow, name="other")
_HELD_BACK = (
    select(col(_EARLIER.id))
    .where(col(_EARLIER.decision_id) == col(OutboxRow.decision_id), col(_EARLIER.position) < col(OutboxRow.position))
    .where(_none_of(col(_EARLIER.state), (EffectState.CONFIRMED, EffectState.WITHDRAWN)))
    .where(_none_of(col(_EARLIER.kind), not_waited_for()))
    .exists()
) | HELD_BY_DAMAGE
_CROSSING = (
    select(col(_OTHER.id))
    .where(col(_OTHER.ticket_id) == col(OutboxRow.ticket_id), col(_OTHER.id) < col(OutboxRow.id))
    .where(_one_of(col(_OTHER.state), (EffectState.SENDING, EffectState.UNKNOWN)))
    .exists()
)
"""Made once: to put these two together takes longer than to ask them."""


# Nor for another person's credential, where `of` says whose there is.
_OF = (bindparam("of", type_=Integer).is_(None)) | (col(OutboxRow.agent_id) == bindparam("of"))
_MOVABLE = (
    UNSETTLED,
    _one_of(col(OutboxRow.state), (EffectState.QUEUED, EffectState.UNKNOWN)),
    ~IS_SET_ASIDE,
    ~_HELD_BACK,
    (col(OutboxRow.state) == EffectState.UNKNOWN) | ~_CROSSING,
)
"""The condition of waiting for a moment only: not for a person or an earlier effect of the decision, nor for an
earlier one on the same ticket that may still be on its way there: whichever came second would find the ticket moved
on by the other."""

_ERRANDS = kinds_delivered_by(DeliveryMethod.ERRAND)
_SORT = {True: _one_of(col(OutboxRow.kind), _ERRANDS), False: _none_of(col(OutboxRow.kind), _ERRANDS)}
"""Errands, or what goes to the help desk or stays here: they are delivered apart."""

_DUE = {
    errands: select(OutboxRow)
    .where(*_MOVABLE, sort, _OF, col(OutboxRow.not_before) <= bindparam("now"))
    .order_by(col(OutboxRow.not_before), col(OutboxRow.id))
    .limit(bindparam("most", type_=Integer))
    for errands, sort in _SORT.items()
}
_NEXT_DUE = {
    errands: select(func.min(col(OutboxRow.not_before))).where(*_MOVABLE, sort, _OF) for errands, sort in _SORT.items()
}
_ITS_TURN = select(col(OutboxRow.id)).where(*_MOVABLE, col(OutboxRow.id) == bindparam("known"))
_IN_FLIGHT = {
    errands: select(OutboxRow).where(UNSETTLED, sort, col(OutboxRow.state) == EffectState.SENDING, ~IS_SET_ASIDE)
    for errands, sort in _SORT.items()
}
_AHEAD = (
    select(col(OutboxRow.id), col(OutboxRow.not_before), col(OutboxRow.changed_at))
    .where(UNSETTLED, _one_of(col(OutboxRow.state), (EffectState.QUEUED, EffectState.UNKNOWN)), ~IS_SET_ASIDE)
    .where(col(OutboxRow.changed_at) > bindparam("now"), col(OutboxRow.not_before) > bindparam("now"))
)
_PUT_OFF = update(OutboxRow).where(col(OutboxRow.id) == bindparam("known"))
_POSTPONE = _PUT_OFF.where(col(OutboxRow.state) == bindparam("was"))


def due(
    connection: Connection, now: datetime, limit: int, *, of: UserId | None = None, errands: bool = False
) -> tuple[OutboxItem, ...]:
    """Return the effects `of` one agent, or of any, that delivery can move on now; either errands, or all others.

    Within a decision each waits for the one before it, on a ticket for an earlier one whose fate is not known.
    """
    rows = connection.execute(_DUE[errands], {"now": now, "most": limit, "of": of})
    return tuple(read_item(row) for row in rows.mappings())


def next_due(connection: Connection, *, of: UserId | None = None, errands: bool = False) -> datetime | None:
    """Return when delivery has something to move on next; None if nothing waits for a moment."""
    found = connection.execute(_NEXT_DUE[errands], {"of": of}).scalar()
    return found if isinstance(found, datetime) else None


def is_its_turn(connection: Connection, item: OutboxItem) -> bool:
    """Tell whether an effect still waits for nothing but its moment."""
    return connection.execute(_ITS_TURN, {"known": item.id}).first() is not None


def in_flight(connection: Connection, *, errands: bool = False) -> tuple[OutboxItem, ...]:
    """Return the effects that are marked as being sent."""
    return tuple(read_item(row) for row in connection.execute(_IN_FLIGHT[errands]).mappings())


def hurry(connection: Connection, now: datetime, *, settling: timedelta) -> None:
    """Let what was tried before, and what was lost, be taken on now; the time for undoing stays.

    What happened within the time of settling waits for that: it may be too early to look, or to send.
    """
    tried = (col(OutboxRow.state) == EffectState.QUEUED) & (col(OutboxRow.attempt) > 0)
    paused = update(OutboxRow).where(UNSETTLED, ~IS_SET_ASIDE, tried | (col(OutboxRow.state) == EffectState.UNKNOWN))
    fresh = col(OutboxRow.changed_at) > now - settling
    for until, which in ((now, ~fresh), (now + settling, fresh)):
        connection.execute(paused.where(which, col(OutboxRow.not_before) > until).values(not_before=until))


def follow_clock(connection: Connection, now: datetime) -> None:
    """Let what waits for a moment wait from now on, where the clock was put back since it began to wait."""
    rows: Sequence[Any] = connection.execute(_AHEAD, {"now": now}).all()
    for outbox_id, until, since in rows:
        if not (isinstance(until, datetime) and isinstance(since, datetime)):
            continue  # damaged, and set aside
        values = {"not_before": now + (until - since), "changed_at": now}
        connection.execute(_PUT_OFF, {"known": outbox_id, **values})


def postpone(connection: Connection, item: OutboxItem, until: datetime, sentence: str, *, at: datetime) -> None:
    """Leave an effect in its state until a later time, and say why."""
    values = {"not_before": until, "reason": sentence, "changed_at": at}
    connection.execute(_POSTPONE, {"known": item.id, "was": item.state, **values})


_OF_OTHERS = (
    select(func.count(), func.max(col(DecisionRow.decided_by)))
    .select_from(OutboxRow)
    .join(DecisionRow, col(DecisionRow.id) == col(OutboxRow.decision_id))
    .where(UNSETTLED, func.coalesce(col(OutboxRow.agent_id), 0) != bindparam("me"))
)


@dataclass(frozen=True, slots=True)
class OtherOwners:
    """How many effects wait for another person's credential, and the name of one of these people."""

    effects: int
    name: str


def introduce(connection: Connection, agent: Agent, at: datetime) -> None:
    """Take it that from now on decisions are this person's.

    What was decided before anybody was known by number is theirs too, unless another name was known.
    """
    known = recall(connection, "agent_id")
    if known == str(agent.id):
        return
    if not known and recall(connection, "agent") in ("", agent.name):
        connection.execute(
            update(OutboxRow).where(UNSETTLED, col(OutboxRow.agent_id).is_(None)).values(agent_id=agent.id)
        )
    remember(connection, "agent_id", str(agent.id), at)


def other_owners(connection: Connection, agent_id: UserId) -> OtherOwners | None:
    """Return the effects that another person decided; None if there are none."""
    row = connection.execute(_OF_OTHERS, {"me": agent_id}).one()
    return OtherOwners(int(row[0]), str(row[1])) if row[0] else None
