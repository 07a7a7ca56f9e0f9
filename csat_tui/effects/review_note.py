"""A step of a review on the survey ticket: a review, an answer to one, or a settlement, as a private note with tags."""

from dataclasses import dataclass
from typing import ClassVar

from csat_tui.domain.effect import TicketMessage
from csat_tui.domain.ids import TicketId
from csat_tui.effects import ticket_message
from csat_tui.effects.kind import DeliveryMethod, EffectKind, EffectWords, Payload, status_in


@dataclass(frozen=True, slots=True)
class ReviewNote(TicketMessage):
    """A private note in which somebody says something of a delivered note; the customer never sees it."""

    noun: ClassVar[str] = "review"


def _from_row(ticket_id: TicketId | None, payload: Payload) -> ReviewNote:
    return ReviewNote(
        ticket_message.ticket_of(ticket_id), str(payload["body"]), status_in(payload), tuple(payload["add_tags"])
    )


KIND = EffectKind(
    name="review",
    effect=ReviewNote,
    to_row=ticket_message.to_row,
    from_row=_from_row,
    method=DeliveryMethod.TICKET_WRITE,
    leaves_message=True,
    words=EffectWords(label="review note", in_list="review", command_line="review, a private note"),
)
