"""The list of the queue: the rows around the cursor, and the marks that the person sets."""

from collections.abc import Awaitable, Callable, Iterable
from dataclasses import replace
from datetime import datetime
from typing import ClassVar

from textual.strip import Strip

from csat_tui.domain.ids import SurveyId
from csat_tui.store.cases.queue import QueueRow, QueueView
from csat_tui.tui.base.row_window import Rows, RowWindow
from csat_tui.tui.base.windowed_list import Inks, ListReading, WindowedList
from csat_tui.tui.triage.queue.lines import RowContext, draw

RANGE_LIMIT = 500
"""The largest number of marked rows."""


class QueueList(WindowedList[QueueView, QueueRow]):
    """Shows the cases around the cursor; its pane handles keys and the meaning of rows."""

    LIST: ClassVar[str] = "the queue"
    THING: ClassVar[str] = "case"

    def __init__(
        self,
        source: Rows[QueueView, QueueRow],
        view: QueueView,
        now: Callable[[], datetime],
        *,
        low: float = 0,
        agent: str = "",
        path_labels: dict[str, str] | None = None,
    ) -> None:
        super().__init__(source, view, now)
        self.marks: set[SurveyId] = set()
        self.ranging = False
        self._row_context = RowContext(0, self.drawn_at, low, agent, path_labels or {})

    @property
    def survey_id(self) -> SurveyId | None:
        """The case under the cursor."""
        row = self.window.cursor
        return None if row is None else row.id

    def draw_row(self, row: QueueRow, inks: Inks, *, cursor: bool, marked: bool) -> tuple[Strip, Strip]:
        """Return the two lines of a case."""
        context = replace(self._row_context, width=self.size.width, now=self.drawn_at)
        return draw(row, context, inks, cursor=cursor, marked=marked)

    def is_marked(self, row: QueueRow) -> bool:
        """Whether the person has marked a case."""
        return row.id in self.marks

    def open(self, view: QueueView, keep: Callable[[], SurveyId | None] = lambda: None) -> Awaitable[object]:
        """Show another view with the cursor on the case that `keep` returns, or else on its first row."""
        self.ranging = False
        self.marks.clear()
        return super().open(view, keep)

    def choose_match(self) -> None:
        """Go to the first row if the case under the cursor does not match the search."""

        def go(window: RowWindow[QueueView, QueueRow]) -> bool:
            if window.cursor is None or window.cursor.shown:
                return False
            window.first()
            return True

        self._ask(ListReading(self._says("searched"), go))

    def sign(self, agent: str) -> None:
        """Set the agent whose claims are shown as “yours”."""
        self._row_context = replace(self._row_context, agent=agent)

    def measure(self, low: float, path_labels: dict[str, str]) -> None:
        """Set the threshold of low ratings and the names of the paths."""
        self._row_context = replace(self._row_context, low=low, path_labels=path_labels)
        self.redraw()

    def move(self, rows: int) -> bool:
        """Move the cursor by rows; while a range is open, mark the rows on the way."""
        window = self.window
        came_from = window.index
        first = window.rows[0] if window.rows else None
        moved = super().move(rows)
        if moved and self.ranging and window.rows[0] is first:
            low, high = sorted((came_from, window.index))
            self.mark(row.id for row in window.rows[low : high + 1])
            self.refresh()
        return moved

    def mark(self, ids: Iterable[SurveyId]) -> None:
        """Mark cases, up to the limit."""
        for survey_id in ids:
            if len(self.marks) < RANGE_LIMIT:
                self.marks.add(survey_id)

    def toggle_mark(self) -> None:
        """Mark or unmark the case under the cursor."""
        if (survey_id := self.survey_id) is not None:
            self.marks ^= {survey_id}
            self._refresh_row(self.window.index - self.window.top)
