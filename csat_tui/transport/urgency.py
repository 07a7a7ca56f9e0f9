"""For whom a request is made; it travels with the task, so that no port has to carry it along."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from enum import IntEnum


class Urgency(IntEnum):
    """Who waits for an answer, the most urgent first."""

    PERSON = 0
    """Somebody looks at the screen and waits."""
    DELIVERY = 1
    """Something decided is on its way."""
    SYNC = 2
    """The machine by itself: walks, and what is fetched ahead."""


_current: ContextVar[Urgency] = ContextVar("urgency", default=Urgency.PERSON)


def urgency() -> Urgency:
    """Return how urgent what the current task asks is."""
    return _current.get()


@contextmanager
def acting_for(urgency: Urgency) -> Iterator[None]:
    """Make every request in the block, and in tasks begun in it, this urgent."""
    token = _current.set(urgency)
    try:
        yield
    finally:
        _current.reset(token)
