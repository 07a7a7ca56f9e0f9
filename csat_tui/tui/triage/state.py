"""The state that panes and controllers of the triage screen share, and observe."""

import contextlib
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Generic, TypeVar, overload

from textual.widget import Widget

from csat_tui.domain.case import Case, Suggestion
from csat_tui.domain.decide import Blocker
from csat_tui.domain.effect import OutboxSummary
from csat_tui.domain.ids import SurveyId
from csat_tui.domain.playbook import Outcome
from csat_tui.store.cases.queue import QueueCounts
from csat_tui.store.customers import CustomerHistory
from csat_tui.sync.status import SyncStatus

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


NO_SUGGESTIONS: Mapping[str, Suggestion] = {}
"""What the records say where there is no case."""


class OpenCase(Observable):
    """The case on the screen, the one that is wanted there, and everything that was found out about it."""

    case: ObservedPart[Case | None] = ObservedPart(None)
    suggestions: ObservedPart[Mapping[str, Suggestion]] = ObservedPart(NO_SUGGESTIONS)
    """What the records say about its checks, by check."""
    history: ObservedPart[CustomerHistory | None] = ObservedPart(None)
    """The customer's other tickets; None until they were read."""
    unread: ObservedPart[tuple[Blocker, ...]] = ObservedPart(())
    """What has to be read or merged before any decision."""
    outcome: ObservedPart[Outcome | None] = ObservedPart(None)
    """The outcome that is being written."""
    lacks: ObservedPart[tuple[Blocker, ...]] = ObservedPart(())
    """What is missing for that outcome."""

    def __init__(self) -> None:
        super().__init__()
        self.wanted: SurveyId | None = None
        """The case that is on the screen or on its way there."""
        self.to_the_note: SurveyId | None = None
        """The case whose words are gone to once they are here."""

    def show(self, case: Case | None, suggestions: Mapping[str, Suggestion]) -> None:
        """Have a case on the screen, with what the records say about its checks."""
        self.suggestions = suggestions
        self.case = case

    def clear(self) -> None:
        """Have no case on the screen."""
        self.show(None, NO_SUGGESTIONS)

    def holds(self, survey_id: SurveyId) -> bool:
        """Whether this case is the one on the screen."""
        return self.case is not None and self.case.id == survey_id

    @property
    def arrived(self) -> bool:
        """Whether the wanted case is on the screen; no case is wanted where none is shown."""
        return (None if self.case is None else self.case.id) == self.wanted


class DeskState(Observable):
    """The figures that header, banner and queue show."""

    status: ObservedPart[SyncStatus] = ObservedPart(SyncStatus())
    """How things stand with the help desk."""
    outbox: ObservedPart[OutboxSummary] = ObservedPart(OutboxSummary())
    counts: ObservedPart[QueueCounts | None] = ObservedPart(None)
    """How many cases stand where; None until they were counted."""
    decided: ObservedPart[int] = ObservedPart(0)
    """How many cases were decided in this shift."""


class ActionsUnderWay:
    """Remembers which cases the person is taking out of the queue, and whose sending they have asked for."""

    def __init__(self, after_leaving: Callable[[tuple[SurveyId, ...]], object]) -> None:
        self.leaving: set[SurveyId] = set()
        self.sending: set[SurveyId] = set()
        self._after_leaving = after_leaving

    def __bool__(self) -> bool:
        return bool(self.leaving or self.sending)

    @contextlib.contextmanager
    def taking_out(self, *survey_ids: SurveyId) -> Iterator[None]:
        """Do something with cases that takes them out of the queue; what is read of them meanwhile is not shown."""
        self.leaving.update(survey_ids)
        try:
            yield
        finally:
            self.leaving.difference_update(survey_ids)
            self._after_leaving(survey_ids)
