"""A recovery note on the survey ticket, as a private note that every lead can read."""

from dataclasses import dataclass
from typing import ClassVar

from csat_tui.domain.effect import TicketMessage
from csat_tui.domain.ids import TicketId
from csat_tui.effects import ticket_message
from csat_tui.effects.kind import DeliveryMethod, EffectKind, EffectWords, Payload, status_in


@dataclass(frozen=True, slots=True)
class RecoveryMessage(TicketMessage):
    """A private note about what was done for an unhappy customer; the customer never sees it."""

    noun: ClassVar[str] = "recovery note"


def _from_row(ticket_id: TicketId | None, payload: Payload) -> RecoveryMessage:
    return RecoveryMessage(
        ticket_message.ticket_of(ticket_id), str(payload["body"]), status_in(payload), tuple(payload["add_tags"])
    )


KIND = EffectKind(
    name="recovery",
    effect=RecoveryMessage,
    to_row=ticket_message.to_row,
    from_row=_from_row,
    method=DeliveryMethod.TICKET_WRITE,
    leaves_message=True,
    words=EffectWords(label="recovery note", in_list="recovery", command_line="recovery note, a private note"),
)
