"""Gather the store's announcements, which come on any thread, into one message for a screen at a time."""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from time import monotonic

from textual.message import Message
from textual.widget import Widget

from csat_tui.key_priority import yields_to_keys

Hearer = Callable[[frozenset[str]], None]


@dataclass
class StoreChanged(Message):
    """Something in the store has changed."""

    pause: float
    """Seconds until it is worth a look."""


class Changes:
    """Gathers topics until the screen takes them, so that a thousand changes are one refresh.

    What a person does is told at once. What comes in beside the screen is too, if it is the first for a while.
    """

    PAUSE = 0.1
    """Seconds between two refreshes for what a person does."""

    OFTEN = 1.0
    """Seconds between two refreshes for what comes in beside the screen."""

    def __init__(self, screen: Widget, listen: Callable[[Hearer], Callable[[], None]]) -> None:
        self._screen = screen
        self._lock = threading.Lock()
        self._gathered: set[str] = set()
        self._taken_at = 0.0
        self._due: float | None = None
        self._stop = listen(self._hear)

    def stop(self) -> None:
        """Hear no more."""
        self._stop()

    def take(self) -> frozenset[str]:
        """Return what was gathered; what comes from now on is told anew."""
        with self._lock:
            topics, self._gathered, self._due = frozenset(self._gathered), set(), None
            self._taken_at = monotonic()
        return topics

    def _hear(self, topics: frozenset[str]) -> None:
        with self._lock:
            now = monotonic()
            pause = self.PAUSE
            if yields_to_keys():
                pause = max(pause, self._taken_at + self.OFTEN - now)
            self._gathered |= topics
            if self._due is not None and self._due <= now + pause:
                return
            self._due = now + pause
        self._screen.post_message(StoreChanged(pause))
