"""What private notes and public replies have in common: both are one message in one write to a ticket."""

from typing import Any

from csat_tui.domain.effect import PrivateNote, PublicReply
from csat_tui.domain.ids import TicketId


def to_row(effect: PrivateNote | PublicReply) -> tuple[TicketId | None, dict[str, Any]]:
    """Return the ticket and the payload of a message."""
    status = None if effect.status is None else effect.status.value
    return effect.ticket_id, {"body": effect.body, "status": status, "add_tags": list(effect.add_tags)}


def ticket_of(ticket_id: TicketId | None) -> TicketId:
    """Return the ticket of a message; ValueError where its row has none."""
    if ticket_id is None:
        raise ValueError("a message needs a ticket")
    return ticket_id
