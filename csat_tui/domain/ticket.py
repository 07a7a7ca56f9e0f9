"""Tickets, their messages and the agents who write them, without any help desk's wire shapes."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from csat_tui.domain.ids import OpId, TicketId, UserId


@dataclass(frozen=True, slots=True)
class Agent:
    """Who the credential belongs to and what they may write."""

    id: UserId
    name: str
    email: str
    may_reply: bool = True


MERGED_TAG = "closed_by_merge"
"""The tag that marks a ticket whose conversation went into another one; an adapter puts it on, whatever its help desk
has in its place."""


class Status(StrEnum):
    """The life of a ticket; `DELETED` is ours, for a ticket that the help desk no longer has."""

    NEW = "new"
    OPEN = "open"
    PENDING = "pending"
    HOLD = "hold"
    SOLVED = "solved"
    CLOSED = "closed"
    DELETED = "deleted"


@dataclass(frozen=True, slots=True)
class Ticket:
    """One conversation with a customer, as the help desk last told it.

    `updated_at` is the stamp under which a write is checked for conflicts.
    """

    id: TicketId
    subject: str
    status: Status
    created_at: datetime
    updated_at: datetime
    channel: str = ""
    description: str = ""
    requester_id: UserId | None = None
    requester_name: str = ""
    requester_email: str = ""
    assignee_id: UserId | None = None
    assignee_name: str = ""
    tags: tuple[str, ...] = ()
    fields: Mapping[int, object] = field(default_factory=dict)

    @property
    def takes_updates(self) -> bool:
        """Whether the help desk still accepts notes and replies on it."""
        return self.status not in (Status.CLOSED, Status.DELETED)

    @property
    def merged(self) -> bool:
        """Whether its conversation went on in another ticket."""
        return MERGED_TAG in self.tags


class Author(StrEnum):
    """Who wrote a message."""

    CUSTOMER = "customer"
    AGENT = "agent"
    SYSTEM = "system"


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that came with a message; `size` in bytes. Never fetched, opened only on a key."""

    name: str
    size: int
    url: str
    remark: str = ""
    """What keeps it from being opened: that it is deleted, or harmful; empty for any other file."""


@dataclass(frozen=True, slots=True)
class Message:
    """One entry of a transcript: a public message or an internal note."""

    id: int
    ticket_id: TicketId
    created_at: datetime
    author: Author
    author_name: str
    public: bool
    body: str
    channel: str = ""
    attachments: tuple[Attachment, ...] = ()
    op_id: OpId | None = None
