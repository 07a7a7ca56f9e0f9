"""A private note: an internal message on a ticket, with what the same write does to status, tags and owner."""

from typing import Any

from csat_tui.domain.effect import PrivateNote
from csat_tui.domain.ids import TicketId, UserId
from csat_tui.effects import ticket_message
from csat_tui.effects.kind import Carriage, Kind, Payload, Words, status_in


def _to_row(effect: PrivateNote) -> tuple[TicketId | None, dict[str, Any]]:
    ticket_id, payload = ticket_message.to_row(effect)
    return ticket_id, payload if effect.assignee_id is None else payload | {"assignee_id": effect.assignee_id}


def _from_row(ticket_id: TicketId | None, payload: Payload) -> PrivateNote:
    owner = payload.get("assignee_id")
    return PrivateNote(
        ticket_message.ticket_of(ticket_id), str(payload["body"]), status_in(payload), tuple(payload["add_tags"]),
        None if owner is None else UserId(owner),
    )  # fmt: skip


KIND = Kind(
    name="note",
    effect=PrivateNote,
    to_row=_to_row,
    from_row=_from_row,
    carriage=Carriage.TICKET_WRITE,
    leaves_message=True,
    words=Words(label="private note", in_list="note", command_line="private note"),
)
