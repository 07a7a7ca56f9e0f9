"""The outbox: effects that are decided, each in its state, and the steps that they take there."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import uuid_utils
from sqlalchemy import Connection, bindparam, func, insert, literal, select, update
from sqlalchemy.orm import aliased
from sqlmodel import col

from csat_tui.domain.conflict import SeenTicket
from csat_tui.domain.effect import Effect, EffectEvent, EffectState, ImpossibleStep, OutboxSummary, next_state
from csat_tui.domain.ids import DecisionId, OpId, SurveyId, TicketId
from csat_tui.domain.ticket import Receipt, Ticket
from csat_tui.effects.kind import Payload
from csat_tui.effects.registry import kind_of, not_waited_for
from csat_tui.store import contact, tickets
from csat_tui.store.named_values import recall
from csat_tui.store.outbox import damaged_effects
from csat_tui.store.outbox.items import UNSETTLED, OutboxItem, known_state, payload_hash, read_item, write_seen
from csat_tui.store.tables import DeliveryAttemptRow, OutboxRow

# Made once: to build a statement costs more than to run it, and these run for every step of every effect.
_KNOWN = col(OutboxRow.id) == bindparam("known")
_ITEM = select(OutboxRow).where(_KNOWN)
_MOVE = update(OutboxRow).where(
    _KNOWN, col(OutboxRow.state) == bindparam("was"), col(OutboxRow.attempt) == bindparam("made")
)
_CHANGE = update(OutboxRow).where(_KNOWN)
_NOTE = insert(DeliveryAttemptRow)
_PUT = insert(OutboxRow)
_OF_DECISION = (
    select(OutboxRow).where(col(OutboxRow.decision_id) == bindparam("decision")).order_by(col(OutboxRow.position))
)


def put_effects(
    connection: Connection,
    survey_id: SurveyId,
    decision_id: DecisionId,
    effects: Sequence[Effect],
    seen: Mapping[TicketId, SeenTicket],
    *,
    at: datetime,
    not_before: datetime,
) -> list[OpId]:
    """Write a decision's effects in their order, each under a new operation id, to be sent from a moment on.

    `seen` are the tickets as the person saw them: their stamps and tags are what the writes are based on.
    """
    op_ids: list[OpId] = []
    agent_id = recall(connection, "agent_id")
    tags = {ticket_id: ticket.tags for ticket_id, ticket in seen.items()}
    for position, effect in enumerate(effects):
        op_id = OpId(str(uuid_utils.uuid7()))
        kind = kind_of(effect)
        ticket_id, payload = kind.to_row(effect)
        if ticket_id is not None and payload["add_tags"]:
            tags[ticket_id] = tuple(dict.fromkeys((*tags[ticket_id], *payload["add_tags"])))
        values = {
            "decision_id": decision_id, "survey_id": survey_id, "position": position, "kind": kind.name,
            "op_id": op_id, "ticket_id": ticket_id, "payload": payload,
            "payload_hash": payload_hash(op_id, kind.name, ticket_id, payload),
            "base": seen[ticket_id].stamp if ticket_id is not None else None,
            "tags": list(tags[ticket_id]) if ticket_id is not None and payload["add_tags"] else None,
            "state": EffectState.QUEUED.value, "not_before": not_before, "attempt": 0, "reason": "", "reference": "",
            "changed_at": at,
            "seen": None if ticket_id is None else write_seen(seen[ticket_id], _sources(payload, seen)),
            "agent_id": int(agent_id) if agent_id else None,
        }  # fmt: skip
        connection.execute(_PUT, values)
        op_ids.append(op_id)
    return op_ids


def move(
    connection: Connection, item: OutboxItem, event: EffectEvent, *, at: datetime, sentence: str = "", **values: Any
) -> EffectState:
    """Take an effect one step along its table and write the step into its history, in one transaction.

    Raises ImpossibleStep if it is no longer in the state that `item` was read in: somebody was faster.
    """
    state = next_state(item.state, event, asks=item.asks)
    if item.state is EffectState.DAMAGED:
        damaged_effects.give_up(connection, item, at, sentence)
        return state
    moved = connection.execute(
        _MOVE,
        {
            "known": item.id, "was": item.state, "made": item.attempt,
            "state": state.value, "reason": sentence, "changed_at": at, **values,
        },
    )  # fmt: skip
    if moved.rowcount != 1:
        raise ImpossibleStep(f"effect {item.id} is no longer {item.state}")
    connection.execute(
        _NOTE,
        {
            "outbox_id": item.id,
            "attempt": values.get("attempt", item.attempt),
            "at": at,
            "event": event.value,
            "state": state.value,
            "sentence": sentence,
        },
    )
    if state is EffectState.CONFIRMED and item.declaration.reaches_customer:
        contact.note_reply(connection, item.survey_id, values.get("landed_at") or at, item.details.get("to"))
    return state


def rebase(connection: Connection, item: OutboxItem, seen: Ticket) -> None:
    """Base an effect on its ticket as the person has seen it now: what moved before that is no news any more."""
    sources = [one for one in (tickets.ticket(connection, number) for number in item.sources) if one is not None]
    looked_at = {one.id: _looked_at(connection, one) for one in sources}
    move_base(connection, item, seen, seen=write_seen(_looked_at(connection, seen), looked_at))


def _looked_at(connection: Connection, ticket: Ticket) -> SeenTicket:
    """Return a ticket as somebody sees it now who has its transcript before them."""
    known = [one for one in tickets.messages(connection, ticket.id) if one.created_at <= ticket.updated_at]
    return SeenTicket.of(ticket, known)


def move_base(connection: Connection, item: OutboxItem, ticket: Ticket, **values: Any) -> None:
    """Base an effect, and its decision's later ones on that ticket, on the ticket as it is now: stamp and tags."""
    tags = ticket.tags
    for later in of_decision(connection, item.decision_id):
        if later.ticket_id == item.ticket_id and later.position >= item.position and not later.state.settled:
            tags = tuple(dict.fromkeys((*tags, *later.add_tags)))
            based = {**values, "base": ticket.updated_at, "tags": list(tags) if later.add_tags else None}
            connection.execute(_CHANGE, {"known": later.id, **based})


def follow_on(connection: Connection, item: OutboxItem, receipt: Receipt, *, not_before: datetime) -> None:
    """Base the later effects of the same decision on the ticket as this one's landing left it: stamp and tags.

    They are not sent before a moment, which is to be after the second of that stamp. A receipt that does not say which
    tags the ticket has (a read-back, a transcript) leaves an effect that adds some on its old base: the help desk
    refuses it there, and it is based on the ticket as it is read anew. Otherwise the list from the decision's time
    would take away what the help desk's own rules and other people have added since.
    """
    tags = receipt.tags
    for later in of_decision(connection, item.decision_id):
        if later.ticket_id != item.ticket_id or later.position <= item.position:
            continue
        if later.state is not EffectState.QUEUED or later.attempt:
            continue
        values: dict[str, Any] = {"not_before": not_before}
        if not later.add_tags:
            values["base"] = receipt.stamp or receipt.landed_at
        elif tags is not None:
            tags = tuple(dict.fromkeys((*tags, *later.add_tags)))
            values |= {"base": receipt.stamp or receipt.landed_at, "tags": list(tags)}
        connection.execute(_CHANGE, {"known": later.id, **values})


def item(connection: Connection, outbox_id: int) -> OutboxItem | None:
    """Return one effect, or None."""
    row = connection.execute(_ITEM, {"known": outbox_id}).mappings().first()
    return None if row is None else damaged_effects.with_damage(connection, [read_item(row)])[0]


def of_decision(connection: Connection, decision_id: DecisionId) -> tuple[OutboxItem, ...]:
    """Return a decision's effects in their order."""
    rows = connection.execute(_OF_DECISION, {"decision": decision_id})
    return damaged_effects.with_damage(connection, [read_item(row) for row in rows.mappings()])


def unsettled(connection: Connection, limit: int = 500) -> tuple[OutboxItem, ...]:
    """Return the effects that something still happens to, oldest first."""
    # Sorted by hand, so to speak: for the order of ids alone SQLite would walk the whole history.
    rows = connection.execute(select(OutboxRow).where(UNSETTLED).order_by(col(OutboxRow.id) + 0).limit(limit))
    return damaged_effects.with_damage(connection, [read_item(row) for row in rows.mappings()])


def recent(connection: Connection, limit: int = 100) -> tuple[OutboxItem, ...]:
    """Return the settled effects, the latest first."""
    rows = connection.execute(
        select(OutboxRow)
        .where(col(OutboxRow.state).in_([EffectState.CONFIRMED, EffectState.WITHDRAWN]))
        .order_by(col(OutboxRow.id).desc())
        .limit(limit)
    )
    return tuple(read_item(row) for row in rows.mappings())


def settled(connection: Connection) -> int:
    """Return how many effects are settled."""
    found = connection.execute(
        select(func.count()).where(col(OutboxRow.state).in_([EffectState.CONFIRMED, EffectState.WITHDRAWN]))
    ).scalar_one()
    return int(found)


def summary(connection: Connection) -> OutboxSummary:
    """Return how many effects stand where."""
    rows = connection.execute(
        select(col(OutboxRow.state), func.count())
        .where(UNSETTLED, ~damaged_effects.IS_SET_ASIDE)
        .group_by(col(OutboxRow.state))
    )
    found: dict[EffectState, int] = {}
    for told, many in rows:
        state = known_state(told)
        found[state] = found.get(state, 0) + int(many)
    damaged = damaged_effects.count(connection)
    blocker = aliased(OutboxRow)
    blocked = (
        select(literal(1))
        .where(col(blocker.decision_id) == col(OutboxRow.decision_id), col(blocker.position) < col(OutboxRow.position))
        .where(col(blocker.state).in_([state for state in EffectState if state.needs_person]))
        .where(col(blocker.kind).not_in(not_waited_for()))
        .exists()
    )
    held = connection.execute(
        select(func.count())
        .select_from(OutboxRow)
        .where(UNSETTLED, col(OutboxRow.state) == EffectState.QUEUED, blocked | damaged_effects.HELD_BY_DAMAGE)
        .where(~damaged_effects.IS_SET_ASIDE)
    ).scalar_one()
    return OutboxSummary(
        waiting=found.get(EffectState.QUEUED, 0) - held,
        held=held,
        sending=found.get(EffectState.SENDING, 0),
        unknown=found.get(EffectState.UNKNOWN, 0),
        needs_person=damaged + sum(count for state, count in found.items() if state.needs_person),
    )


def _sources(payload: Payload, seen: Mapping[TicketId, SeenTicket]) -> Mapping[TicketId, SeenTicket]:
    """Return a merge's sources as the person saw them."""
    return {one: seen[one] for one in map(TicketId, payload.get("sources", ()))}
