"""An asyncio loop for a thread beside the screen: it rests after each turn and lets keys go first."""

import asyncio
import selectors
import time
from selectors import SelectorKey

from csat_tui.key_priority import wait_for_keys, yield_to_keys

SWITCH_INTERVAL = 0.0005
"""Seconds after which a thread hands the interpreter to another one that waits; a key needs it several times."""

REST_PER_WORK = 2.0
"""Seconds of rest for each second of work, so that most keys arrive while the loop rests."""

LONGEST_REST = 0.1
"""Seconds of rest at most, so that the sync does not fall behind."""


class YieldingSelector(selectors.DefaultSelector):
    """A selector that rests in proportion to the work of the last turn, and then waits for keys."""

    def __init__(self) -> None:
        super().__init__()
        yield_to_keys()
        self._worked = time.thread_time()

    def select(self, timeout: float | None = None) -> list[tuple[SelectorKey, int]]:
        """Rest, select, and return what is ready once the screen handles no key."""
        rest = min(LONGEST_REST, REST_PER_WORK * (time.thread_time() - self._worked))
        if rest > SWITCH_INTERVAL:
            time.sleep(rest)
        ready: list[tuple[SelectorKey, int]] = super().select(timeout)
        wait_for_keys()
        self._worked = time.thread_time()
        return ready


def yielding_loop() -> asyncio.AbstractEventLoop:
    """Return a loop for the calling thread that leaves the interpreter to others when they need it."""
    return asyncio.SelectorEventLoop(YieldingSelector())
