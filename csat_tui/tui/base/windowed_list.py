"""A list of any length, drawn line by line from a window of rows; only changed lines are drawn again.

The queue and the delivered notes are such lists: a subclass names them and draws one row.
"""

import asyncio
from collections import OrderedDict, deque
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import zip_longest
from time import monotonic
from typing import Any, ClassVar, Generic

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.geometry import Region
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from csat_tui.tui.base.background_work import BackgroundWork
from csat_tui.tui.base.commands import Guarded
from csat_tui.tui.base.row_window import AnyRow, AnyView, Rows, RowWindow

LINES = 2
"""Lines of a row."""

DRAWN = 600
"""Rows whose drawn lines are cached."""

GRACE = 0.05
"""Seconds for which keys that move wait for rows that are being read; then they move within the shown rows."""


@dataclass(frozen=True, slots=True)
class Inks:
    """The colours of a row, taken from the stylesheet."""

    plain: Style
    muted: Style
    faint: Style
    good: Style
    bad: Style
    fair: Style
    bar: Style
    highlight: Style


@dataclass(eq=False)
class ListReading(Generic[AnyView, AnyRow]):
    """A read of rows on another thread, and its effect on the window on the screen."""

    failure: str
    """A clause that names the failed action."""
    go: Callable[[RowWindow[AnyView, AnyRow]], object]
    """Reads into a copy of the window, on another thread; returns False if the screen need not change."""
    stays: bool = False
    """Whether the cursor stays on its row."""
    view: bool = False
    """Whether it shows another view, so that everything is drawn again."""
    keep_row: Callable[[], Any] | None = None
    """Returns the id of the row to keep under the cursor in another view; called again when the rows are here."""
    kept_row: Any = None
    overtaken: bool = False
    """Whether a later reading has made this one unnecessary."""
    done: "asyncio.Future[object]" = field(default_factory=lambda: asyncio.get_running_loop().create_future())


class WindowedList(BackgroundWork, Guarded, Widget, Generic[AnyView, AnyRow], can_focus=True):
    """Shows the rows around the cursor; its pane handles keys and the meaning of rows."""

    LIST: ClassVar[str] = ""
    """What is listed, in sentences about failures: “the queue”."""
    THING: ClassVar[str] = ""
    """What one row is: “case”."""

    ALLOW_SELECT = False
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "row--muted",
        "row--faint",
        "row--good",
        "row--bad",
        "row--fair",
        "row--bar",
        "row--highlight",
    }

    @dataclass
    class Moved(Message):
        """The cursor may be on another row."""

    def __init__(self, source: Rows[AnyView, AnyRow], view: AnyView, now: Callable[[], datetime]) -> None:
        super().__init__()
        self._source = source
        self.window: RowWindow[AnyView, AnyRow] = RowWindow(None, view)
        """The rows on the screen and around it; reads of the store go into a copy."""
        self.ready = False
        """Whether rows have been read; before that, an empty list has no meaning."""
        self.changed: Callable[[], None] = lambda: None
        """Called after new rows are shown."""
        self._readings: deque[ListReading[AnyView, AnyRow]] = deque()
        self._reading: ListReading[AnyView, AnyRow] | None = None
        self._since = 0.0
        """When the running series of readings began."""
        self.touched = False
        """Whether the person has pressed a key; until then a new row may take the first place."""
        self.empty: Sequence[str] = ()
        """The lines that are shown where there are no rows."""
        self._now = now
        self.drawn_at = now()
        """The time by which ages are drawn."""
        self._inks: Inks | None = None
        self._drawn: OrderedDict[tuple[AnyRow, bool, bool], tuple[Strip, Strip]] = OrderedDict()

    def draw_row(self, row: AnyRow, inks: Inks, *, cursor: bool, marked: bool) -> tuple[Strip, Strip]:
        """Return the two lines of a row, each as wide as the list."""
        raise NotImplementedError

    def is_marked(self, row: AnyRow) -> bool:
        """Whether the person has marked a row."""
        del row
        return False

    @property
    def row_id(self) -> Any:
        """The id of the row under the cursor; None in an empty list."""
        row = self.window.cursor
        return None if row is None else row.id

    @property
    def half(self) -> int:
        """Half a screen in rows."""
        return max(1, self.window.height // 2)

    def _says(self, failure: str) -> str:
        return f"{self.LIST[:1].upper()}{self.LIST[1:]} could not be {failure}"

    @property
    def _rereads(self) -> str:
        return self._says("brought up to date")

    @property
    def _fills(self) -> str:
        return f"More of {self.LIST} could not be read"

    # Reading

    def open(self, view: AnyView, keep: Callable[[], Any] = lambda: None) -> Awaitable[object]:
        """Show another view with the cursor on the row whose id `keep` returns, or else on its first row.

        What is returned ends once the rows are shown, or could not be read.
        """
        return self._open(view, keep)

    def _open(self, view: AnyView, keep: Callable[[], Any]) -> Awaitable[object]:
        kept = keep()

        def go(window: RowWindow[AnyView, AnyRow]) -> None:
            window.view = view
            window.first()
            if kept is not None:
                window.go_to(kept)

        self._overtake()
        return self._ask(ListReading(self._says("read"), go, view=True, keep_row=keep, kept_row=kept)).done

    def to_first(self) -> None:
        """Go to the view's first row."""
        self._jump(RowWindow.first)

    def to_last(self) -> None:
        """Go to the view's last row."""
        self._jump(RowWindow.last)

    def _jump(self, go: Callable[[RowWindow[AnyView, AnyRow]], object]) -> None:
        self.touched = True
        self._overtake(views=False)
        self._ask(ListReading(self._says("read"), go))

    def go_to(self, row_id: Any) -> Awaitable[object]:
        """Put the cursor on a row by its id, in the view or not; the result is False if there is no such row."""
        self.touched = True
        return self._ask(ListReading(f"The {self.THING} could not be found", lambda window: window.go_to(row_id))).done

    def reread(self) -> None:
        """Read the rows again; the cursor stays on its row and its line."""
        if not any(reading.failure == self._rereads for reading in self._readings):
            # Once the person has pressed a key, the row under the cursor must not change between two keys.
            self._ask(ListReading(self._rereads, self._look_again, stays=True))

    def _look_again(self, window: RowWindow[AnyView, AnyRow]) -> None:
        if self.touched:
            window.refresh()
        else:
            window.first()

    def begin_anew(self) -> None:
        """Read the rows again, and show nothing until then: what was read before says nothing about now."""
        self.ready = False
        for reading in self._pending:
            reading.overtaken = True
        self.reread()

    def move_on(self) -> Awaitable[object]:
        """Read the rows again; if the row under the cursor has left the view, the next one takes its place."""
        return self._ask(ListReading(f"The next {self.THING} could not be read", RowWindow.move_on)).done

    @property
    def _pending(self) -> list[ListReading[AnyView, AnyRow]]:
        """The waiting readings and the running one."""
        return [*self._readings, self._reading] if self._reading is not None else [*self._readings]

    def _fill(self) -> None:
        if self.window.needs_rows and not any(reading.failure == self._fills for reading in self._pending):
            self._ask(ListReading(self._fills, RowWindow.fill, stays=True))

    @property
    def arriving(self) -> bool:
        """Whether a reading will put the cursor on another row because the person asked for it."""
        return any(not reading.stays and not reading.overtaken for reading in self._pending)

    @property
    def holds_moves(self) -> bool:
        """Whether keys that move must wait a moment for rows."""
        filling = self._reading is not None and self._reading.failure == self._fills
        return (self.arriving or (filling and self.window.at_edge)) and monotonic() - self._since < GRACE

    def _overtake(self, *, views: bool = True) -> None:
        """Mark readings that would move the cursor as overtaken by a newer one."""
        for reading in self._pending:
            if not reading.stays and (views or not reading.view):
                reading.overtaken = True

    def _ask(self, reading: ListReading[AnyView, AnyRow]) -> ListReading[AnyView, AnyRow]:
        self._readings.append(reading)
        if self._reading is None and len(self._readings) == 1:
            self._since = monotonic()
            self.do(self._rereads, self._take_readings(), "read:rows")
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

    def _land(self, reading: ListReading[AnyView, AnyRow], window: RowWindow[AnyView, AnyRow]) -> None:
        """Show the rows that were read, unless the person has changed the view or the cursor meanwhile."""
        if reading.keep_row is not None and reading.keep_row() != reading.kept_row:
            self._open(window.view, reading.keep_row)
            return
        if reading.stays and window.view != self.window.view:
            return
        shown = self._shown()
        if not self.window.take(window, stay=reading.stays and self.touched):
            self.reread()
            return
        self.ready = True
        self.drawn_at = self._now()
        if reading.view:
            self.redraw()
        for place, (before, after) in enumerate(zip_longest(shown, self._shown())):
            if before != after:
                self._refresh_row(place)
        self.changed()

    def _shown(self) -> list[tuple[AnyRow, bool]]:
        """Return the rows on the screen, each with whether the cursor is on it."""
        window = self.window
        rows = window.rows[window.top : window.top + window.height + 1]
        return [(row, place == window.index) for place, row in enumerate(rows, window.top)]

    def redraw(self) -> None:
        """Draw everything again."""
        self.drawn_at = self._now()
        self._drawn.clear()
        self.refresh()

    def move(self, rows: int) -> bool:
        """Move the cursor by rows; returns whether it has moved."""
        window = self.window
        before, top = window.cursor, window.top
        came_from = window.index
        first = window.rows[0] if window.rows else None
        window.move(rows)
        self.touched = True
        self._fill()
        if window.cursor is before:
            return False
        self.post_message(self.Moved())
        if window.rows and window.rows[0] is first and window.top == top:
            self._refresh_row(came_from - top)
            self._refresh_row(window.index - top)
        else:
            self.refresh()
        return True

    def scroll_rows(self, rows: int) -> None:
        """Scroll by rows; the cursor moves only if it would leave the screen."""
        self.window.scroll(rows)
        self._fill()
        self.touched = True
        self.post_message(self.Moved())
        self.refresh()

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
        cursor, marked = index == window.index, self.is_marked(row)
        key = (row, cursor, marked)
        lines = self._drawn.get(key)
        if lines is None:
            lines = self._drawn[key] = self.draw_row(row, inks, cursor=cursor, marked=marked)
            if len(self._drawn) > DRAWN:
                self._drawn.popitem(last=False)
        return lines[part]

    def _blank(self, y: int, inks: Inks) -> Strip:
        lines = self.empty if not self.window.rows else ()
        line = lines[y - 1] if 0 < y <= len(lines) else ""
        return Strip([Segment(f"  {line}", inks.plain + inks.muted)]).adjust_cell_length(self.size.width, inks.plain)

    def _mix(self) -> Inks:
        plain = self.rich_style
        style = self.get_component_rich_style
        self._inks = Inks(
            plain,
            muted=style("row--muted", partial=True),
            faint=style("row--faint", partial=True),
            good=style("row--good", partial=True),
            bad=style("row--bad", partial=True),
            fair=style("row--fair", partial=True),
            bar=style("row--bar", partial=True),
            highlight=plain + style("row--highlight", partial=True),
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
