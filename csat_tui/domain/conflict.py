"""What a person saw of a ticket when they decided, held against the ticket as it is now."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from csat_tui.domain.ids import UserId
from csat_tui.domain.ticket import Message, Status, Ticket


@dataclass(frozen=True, slots=True)
class Seen:
    """A ticket as the person saw it; `last_message` is the number of the newest message then, 0 where none was."""

    stamp: datetime
    status: Status
    subject: str
    requester_id: UserId | None = None
    assignee_id: UserId | None = None
    assignee_name: str = ""
    tags: tuple[str, ...] = ()
    fields: Mapping[int, object] = field(default_factory=dict)
    last_message: int = 0

    @classmethod
    def of(cls, ticket: Ticket, messages: Sequence[Message]) -> "Seen":
        """Return what a person sees who has a ticket and its transcript before them."""
        return cls(
            stamp=ticket.updated_at,
            status=ticket.status,
            subject=ticket.subject,
            requester_id=ticket.requester_id,
            assignee_id=ticket.assignee_id,
            assignee_name=ticket.assignee_name,
            tags=ticket.tags,
            fields=ticket.fields,
            last_message=max((message.id for message in messages), default=0),
        )
