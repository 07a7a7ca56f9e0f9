"""The tracker screen: its rows, newest first, the details of each, corrections, and the export."""

import asyncio
import os
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, time, timedelta
from functools import partial
from pathlib import Path
from typing import ClassVar, cast

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import Static

from csat_tui.domain.playbook import Field
from csat_tui.domain.sheet import Sheet
from csat_tui.file_access import NotSaved
from csat_tui.reports.tracker import SheetColumns
from csat_tui.store.sheets import SheetKey, SheetRow, SheetView
from csat_tui.tui.base.commands import Command, show_error
from csat_tui.tui.base.dialog import Dialog, show_page
from csat_tui.tui.base.field_area import FieldArea
from csat_tui.tui.base.keymap import with_keys
from csat_tui.tui.base.list_screen import ListScreen, moves
from csat_tui.tui.base.session import Navigation, Session
from csat_tui.tui.base.text import safe_line
from csat_tui.tui.tracker.rows import SheetDetail, SheetTable, SheetWindow
from csat_tui.tui.windows.form import FormAnswer, FormQuestion, FormScreen
from csat_tui.tui.windows.prompts import Choice, ChoiceScreen, TextPrompt, may_write
from csat_tui.workflow.sheets import NotCorrected

LONG = 200
"""A cell with more characters gets a field of several lines."""


def _questions(row: SheetRow, columns: SheetColumns) -> tuple[FormQuestion, ...]:
    headings = {key: heading for key, heading in zip(columns.keys, columns.headings, strict=True) if key}
    keys = dict.fromkeys([*headings, *row.cells])
    return tuple(FormQuestion(key, headings.get(key) or key, "(empty)", lambda _text: "") for key in keys)


class CorrectForm(FormScreen[dict[str, str]]):
    """Asks for corrections of a row; returns the changed cells, or None."""

    NAME = "Correct a row"
    DEED = "writes it"

    def __init__(self, row: SheetRow, columns: SheetColumns) -> None:
        asked = _questions(row, columns)
        short = [question for question in asked if _is_short(row.cells.get(question.id, ""))]
        self.QUESTIONS = short  # type: ignore[misc]  # of this row, and not of the class
        super().__init__({question.id: row.cells.get(question.id, "") for question in short})
        self._title = f"Correct row {row.id}"
        self._asked = asked
        self._areas = {
            question.id: FieldArea(Field(question.id, question.label, multiline=True), row.cells[question.id])
            for question in asked
            if question not in short
        }
        self._before = self._now()

    def compose(self) -> ComposeResult:
        """Lay out the cells in the order of the columns."""
        room = 2 + max(len(question.label) for question in self._asked)
        answers = {answer.question.id: answer for answer in self._answers}
        with Vertical(classes="form") as form:
            form.border_title = Content(self._title)
            form.border_subtitle = Content(
                with_keys(self.app, f"enter next · {{form.done}} {self.DEED} · {{form.leave}} back")
            )
            say = "An additional row is written, with your name. The row itself stays as it is."
            yield Static(Content.styled(say, "$muted"), classes="say", markup=False)
            with VerticalScroll(can_focus=False):
                for question in self._asked:
                    area = self._areas.get(question.id)
                    with Horizontal(classes="line -words" if area is not None else "line"):
                        label = Static(safe_line(question.label, "$muted"), markup=False)
                        label.styles.width = room
                        yield label
                        yield answers[question.id] if area is None else area
            yield self._problem_line

    def begin(self) -> None:
        """Begin at the first cell."""
        first: FormAnswer | FieldArea = self._areas.get(self._asked[0].id) or self._answers[0]
        first.focus()

    def past_the_last(self) -> None:
        """Go from the last one-line cell to the cells of several lines, or finish if there are none."""
        if self._areas:
            next(iter(self._areas.values())).focus()
        else:
            self.done()

    def on_field_area_left(self, message: FieldArea.Left) -> None:
        """Go to the field before or after a cell of several lines."""
        message.stop()
        if message.step < 0:
            self.focus_previous()
        else:
            self.focus_next()

    def _now(self) -> dict[str, str]:
        return self.texts | {key: area.text for key, area in self._areas.items()}

    def result(self) -> dict[str, str]:
        """Return the cells whose text has changed."""
        return {key: text for key, text in self._now().items() if text != self._before[key]}


def _is_short(text: str) -> bool:
    return text.isprintable() and len(text) <= LONG


def _nothing(screen: "TrackerScreen") -> str:
    return "" if screen.current else "there is no row"


def _not_to_correct(screen: "TrackerScreen") -> str:
    row = screen.current
    if row is None or screen.view.sheet is not Sheet.TRACKER:
        return "there is no row of the tracker here"
    return "the case of this row was removed because of its age" if row.is_shell else ""


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
        Command("tracker.first", ("home",), "newest", "Go to the newest row.", lambda s: s.show_newest(), _nothing),
        Command("tracker.open", ("enter",), "the case", "Show the case that the row belongs to.",
                lambda s: s.open_case(), _nothing, footer=True, hint="case"),
        Command("tracker.correct", ("c",), "correct the row", "Correct the row by an additional one, with your name.",
                lambda s: s.correct(), _not_to_correct, footer=True, hint="correct"),
        Command("tracker.browse", ("o",), "in the browser", "Open the ticket's page.",
                lambda s: s.browse(), _nothing),
        Command("tracker.filter", ("f",), "filter", "Show only a day's rows, yours, or one agent's.",
                lambda s: s.choose(), footer=True),
        Command("tracker.sheet", ("tab",), "coaching, corrections", "Go to the next sheet: tracker, coaching, "
                "corrections.", lambda s: s.next_sheet(), footer=True, hint="sheet"),
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
        """Whether the next read moves the cursor to the newest row; otherwise it stays on its row."""

    def compose_list(self) -> ComposeResult:
        """Yield the headings, which do not scroll, and the table."""
        with Vertical(id="tracker-table") as frame:
            frame.border_title = Content("Tracker")
            yield self._headings
            yield self._table

    def on_screen_resume(self) -> None:
        """Stay on the cursor's row; if that was the newest row, go to the newest row of now."""
        self._to_newest = self._to_newest or self._table.cursor <= 0

    # Contents

    def fetch(self) -> SheetWindow:
        """Read the newest rows of the sheet."""
        window = self._on(self.view)
        window.begin()
        return window

    def _on(self, view: SheetView) -> SheetWindow:
        return SheetWindow(view, partial(self._sheets.older, view), partial(self._sheets.newer, view))

    def take(self, found: SheetWindow) -> Sequence[SheetRow]:
        """Show the name of the sheet and the filter, and return the rows."""
        self._window = found
        self._table.columns = self._detail.columns = self._sheets.columns(found.view.sheet)
        heading = safe_line(f"{found.view.sheet.words.title} · {self._filter}")
        if not found.rows:
            heading = safe_line(
                found.view.sheet.words.empty if self._filter == "everything" else f"{heading.plain}: no row"
            )
        self.head.update(heading)
        self.query_one("#tracker-table").border_title = Content(found.view.sheet.words.title)
        return found.rows

    @property
    def wanted(self) -> SheetView:
        """The sheet and the filter to show."""
        return self.view

    def key_of(self, item: SheetRow) -> SheetKey:
        """Return the row's key."""
        return item.key

    def place_of(self, previous: SheetRow | None, items: Sequence[SheetRow]) -> int:
        """Return the index of the cursor's row; 0 if the newest row is wanted, or the row is gone."""
        to_newest, self._to_newest = self._to_newest, False
        if to_newest or previous is None:
            return 0
        return next((place for place, row in enumerate(items) if row.key == previous.key), 0)

    def show_items(self, items: Sequence[SheetRow]) -> None:
        """Show these rows, and scroll to the row under the cursor."""
        super().show_items(items)
        self._table.show_item(self._table.cursor)

    def show_detail(self) -> None:
        """Show the details of the row under the cursor."""
        self._detail.row, self._detail.now = self.current, self.session.desk.now
        self._detail.rebuild()
        self._detail.scroll_home(animate=False)

    def go(self, place: int) -> None:
        """Put the cursor on a row; read more rows if it is near the end of the window."""
        super().go(place)
        window = self._window
        if window.needs_rows(place):
            self.read_store(
                "more", "More rows could not be read", partial(window.extend, place), lambda _: self._show_more(window)
            )

    def _show_more(self, window: SheetWindow) -> None:
        if window is self._window and not self._to_newest:
            self.show_items(window.rows)

    # Actions

    def next_sheet(self) -> None:
        """Show the next sheet; the filter stays."""
        sheets = list(Sheet)
        self.view = replace(self.view, sheet=sheets[(sheets.index(self.view.sheet) + 1) % len(sheets)])
        self.show_newest()

    def show_newest(self) -> None:
        """Read the rows again and go to the newest one."""
        self._to_newest = True
        self.reload()

    def open_case(self) -> None:
        """Show the row's case."""
        if (row := self.current) is None:
            return
        if row.is_shell:
            self.notify("The case of this row was removed because of its age; only the row is kept.", markup=False)
            return
        self._navigation.show_case(row.survey_id)

    async def correct(self) -> None:
        """Ask for corrections of the row, and write them as an additional row."""
        row = self.current
        if row is None:
            return
        form = CorrectForm(row, self._table.columns)
        cells = cast("Mapping[str, str] | None", await self.app.push_screen_wait(form))
        if cells is None:
            return
        if not cells:
            self.notify("No cell was changed, so no row was written.", markup=False)
            return
        try:
            written = await self.session.writer.write(self._sheets.correct, row.id, cells)
        except NotCorrected as error:
            show_error(self, error, "The row could not be corrected")
            return
        self.notify(f"Row {written.id} corrects row {row.id}, which stays as it is.", markup=False, timeout=6)
        self.show_newest()

    async def browse(self) -> None:
        """Open the page of the row's ticket."""
        row = self.current
        if row is None or row.ticket_id is None or self.session.link is None:
            self.notify("This row does not name a ticket that can be opened.", markup=False)
            return
        await show_page(self, self.session.link(row.ticket_id))

    async def choose(self) -> None:
        """Ask which rows to show."""
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
        begin = next((place for place, choice in enumerate(choices) if choice.value == self.view), 0)
        chosen = await self.app.push_screen_wait(ChoiceScreen("Show", choices, begin=begin))
        if chosen is not None:
            self.view = chosen
            self._filter = next(choice.label for choice in choices if choice.value == chosen)
            self.show_newest()

    async def export(self) -> None:
        """Ask for a file name and write the rows."""
        title = self.view.sheet.words.title
        name = str(Path.home() / f"{title.lower()}-{self.session.desk.now.astimezone():%Y-%m-%d}.xlsx")
        say = f"{title}, {self._filter}. A name that ends in .csv writes CSV; no cell is a formula."
        typed = await self.app.push_screen_wait(TextPrompt("Export to a file", say, name))
        if not typed or not typed.strip():
            return
        path = Path(os.path.expanduser(typed.strip()))
        workbook = path.suffix.lower() != ".csv"
        over = await may_write(Dialog(self), path)
        if over is None:
            return
        self.notify("Writing the rows.", markup=False, timeout=2)
        try:
            count = await asyncio.to_thread(self._sheets.export, self.view, path, workbook=workbook, over=over)
        except NotSaved as error:
            show_error(self, error, "The rows could not be written")
            return
        self.notify(f"{count:,} {'row is' if count == 1 else 'rows are'} in {path}.", markup=False, timeout=10)
