"""Working beside a screen in one interpreter: keys go first, and after each turn of its loop the sync rests."""

import asyncio
import selectors
import time
from selectors import SelectorKey

from csat_tui.giving_way import give_way, work_beside

TURN = 0.0005
"""Seconds for which one thread may keep the interpreter from another; a key needs it several times over."""

REST = 2.0
"""Seconds of rest for each second of work, so that most keys do not even meet the piece of work under way."""

LONGEST = 0.1
"""Seconds of rest at most, so that what the person waits for is not held up."""


class Courteous(selectors.DefaultSelector):
    """Waits for what happens next, and before that rests from what was done last."""

    def __init__(self) -> None:
        super().__init__()
        work_beside()
        self._worked = time.thread_time()

    def select(self, timeout: float | None = None) -> list[tuple[SelectorKey, int]]:
        """Rest, then return what is ready once no key is under way."""
        rest = min(LONGEST, REST * (time.thread_time() - self._worked))
        if rest > TURN:
            time.sleep(rest)
        ready: list[tuple[SelectorKey, int]] = super().select(timeout)
        give_way()
        self._worked = time.thread_time()
        return ready


def courteous_loop() -> asyncio.AbstractEventLoop:
    """Return a loop, for the thread that calls, that leaves the interpreter to others when they need it."""
    return asyncio.SelectorEventLoop(Courteous())
