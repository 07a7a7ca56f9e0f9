"""What has changed on an effect's ticket since the person saw it, as far as the store knows."""

from datetime import datetime
from typing import Any

from sqlalchemy import BindParameter, Connection, bindparam, func, select
from sqlmodel import col

from csat_tui.domain.conflict import is_news
from csat_tui.domain.effect import EffectEvent
from csat_tui.domain.ids import OpId, TicketId
from csat_tui.domain.merge_plan import is_merge_comment
from csat_tui.domain.ticket import Author, Message, Status
from csat_tui.effects.kind import DeliveryMethod, status_in
from csat_tui.effects.registry import kinds_delivered_by
from csat_tui.store import tickets
from csat_tui.store.outbox.items import OutboxItem
from csat_tui.store.tables import DecisionRow, DeliveryAttemptRow, MessageRow, OutboxRow

_BY_CUSTOMER = (
    select(col(MessageRow.created_at), col(MessageRow.id))
    .where(col(MessageRow.ticket_id) == bindparam("ticket"), col(MessageRow.author) == Author.CUSTOMER)
    .order_by(col(MessageRow.created_at))
)

_MERGES = select(col(OutboxRow.payload)).where(
    col(OutboxRow.ticket_id) == bindparam("ticket"),
    col(OutboxRow.kind).in_(kinds_delivered_by(DeliveryMethod.TICKET_MERGE)),
    col(OutboxRow.attempt) > 0,
)
"""The merges into a ticket that were ever sent from here."""

_OWN_WRITES = select(col(OutboxRow.op_id), col(OutboxRow.payload)).where(
    col(OutboxRow.ticket_id) == bindparam("ticket")
)
_KNOWN: BindParameter[Any] = bindparam("known")
_LAST_RETRY = (
    select(func.coalesce(func.max(col(DeliveryAttemptRow.id)), 0))
    .where(col(DeliveryAttemptRow.outbox_id) == _KNOWN, col(DeliveryAttemptRow.event) == EffectEvent.RETRIED)
    .scalar_subquery()
)
_REBASES = (
    select(func.count())
    .select_from(DeliveryAttemptRow)
    .where(col(DeliveryAttemptRow.outbox_id) == _KNOWN, col(DeliveryAttemptRow.event) == EffectEvent.REBASED)
    .where(col(DeliveryAttemptRow.id) > _LAST_RETRY)
)


def customer_wrote_at(connection: Connection, item: OutboxItem) -> datetime | None:
    """Return when the customer first wrote on an effect's ticket after what the person saw; None if they did not."""
    if item.ticket_id is None:
        return None
    if item.seen is not None:
        until, last = item.seen.read_until, item.seen.last_message
    else:
        until, last = item.base or _decided_at(connection, item), 0
    rows = connection.execute(_BY_CUSTOMER, {"ticket": item.ticket_id})
    return next((created_at for created_at, number in rows if is_news(created_at, number, until, last)), None)


def own_writes(connection: Connection, ticket_id: TicketId) -> dict[OpId, Status | None]:
    """Return the operations of this outbox on a ticket, each with the status that it sets there."""
    rows = connection.execute(_OWN_WRITES, {"ticket": ticket_id})
    return {OpId(op_id): status_in(payload) for op_id, payload in rows}


def messages_without_merges(connection: Connection, ticket_id: TicketId | None) -> list[Message]:
    """Return a ticket's messages without the comments that merges of this outbox left: these are no news.

    A merge carries no operation id at the help desk. Only one that this outbox has sent is ours: what a colleague's
    merge brought here is as new as anything else that somebody wrote.
    """
    told = tickets.messages(connection, ticket_id)
    sent = [str(row[0].get("target_comment", "")) for row in connection.execute(_MERGES, {"ticket": ticket_id})]
    return [one for one in told if not is_merge_comment(one, sent)]


def rebases(connection: Connection, outbox_id: int) -> int:
    """Return how often the machine rebased an effect since a person last decided about it."""
    return int(connection.execute(_REBASES, {"known": outbox_id}).scalar_one())


def _decided_at(connection: Connection, item: OutboxItem) -> datetime:
    """Return when an effect was decided."""
    found: datetime = connection.execute(
        select(col(DecisionRow.decided_at)).where(col(DecisionRow.id) == item.decision_id)
    ).scalar_one()
    return found
