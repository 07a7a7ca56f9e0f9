"""A watchdog for the screen's loop: it measures how long the loop was held, and names the code that held it."""

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
"""Seconds that the loop may be held: what takes longer is felt at a key."""

PAUSE = 0.01
"""Seconds between two looks at a loop that answers."""

OURS = "csat_tui"
"""The package whose functions are named; what is under them is the interpreter's or a library's."""


@dataclass(frozen=True, slots=True)
class HeldLoop:
    """One time that the loop was held."""

    seconds: float
    by: tuple[str, ...]
    """The functions that ran after half of the limit, the innermost last, such as "csat_tui.workflow.desk:counts"."""

    def __str__(self) -> str:
        """Say it in a line of the log."""
        return f"the screen was held for {self.seconds * 1000:.0f} ms by {' > '.join(self.by) or 'a library'}"


def log_held(held: HeldLoop) -> None:
    """Write to the log what held the loop."""
    log.warning("%s", held)


class LoopWatch:
    """Asks the running loop for an answer again and again, from a thread of its own; a context manager."""

    def __init__(self, heard: Callable[[HeldLoop], None] = log_held, limit: float = LIMIT) -> None:
        self._heard = heard
        self._limit = limit
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="loop-watch", daemon=True)

    def __enter__(self) -> "LoopWatch":
        """Begin to watch the loop that runs here."""
        self._loop = asyncio.get_running_loop()
        self._loop_thread = threading.get_ident()
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Stop watching. A loop that ends meanwhile is waited for no longer."""
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
    """Return the program's own functions on a stack, the innermost last."""
    found: list[str] = []
    while frame is not None:
        module = frame.f_globals.get("__name__", "")
        if module.split(".")[0] == OURS:
            found.append(f"{module}:{frame.f_code.co_qualname}")
        frame = frame.f_back
    return tuple(reversed(found))
