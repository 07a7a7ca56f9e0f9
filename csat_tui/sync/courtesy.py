"""Working beside a screen in one interpreter: after each turn of its loop the sync rests, so that keys go first."""

import asyncio
import selectors
import time
from selectors import SelectorKey

TURN = 0.0005
"""Seconds for which one thread may keep the interpreter from another; a key needs it several times over."""

REST = 4.0
"""Seconds of rest for each second of work; the limit that help desks usually set asks for more than that."""

LONGEST = 0.1
"""Seconds of rest at most, so that what the person waits for is not held up."""


class Courteous(selectors.DefaultSelector):
    """Waits for what happens next, and before that rests from what was done last."""

    def __init__(self) -> None:
        super().__init__()
        self._worked = time.thread_time()

    def select(self, timeout: float | None = None) -> list[tuple[SelectorKey, int]]:
        """Rest, then return what is ready."""
        rest = min(LONGEST, REST * (time.thread_time() - self._worked))
        if rest > TURN:
            time.sleep(rest)
        ready: list[tuple[SelectorKey, int]] = super().select(timeout)
        self._worked = time.thread_time()
        return ready


def courteous_loop() -> asyncio.AbstractEventLoop:
    """Return a loop that leaves the interpreter to others most of the time."""
    return asyncio.SelectorEventLoop(Courteous())
