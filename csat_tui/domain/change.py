"""A write to a ticket, its receipt, and the errors by which a help desk can answer."""

from dataclasses import dataclass
from datetime import datetime

from csat_tui.domain.ids import OpId, TicketId, UserId
from csat_tui.domain.ticket import Status


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


class HelpDeskError(Exception):
    """A request to the help desk failed; the error's text is a sentence for the person."""


class Unreachable(HelpDeskError):
    """The request never left, so nothing was applied: no network, wrong address, refused connection, TLS error."""


class SignedInAnew(Unreachable):
    """Somebody signed in again, so the credential may be another person's: nothing is written with it."""


class Uncertain(HelpDeskError):
    """The request left and no usable answer came back: it may or may not have been applied."""


class Denied(HelpDeskError):
    """The credential is wrong, expired, or not allowed to do this."""


class Forbidden(Denied):
    """The credential is good, but its owner is not allowed to do this; other things may still be allowed."""


class Missing(HelpDeskError):
    """The requested thing does not exist, or no longer."""


class Refused(HelpDeskError):
    """The help desk rejected the request: a closed ticket, an invalid value."""


class WriteConflict(HelpDeskError):
    """The ticket has changed since the stamp under which the write was made; nothing was applied."""


class Limited(HelpDeskError):
    """Too many requests; nothing was applied. `retry_after` in seconds.

    `ticket_only` means that the limit is for this ticket or this kind of write only; everything else may go on.
    """

    def __init__(self, message: str, retry_after: float, *, ticket_only: bool = False) -> None:
        super().__init__(message)
        self.retry_after = retry_after
        self.ticket_only = ticket_only


class Malformed(HelpDeskError):
    """The answer to a read does not have the documented form."""
