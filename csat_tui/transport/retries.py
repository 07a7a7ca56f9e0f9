"""How long each kind of request waits for a slot, and which reads are repeated, how often and when."""

from collections.abc import AsyncIterator
from contextlib import AbstractContextManager
from random import uniform

from csat_tui.domain.change import Limited, Unreachable
from csat_tui.transport.pace import PAUSE_SPREAD, NoSlotInTime
from csat_tui.transport.urgency import Urgency

READ_WAITS = {Urgency.PERSON: 2.0, Urgency.DELIVERY: 20.0, Urgency.SYNC: 90.0}
"""Seconds that a read waits for a slot, and for a limit to pass; a window of a minute fits into the last."""
WRITE_WAIT = 2.0
"""Seconds that a write waits for a slot; after that it waits in the outbox, where it is safe."""
MOST_TRIES = 3
"""The largest number of attempts at a read."""


class TransientFailure(Unreachable):
    """A failure that is likely to be over a moment later."""


def read_attempts(urgency: Urgency) -> AsyncIterator[AbstractContextManager[None]]:
    """Yield the attempts at one read: pauses grow, and are never quite the same.

    Somebody who waits is told soon, and at once where nothing answers at all: trying again would not help.
    """
    import stamina  # brings much along: not at start-up

    def again(error: Exception) -> bool | float:
        if isinstance(error, Limited) and not isinstance(error, NoSlotInTime):
            wait = error.retry_after
            return wait <= READ_WAITS[urgency] and wait * uniform(1, 1 + PAUSE_SPREAD)  # noqa: S311 - spreads, hides nothing
        return isinstance(error, TransientFailure)

    person = urgency is Urgency.PERSON
    return aiter(
        stamina.retry_context(
            on=again,
            attempts=MOST_TRIES,
            timeout=5.0 if person else None,
            wait_initial=0.2 if person else 0.5,
            wait_max=1.0 if person else 8.0,
            wait_jitter=0.2 if person else 1.0,
        )
    )
