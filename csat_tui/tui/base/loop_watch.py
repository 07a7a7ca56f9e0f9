"""A watchdog for the screen's event loop: it measures how long the loop was blocked, and names the code that did it."""

import asyncio
import logging
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass
from time import monotonic
from types import FrameType

log = logging.getLogger(__name__)

LIMIT = 0.05
"""Seconds for which the loop may be blocked; a longer block is felt at a key."""

PAUSE = 0.01
"""Seconds between two checks of a loop that answers."""

OURS = "csat_tui"
"""The package whose functions are named; the frames below them belong to the interpreter or a library."""


@dataclass(frozen=True, slots=True)
class HeldLoop:
    """One block of the loop."""

    seconds: float
    by: tuple[str, ...]
    """The functions that were running after half of the limit, innermost last: "csat_tui.workflow.desk:counts"."""

    def __str__(self) -> str:
        """Return a line for the log."""
        return f"the screen was held for {self.seconds * 1000:.0f} ms by {' > '.join(self.by) or 'a library'}"


def log_held(held: HeldLoop) -> None:
    """Log a block of the loop."""
    log.warning("%s", held)


class LoopWatch:
    """Context manager that checks from another thread whether the running loop answers."""

    def __init__(self, heard: Callable[[HeldLoop], None] = log_held, limit: float = LIMIT) -> None:
        self._heard = heard
        self._limit = limit
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="loop-watch", daemon=True)

    def __enter__(self) -> "LoopWatch":
        """Begin to watch the running loop."""
        self._loop = asyncio.get_running_loop()
        self._loop_thread = threading.get_ident()
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Stop watching."""
        self._stop.set()

    def _watch(self) -> None:
        while not self._stop.wait(PAUSE):
            answered = threading.Event()
            asked = monotonic()
            try:
                self._loop.call_soon_threadsafe(answered.set)
            except RuntimeError:  # the loop has ended
                return
            if answered.wait(self._limit / 2):
                continue
            by = functions(sys._current_frames().get(self._loop_thread))
            while not answered.wait(self._limit):
                if self._stop.is_set() or self._loop.is_closed():
                    return
            if (seconds := monotonic() - asked) >= self._limit:
                self._heard(HeldLoop(seconds, by))


def functions(frame: FrameType | None) -> tuple[str, ...]:
    """Return the program's own functions on a stack, innermost last."""
    found: list[str] = []
    while frame is not None:
        module = frame.f_globals.get("__name__", "")
        if module.split(".")[0] == OURS:
            found.append(f"{module}:{frame.f_code.co_qualname}")
        frame = frame.f_back
    return tuple(reversed(found))
