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
    """An object with parts that can be observed."""

    def __init__(self) -> None:
        self.values: dict[str, Any] = {}
        """The values of the parts that were set, by name."""
        self._observers: dict[str, list[Callable[[Any], None]]] = {}

    def observe(self, part: "ObservedPart[T]", observer: Callable[[T], None]) -> None:
        """Call `observer` with the new value each time that the part changes."""
        self._observers.setdefault(part.name, []).append(observer)

    def feed(self, widget: Widget, *parts: "ObservedPart[Any]") -> None:
        """Copy these parts to the widget's attributes of the same names whenever they change, while it is mounted."""
        for part in parts:
            self.observe(part, _setter(widget, part.name))

    def notify(self, name: str, value: Any) -> None:
        """Call the observers of a part with its value."""
        for observer in self._observers.get(name, ()):
            observer(value)


class ObservedPart(Generic[T]):
    """An attribute of an Observable; an equal value does not call its observers."""

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
        """Return the value; on the class, return the part itself, which `observe` takes."""
        if holder is None:
            return self
        value: T = holder.values.get(self.name, self._initial)
        return value

    def __set__(self, holder: Observable, value: T) -> None:
        if holder.values.get(self.name, self._initial) != value:
            holder.values[self.name] = value
            holder.notify(self.name, value)


def _setter(widget: Widget, name: str) -> Callable[[Any], None]:
    def put(value: Any) -> None:
        if widget.is_attached:
            setattr(widget, name, value)

    return put


NO_SUGGESTIONS: Mapping[str, Suggestion] = {}
"""The suggestions where there is no case."""


class OpenCase(Observable):
    """The case on the screen, the case that is on its way there, and everything that is known of them."""

    case: ObservedPart[Case | None] = ObservedPart(None)
    suggestions: ObservedPart[Mapping[str, Suggestion]] = ObservedPart(NO_SUGGESTIONS)
    """The suggested answers, by check."""
    history: ObservedPart[CustomerHistory | None] = ObservedPart(None)
    """The customer's other tickets; None until they are read."""
    unread: ObservedPart[tuple[Blocker, ...]] = ObservedPart(())
    """Blockers of any decision: messages to read and tickets to merge first."""
    outcome: ObservedPart[Outcome | None] = ObservedPart(None)
    """The outcome that is being written."""
    blockers: ObservedPart[tuple[Blocker, ...]] = ObservedPart(())
    """Blockers of a decision with that outcome."""

    def __init__(self) -> None:
        super().__init__()
        self.wanted: SurveyId | None = None
        """The case to show: it is on the screen or on its way there."""
        self.to_the_note: SurveyId | None = None
        """The case whose note takes the focus once the case is on the screen."""

    def show(self, case: Case | None, suggestions: Mapping[str, Suggestion]) -> None:
        """Show a case with the suggested answers to its checks."""
        self.suggestions = suggestions
        self.case = case

    def clear(self) -> None:
        """Show no case."""
        self.show(None, NO_SUGGESTIONS)

    def holds(self, survey_id: SurveyId) -> bool:
        """Whether this case is the one on the screen."""
        return self.case is not None and self.case.id == survey_id

    @property
    def arrived(self) -> bool:
        """Whether the wanted case is on the screen."""
        return (None if self.case is None else self.case.id) == self.wanted


class DeskState(Observable):
    """The figures that header, banner and queue show."""

    status: ObservedPart[SyncStatus] = ObservedPart(SyncStatus())
    """The state of the sync with the help desk."""
    outbox: ObservedPart[OutboxSummary] = ObservedPart(OutboxSummary())
    counts: ObservedPart[QueueCounts | None] = ObservedPart(None)
    """The number of cases in each stage; None until they are counted."""
    decided: ObservedPart[int] = ObservedPart(0)
    """The number of cases decided in this shift."""


class ActionsUnderWay:
    """The cases that the person's actions are taking out of the queue, and those that are being sent."""

    def __init__(self, after_leaving: Callable[[tuple[SurveyId, ...]], object]) -> None:
        self.leaving: set[SurveyId] = set()
        self.sending: set[SurveyId] = set()
        self._after_leaving = after_leaving

    def __bool__(self) -> bool:
        return bool(self.leaving or self.sending)

    @contextlib.contextmanager
    def taking_out(self, *survey_ids: SurveyId) -> Iterator[None]:
        """Mark cases as leaving the queue for the length of the block; they are not shown again meanwhile."""
        self.leaving.update(survey_ids)
        try:
            yield
        finally:
            self.leaving.difference_update(survey_ids)
            self._after_leaving(survey_ids)
