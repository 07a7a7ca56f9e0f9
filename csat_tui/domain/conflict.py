"""Compare a ticket as a person saw it when they decided with the ticket as it is now."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from csat_tui.domain.ids import OpId, UserId
from csat_tui.domain.ticket import MERGED_TAG, Author, Message, Status, Ticket

NAMED = 3
"""How many differences a sentence names; it gives the number of the rest."""

SHOWN = 80
"""How many characters of a subject a sentence repeats."""


@dataclass(frozen=True, slots=True)
class SeenTicket:
    """A ticket as the person saw it.

    `last_message` is the number of the newest message then, 0 where none was, and `last_at` when it was written.
    """

    stamp: datetime
    status: Status
    subject: str
    requester_id: UserId | None = None
    assignee_id: UserId | None = None
    assignee_name: str = ""
    tags: tuple[str, ...] = ()
    fields: Mapping[int, object] = field(default_factory=dict)
    last_message: int = 0
    last_at: datetime | None = None

    @property
    def read_until(self) -> datetime:
        """The time after which a message is new, whatever its number; a transcript can be newer than its ticket."""
        return self.last_at or self.stamp

    @classmethod
    def of(cls, ticket: Ticket, messages: Sequence[Message]) -> "SeenTicket":
        """Return what a person sees of a ticket with its transcript."""
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
            last_at=max((message.created_at for message in messages), default=None),
        )


class ChangedPart(StrEnum):
    """The parts of a ticket that can change."""

    UNSEEN = "unseen"
    """What the person saw was not saved, so everything may have changed."""
    MESSAGE = "message"
    STATUS = "status"
    REQUESTER = "requester"
    SUBJECT = "subject"
    ASSIGNEE = "assignee"
    MERGED = "merged"
    TAGS = "tags"
    FIELDS = "fields"
    ASSIGNEE_NAME = "assignee's name"
    STAMP = "stamp"


@dataclass(frozen=True, slots=True)
class Difference:
    """A change of a ticket, as a sentence; a `harmless` change does not affect the decision."""

    what: ChangedPart
    sentence: str
    harmless: bool


def ticket_differences(
    seen: SeenTicket | None,
    ticket: Ticket,
    messages: Iterable[Message],
    *,
    own: Mapping[OpId, Status | None] | None = None,
    me: UserId | None = None,
) -> tuple[Difference, ...]:
    """Return what has changed since the person saw the ticket; what they must know comes first.

    No effect takes anything away from a ticket: tags are added to those that are there, and fields are not touched.
    So these may change; everything that its words may rest on may not, even if the effect does not set it.
    `own` are the operations of this outbox on the ticket with the status that each sets, `me` is their agent: what
    these did is no news.
    """
    if seen is None:
        return (
            Difference(ChangedPart.UNSEEN, "what you saw of it when you decided is not known here", harmless=False),
        )
    known = own or {}
    until, last = seen.read_until, seen.last_message
    new = [message for message in messages if is_news(message.created_at, message.id, until, last)]
    new.sort(key=lambda message: (message.created_at, message.id))
    ours = [message.op_id for message in new if message.op_id is not None and message.op_id in known]
    set_by_us = [known[op_id] for op_id in ours]
    found = [
        Difference(ChangedPart.MESSAGE, describe_message(one), harmless=False) for one in new if one.op_id not in ours
    ]
    if ticket.status is not seen.status:
        # The last of our own writes that set a status left it at that one: nobody has touched it since.
        if [status for status in set_by_us if status is not None][-1:] == [ticket.status]:
            found.append(
                Difference(ChangedPart.STATUS, f"your own earlier message set it to {ticket.status}", harmless=True)
            )
        else:
            sentence = f"its status went from {seen.status} to {ticket.status}"
            found.append(Difference(ChangedPart.STATUS, sentence, harmless=False))
    if MERGED_TAG in ticket.tags and MERGED_TAG not in seen.tags:
        found.append(Difference(ChangedPart.MERGED, "it was merged into another ticket", harmless=False))
    if ticket.requester_id != seen.requester_id:
        name = ticket.requester_name or "somebody else"
        found.append(Difference(ChangedPart.REQUESTER, f"its requester is {name} now", harmless=False))
    if ticket.subject != seen.subject:
        found.append(Difference(ChangedPart.SUBJECT, f"its subject is “{ticket.subject[:SHOWN]}” now", harmless=False))
    if ticket.assignee_id != seen.assignee_id:
        found.append(_assignee(seen, ticket, me, solved_by_us=Status.SOLVED in set_by_us))
    elif ticket.assignee_name != seen.assignee_name:
        found.append(
            Difference(ChangedPart.ASSIGNEE_NAME, f"its assignee is called {ticket.assignee_name} now", harmless=True)
        )
    if set(ticket.tags) != set(seen.tags):
        found.append(Difference(ChangedPart.TAGS, "its tags moved on", harmless=True))
    if ticket.fields != seen.fields:
        found.append(Difference(ChangedPart.FIELDS, "its fields moved on", harmless=True))
    if not found and ticket.updated_at != seen.stamp:
        found.append(
            Difference(ChangedPart.STAMP, "it was touched, and nothing that can be seen has moved", harmless=True)
        )
    return tuple(sorted(found, key=lambda difference: difference.harmless))


def is_news(created_at: datetime, number: int, read_until: datetime, last_message: int) -> bool:
    """Return whether a message came after what the person saw: written later, or numbered after the last message.

    Times are whole seconds: within a second the number decides.
    """
    return created_at > read_until or 0 < last_message < number


def describe_message(message: Message) -> str:
    """Say who wrote what and when."""
    when = local_time(message.created_at)
    match message.author:
        case Author.CUSTOMER:
            return f"the customer wrote {when}"
        case Author.SYSTEM:
            return f"the help desk itself wrote {when}"
    who = message.author_name or "another agent"
    return f"{who} {'wrote to the customer' if message.public else 'wrote an internal note'} {when}"


def local_time(moment: datetime) -> str:
    """Return a time in this machine's zone, for a sentence."""
    return f"{moment.astimezone():at %H:%M on %d %b}"


def describe_differences(moved: Sequence[Difference]) -> str:
    """Say in a sentence what has changed, the first few changes by name."""
    named = "; ".join(difference.sentence for difference in moved[:NAMED])
    return named if len(moved) <= NAMED else f"{named}; and {len(moved) - NAMED} more"


def _assignee(seen: SeenTicket, ticket: Ticket, me: UserId | None, *, solved_by_us: bool) -> Difference:
    """Say who owns it now; an unassigned ticket that we solve becomes ours by itself."""
    if solved_by_us and seen.assignee_id is None and me is not None and ticket.assignee_id == me:
        return Difference(ChangedPart.ASSIGNEE, "it became yours when you solved it", harmless=True)
    if ticket.assignee_id is None:
        return Difference(ChangedPart.ASSIGNEE, "it has no assignee any more", harmless=False)
    return Difference(ChangedPart.ASSIGNEE, f"it is {ticket.assignee_name or 'somebody else'}'s now", harmless=False)
