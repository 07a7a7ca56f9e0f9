"""The tracker and the records beside it: look through them, and take them along as a file."""

from collections.abc import Iterator, Mapping
from pathlib import Path

from csat_tui.domain.playbook import RecordKind
from csat_tui.reports.tracker import Columns, record_columns, tracker_columns, write_csv, write_xlsx
from csat_tui.store import sheets
from csat_tui.store.database import Database
from csat_tui.store.sheets import Key, Sheet, SheetRow, SheetView
from csat_tui.workflow.desk import Desk

WINDOW = 1000
"""Rows that an export reads at once: nobody waits for it, and it takes no memory."""

TITLES = {Sheet.TRACKER: "Tracker", Sheet.COACHING: "Coaching", Sheet.CORRECTION: "Corrections"}


class Sheets:
    """What the desk has put on record; every method is one short look at the store."""

    def __init__(self, database: Database, desk: Desk) -> None:
        self._database = database
        self._desk = desk

    def older(self, view: SheetView, key: Key | None, limit: int) -> list[SheetRow]:
        """Return the rows that precede a key, newest first; without a key the newest ones."""
        with self._database.read() as connection:
            return sheets.older(connection, view, key, limit)

    def newer(self, view: SheetView, key: Key | None, limit: int) -> list[SheetRow]:
        """Return the rows that follow a key, oldest first; without a key the oldest ones."""
        with self._database.read() as connection:
            return sheets.newer(connection, view, key, limit)

    def columns(self, sheet: Sheet, *, whole: bool = False) -> Columns:
        """Return a sheet's columns; the `whole` ones include what only rows of an earlier playbook have."""
        kept: list[str] = []
        if whole:
            with self._database.read() as connection:
                kept = sheets.headings(connection, sheet)
        if sheet is Sheet.TRACKER:
            return tracker_columns(self._desk.playbook, kept)
        return record_columns(self._desk.playbook, RecordKind(sheet.value), kept)

    def export(self, view: SheetView, path: Path, *, workbook: bool, over: bool = False) -> int:
        """Write the view's rows, oldest first, as a workbook or as CSV; returns how many. Raises NotSaved."""
        columns = self.columns(view.sheet, whole=True)
        if workbook:
            return write_xlsx(path, TITLES[view.sheet], columns, self._cells(view), over=over)
        return write_csv(path, columns, self._cells(view), over=over)

    def _cells(self, view: SheetView) -> Iterator[Mapping[str, str]]:
        for row in self.rows(view):
            yield row.cells

    def rows(self, view: SheetView) -> Iterator[SheetRow]:
        """Yield the view's rows, oldest first, a window at a time."""
        key: Key | None = None
        while rows := self.newer(view, key, WINDOW):
            yield from rows
            key = rows[-1].key
