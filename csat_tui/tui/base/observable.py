"""Objects whose parts can be observed: who shows a part is told when it becomes another one."""

from collections.abc import Callable
from typing import Any, Generic, TypeVar, overload

from textual.widget import Widget

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
