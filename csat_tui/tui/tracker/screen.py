"""The tracker: what has been put on record, newest first, one row whole beside it, and all of it as a file."""

import asyncio
import os
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, time, timedelta
from functools import partial
from pathlib import Path
from typing import Any, ClassVar, cast

from textual import work
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.screen import Screen
from textual.widgets import Static

from csat_tui.reports.saving import NotSaved
from csat_tui.reports.tracker import Columns
from csat_tui.store.errors import StoreError
from csat_tui.store.records.sheets import Key, Sheet, SheetRow, SheetView
from csat_tui.tui.base.commands import Command, Commanded, tell
from csat_tui.tui.base.keybar import KeyBar
from csat_tui.tui.base.lines import NOTHING, CursorList, Line, LinesView
from csat_tui.tui.base.text import safe_line
from csat_tui.tui.base.web_pages import show_page
from csat_tui.tui.tracker.correction_form import CorrectForm
from csat_tui.tui.tracker.lines import detail_lines, head_line, list_lines, widths
from csat_tui.tui.tracker.window import SheetWindow
from csat_tui.tui.windows.ask_text import AskText
from csat_tui.tui.windows.choice import Choice, ChoiceScreen
from csat_tui.tui.windows.overwrite import may_write
from csat_tui.workflow.sheets import TITLES, NotCorrected, Sheets

EMPTY = {
    Sheet.TRACKER: "The tracker is empty: each decision adds a row once it is sent.",
    Sheet.COACHING: "No coaching was submitted.",
    Sheet.CORRECTION: "No correction was recorded.",
}


class SheetTable(CursorList):
    """The rows, under headings that stand still."""

    def __init__(self, headings: Static) -> None:
        super().__init__()
        self.rows: Sequence[SheetRow] = ()
        self.columns = Columns((), ())
        self._headings = headings

    def build(self, width: int) -> Sequence[Line]:
        """Return the table's lines, and set the headings over its columns."""
        room = widths(self.rows, self.columns, width)
        self._headings.update(head_line(self.columns, room) if self.rows else Content(""))
        return list_lines(self.rows, room)


class SheetDetail(LinesView):
    """One row whole."""

    can_focus = False

    def __init__(self) -> None:
        super().__init__()
        self.row: SheetRow | None = None
        self.columns = Columns((), ())
        self.now: datetime | None = None

    def build(self, width: int) -> Sequence[Line]:
        """Return the row's lines."""
        if self.row is None or self.now is None:
            return ()
        return detail_lines(self.row, self.columns, width, self.now)


def _nothing(screen: "TrackerScreen") -> str:
    return "" if screen.current else "there is no row"


def _not_to_correct(screen: "TrackerScreen") -> str:
    row = screen.current
    if row is None or screen.view.sheet is not Sheet.TRACKER:
        return "there is no row of the tracker here"
    return "the case of this row was removed as old" if row.is_shell else ""


class TrackerScreen(Commanded, Screen[None]):
    """Shows the tracker and the records beside it."""

    NAME = "Tracker"
    HORIZONTAL_BREAKPOINTS: ClassVar[list[tuple[int, str]]] = [  # type: ignore[misc]
        (0, "-narrow"),
        (140, "-normal"),
    ]
    COMMANDS: ClassVar[tuple[Command, ...]] = (  # type: ignore[assignment]
        Command("tracker.down", ("j", "down"), "next", "Go to the next row.", lambda s: s.move(1), _nothing),
        Command("tracker.up", ("k", "up"), "previous", "Go to the previous row.", lambda s: s.move(-1), _nothing),
        Command("tracker.page-down", ("ctrl+d", "pagedown"), "page down", "Go a page further.",
                lambda s: s.move(s.page), _nothing),
        Command("tracker.page-up", ("ctrl+u", "pageup"), "page up", "Go a page back.",
                lambda s: s.move(-s.page), _nothing),
        Command("tracker.first", ("home",), "newest", "Go to the newest row.", lambda s: s.look(), _nothing),
        Command("tracker.open", ("enter",), "the case", "Show the case that the row belongs to.",
                lambda s: s.open_case(), _nothing, footer=True, hint="case"),
        Command("tracker.correct", ("c",), "correct the row", "Correct the row by an additional one, with your name.",
                lambda s: s.correct(), _not_to_correct, footer=True, hint="correct"),
        Command("tracker.browse", ("o",), "in the browser", "Open the ticket's page.",
                lambda s: s.browse(), _nothing),
        Command("tracker.filter", ("f",), "filter", "Show only a day's rows, yours, or one agent's.",
                lambda s: s.choose(), footer=True),
        Command("tracker.sheet", ("tab",), "coaching, corrections", "Go to the next sheet: tracker, coaching, "
                "corrections.", lambda s: s.turn(), footer=True, hint="sheet"),
        Command("tracker.export", ("x",), "export", "Write these rows to a file: a workbook, or CSV.",
                lambda s: s.export(), footer=True),
        Command("tracker.leave", ("escape",), "back", "Go back to the queue.",
                lambda s: s.app.switch_mode("triage"), footer=True),
    )  # fmt: skip
    app: Any

    def __init__(self, sheets: Sheets) -> None:
        super().__init__()
        self._sheets = sheets
        self._headings = Static("", id="tracker-headings", markup=False)
        self._table = SheetTable(self._headings)
        self._detail = SheetDetail()
        self._head = Static("", id="tracker-head", markup=False)
        self._key_bar = KeyBar()
        self._filter = "everything"
        self.view = SheetView()
        self._window = self._on(self.view)

    def compose(self) -> ComposeResult:
        """Lay the row beside the table, or below it where there is no room beside."""
        self._detail.border_title = Content("Row")
        yield self._head
        with Horizontal(id="tracker"):
            with Vertical(id="tracker-table") as frame:
                frame.border_title = Content("Tracker")
                yield self._headings
                yield self._table
            yield self._detail
        yield self._key_bar

    def on_mount(self) -> None:
        """Stand in the table."""
        self._table.focus()

    def on_screen_resume(self) -> None:
        """Look again after having been away; the cursor stays on a row that it was moved to."""
        self.look(self.current.key if self.current is not None and self._table.cursor else None)

    @property
    def current(self) -> SheetRow | None:
        """The row under the cursor."""
        index = self._table.cursor
        return self._table.rows[index] if 0 <= index < len(self._table.rows) else None

    @property
    def page(self) -> int:
        """Rows of one screen."""
        return max(self._table.size.height - 1, 1)

    @work(group="look", exclusive=True, exit_on_error=False)
    async def look(self, stood: Key | None = None) -> None:
        """Read the newest rows beside the screen and show them, with the cursor where it stood or on the newest."""
        window = self._on(self.view)
        try:
            await asyncio.to_thread(window.begin)
        except StoreError as error:
            tell(self, error)
            return
        self._window = window
        columns = self._sheets.columns(self.view.sheet)
        self._table.columns = self._detail.columns = columns
        place = next((place for place, row in enumerate(window.rows) if row.key == stood), 0)
        self._show(place if window.rows else NOTHING)

    def _on(self, view: SheetView) -> SheetWindow:
        return SheetWindow(partial(self._sheets.older, view), partial(self._sheets.newer, view))

    def _show(self, cursor: int) -> None:
        self._table.rows = self._window.rows
        self._table.set_reactive(LinesView.cursor, cursor)
        self._table.rebuild()
        self._table.show_item(cursor)
        said = safe_line(f"{TITLES[self.view.sheet]} · {self._filter}")
        if not self._table.rows:
            said = safe_line(EMPTY[self.view.sheet] if self._filter == "everything" else f"{said.plain}: no row")
        self._head.update(said)
        self.query_one("#tracker-table").border_title = Content(TITLES[self.view.sheet])
        self._tell_row()

    def _tell_row(self) -> None:
        self._detail.row, self._detail.now = self.current, self.app.desk.now
        self._detail.rebuild()
        self._detail.scroll_home(animate=False)
        self._key_bar.tell()

    def move(self, step: int) -> None:
        """Move the cursor, which stops at the ends; rows that it comes near are read."""
        self._go(max(0, min(self._table.cursor + step, len(self._table.rows) - 1)))

    def _go(self, index: int) -> None:
        self._table.cursor = index
        self._tell_row()
        if self._window.lacks(index):
            self._read_on()

    @work(group="look", exclusive=True, exit_on_error=False)
    async def _read_on(self) -> None:
        stood = self.current
        window = self._window
        try:
            await asyncio.to_thread(window.extend, self._table.cursor)
        except StoreError as error:
            tell(self, error)
            return
        if stood is not None and window is self._window:
            now = self.current or stood
            self._show(next((place for place, row in enumerate(window.rows) if row.key == now.key), 0))

    def on_lines_view_chosen(self, message: LinesView.Chosen) -> None:
        """Go to the row that was clicked."""
        message.stop()
        if message.view is self._table:
            self._go(message.item)

    # What the person does

    def turn(self) -> None:
        """Go to the next sheet; the filter stays."""
        sheets = list(Sheet)
        self.view = replace(self.view, sheet=sheets[(sheets.index(self.view.sheet) + 1) % len(sheets)])
        self.look()

    def open_case(self) -> None:
        """Show the row's case on the desk."""
        if (row := self.current) is None:
            return
        if row.is_shell:
            self.notify("The case of this row was old and was removed; only this row is kept.", markup=False)
            return
        self.app.show_case(row.survey_id)

    async def correct(self) -> None:
        """Ask what the row should say, and write that as an additional row."""
        row = self.current
        if row is None:
            return
        form = CorrectForm(row, self._table.columns)
        cells = cast("Mapping[str, str] | None", await self.app.push_screen_wait(form))
        if cells is None:
            return
        if not cells:
            self.notify("Nothing was changed, so no row was written.", markup=False)
            return
        try:
            written = await self.app.writer.write(self._sheets.correct, row.id, cells)
        except NotCorrected as error:
            tell(self, error)
            return
        self.notify(f"Row {written.id} corrects row {row.id}, which stays as it is.", markup=False, timeout=6)
        self.look()

    async def browse(self) -> None:
        """Open the page of the row's ticket."""
        row = self.current
        if row is None or row.ticket_id is None or self.app.link is None:
            self.notify("This row does not name a ticket that can be opened.", markup=False)
            return
        await show_page(self, self.app.link(row.ticket_id))

    async def choose(self) -> None:
        """Ask which rows are shown."""
        now = self.app.desk.now.astimezone()
        today = datetime.combine(now.date(), time()).astimezone()
        base, me, row = SheetView(self.view.sheet), self.app.desk.agent, self.current
        choices = [
            Choice("a", "everything", base),
            Choice("t", "today", replace(base, since=today)),
            Choice("y", "yesterday", replace(base, since=today - timedelta(days=1), until=today)),
            Choice("w", "the last seven days", replace(base, since=today - timedelta(days=6))),
        ]
        if me:
            choices.append(Choice("m", "decided by me", replace(base, by=me)))
            choices.append(Choice("n", "decided by me today", replace(base, by=me, since=today)))
        if row is not None and row.agent:
            choices.append(Choice("g", f"first agent {row.agent}", replace(base, agent=row.agent)))
        begin = next((place for place, one in enumerate(choices) if one.value == self.view), 0)
        chosen = await self.app.push_screen_wait(ChoiceScreen("Show", choices, begin=begin))
        if chosen is not None:
            self.view = chosen
            self._filter = next(one.label for one in choices if one.value == chosen)
            self.look()

    async def export(self) -> None:
        """Ask for a file's name and write the rows."""
        sheet = TITLES[self.view.sheet].lower()
        name = str(Path.home() / f"{sheet}-{self.app.desk.now.astimezone():%Y-%m-%d}.xlsx")
        say = f"{TITLES[self.view.sheet]}, {self._filter}. A name that ends in .csv writes CSV; no cell is a formula."
        said = await self.app.push_screen_wait(AskText("Export to a file", say, name))
        if not said or not said.strip():
            return
        path = Path(os.path.expanduser(said.strip()))
        workbook = path.suffix.lower() != ".csv"
        over = await may_write(self, path)
        if over is None:
            return
        self.notify("Writing the rows.", markup=False, timeout=2)
        try:
            count = await asyncio.to_thread(self._sheets.export, self.view, path, workbook=workbook, over=over)
        except NotSaved as error:
            tell(self, error)
            return
        self.notify(f"{count:,} {'row is' if count == 1 else 'rows are'} in {path}.", markup=False, timeout=10)
