"""The queue's lines, drawn one by one from a window of rows; only those that changed are drawn again."""

from collections import OrderedDict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import zip_longest
from typing import ClassVar

from rich.segment import Segment
from textual import events
from textual.geometry import Region
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from csat_tui.domain.ids import SurveyId
from csat_tui.store.cases.queue import QueueRow, QueueView
from csat_tui.tui.base.commands import Guarded
from csat_tui.tui.triage.queue.rows import Inks, Look, draw
from csat_tui.tui.triage.queue.window import QueueWindow, Rows

LINES = 2
"""Lines of one row."""

DRAWN = 600
"""Rows whose lines are kept ready."""

RANGE_LIMIT = 500
"""Rows that can be marked; more than anybody handles in one go."""


class QueueList(Guarded, Widget, can_focus=True):
    """Shows the rows around the cursor. It knows neither what a key nor what a row means; its pane does."""

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
        self.window = QueueWindow(source, view)
        self.marks: set[SurveyId] = set()
        self.ranging = False
        self.touched = False
        """Whether the person has done anything yet; until then new cases may push in at the top."""
        self.empty: Sequence[str] = ()
        self._now = now
        self._look = Look(0, now(), low, agent, path_labels or {})
        self._inks: Inks | None = None
        self._drawn: OrderedDict[tuple[QueueRow, bool, bool], tuple[Strip, Strip]] = OrderedDict()

    @property
    def survey_id(self) -> SurveyId | None:
        """The case under the cursor."""
        row = self.window.cursor
        return None if row is None else row.id

    def open(self, view: QueueView, keep: SurveyId | None = None) -> None:
        """Show another view from its first row, or with the cursor on a case that is to stay."""
        self.window.view = view
        self.window.first()
        if keep is not None:
            self.window.go_to(keep)
        self.ranging = False
        self.marks.clear()
        self.redraw()

    def reread(self) -> None:
        """Read the rows again; the cursor keeps its case and its place, and what is the same is not drawn."""
        # Whoever has pressed a key means the case that was there: it never changes between two keys.
        self._read_by(self.window.refresh if self.touched else self.window.first)

    def move_on(self) -> None:
        """Read the rows again; a case that the person has dealt with gives its place to the next."""
        self._read_by(self.window.move_on)

    def _read_by(self, read: Callable[[], None]) -> None:
        shown = self._shown()
        read()
        self._look = replace(self._look, now=self._now())
        for place, (before, after) in enumerate(zip_longest(shown, self._shown())):
            if before != after:
                self._refresh_row(place)

    def _shown(self) -> list[tuple[QueueRow, bool]]:
        """Return the rows on the screen, and which of them has the cursor."""
        window = self.window
        rows = window.rows[window.top : window.top + window.height + 1]
        return [(row, place == window.index) for place, row in enumerate(rows, window.top)]

    def redraw(self) -> None:
        """Draw everything anew: rows, ages or colours have changed."""
        self._look = replace(self._look, width=self.size.width, now=self._now())
        self._drawn.clear()
        self.refresh()

    def sign(self, agent: str) -> None:
        """Learn whose claims are the person's own."""
        self._look = replace(self._look, agent=agent)

    def measure(self, low: float, path_labels: dict[str, str]) -> None:
        """Learn from which rating on a case is bad, and what the ways are called."""
        self._look = replace(self._look, low=low, path_labels=path_labels)
        self.redraw()

    def move(self, rows: int) -> None:
        """Move the cursor by rows, marking those passed while a range is open."""
        window = self.window
        before, top = window.cursor, window.top
        came_from = window.index
        first = window.rows[0] if window.rows else None
        window.move(rows)
        self.touched = True
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

    def jump(self, go: Callable[[], object]) -> None:
        """Move the cursor in any other way of the window."""
        go()
        self.touched = True
        self.post_message(self.Moved())
        self.refresh()

    def scroll_rows(self, rows: int) -> None:
        """Move what is shown, and the cursor only as far as it must follow."""
        self.jump(lambda: self.window.scroll(rows))

    def mark(self, ids: Iterable[SurveyId]) -> None:
        """Mark cases, up to the limit."""
        for survey_id in ids:
            if len(self.marks) < RANGE_LIMIT:
                self.marks.add(survey_id)

    def toggle_mark(self) -> None:
        """Mark the case under the cursor or take its mark off."""
        if (survey_id := self.survey_id) is not None:
            self.marks ^= {survey_id}
            self._refresh_row(self.window.index - self.window.top)

    def _refresh_row(self, row: int) -> None:
        self.refresh(Region(0, row * LINES, self.size.width, LINES))

    def render_line(self, y: int) -> Strip:
        """Return one line, from those kept ready where possible."""
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
            lines = self._drawn[key] = draw(row, self._look, inks, cursor=cursor, marked=marked)
            if len(self._drawn) > DRAWN:
                self._drawn.popitem(last=False)
        return lines[part]

    def _blank(self, y: int, inks: Inks) -> Strip:
        lines = self.empty if not self.window.rows else ()
        line = lines[y - 1] if 0 < y <= len(lines) else ""
        return Strip([Segment(f"  {line}", inks.plain + inks.muted)]).adjust_cell_length(self._look.width, inks.plain)

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
        """Take the new colours."""
        super().notify_style_update()
        self._inks = None
        self._drawn.clear()

    def on_resize(self, event: events.Resize) -> None:
        """Keep the cursor in sight."""
        self.window.resize(event.size.height // LINES)
        self.redraw()
