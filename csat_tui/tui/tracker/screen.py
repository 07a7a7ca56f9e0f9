"""The tracker screen: rows on record, newest first, read in windows; one in full beside them, and their export."""

import asyncio
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, time, timedelta
from functools import partial
from pathlib import Path
from typing import ClassVar, cast

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Static

from csat_tui.domain.sheet import Sheet
from csat_tui.file_access import NotSaved
from csat_tui.reports.tracker import SheetColumns
from csat_tui.store.sheets import SheetKey, SheetRow, SheetView
from csat_tui.tui.base.commands import Command, tell
from csat_tui.tui.base.dialog import Dialog, show_page
from csat_tui.tui.base.lines import Line, LinesView
from csat_tui.tui.base.list_screen import ItemList, ListScreen, moves
from csat_tui.tui.base.session import Navigation, Session
from csat_tui.tui.base.text import safe_line
from csat_tui.tui.tracker.correction_form import CorrectForm
from csat_tui.tui.tracker.lines import detail_lines, head_line, list_lines, widths
from csat_tui.tui.windows.questions import AskText, Choice, ChoiceScreen, may_write
from csat_tui.workflow.sheets import NotCorrected

PAGE = 200
"""Rows that are read at once."""

KEPT = 600
"""Rows that are kept at most."""

NEAR = 40
"""Rows before the end of the window at which the next ones are read."""

Reader = Callable[[SheetKey | None, int], list[SheetRow]]


class SheetWindow:
    """Rows, newest first; both readers look into the store and may be called on any thread."""

    def __init__(self, view: SheetView, older: Reader, newer: Reader) -> None:
        self.view = view
        self._older = older
        self._newer = newer
        self.rows: list[SheetRow] = []
        self._whole_above = True
        self._whole_below = False

    def begin(self) -> None:
        """Read the newest rows."""
        self.rows = self._older(None, PAGE)
        self._whole_above, self._whole_below = True, len(self.rows) < PAGE

    def lacks(self, cursor: int) -> bool:
        """Tell whether rows near the cursor are to be read."""
        below = not self._whole_below and cursor > len(self.rows) - NEAR
        return below or (not self._whole_above and cursor < NEAR)

    def extend(self, cursor: int) -> int:
        """Read what the cursor comes near, let go of what is far, and return the cursor's new place."""
        if not self.rows:
            return cursor
        if not self._whole_below and cursor > len(self.rows) - NEAR:
            more = self._older(self.rows[-1].key, PAGE)
            self._whole_below = len(more) < PAGE
            gone = max(len(self.rows) + len(more) - KEPT, 0)
            self.rows = [*self.rows[gone:], *more]
            self._whole_above = self._whole_above and not gone
            return cursor - gone
        if not self._whole_above and cursor < NEAR:
            more = self._newer(self.rows[0].key, PAGE)
            self._whole_above = len(more) < PAGE
            self.rows = [*reversed(more), *self.rows][:KEPT]
            self._whole_below = self._whole_below and len(self.rows) < KEPT
            return cursor + len(more)
        return cursor


class SheetTable(ItemList[SheetRow]):
    """The rows, under headings that stand still."""

    def __init__(self, headings: Static) -> None:
        super().__init__()
        self.columns = SheetColumns((), ())
        self._headings = headings

    def build(self, width: int) -> Sequence[Line]:
        """Return the table's lines, and set the headings over its columns."""
        room = widths(self.items, self.columns, width)
        self._headings.update(head_line(self.columns, room) if self.items else Content(""))
        return list_lines(self.items, room)


class SheetDetail(LinesView):
    """One row whole."""

    can_focus = False

    def __init__(self) -> None:
        super().__init__()
        self.row: SheetRow | None = None
        self.columns = SheetColumns((), ())
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


class TrackerScreen(ListScreen[SheetRow, SheetWindow]):
    """Shows the tracker and the records beside it."""

    NAME = "Tracker"
    KIND = "tracker"
    HORIZONTAL_BREAKPOINTS: ClassVar[list[tuple[int, str]]] = [  # type: ignore[misc]
        (0, "-narrow"),
        (140, "-normal"),
    ]
    COMMANDS: ClassVar[tuple[Command, ...]] = (
        *moves("tracker", "row", _nothing),
        Command("tracker.page-down", ("ctrl+d", "pagedown"), "page down", "Go a page further.",
                lambda s: s.move(s.page), _nothing),
        Command("tracker.page-up", ("ctrl+u", "pageup"), "page up", "Go a page back.",
                lambda s: s.move(-s.page), _nothing),
        Command("tracker.first", ("home",), "newest", "Go to the newest row.", lambda s: s.look_at_newest(), _nothing),
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
                lambda s: s.leave(), footer=True),
    )  # fmt: skip

    def __init__(self, session: Session, navigation: Navigation) -> None:
        self._headings = Static("", id="tracker-headings", markup=False)
        self._table, self._detail = SheetTable(self._headings), SheetDetail()
        super().__init__(session, self._table, self._detail)
        self._detail.border_title = Content("Row")
        self._navigation = navigation
        self._sheets = session.paperwork.sheets
        self._filter = "everything"
        self.view = SheetView()
        self._window = self._on(self.view)
        self._to_newest = True
        """Whether the cursor goes to the newest row once the rows are read, rather than stay on its row."""

    def compose_list(self) -> ComposeResult:
        """Yield the table under its headings, which do not scroll."""
        with Vertical(id="tracker-table") as frame:
            frame.border_title = Content("Tracker")
            yield self._headings
            yield self._table

    def on_screen_resume(self) -> None:
        """Stay on a row that the cursor was moved to; from the newest row, go to what is the newest now."""
        self._to_newest = self._to_newest or self._table.cursor <= 0

    # What is shown

    def fetch(self) -> SheetWindow:
        """Read the newest rows of the sheet."""
        window = self._on(self.view)
        window.begin()
        return window

    def _on(self, view: SheetView) -> SheetWindow:
        return SheetWindow(view, partial(self._sheets.older, view), partial(self._sheets.newer, view))

    def take(self, found: SheetWindow) -> Sequence[SheetRow]:
        """Show what the rows are, and return them."""
        self._window = found
        self._table.columns = self._detail.columns = self._sheets.columns(found.view.sheet)
        said = safe_line(f"{found.view.sheet.words.title} · {self._filter}")
        if not found.rows:
            said = safe_line(found.view.sheet.words.empty if self._filter == "everything" else f"{said.plain}: no row")
        self.head.update(said)
        self.query_one("#tracker-table").border_title = Content(found.view.sheet.words.title)
        return found.rows

    @property
    def wanted(self) -> SheetView:
        """Which sheet and which of its rows are to be shown."""
        return self.view

    def key_of(self, item: SheetRow) -> SheetKey:
        """Return the row's place in the sheet."""
        return item.key

    def place_of(self, stood: SheetRow | None, items: Sequence[SheetRow]) -> int:
        """Return where the row under the cursor is now; the newest row where that is wanted, or it is not here."""
        to_newest, self._to_newest = self._to_newest, False
        if to_newest or stood is None:
            return 0
        return next((place for place, row in enumerate(items) if row.key == stood.key), 0)

    def show_items(self, items: Sequence[SheetRow]) -> None:
        """Show these rows, with the one under the cursor in sight."""
        super().show_items(items)
        self._table.show_item(self._table.cursor)

    def show_detail(self) -> None:
        """Show all of the row under the cursor."""
        self._detail.row, self._detail.now = self.current, self.session.desk.now
        self._detail.rebuild()
        self._detail.scroll_home(animate=False)

    def go(self, place: int) -> None:
        """Put the cursor on a row; rows that it comes near are read."""
        super().go(place)
        window = self._window
        if window.lacks(place):
            self.read_store(
                "more", "More rows could not be read", partial(window.extend, place), lambda _: self._show_more(window)
            )

    def _show_more(self, window: SheetWindow) -> None:
        if window is self._window and not self._to_newest:
            self.show_items(window.rows)

    # What the person does

    def turn(self) -> None:
        """Go to the next sheet; the filter stays."""
        sheets = list(Sheet)
        self.view = replace(self.view, sheet=sheets[(sheets.index(self.view.sheet) + 1) % len(sheets)])
        self.look_at_newest()

    def look_at_newest(self) -> None:
        """Read the rows again and go to the newest one."""
        self._to_newest = True
        self.look()

    def open_case(self) -> None:
        """Show the row's case on the desk."""
        if (row := self.current) is None:
            return
        if row.is_shell:
            self.notify("The case of this row was old and was removed; only this row is kept.", markup=False)
            return
        self._navigation.show_case(row.survey_id)

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
            written = await self.session.writer.write(self._sheets.correct, row.id, cells)
        except NotCorrected as error:
            tell(self, error, "The row could not be corrected")
            return
        self.notify(f"Row {written.id} corrects row {row.id}, which stays as it is.", markup=False, timeout=6)
        self.look_at_newest()

    async def browse(self) -> None:
        """Open the page of the row's ticket."""
        row = self.current
        if row is None or row.ticket_id is None or self.session.link is None:
            self.notify("This row does not name a ticket that can be opened.", markup=False)
            return
        await show_page(self, self.session.link(row.ticket_id))

    async def choose(self) -> None:
        """Ask which rows are shown."""
        now = self.session.desk.now.astimezone()
        today = datetime.combine(now.date(), time()).astimezone()
        base, me, row = SheetView(self.view.sheet), self.session.desk.agent, self.current
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
            self.look_at_newest()

    async def export(self) -> None:
        """Ask for a file's name and write the rows."""
        title = self.view.sheet.words.title
        name = str(Path.home() / f"{title.lower()}-{self.session.desk.now.astimezone():%Y-%m-%d}.xlsx")
        say = f"{title}, {self._filter}. A name that ends in .csv writes CSV; no cell is a formula."
        said = await self.app.push_screen_wait(AskText("Export to a file", say, name))
        if not said or not said.strip():
            return
        path = Path(os.path.expanduser(said.strip()))
        workbook = path.suffix.lower() != ".csv"
        over = await may_write(Dialog(self), path)
        if over is None:
            return
        self.notify("Writing the rows.", markup=False, timeout=2)
        try:
            count = await asyncio.to_thread(self._sheets.export, self.view, path, workbook=workbook, over=over)
        except NotSaved as error:
            tell(self, error, "The rows could not be written")
            return
        self.notify(f"{count:,} {'row is' if count == 1 else 'rows are'} in {path}.", markup=False, timeout=10)
