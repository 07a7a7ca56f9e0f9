"""A write to a ticket, its receipt, and the errors by which a help desk can answer."""

from dataclasses import dataclass
from datetime import datetime

from csat_tui.domain.ids import OpId, TicketId, UserId
from csat_tui.domain.ticket import Status


@dataclass(frozen=True, slots=True)
class TicketChange:
    """Everything that one effect does to one ticket, written at once or not at all.

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
    """Tickets whose conversation goes into another one, which stays; the comments are internal on both sides.

    A help desk closes the sources, so that each goes only once. `source_comment` names the ticket that stays by its
    number, which is how a later look tells where a source went.
    """

    op_id: OpId
    ticket_id: TicketId
    sources: tuple[TicketId, ...]
    target_comment: str
    source_comment: str


@dataclass(frozen=True, slots=True)
class Receipt:
    """The help desk's own record that a write landed: its audit number and when."""

    op_id: OpId
    ticket_id: TicketId
    reference: str
    landed_at: datetime
    stamp: datetime | None = None
    """The ticket's new stamp, where the answer told it."""
    tags: tuple[str, ...] | None = None
    """The ticket's tags after the write, with what the help desk's own rules have added; None where not told."""
    public: bool | None = None
    """Whether the customer can see the message that landed; None where not told, or where there is no message."""


class HelpDeskError(Exception):
    """What went wrong between us and the help desk; its text is a sentence for the person."""


class Unreachable(HelpDeskError):
    """The request never left, so nothing was applied: no network, wrong address, refused connection, TLS error."""


class SignedInAnew(Unreachable):
    """The credential may be somebody else's since it was last asked whose it is: nothing is written under it."""


class Uncertain(HelpDeskError):
    """The request left and no usable answer came back: it may or may not have been applied."""


class Denied(HelpDeskError):
    """The credential is wrong, expired, or not allowed to do this."""


class Forbidden(Denied):
    """The credential is good, and its owner is not allowed to do this; it says nothing about anything else."""


class Missing(HelpDeskError):
    """What was asked for is not there (any more)."""


class Refused(HelpDeskError):
    """The help desk understood and said no: a closed ticket, an invalid value."""


class WriteConflict(HelpDeskError):
    """The ticket has changed since the stamp under which the write was made; nothing was applied."""


class Limited(HelpDeskError):
    """Too many requests; nothing was applied. `retry_after` in seconds.

    `ticket_only` says that the limit is one ticket's own, or one kind of write's, and that everything else may go on.
    """

    def __init__(self, message: str, retry_after: float, *, ticket_only: bool = False) -> None:
        super().__init__(message)
        self.retry_after = retry_after
        self.ticket_only = ticket_only


class Malformed(HelpDeskError):
    """A read was answered with something that is not what the help desk's documentation promises."""
