"""What the person has just done: actions that are under way, and decisions that can still be taken back."""

import contextlib
from collections.abc import Callable, Iterator
from datetime import datetime

from textual.content import Content

from csat_tui.domain.ids import SurveyId
from csat_tui.tui.base.text import remaining, safe_line
from csat_tui.workflow.desk import TakenDecision


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


class UndoCountdown:
    """The decisions of this session, the last one first to be taken back."""

    def __init__(self) -> None:
        self._taken: list[TakenDecision] = []

    def __len__(self) -> int:
        return len(self._taken)

    @property
    def last(self) -> TakenDecision | None:
        """The decision that an undo would take back."""
        return self._taken[-1] if self._taken else None

    def add(self, taken: TakenDecision) -> None:
        """Remember a decision."""
        self._taken.append(taken)

    def drop(self, taken: TakenDecision) -> None:
        """Forget a decision that was taken back."""
        self._taken.remove(taken)

    def countdown(self, now: datetime, label: str, key: str) -> Content:
        """Return the words that count down, or nothing where nothing waits."""
        last = self.last
        seconds = remaining(last.sends_at, now) if last is not None else 0
        if not seconds:
            return Content("")
        return Content.assemble(
            safe_line(label, "", 24),
            (" · ", "$faint"),
            (f"sends in {seconds} s", "bold $fair"),
            (" · ", "$faint"),
            (key, "bold $accent"),
            (" takes it back", "$muted"),
        )
