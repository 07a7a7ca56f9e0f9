"""The list of the queue, drawn line by line from a window of rows; only changed lines are drawn again."""

import asyncio
from collections import OrderedDict, deque
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import zip_longest
from time import monotonic
from typing import ClassVar

from rich.segment import Segment
from textual import events
from textual.geometry import Region
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from csat_tui.domain.ids import SurveyId
from csat_tui.store.cases.queue import QueueRow, QueueView
from csat_tui.tui.base.background_work import BackgroundWork
from csat_tui.tui.base.commands import Guarded
from csat_tui.tui.triage.queue.lines import Inks, RowContext, draw
from csat_tui.tui.triage.queue.window import QueueWindow, Rows

LINES = 2
"""Lines of a row."""

DRAWN = 600
"""Rows whose drawn lines are cached."""

RANGE_LIMIT = 500
"""The largest number of marked rows."""

GRACE = 0.05
"""Seconds for which keys that move wait for rows that are being read; then they move within the shown rows."""

REREAD, FILL = "The queue could not be brought up to date", "More of the queue could not be read"
"""The failures of two kinds of readings; only one of each kind waits at a time."""


@dataclass(eq=False)
class QueueReading:
    """A read of rows on another thread, and its effect on the window on the screen."""

    failure: str
    """A clause that names the failed action."""
    go: Callable[[QueueWindow], object]
    """Reads into a copy of the window, on another thread; returns False if the screen need not change."""
    stays: bool = False
    """Whether the cursor stays on its case."""
    view: bool = False
    """Whether it shows another view, so that everything is drawn again."""
    keep_case: Callable[[], SurveyId | None] | None = None
    """Returns the case to keep under the cursor in another view; called again when the rows are here."""
    kept_case: SurveyId | None = None
    overtaken: bool = False
    """Whether a later reading has made this one unnecessary."""
    done: "asyncio.Future[object]" = field(default_factory=lambda: asyncio.get_running_loop().create_future())


class QueueList(BackgroundWork, Guarded, Widget, can_focus=True):
    """Shows the rows around the cursor; its pane handles keys and the meaning of rows."""

    ALLOW_SELECT = False
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "queue--muted",
        "queue--faint",
        "queue--bad",
        "queue--fair",
        "queue--bar",
        "queue--highlight",
    }

    @dataclass
    class Moved(Message):
        """The cursor may be on another case."""

    def __init__(
        self,
        source: Rows,
        view: QueueView,
        now: Callable[[], datetime],
        *,
        low: float = 0,
        agent: str = "",
        path_labels: dict[str, str] | None = None,
    ) -> None:
        super().__init__()
        self._source = source
        self.window = QueueWindow(None, view)
        """The rows on the screen and around it; reads of the store go into a copy."""
        self.ready = False
        """Whether rows have been read; before that, an empty list has no meaning."""
        self.changed: Callable[[], None] = lambda: None
        """Called after new rows are shown."""
        self._readings: deque[QueueReading] = deque()
        self._reading: QueueReading | None = None
        self._since = 0.0
        """When the running series of readings began."""
        self.marks: set[SurveyId] = set()
        self.ranging = False
        self.touched = False
        """Whether the person has pressed a key; until then a new case may take the first row."""
        self.empty: Sequence[str] = ()
        self._now = now
        self._row_context = RowContext(0, now(), low, agent, path_labels or {})
        self._inks: Inks | None = None
        self._drawn: OrderedDict[tuple[QueueRow, bool, bool], tuple[Strip, Strip]] = OrderedDict()

    @property
    def survey_id(self) -> SurveyId | None:
        """The case under the cursor."""
        row = self.window.cursor
        return None if row is None else row.id

    # Reading

    def open(self, view: QueueView, keep: Callable[[], SurveyId | None] = lambda: None) -> None:
        """Show another view with the cursor on the case that `keep` returns, or else on its first row."""
        self.ranging = False
        self.marks.clear()
        self._open(view, keep)

    def _open(self, view: QueueView, keep: Callable[[], SurveyId | None]) -> None:
        kept = keep()

        def go(window: QueueWindow) -> None:
            window.view = view
            window.first()
            if kept is not None:
                window.go_to(kept)

        self._overtake()
        self._ask(QueueReading("The queue could not be read", go, view=True, keep_case=keep, kept_case=kept))

    def choose_match(self) -> None:
        """Go to the first row if the case under the cursor does not match the search."""

        def go(window: QueueWindow) -> bool:
            if window.cursor is None or window.cursor.shown:
                return False
            window.first()
            return True

        self._ask(QueueReading("The queue could not be searched", go))

    def to_first(self) -> None:
        """Go to the view's first row."""
        self._jump(QueueWindow.first)

    def to_last(self) -> None:
        """Go to the view's last row."""
        self._jump(QueueWindow.last)

    def _jump(self, go: Callable[[QueueWindow], object]) -> None:
        self.touched = True
        self._overtake(views=False)
        self._ask(QueueReading("The queue could not be read", go))

    def go_to(self, survey_id: SurveyId) -> Awaitable[object]:
        """Put the cursor on a case, in the view or not; the result is False if there is no such case."""
        self.touched = True
        return self._ask(QueueReading("The case could not be found", lambda window: window.go_to(survey_id))).done

    def reread(self) -> None:
        """Read the rows again; the cursor stays on its case and its line."""
        if not any(reading.failure == REREAD for reading in self._readings):
            # Once the person has pressed a key, the case under the cursor must not change between two keys.
            self._ask(
                QueueReading(REREAD, lambda window: window.refresh() if self.touched else window.first(), stays=True)
            )

    def begin_anew(self) -> None:
        """Read the rows again, and show nothing until then: what was read before says nothing about now."""
        self.ready = False
        for reading in self._pending:
            reading.overtaken = True
        self.reread()

    def move_on(self) -> Awaitable[object]:
        """Read the rows again; if the case under the cursor has left the view, the next case takes its place."""
        return self._ask(QueueReading("The next case could not be read", QueueWindow.move_on)).done

    @property
    def _pending(self) -> list[QueueReading]:
        """The waiting readings and the running one."""
        return [*self._readings, self._reading] if self._reading is not None else [*self._readings]

    def _fill(self) -> None:
        if self.window.needs_rows and not any(reading.failure == FILL for reading in self._pending):
            self._ask(QueueReading(FILL, QueueWindow.fill, stays=True))

    @property
    def arriving(self) -> bool:
        """Whether a reading will put the cursor on another case because the person asked for it."""
        return any(not reading.stays and not reading.overtaken for reading in self._pending)

    @property
    def holds_moves(self) -> bool:
        """Whether keys that move must wait a moment for rows."""
        waits = self.arriving or (self._reading is not None and self._reading.failure == FILL and self.window.at_edge)
        return waits and monotonic() - self._since < GRACE

    def _overtake(self, *, views: bool = True) -> None:
        """Mark readings that would move the cursor as overtaken by a newer one."""
        for reading in self._pending:
            if not reading.stays and (views or not reading.view):
                reading.overtaken = True

    def _ask(self, reading: QueueReading) -> QueueReading:
        self._readings.append(reading)
        if self._reading is None and len(self._readings) == 1:
            self._since = monotonic()
            self.do(REREAD, self._take_readings(), "read:queue")
        return reading

    async def _take_readings(self) -> None:
        failed = False
        while self._readings:
            self._reading = reading = self._readings.popleft()
            found: object = None
            failed = True
            try:
                with self.reporting(reading.failure):
                    if not reading.overtaken:
                        window = self.window.reading(self._source)
                        found = await asyncio.to_thread(reading.go, window)
                    if not reading.overtaken and found is not False:
                        self._land(reading, window)
                    failed = False
            finally:
                self._reading = None
                if not reading.done.done():
                    reading.done.set_result(found)
        if not failed:  # after a failure, the next key reads again; an immediate retry would fail again and again
            self._fill()

    def _land(self, reading: QueueReading, window: QueueWindow) -> None:
        """Show the rows that were read, unless the person has changed the view or the cursor meanwhile."""
        if reading.keep_case is not None and reading.keep_case() != reading.kept_case:
            self._open(window.view, reading.keep_case)
            return
        if reading.stays and window.view != self.window.view:
            return
        shown = self._shown()
        if not self.window.take(window, stay=reading.stays and self.touched):
            self.reread()
            return
        self.ready = True
        self._row_context = replace(self._row_context, now=self._now())
        if reading.view:
            self.redraw()
        for place, (before, after) in enumerate(zip_longest(shown, self._shown())):
            if before != after:
                self._refresh_row(place)
        self.changed()

    def _shown(self) -> list[tuple[QueueRow, bool]]:
        """Return the rows on the screen, each with whether the cursor is on it."""
        window = self.window
        rows = window.rows[window.top : window.top + window.height + 1]
        return [(row, place == window.index) for place, row in enumerate(rows, window.top)]

    def redraw(self) -> None:
        """Draw everything again."""
        self._row_context = replace(self._row_context, width=self.size.width, now=self._now())
        self._drawn.clear()
        self.refresh()

    def sign(self, agent: str) -> None:
        """Set the agent whose claims are shown as “yours”."""
        self._row_context = replace(self._row_context, agent=agent)

    def measure(self, low: float, path_labels: dict[str, str]) -> None:
        """Set the threshold of low ratings and the names of the paths."""
        self._row_context = replace(self._row_context, low=low, path_labels=path_labels)
        self.redraw()

    def move(self, rows: int) -> None:
        """Move the cursor by rows; while a range is open, mark the rows on the way."""
        window = self.window
        before, top = window.cursor, window.top
        came_from = window.index
        first = window.rows[0] if window.rows else None
        window.move(rows)
        self.touched = True
        self._fill()
        if window.cursor is before:
            return
        self.post_message(self.Moved())
        if self.ranging and window.rows[0] is first:
            low, high = sorted((came_from, window.index))
            self.mark(row.id for row in window.rows[low : high + 1])
            self.refresh()
            return
        if window.rows and window.rows[0] is first and window.top == top:
            self._refresh_row(came_from - top)
            self._refresh_row(window.index - top)
        else:
            self.refresh()

    def scroll_rows(self, rows: int) -> None:
        """Scroll by rows; the cursor moves only if it would leave the screen."""
        self.window.scroll(rows)
        self._fill()
        self.touched = True
        self.post_message(self.Moved())
        self.refresh()

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

    def _refresh_row(self, row: int) -> None:
        self.refresh(Region(0, row * LINES, self.size.width, LINES))

    def render_line(self, y: int) -> Strip:
        """Return one drawn line, cached if possible."""
        inks = self._inks or self._mix()
        window = self.window
        index, part = window.top + y // LINES, y % LINES
        if index >= len(window.rows):
            return self._blank(y, inks)
        row = window.rows[index]
        cursor, marked = index == window.index, row.id in self.marks
        key = (row, cursor, marked)
        lines = self._drawn.get(key)
        if lines is None:
            lines = self._drawn[key] = draw(row, self._row_context, inks, cursor=cursor, marked=marked)
            if len(self._drawn) > DRAWN:
                self._drawn.popitem(last=False)
        return lines[part]

    def _blank(self, y: int, inks: Inks) -> Strip:
        lines = self.empty if not self.window.rows else ()
        line = lines[y - 1] if 0 < y <= len(lines) else ""
        return Strip([Segment(f"  {line}", inks.plain + inks.muted)]).adjust_cell_length(
            self._row_context.width, inks.plain
        )

    def _mix(self) -> Inks:
        plain = self.rich_style
        style = self.get_component_rich_style
        self._inks = Inks(
            plain,
            muted=style("queue--muted", partial=True),
            faint=style("queue--faint", partial=True),
            bad=style("queue--bad", partial=True),
            fair=style("queue--fair", partial=True),
            bar=style("queue--bar", partial=True),
            highlight=plain + style("queue--highlight", partial=True),
        )
        return self._inks

    def notify_style_update(self) -> None:
        """Drop the lines that were drawn in the old colours."""
        super().notify_style_update()
        self._inks = None
        self._drawn.clear()

    def on_resize(self, event: events.Resize) -> None:
        """Adapt the window to the new height."""
        self.window.resize(event.size.height // LINES)
        self._fill()
        self.redraw()
