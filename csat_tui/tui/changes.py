"""From the store's announcements, on any thread, to one message for a screen at a time."""

import threading
from collections.abc import Callable
from dataclasses import dataclass

from textual.message import Message
from textual.widget import Widget

Hearer = Callable[[frozenset[str]], None]


@dataclass
class StoreChanged(Message):
    """Something in the store has changed."""

    topics: frozenset[str]


class Changes:
    """Gathers topics until the screen takes them, so that a thousand changes are one refresh."""

    PAUSE = 0.1
    """Seconds between two refreshes."""

    def __init__(self, screen: Widget, listen: Callable[[Hearer], Callable[[], None]]) -> None:
        self._screen = screen
        self._lock = threading.Lock()
        self._gathered: set[str] = set()
        self._told = False
        self._stop = listen(self._hear)

    def stop(self) -> None:
        """Hear no more."""
        self._stop()

    def take(self) -> frozenset[str]:
        """Return what was gathered; what comes from now on is told anew."""
        with self._lock:
            topics, self._gathered, self._told = frozenset(self._gathered), set(), False
        return topics

    def _hear(self, topics: frozenset[str]) -> None:
        with self._lock:
            self._gathered |= topics
            if self._told:
                return
            self._told = True
        self._screen.post_message(StoreChanged(topics))
