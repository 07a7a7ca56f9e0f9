"""What became of an effect: each attempt, whether it may have arrived, and the receipt that confirms it."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, bindparam, func, select
from sqlmodel import col

from csat_tui.domain.effect import STAMP_PRECISION, EffectEvent, EffectState
from csat_tui.domain.ids import DecisionId, TicketId
from csat_tui.domain.ticket import Receipt, Status
from csat_tui.store import tickets
from csat_tui.store.outbox import effects
from csat_tui.store.outbox.items import NO_TIME, UNSETTLED, OutboxItem, known_state, read_item
from csat_tui.store.tables import DeliveryAttemptRow, MessageRow, OutboxRow

log = logging.getLogger(__name__)


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
_HISTORY = (
    select(DeliveryAttemptRow)
    .where(col(DeliveryAttemptRow.outbox_id) == bindparam("known"))
    .order_by(col(DeliveryAttemptRow.id))
)
_EVER_LOST = (
    select(col(DeliveryAttemptRow.id))
    .join(OutboxRow, col(OutboxRow.id) == col(DeliveryAttemptRow.outbox_id))
    .where(col(OutboxRow.decision_id) == bindparam("known"), col(DeliveryAttemptRow.event) == EffectEvent.LOST)
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
    rows = connection.execute(_HISTORY, {"known": outbox_id}).mappings()
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
    return connection.execute(_EVER_LOST, {"known": decision_id}).first() is not None


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


_SHOWN = (
    select(col(MessageRow.id), col(MessageRow.created_at), col(MessageRow.public))
    .where(col(MessageRow.ticket_id) == bindparam("ticket"), col(MessageRow.op_id) == bindparam("op"))
    .limit(1)
)
_OPEN_ON = select(OutboxRow).where(
    UNSETTLED,
    col(OutboxRow.ticket_id).in_(bindparam("tickets", expanding=True)),
    # What is being sent has its answer before it; of what others can see it is known that it is there.
    col(OutboxRow.state).not_in([EffectState.SENDING, EffectState.MISDELIVERED]),
)


def take_receipt(
    connection: Connection, effect: OutboxItem, event: EffectEvent, receipt: Receipt, now: datetime
) -> None:
    """Keep a receipt, and base the decision's later effects on the stamp that it left. Raises ImpossibleStep.

    However it is known that a message is there, who can see it is held against whom it was written for: one that
    others can see is the person's, and nothing more of its decision is sent until they have looked.
    A merge is under no stamp, and others may have written beside it: what follows it keeps the base that the person
    saw, so that the help desk refuses it and what moved is looked at (`sync.ticket_sender`).
    """
    sentence = ""
    if effect.declaration.leaves_message and receipt.public not in (None, effect.public):
        event, sentence = EffectEvent.MISDELIVERED, _other_eyes(effect)
        log.error("effect %d on ticket %s was recorded as public=%s", effect.id, effect.ticket_id, receipt.public)
    effects.move(
        connection, effect, event, at=now,
        sentence=sentence, reference=receipt.reference, landed_at=receipt.landed_at,
    )  # fmt: skip
    if not effect.merges:
        effects.follow_on(connection, effect, receipt, not_before=now + STAMP_PRECISION)


def receipt_in_transcript(connection: Connection, effect: OutboxItem) -> Receipt | None:
    """Return an effect's message in the transcript that is here as a receipt; it may be there before the audit is."""
    if effect.ticket_id is None:
        return None
    row = connection.execute(_SHOWN, {"ticket": effect.ticket_id, "op": effect.op_id}).first()
    if row is None:
        return None
    return Receipt(effect.op_id, effect.ticket_id, str(row[0]), row[1], public=bool(row[2]))


def take_from_transcripts(connection: Connection, tickets: Sequence[TicketId], now: datetime) -> bool:
    """Take every effect on these tickets as landed whose message their transcripts show; returns whether one was.

    So nobody is asked about, or withdraws, what anybody can see at the help desk.
    """
    rows = connection.execute(_OPEN_ON, {"tickets": list(tickets)}).mappings().all()
    open_ones = [effect for effect in map(read_item, rows) if not effect.damage]
    found = [(effect, receipt) for effect in open_ones if (receipt := receipt_in_transcript(connection, effect))]
    for effect, receipt in found:
        take_receipt(connection, effect, EffectEvent.FOUND, receipt, now)
    return bool(found)


def _other_eyes(effect: OutboxItem) -> str:
    """Say who can see a message that was not written for them, or cannot see one that was."""
    if effect.public:
        return (
            f"THE CUSTOMER DOES NOT HAVE YOUR REPLY: the help desk kept it as an internal note on ticket "
            f"#{effect.ticket_id}. Send it from the help desk now. Nothing more of this decision is sent until you "
            "mark it as done."
        )
    return (
        f"THE CUSTOMER CAN READ YOUR INTERNAL NOTE: the help desk made it public on ticket #{effect.ticket_id}. Make "
        "it internal there now, and tell your lead. Nothing more of this decision is sent until you mark it as "
        "done."
    )
