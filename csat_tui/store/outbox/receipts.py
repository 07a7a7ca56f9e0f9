"""How an effect is confirmed: by a receipt, or by its ticket's transcript, which shows operation ids as well."""

import logging
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, bindparam, select
from sqlmodel import col

from csat_tui.domain.change import Receipt
from csat_tui.domain.effect import STAMP_PRECISION, EffectEvent, EffectState
from csat_tui.domain.ids import TicketId
from csat_tui.store.outbox import rows
from csat_tui.store.outbox.items import UNSETTLED, OutboxItem, read_item
from csat_tui.store.tables import MessageRow, OutboxRow

log = logging.getLogger(__name__)

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


def land(connection: Connection, effect: OutboxItem, event: EffectEvent, receipt: Receipt, now: datetime) -> None:
    """Keep a receipt, and base the decision's later effects on the stamp that it left. Raises ImpossibleStep.

    However it is known that a message is there, who can see it is held against whom it was written for: one that
    others can see is the person's, and nothing more of its decision is sent until they have looked.
    A merge is under no stamp, and others may have written beside it: what follows it keeps the base that the person
    saw, so that the help desk refuses it and what moved is looked at (`sync.courier`).
    """
    sentence = ""
    if effect.declaration.leaves_message and receipt.public not in (None, effect.public):
        event, sentence = EffectEvent.MISDELIVERED, _other_eyes(effect)
        log.error("effect %d on ticket %s was recorded as public=%s", effect.id, effect.ticket_id, receipt.public)
    rows.move(
        connection, effect, event, at=now,
        sentence=sentence, reference=receipt.reference, landed_at=receipt.landed_at,
    )  # fmt: skip
    if not effect.merges:
        rows.follow_on(connection, effect, receipt, not_before=now + STAMP_PRECISION)


def shown(connection: Connection, effect: OutboxItem) -> Receipt | None:
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
    found = [(effect, receipt) for effect in open_ones if (receipt := shown(connection, effect))]
    for effect, receipt in found:
        land(connection, effect, EffectEvent.FOUND, receipt, now)
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
