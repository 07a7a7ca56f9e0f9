"""The queue's lines, drawn one by one from a window of rows; only those that changed are drawn again."""

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
from csat_tui.tui.triage.queue.lines import Inks, Look, draw
from csat_tui.tui.triage.queue.window import QueueWindow, Rows

LINES = 2
"""Lines of one row."""

DRAWN = 600
"""Rows whose lines are kept ready."""

RANGE_LIMIT = 500
"""Rows that can be marked; more than anybody handles in one go."""

GRACE = 0.05
"""Seconds for which keys that move wait for rows that are read; after them they move within what is shown."""

REREAD, FILL = "The queue could not be brought up to date", "More of the queue could not be read"
"""What is said of two readings of which one at a time is enough, where they fail."""


@dataclass(eq=False)
class QueueReading:
    """Something to be read beside the keys, and what it does to the rows on the screen."""

    failure: str
    """What did not happen where it fails, in the person's words."""
    go: Callable[[QueueWindow], object]
    """Reads, on another thread and a window of its own; returns False where nothing is to change."""
    stays: bool = False
    """Whether the cursor stays on its case."""
    view: bool = False
    """Whether another view is shown: everything is drawn anew."""
    keep: Callable[[], SurveyId | None] | None = None
    """Returns the case that is to stay under the cursor in another view, asked again when the view is here."""
    kept: SurveyId | None = None
    overtaken: bool = False
    """Whether a later wish has made this one needless."""
    done: "asyncio.Future[object]" = field(default_factory=lambda: asyncio.get_running_loop().create_future())


class QueueList(BackgroundWork, Guarded, Widget, can_focus=True):
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
        self._source = source
        self.window = QueueWindow(None, view)
        """The rows on the screen and around it; whatever needs the store reads into a copy."""
        self.ready = False
        """Whether rows have been read: before, nothing can be said about an empty list."""
        self.changed: Callable[[], None] = lambda: None
        """Called after rows that were read are shown."""
        self._readings: deque[QueueReading] = deque()
        self._reading: QueueReading | None = None
        self._since = 0.0
        """When the reading began that goes on."""
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

    # What is read beside the keys

    def open(self, view: QueueView, keep: Callable[[], SurveyId | None] = lambda: None) -> None:
        """Show another view from its first row, or with the cursor on a case that is to stay."""
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
        self._ask(QueueReading("The queue could not be read", go, view=True, keep=keep, kept=kept))

    def choose_match(self) -> None:
        """Go to the first row if the cursor's case is not among what was searched for."""

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
        """Put the cursor on a case, whether the view shows it or not; gives False where there is no such case."""
        self.touched = True
        return self._ask(QueueReading("The case could not be found", lambda window: window.go_to(survey_id))).done

    def reread(self) -> None:
        """Read the rows again; the cursor keeps its case and its place, and what is the same is not drawn."""
        if not any(reading.failure == REREAD for reading in self._readings):
            # Whoever has pressed a key means the case that was there: it never changes between two keys.
            self._ask(
                QueueReading(REREAD, lambda window: window.refresh() if self.touched else window.first(), stays=True)
            )

    def move_on(self) -> Awaitable[object]:
        """Read the rows again; a case that the person has dealt with gives its place to the next."""
        return self._ask(QueueReading("The next case could not be read", QueueWindow.move_on)).done

    @property
    def _pending(self) -> list[QueueReading]:
        """What is still to be read, and what is being read."""
        return [*self._readings, self._reading] if self._reading is not None else [*self._readings]

    def _fill(self) -> None:
        if self.window.lacks and not any(reading.failure == FILL for reading in self._pending):
            self._ask(QueueReading(FILL, QueueWindow.fill, stays=True))

    @property
    def arriving(self) -> bool:
        """Whether the cursor is about to be put on another case, by the person's own wish."""
        return any(not reading.stays and not reading.overtaken for reading in self._pending)

    @property
    def holds_moves(self) -> bool:
        """Whether keys that move are to wait a moment for the rows that they are meant for."""
        waits = self.arriving or (self._reading is not None and self._reading.failure == FILL and self.window.at_edge)
        return waits and monotonic() - self._since < GRACE

    def _overtake(self, *, views: bool = True) -> None:
        """Drop the wishes for another place of the cursor that a newer one makes needless."""
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
        if not failed:  # a store that fails is asked again at the next key, and not over and over until then
            self._fill()

    def _land(self, reading: QueueReading, window: QueueWindow) -> None:
        """Show what was read, unless the person has gone on to something that it does not fit."""
        if reading.keep is not None and reading.keep() != reading.kept:
            self._open(window.view, reading.keep)
            return
        if reading.stays and window.view != self.window.view:
            return
        shown = self._shown()
        if not self.window.take(window, stay=reading.stays and self.touched):
            self.reread()
            return
        self.ready = True
        self._look = replace(self._look, now=self._now())
        if reading.view:
            self.redraw()
        for place, (before, after) in enumerate(zip_longest(shown, self._shown())):
            if before != after:
                self._refresh_row(place)
        self.changed()

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
        """Move what is shown, and the cursor only as far as it must follow."""
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
        self._fill()
        self.redraw()
