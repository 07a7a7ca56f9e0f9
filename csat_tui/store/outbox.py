"""The outbox: effects that are decided, each with its state, and everything that happened to them."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import uuid_utils
from sqlalchemy import Connection, bindparam, func, insert, literal, select, text, update
from sqlalchemy.orm import aliased
from sqlmodel import col

from csat_tui.domain.change import Receipt, TicketChange, TicketMerge
from csat_tui.domain.conflict import Seen
from csat_tui.domain.effect import (
    Effect,
    FormEntry,
    Mail,
    Merge,
    PrivateNote,
    PublicReply,
    Question,
    Record,
    TrackerRow,
)
from csat_tui.domain.ids import DecisionId, OpId, SurveyId, TicketId, UserId
from csat_tui.domain.outbox import Event, ImpossibleStep, State, Summary, step
from csat_tui.domain.ticket import Status, Ticket
from csat_tui.store import tickets
from csat_tui.store.memory import recall
from csat_tui.store.seen import read_seen, read_sources, write_seen
from csat_tui.store.tables import DeliveryAttemptRow, OutboxRow
from csat_tui.store.types import as_json

KINDS: Mapping[type[Effect], str] = {
    PrivateNote: "note",
    PublicReply: "reply",
    TrackerRow: "tracker",
    Record: "record",
    FormEntry: "form",
    Question: "question",
    Mail: "mail",
    Merge: "merge",
}
"""What each kind of effect is called in the table."""

ERRANDS = ("form", "question", "mail")
"""The kinds that go elsewhere than to the help desk; nobody there can be asked later whether they arrived."""

HOLDING_NOTHING = ("form",)
"""The kinds that no later effect of the decision waits for: a form repeats what is written here already."""

UNSETTLED = text("outbox.state NOT IN ('confirmed', 'withdrawn')")
"""The condition of the index of unsettled effects, in its own words: finding them costs nothing at any history."""

# Made once: to build a statement costs more than to run it, and these run for every step of every effect.
_KNOWN = col(OutboxRow.id) == bindparam("known")
_ITEM = select(OutboxRow).where(_KNOWN)
_MOVE = update(OutboxRow).where(
    _KNOWN, col(OutboxRow.state) == bindparam("was"), col(OutboxRow.attempt) == bindparam("made")
)
_CHANGE = update(OutboxRow).where(_KNOWN)
_NOTE = insert(DeliveryAttemptRow)
_OF_DECISION = (
    select(OutboxRow).where(col(OutboxRow.decision_id) == bindparam("decision")).order_by(col(OutboxRow.position))
)
_LOST = (
    select(col(DeliveryAttemptRow.id))
    .where(col(DeliveryAttemptRow.outbox_id) == bindparam("known"), col(DeliveryAttemptRow.event) == Event.LOST)
    .limit(1)
)
_LAST_EVENT = (
    select(col(DeliveryAttemptRow.event))
    .where(col(DeliveryAttemptRow.outbox_id) == bindparam("known"))
    .order_by(col(DeliveryAttemptRow.id).desc())
    .limit(1)
)
_PAYLOAD = select(
    col(OutboxRow.op_id), col(OutboxRow.kind), col(OutboxRow.ticket_id), col(OutboxRow.payload),
    col(OutboxRow.payload_hash),
).where(_KNOWN)  # fmt: skip


@dataclass(frozen=True, slots=True)
class OutboxItem:
    """One effect in the outbox.

    `body` is the note's or reply's text, `cells` a tracker row's; `base` the stamp under which it is written;
    `read_from` the moment from which a read-back must look; `seen` the ticket as the person saw it when deciding;
    `agent_id` whose credential was in use then, None where that was not known.
    """

    id: int
    decision_id: DecisionId
    survey_id: SurveyId
    position: int
    kind: str
    op_id: OpId
    ticket_id: TicketId | None
    body: str
    cells: Mapping[str, str]
    status: Status | None
    add_tags: tuple[str, ...]
    base: datetime | None
    tags: tuple[str, ...] | None
    state: State
    not_before: datetime
    read_from: datetime | None
    attempt: int
    reason: str
    reference: str
    landed_at: datetime | None
    changed_at: datetime
    seen: Seen | None = None
    agent_id: UserId | None = None
    seen_sources: Mapping[TicketId, Seen] = field(default_factory=dict)
    """A merge's sources as the person saw them."""
    details: Mapping[str, Any] = field(default_factory=dict)
    """The whole payload, for what only one kind of effect has: a mail's subject, a form's name, a merge's tickets."""

    @property
    def public(self) -> bool:
        """Whether the customer sees it."""
        return self.kind == "reply"

    @property
    def asks(self) -> bool:
        """Whether the person is asked before it goes once more after its answer was lost."""
        return self.public or self.kind in ERRANDS

    @property
    def text(self) -> str:
        """What it says, as a person reads it: its words, or its cells line by line."""
        return self.body or "\n".join(f"{heading}: {cell}" for heading, cell in self.cells.items())

    def change(self) -> TicketChange:
        """Return it as the one write that it is at the help desk."""
        if self.ticket_id is None:
            raise ValueError(f"effect {self.id} is not a write to a ticket")
        return TicketChange(
            self.op_id, self.ticket_id, self.base, self.body, self.public, self.status, self.tags,
            self.details.get("assignee_id"),
        )  # fmt: skip

    def merge(self) -> TicketMerge:
        """Return it as the merge that it is at the help desk."""
        if self.ticket_id is None or self.kind != "merge":
            raise ValueError(f"effect {self.id} is not a merge")
        said = [str(self.details.get(key, "")) for key in ("target_comment", "source_comment")]
        return TicketMerge(self.op_id, self.ticket_id, self.sources, *said)

    @property
    def sources(self) -> tuple[TicketId, ...]:
        """The tickets that a merge puts into its own; nothing for any other effect."""
        return tuple(TicketId(number) for number in self.details.get("sources") or ())


@dataclass(frozen=True, slots=True)
class Attempt:
    """One thing that happened to an effect."""

    attempt: int
    at: datetime
    event: str
    state: State
    sentence: str


def put_effects(
    connection: Connection,
    survey_id: SurveyId,
    decision_id: DecisionId,
    effects: Sequence[Effect],
    seen: Mapping[TicketId, Seen],
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
        payload, ticket_id = _payload(effect)
        if ticket_id is not None and payload["add_tags"]:
            tags[ticket_id] = tuple(dict.fromkeys((*tags[ticket_id], *payload["add_tags"])))
        values = {
            "decision_id": decision_id, "survey_id": survey_id, "position": position, "kind": KINDS[type(effect)],
            "op_id": op_id, "ticket_id": ticket_id, "payload": payload,
            "payload_hash": _hash(op_id, KINDS[type(effect)], ticket_id, payload),
            "base": seen[ticket_id].stamp if ticket_id is not None else None,
            "tags": list(tags[ticket_id]) if ticket_id is not None and payload["add_tags"] else None,
            "state": State.QUEUED.value, "not_before": not_before, "attempt": 0, "reason": "", "reference": "",
            "changed_at": at,
            "seen": None if ticket_id is None else write_seen(seen[ticket_id], _sources(effect, seen)),
            "agent_id": int(agent_id) if agent_id else None,
        }  # fmt: skip
        connection.execute(insert(OutboxRow), values)
        op_ids.append(op_id)
    return op_ids


def move(
    connection: Connection, item: OutboxItem, event: Event, *, at: datetime, sentence: str = "", **values: Any
) -> State:
    """Take an effect one step along its table and write the step into its history, in one transaction.

    Raises ImpossibleStep if it is no longer in the state that `item` was read in: somebody was faster.
    """
    state = step(item.state, event, asks=item.asks)
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
    return state


def rebase(connection: Connection, item: OutboxItem, seen: Ticket) -> None:
    """Base an effect on its ticket as the person has seen it now: what moved before that is no news any more."""
    sources = [one for one in (tickets.ticket(connection, number) for number in item.sources) if one is not None]
    looked_at = {one.id: _looked_at(connection, one) for one in sources}
    move_base(connection, item, seen, seen=write_seen(_looked_at(connection, seen), looked_at))


def _looked_at(connection: Connection, ticket: Ticket) -> Seen:
    """Return a ticket as somebody sees it now who has its transcript before them."""
    known = [one for one in tickets.messages(connection, ticket.id) if one.created_at <= ticket.updated_at]
    return Seen.of(ticket, known)


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

    They are not sent before a moment, which is to be after the second of that stamp.
    """
    tags = receipt.tags
    for later in of_decision(connection, item.decision_id):
        if later.ticket_id != item.ticket_id or later.position <= item.position:
            continue
        if later.state is not State.QUEUED or later.attempt:
            continue
        values: dict[str, Any] = {"base": receipt.stamp or receipt.landed_at, "not_before": not_before}
        if tags is not None and later.add_tags:
            tags = tuple(dict.fromkeys((*tags, *later.add_tags)))
            values["tags"] = list(tags)
        connection.execute(_CHANGE, {"known": later.id, **values})


def item(connection: Connection, outbox_id: int) -> OutboxItem | None:
    """Return one effect, or None."""
    row = connection.execute(_ITEM, {"known": outbox_id}).mappings().first()
    return None if row is None else read_item(row)


def of_decision(connection: Connection, decision_id: DecisionId) -> tuple[OutboxItem, ...]:
    """Return a decision's effects in their order."""
    rows = connection.execute(_OF_DECISION, {"decision": decision_id})
    return tuple(read_item(row) for row in rows.mappings())


def unsettled(connection: Connection, limit: int = 500) -> tuple[OutboxItem, ...]:
    """Return the effects that something still happens to, oldest first."""
    # Sorted by hand, so to speak: for the order of ids alone SQLite would walk the whole history.
    rows = connection.execute(select(OutboxRow).where(UNSETTLED).order_by(col(OutboxRow.id) + 0).limit(limit))
    return tuple(read_item(row) for row in rows.mappings())


def recent(connection: Connection, limit: int = 100) -> tuple[OutboxItem, ...]:
    """Return the settled effects, the latest first."""
    rows = connection.execute(
        select(OutboxRow)
        .where(col(OutboxRow.state).in_([State.CONFIRMED, State.WITHDRAWN]))
        .order_by(col(OutboxRow.id).desc())
        .limit(limit)
    )
    return tuple(read_item(row) for row in rows.mappings())


def history(connection: Connection, outbox_id: int) -> tuple[Attempt, ...]:
    """Return everything that happened to an effect, in order."""
    rows = connection.execute(
        select(DeliveryAttemptRow)
        .where(col(DeliveryAttemptRow.outbox_id) == outbox_id)
        .order_by(col(DeliveryAttemptRow.id))
    ).mappings()
    return tuple(Attempt(row["attempt"], row["at"], row["event"], State(row["state"]), row["sentence"]) for row in rows)


def last_event(connection: Connection) -> int:
    """Return the number of the last thing that happened to any effect; 0 where nothing has."""
    found: int | None = connection.execute(select(func.max(col(DeliveryAttemptRow.id)))).scalar()
    return found or 0


def ever_lost(connection: Connection, decision_id: DecisionId) -> bool:
    """Tell whether the answer to any sending of a decision's effects was ever lost."""
    row = connection.execute(
        select(col(DeliveryAttemptRow.id))
        .join(OutboxRow, col(OutboxRow.id) == col(DeliveryAttemptRow.outbox_id))
        .where(col(OutboxRow.decision_id) == decision_id, col(DeliveryAttemptRow.event) == Event.LOST)
        .limit(1)
    ).first()
    return row is not None


def was_lost(connection: Connection, outbox_id: int) -> bool:
    """Tell whether the answer to any sending of one effect was ever lost."""
    return connection.execute(_LOST, {"known": outbox_id}).first() is not None


def in_doubt(connection: Connection, outbox_id: int) -> bool:
    """Tell whether to look for an effect before it is sent: an answer was lost, and it was not just found absent."""
    if not was_lost(connection, outbox_id):
        return False
    return bool(connection.execute(_LAST_EVENT, {"known": outbox_id}).scalar_one() != Event.ABSENT)


def may_be_there(connection: Connection, effect: OutboxItem) -> bool:
    """Tell whether an effect has landed or, its answer once lost, may still do so under the stamp it was sent with."""
    match effect.state:
        case State.CONFLICT | State.REJECTED:
            return was_lost(connection, effect.id) and not _ruled_out(connection, effect)
        case State.QUEUED | State.WITHDRAWN:
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


def summary(connection: Connection) -> Summary:
    """Return how many effects stand where."""
    rows = connection.execute(
        select(col(OutboxRow.state), func.count()).where(UNSETTLED).group_by(col(OutboxRow.state))
    )
    found = {State(row[0]): int(row[1]) for row in rows}
    blocker = aliased(OutboxRow)
    blocked = (
        select(literal(1))
        .where(col(blocker.decision_id) == col(OutboxRow.decision_id), col(blocker.position) < col(OutboxRow.position))
        .where(col(blocker.state).in_([state for state in State if state.needs_person]))
        .where(col(blocker.kind).not_in(HOLDING_NOTHING))
        .exists()
    )
    held = connection.execute(
        select(func.count()).select_from(OutboxRow).where(UNSETTLED, col(OutboxRow.state) == State.QUEUED, blocked)
    ).scalar_one()
    return Summary(
        waiting=found.get(State.QUEUED, 0) - held,
        held=held,
        sending=found.get(State.SENDING, 0),
        unknown=found.get(State.UNKNOWN, 0),
        needs_person=sum(count for state, count in found.items() if state.needs_person),
    )


def intact(connection: Connection, outbox_id: int) -> bool:
    """Tell whether what an effect says, where and to whom is still what the person decided."""
    row = connection.execute(_PAYLOAD, {"known": outbox_id}).one()
    return bool(_hash(row[0], row[1], row[2], row[3]) == row[4])


def _sources(effect: Effect, seen: Mapping[TicketId, Seen]) -> Mapping[TicketId, Seen]:
    """Return a merge's sources as the person saw them."""
    return {one: seen[one] for one in effect.sources} if isinstance(effect, Merge) else {}


def described(effect: Effect) -> tuple[str, TicketId | None, dict[str, Any]]:
    """Return an effect's kind, its ticket and its payload, as they would stand here."""
    payload, ticket_id = _payload(effect)
    return KINDS[type(effect)], ticket_id, payload


_STATUSES = frozenset(Status)


def _payload(effect: Effect) -> tuple[dict[str, Any], TicketId | None]:
    match effect:
        case TrackerRow(cells):
            return {"cells": dict(cells)}, None
        case Record(kind, cells):
            return {"kind": kind.value, "cells": dict(cells)}, None
        case FormEntry(form, cells):
            return {"form": form, "cells": dict(cells)}, None
        case Question(channel, body):
            return {"channel": channel, "body": body}, None
        case Mail(to, subject, body, html):
            return {"to": list(to), "subject": subject, "body": body, "html": html}, None
        case Merge():
            status = None if effect.status is None else effect.status.value
            return {
                "sources": list(effect.sources), "target_comment": effect.target_comment,
                "source_comment": effect.source_comment, "status": status, "assignee_id": effect.assignee_id,
                "body": effect.courtesy, "add_tags": [],
            }, effect.ticket_id  # fmt: skip
        case PrivateNote() | PublicReply():
            status = None if effect.status is None else effect.status.value
            owner = effect.assignee_id if isinstance(effect, PrivateNote) else None
            given = {} if owner is None else {"assignee_id": owner}
            return {"body": effect.body, "status": status, "add_tags": list(effect.add_tags), **given}, effect.ticket_id


def _hash(op_id: str, kind: str, ticket_id: int | None, payload: Mapping[str, Any]) -> str:
    return hashlib.sha256(as_json([op_id, kind, ticket_id, payload]).encode()).hexdigest()


def status_set(payload: Mapping[str, Any]) -> Status | None:
    """Return the status that an effect sets; None for none, or one that a damaged payload made up."""
    status = payload.get("status")
    return Status(status) if status in _STATUSES else None


def read_item(row: Any) -> OutboxItem:
    """Read a row; what a damaged payload lacks is left empty, for `intact` tells and nothing of it is sent."""
    payload = row["payload"]
    add_tags, cells = payload.get("add_tags"), payload.get("cells")
    return OutboxItem(
        id=row["id"], decision_id=DecisionId(row["decision_id"]), survey_id=SurveyId(row["survey_id"]),
        position=row["position"], kind=row["kind"], op_id=OpId(row["op_id"]),
        ticket_id=None if row["ticket_id"] is None else TicketId(row["ticket_id"]),
        body=str(payload.get("body", "")), cells=cells if isinstance(cells, dict) else {},
        status=status_set(payload),
        add_tags=tuple(add_tags) if isinstance(add_tags, list) else (), base=row["base"],
        tags=None if row["tags"] is None else tuple(row["tags"]), state=State(row["state"]),
        not_before=row["not_before"], read_from=row["read_from"], attempt=row["attempt"], reason=row["reason"],
        reference=row["reference"], landed_at=row["landed_at"], changed_at=row["changed_at"],
        seen=read_seen(row["seen"]), seen_sources=read_sources(row["seen"]),
        agent_id=None if row["agent_id"] is None else UserId(row["agent_id"]),
        details=payload,
    )  # fmt: skip
