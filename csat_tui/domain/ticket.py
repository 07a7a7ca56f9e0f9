"""Tickets, their messages, the agents who write them, and writes to a ticket, without any help desk's wire shapes."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from csat_tui.domain.ids import OpId, TicketId, UserId


@dataclass(frozen=True, slots=True)
class Agent:
    """The owner of the credential, and whether they may reply to customers."""

    id: UserId
    name: str
    email: str
    may_reply: bool = True
    role: str = ""
    """Their role, in the help desk's word."""
    time_zone: str = ""
    """Their time zone at the help desk, by the IANA's name; empty where it does not say."""


MERGED_TAG = "closed_by_merge"
"""The tag of a ticket that was merged into another ticket; an adapter sets it, whatever its help desk
has instead."""


class Status(StrEnum):
    """The status of a ticket; `DELETED` is ours, for a ticket that the help desk no longer has."""

    NEW = "new"
    OPEN = "open"
    PENDING = "pending"
    HOLD = "hold"
    SOLVED = "solved"
    CLOSED = "closed"
    DELETED = "deleted"


@dataclass(frozen=True, slots=True)
class Ticket:
    """A conversation with a customer, as the help desk last gave it.

    `updated_at` is the stamp by which a write is checked for conflicts.
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
    group_id: int | None = None
    group_name: str = ""
    """The help desk's name of the group that answers for it; empty where it has none, or one that is gone."""
    organization_fields: Mapping[str, object] = field(default_factory=dict)
    """The fields of the customer's organisation, by their keys."""

    @property
    def takes_updates(self) -> bool:
        """Whether the help desk still takes notes and replies on it."""
        return self.status not in (Status.CLOSED, Status.DELETED)

    @property
    def merged(self) -> bool:
        """Whether it was merged into another ticket."""
        return MERGED_TAG in self.tags


RULE_CHANNEL = "rule"
"""The channel of what a rule of the help desk writes by itself, in whosever name."""


class Author(StrEnum):
    """Who wrote a message."""

    CUSTOMER = "customer"
    AGENT = "agent"
    SYSTEM = "system"


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file of a message; `size` in bytes. It is never fetched, and opened only by a key."""

    name: str
    size: int
    url: str
    remark: str = ""
    """Why it cannot be opened: it is deleted, or harmful; empty for any other file."""


@dataclass(frozen=True, slots=True)
class Message:
    """An entry of a transcript: a public message or an internal note."""

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
    author_id: UserId | None = None
    """The help desk's number of who wrote it; None where it was fetched before that was kept."""
    author_email: str = ""
    author_role: str = ""
    """The role of who wrote it, in the help desk's word."""


@dataclass(frozen=True, slots=True)
class TicketChange:
    """Everything that an effect does to a ticket, written at once or not at all.

    `base` is the stamp that the person saw; the help desk refuses the write if the ticket has moved on.
    `tags` is the whole new list, or None to leave the tags alone; `assignee_id` is the new owner, or None.
    """

    op_id: OpId
    ticket_id: TicketId
    base: datetime | None
    body: str
    public: bool
    status: Status | None = None
    tags: tuple[str, ...] | None = None
    assignee_id: UserId | None = None


@dataclass(frozen=True, slots=True)
class TicketMerge:
    """A merge: the sources' conversations go into the ticket that stays; the comments on both sides are internal.

    The help desk closes the sources, so each can be merged only once. `source_comment` names the ticket that stays by
    its number, so that it can be found out later where a source went.
    """

    op_id: OpId
    ticket_id: TicketId
    sources: tuple[TicketId, ...]
    target_comment: str
    source_comment: str


@dataclass(frozen=True, slots=True)
class Receipt:
    """The help desk's own record of a write: its audit number and time."""

    op_id: OpId
    ticket_id: TicketId
    reference: str
    landed_at: datetime
    stamp: datetime | None = None
    """The ticket's new stamp, if the answer has it."""
    tags: tuple[str, ...] | None = None
    """The ticket's tags after the write, with what the help desk's own rules have added; None where not told."""
    public: bool | None = None
    """Whether the customer can see the message; None where not known, or where there is no message."""
