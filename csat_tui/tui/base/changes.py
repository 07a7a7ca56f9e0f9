"""How a screen learns of changes: parts of an object that are observed, and the store's announcements, gathered."""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from time import monotonic
from typing import Any, Generic, TypeVar, overload

from textual.message import Message
from textual.widget import Widget

from csat_tui.key_priority import yields_to_keys

T = TypeVar("T")


class Observable:
    """Holds parts, and tells their observers about changes."""

    def __init__(self) -> None:
        self.values: dict[str, Any] = {}
        """The parts that were set, by name."""
        self._observers: dict[str, list[Callable[[Any], None]]] = {}

    def observe(self, part: "ObservedPart[T]", tell: Callable[[T], None]) -> None:
        """Call `tell` with the new value each time that the part becomes another one."""
        self._observers.setdefault(part.name, []).append(tell)

    def feed(self, widget: Widget, *parts: "ObservedPart[Any]") -> None:
        """Keep the widget's attributes of the same names equal to these parts, as long as it is on a screen."""
        for part in parts:
            self.observe(part, _setter(widget, part.name))

    def tell(self, name: str, value: Any) -> None:
        """Tell those who observe a part what it is now."""
        for tell in self._observers.get(name, ()):
            tell(value)


class ObservedPart(Generic[T]):
    """An attribute of an Observable; setting it to an equal value tells nobody."""

    def __init__(self, initial: T) -> None:
        self._initial = initial
        self.name = ""

    def __set_name__(self, _owner: type[Observable], name: str) -> None:
        self.name = name

    @overload
    def __get__(self, holder: None, _owner: type[Observable]) -> "ObservedPart[T]": ...

    @overload
    def __get__(self, holder: Observable, _owner: type[Observable]) -> T: ...

    def __get__(self, holder: Observable | None, _owner: type[Observable]) -> "ObservedPart[T] | T":
        """Return the value, or on the class the part itself, by which it is observed."""
        if holder is None:
            return self
        value: T = holder.values.get(self.name, self._initial)
        return value

    def __set__(self, holder: Observable, value: T) -> None:
        if holder.values.get(self.name, self._initial) != value:
            holder.values[self.name] = value
            holder.tell(self.name, value)


def _setter(widget: Widget, name: str) -> Callable[[Any], None]:
    def put(value: Any) -> None:
        if widget.is_attached:
            setattr(widget, name, value)

    return put


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
