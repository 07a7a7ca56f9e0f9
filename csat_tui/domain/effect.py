"""An effect of a decision, and the states that it goes through from the decision to its receipt.

`csat_tui.effects` has one class for each kind of effect.
"""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import ClassVar

from csat_tui.domain.ids import TicketId
from csat_tui.domain.ticket import Status


class Effect:
    """One thing that a decision does."""

    __slots__ = ()

    noun: ClassVar[str] = "effect"
    """What sentences call it."""
    read_by_customer: ClassVar[bool] = False
    """Whether it is written to the customer."""

    @property
    def written(self) -> str | None:
        """Its text, which must not be empty; None where it has none."""
        return None

    def answers(self, address: str) -> bool:  # noqa: ARG002
        """Return whether it answers the customer with this mail address."""
        return False


@dataclass(frozen=True, slots=True)
class TicketMessage(Effect):
    """A message on a ticket, and what the same write does to the ticket's status and tags."""

    ticket_id: TicketId
    body: str
    status: Status | None = None
    add_tags: tuple[str, ...] = ()

    @property
    def written(self) -> str | None:
        """The message."""
        return self.body


@dataclass(frozen=True, slots=True)
class Mail(Effect):
    """A mail in plain text, such as a shift's recap; `html`, where given, says the same for those who read it so."""

    noun: ClassVar[str] = "mail"
    read_by_customer: ClassVar[bool] = True

    to: tuple[str, ...]
    subject: str
    body: str
    html: str = ""

    @property
    def written(self) -> str | None:
        """Its plain text."""
        return self.body

    def answers(self, address: str) -> bool:
        """Return whether it goes to the customer's address."""
        return address in self.to


@dataclass(frozen=True, slots=True)
class AttachedFile:
    """A file that goes with a mail, such as a report as PDF."""

    name: str
    content: bytes
    media_type: str = "application/pdf"


SETTLING_TIME = timedelta(seconds=5)
"""How long a read-back waits after a lost answer, so that it sees a slow write."""

STAMP_PRECISION = timedelta(seconds=1)
"""How long nothing is sent under a stamp that may be of this moment: stamps are whole seconds, and a write that lands
within that of its own base leaves it standing, so that the same write would be taken a second time under it."""


class EffectState(StrEnum):
    """The states of an effect."""

    QUEUED = "queued"
    SENDING = "sending"
    UNKNOWN = "unknown"
    """The request left, and whether it was applied is not known."""
    ASKING = "asking"
    """It is not known whether it arrived, and somebody might see it twice: the person decides."""
    DAMAGED = "damaged"
    """Its row cannot be read, or was altered on the disk. It is read off the row, and never written into it."""
    CONFLICT = "conflict"
    REJECTED = "rejected"
    MISDELIVERED = "misdelivered"
    """It arrived, but the wrong people can see it: the person has to act at the help desk."""
    CONFIRMED = "confirmed"
    WITHDRAWN = "withdrawn"

    @property
    def settled(self) -> bool:
        """Whether nothing more can happen to it."""
        return self in (EffectState.CONFIRMED, EffectState.WITHDRAWN)

    @property
    def needs_person(self) -> bool:
        """Whether it waits for a person's decision."""
        return self in (
            EffectState.ASKING,
            EffectState.CONFLICT,
            EffectState.REJECTED,
            EffectState.MISDELIVERED,
            EffectState.DAMAGED,
        )


class EffectEvent(StrEnum):
    """The events in an effect's life."""

    CLAIMED = "claimed"
    """Delivery takes it; after a crash from here on, nobody knows whether it arrived."""
    LANDED = "landed"
    NOT_SENT = "not sent"
    """It certainly was not applied (no connection, too many requests): it goes back with the same op id and base."""
    LOST = "lost"
    """The request left and no usable answer came."""
    STALE = "stale"
    """The ticket has changed since the person saw it, in a way that they must know."""
    REBASED = "rebased"
    """The ticket has changed, but in nothing that matters to the effect: it is queued again, based on the new state."""
    REFUSED = "refused"
    FOUND = "found"
    """The read-back shows it, or the ticket's transcript."""
    MISDELIVERED = "misdelivered"
    """It is there, and the customer sees an internal note, or does not see a reply."""
    ABSENT = "absent"
    """The read-back shows that it is not there."""
    UNDONE = "undone"
    RETRIED = "retried"
    """A person sends it again: after a rejection, over a conflict, or after a lost answer."""
    ACCEPTED_AS_SENT = "accepted as sent"
    """A person has seen it at the help desk."""
    GIVEN_UP = "given up"


_TABLE: dict[tuple[EffectState, EffectEvent], EffectState] = {
    (EffectState.QUEUED, EffectEvent.CLAIMED): EffectState.SENDING,
    (EffectState.QUEUED, EffectEvent.STALE): EffectState.CONFLICT,
    (EffectState.QUEUED, EffectEvent.FOUND): EffectState.CONFIRMED,
    (EffectState.QUEUED, EffectEvent.UNDONE): EffectState.WITHDRAWN,
    (EffectState.QUEUED, EffectEvent.GIVEN_UP): EffectState.WITHDRAWN,
    (EffectState.SENDING, EffectEvent.LANDED): EffectState.CONFIRMED,
    (EffectState.SENDING, EffectEvent.NOT_SENT): EffectState.QUEUED,
    (EffectState.SENDING, EffectEvent.LOST): EffectState.UNKNOWN,
    (EffectState.SENDING, EffectEvent.STALE): EffectState.CONFLICT,
    (EffectState.SENDING, EffectEvent.REBASED): EffectState.QUEUED,
    (EffectState.SENDING, EffectEvent.REFUSED): EffectState.REJECTED,
    (EffectState.UNKNOWN, EffectEvent.FOUND): EffectState.CONFIRMED,
    (EffectState.UNKNOWN, EffectEvent.ABSENT): EffectState.QUEUED,
    (EffectState.UNKNOWN, EffectEvent.REFUSED): EffectState.REJECTED,
    **dict.fromkeys(
        (
            (state, EffectEvent.MISDELIVERED)
            for state in (
                EffectState.QUEUED,
                EffectState.SENDING,
                EffectState.UNKNOWN,
                EffectState.ASKING,
                EffectState.CONFLICT,
                EffectState.REJECTED,
            )
        ),
        EffectState.MISDELIVERED,
    ),
    (EffectState.MISDELIVERED, EffectEvent.ACCEPTED_AS_SENT): EffectState.CONFIRMED,
    (EffectState.ASKING, EffectEvent.FOUND): EffectState.CONFIRMED,
    (EffectState.ASKING, EffectEvent.RETRIED): EffectState.QUEUED,
    (EffectState.ASKING, EffectEvent.ACCEPTED_AS_SENT): EffectState.CONFIRMED,
    (EffectState.ASKING, EffectEvent.GIVEN_UP): EffectState.WITHDRAWN,
    (EffectState.DAMAGED, EffectEvent.GIVEN_UP): EffectState.WITHDRAWN,
    (EffectState.CONFLICT, EffectEvent.FOUND): EffectState.CONFIRMED,
    (EffectState.CONFLICT, EffectEvent.RETRIED): EffectState.QUEUED,
    (EffectState.CONFLICT, EffectEvent.GIVEN_UP): EffectState.WITHDRAWN,
    (EffectState.REJECTED, EffectEvent.FOUND): EffectState.CONFIRMED,
    (EffectState.REJECTED, EffectEvent.RETRIED): EffectState.QUEUED,
    (EffectState.REJECTED, EffectEvent.GIVEN_UP): EffectState.WITHDRAWN,
}


class ImpossibleStep(Exception):
    """An event that cannot happen to an effect in that state; its text says which."""


def next_state(state: EffectState, event: EffectEvent, *, asks: bool) -> EffectState:
    """Return the state after an event.

    What `asks` is not sent again by the machine where it is not found: the person is asked, as the customer might see
    it twice or nobody can be asked whether it is there. Raises ImpossibleStep for an event that cannot happen.
    """
    if asks and (state, event) == (EffectState.UNKNOWN, EffectEvent.ABSENT):
        return EffectState.ASKING
    try:
        return _TABLE[state, event]
    except KeyError:
        raise ImpossibleStep(f"an effect that is {state} cannot be {event}") from None


@dataclass(frozen=True, slots=True)
class OutboxSummary:
    """How many effects are in each state; those that are `held` wait for an effect that needs the person."""

    waiting: int = 0
    held: int = 0
    sending: int = 0
    unknown: int = 0
    needs_person: int = 0
