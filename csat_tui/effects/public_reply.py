"""A public reply: a message to the customer on a ticket, with what the same write does to status and tags."""

from csat_tui.domain.effect import PublicReply
from csat_tui.domain.ids import TicketId
from csat_tui.effects import ticket_message
from csat_tui.effects.kind import Carriage, Kind, Payload, Words, status_in


def _from_row(ticket_id: TicketId | None, payload: Payload) -> PublicReply:
    return PublicReply(
        ticket_message.ticket_of(ticket_id), str(payload["body"]), status_in(payload), tuple(payload["add_tags"])
    )


KIND = Kind(
    name="reply",
    effect=PublicReply,
    to_row=ticket_message.to_row,
    from_row=_from_row,
    carriage=Carriage.TICKET_WRITE,
    public=True,
    leaves_message=True,
    reaches_customer=True,
    words=Words(label="public reply", in_list="reply", command_line="public reply, the customer sees it"),
)
