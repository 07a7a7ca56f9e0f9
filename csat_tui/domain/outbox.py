"""The life of an effect between the decision and its receipt, as a pure table (architecture: outbox)."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

SETTLING = timedelta(seconds=5)
"""How long after a lost answer a read-back waits, so that a slow write is seen."""

A_SECOND = timedelta(seconds=1)
"""How long nothing is sent under a stamp that may be of this moment: stamps are whole seconds, and a write that lands
within that of its own base leaves it standing, so that the same write would be taken a second time under it."""


class State(StrEnum):
    """Where an effect stands."""

    QUEUED = "queued"
    SENDING = "sending"
    UNKNOWN = "unknown"
    """The request left, and whether it was applied is not known."""
    ASKING = "asking"
    """Its fate could not be found out and somebody might see it twice: the person decides."""
    DAMAGED = "damaged"
    """Its row cannot be read, or was altered on the disk. It is read off the row, and never written into it."""
    CONFLICT = "conflict"
    REJECTED = "rejected"
    MISDELIVERED = "misdelivered"
    """It has landed, and others can see it than it was written for: the person has to act at the help desk."""
    CONFIRMED = "confirmed"
    WITHDRAWN = "withdrawn"

    @property
    def settled(self) -> bool:
        """Whether nothing more happens to it."""
        return self in (State.CONFIRMED, State.WITHDRAWN)

    @property
    def needs_person(self) -> bool:
        """Whether it waits for a person's choice."""
        return self in (State.ASKING, State.CONFLICT, State.REJECTED, State.MISDELIVERED, State.DAMAGED)


class Event(StrEnum):
    """What can happen to an effect."""

    CLAIMED = "claimed"
    """Delivery takes it; from here on a crash leaves its fate unknown."""
    LANDED = "landed"
    NOT_SENT = "not sent"
    """It certainly was not applied (no connection, too many requests): it goes back with the same op id and base."""
    LOST = "lost"
    """The request left and no usable answer came."""
    STALE = "stale"
    """The ticket has moved on since the person saw it, in a way that they must know of."""
    REBASED = "rebased"
    """The ticket has moved on in nothing that matters to the effect: it goes back, based on the ticket as it is."""
    REFUSED = "refused"
    FOUND = "found"
    """The read-back shows it, or the ticket's transcript."""
    MISDELIVERED = "misdelivered"
    """It is there, and the customer sees an internal note, or does not see a reply."""
    ABSENT = "absent"
    """The read-back shows that it is not there."""
    UNDONE = "undone"
    RETRIED = "retried"
    """A person sends it again: after a rejection, over a conflict, or not knowing."""
    ACCEPTED_AS_SENT = "accepted as sent"
    """A person has seen it at the help desk, and what became of it there."""
    GIVEN_UP = "given up"


_TABLE: dict[tuple[State, Event], State] = {
    (State.QUEUED, Event.CLAIMED): State.SENDING,
    (State.QUEUED, Event.STALE): State.CONFLICT,
    (State.QUEUED, Event.FOUND): State.CONFIRMED,
    (State.QUEUED, Event.UNDONE): State.WITHDRAWN,
    (State.QUEUED, Event.GIVEN_UP): State.WITHDRAWN,
    (State.SENDING, Event.LANDED): State.CONFIRMED,
    (State.SENDING, Event.NOT_SENT): State.QUEUED,
    (State.SENDING, Event.LOST): State.UNKNOWN,
    (State.SENDING, Event.STALE): State.CONFLICT,
    (State.SENDING, Event.REBASED): State.QUEUED,
    (State.SENDING, Event.REFUSED): State.REJECTED,
    (State.UNKNOWN, Event.FOUND): State.CONFIRMED,
    (State.UNKNOWN, Event.ABSENT): State.QUEUED,
    (State.UNKNOWN, Event.REFUSED): State.REJECTED,
    **dict.fromkeys(
        (
            (state, Event.MISDELIVERED)
            for state in (State.QUEUED, State.SENDING, State.UNKNOWN, State.ASKING, State.CONFLICT, State.REJECTED)
        ),
        State.MISDELIVERED,
    ),
    (State.MISDELIVERED, Event.ACCEPTED_AS_SENT): State.CONFIRMED,
    (State.ASKING, Event.FOUND): State.CONFIRMED,
    (State.ASKING, Event.RETRIED): State.QUEUED,
    (State.ASKING, Event.ACCEPTED_AS_SENT): State.CONFIRMED,
    (State.ASKING, Event.GIVEN_UP): State.WITHDRAWN,
    (State.DAMAGED, Event.GIVEN_UP): State.WITHDRAWN,
    (State.CONFLICT, Event.FOUND): State.CONFIRMED,
    (State.CONFLICT, Event.RETRIED): State.QUEUED,
    (State.CONFLICT, Event.GIVEN_UP): State.WITHDRAWN,
    (State.REJECTED, Event.FOUND): State.CONFIRMED,
    (State.REJECTED, Event.RETRIED): State.QUEUED,
    (State.REJECTED, Event.GIVEN_UP): State.WITHDRAWN,
}


class ImpossibleStep(Exception):
    """An event that cannot happen to an effect in that state; its text says which."""


def step(state: State, event: Event, *, asks: bool) -> State:
    """Return the state after an event.

    What `asks` is not sent again by the machine where it is not found: the person is asked, as the customer might see
    it twice or nobody can be asked whether it is there. Raises ImpossibleStep for an event that cannot happen.
    """
    if asks and (state, event) == (State.UNKNOWN, Event.ABSENT):
        return State.ASKING
    try:
        return _TABLE[state, event]
    except KeyError:
        raise ImpossibleStep(f"an effect that is {state} cannot be {event}") from None


@dataclass(frozen=True, slots=True)
class Summary:
    """How many effects stand where, for the status line; `held` ones wait for one that needs the person."""

    waiting: int = 0
    held: int = 0
    sending: int = 0
    unknown: int = 0
    needs_person: int = 0
