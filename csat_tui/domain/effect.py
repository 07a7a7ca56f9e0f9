"""What a decision does to the outside world, one effect at a time."""

from collections.abc import Mapping
from dataclasses import dataclass

from csat_tui.domain.ids import TicketId, UserId
from csat_tui.domain.playbook import RecordKind
from csat_tui.domain.ticket import Status


class Effect:
    """One thing that a decision does; `csat_tui.effects` declares what the program knows of each kind."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class PrivateNote(Effect):
    """An internal note; the customer never sees it. `assignee_id` is a new owner."""

    ticket_id: TicketId
    body: str
    status: Status | None = None
    add_tags: tuple[str, ...] = ()
    assignee_id: UserId | None = None


@dataclass(frozen=True, slots=True)
class PublicReply(Effect):
    """A message to the customer."""

    ticket_id: TicketId
    body: str
    status: Status | None = None
    add_tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class TrackerRow(Effect):
    """A row of the team's tracker: column letter to cell."""

    cells: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Record(Effect):
    """Something put on record beside the tracker: heading to text."""

    kind: RecordKind
    cells: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class FormEntry(Effect):
    """The same cells as a tracker row or record, for the web form that is configured under this name.

    `form` is "tracker", "coaching" or "correction".
    """

    form: str
    cells: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Question(Effect):
    """A question to a channel of colleagues."""

    channel: str
    text: str


@dataclass(frozen=True, slots=True)
class Mail(Effect):
    """A mail in plain text; `html`, where given, says the same for those who read it so."""

    to: tuple[str, ...]
    subject: str
    body: str
    html: str = ""


@dataclass(frozen=True, slots=True)
class Merge(Effect):
    """Tickets whose conversation goes into another one; both sides keep an internal comment."""

    ticket_id: TicketId
    """The ticket that stays."""
    sources: tuple[TicketId, ...]
    target_comment: str
    source_comment: str
    status: Status | None = None
    assignee_id: UserId | None = None
    courtesy: str = ""
    """The internal note that tells the owner; written in the same write as status and owner, after the merge."""
