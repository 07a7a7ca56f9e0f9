"""The tracker and the records beside it: look through them, and take them along as a file."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

import uuid_utils

from csat_tui.domain.ids import OpId
from csat_tui.domain.sheet import Sheet
from csat_tui.reports.coaching_rows import COACHING_COLUMNS
from csat_tui.reports.tracker import FurtherSheet, SheetColumns, record_columns, tracker_columns, write_csv, write_xlsx
from csat_tui.store import sheets
from csat_tui.store.database import Database
from csat_tui.store.review import every_set_aside, ratings_set_aside
from csat_tui.store.sheets import SheetKey, SheetRow, SheetView
from csat_tui.workflow.coaching import COACHING_TITLE, CoachingDesk
from csat_tui.workflow.desk import Desk
from csat_tui.workflow.review_loop import ReviewLoop

WINDOW = 1000
"""Rows that an export reads at once: nobody waits for it, and it takes no memory."""


LONGEST = 10_000
"""Characters of a cell that is corrected; a spreadsheet takes three times as many."""

ROW, CORRECTION = "#row", "#correction"
"""Columns behind the playbook's, where any row was corrected: a row's number, and in words what corrects what."""

RATING = "#rating"
"""A column behind these, where any rating is set aside or given: in words, whose it is."""


class NotCorrected(Exception):
    """A row was not corrected; its text says why, and that nothing was written."""


class Sheets:
    """What the desk has put on record; every method is one short look at the store."""

    def __init__(self, database: Database, desk: Desk) -> None:
        self._database = database
        self._desk = desk
        self._coaching = CoachingDesk(database, desk, ReviewLoop(database, desk))

    def older(self, view: SheetView, key: SheetKey | None, limit: int) -> list[SheetRow]:
        """Return the rows that precede a key, newest first; without a key the newest ones."""
        with self._database.read() as connection:
            return sheets.older(connection, view, key, limit)

    def newer(self, view: SheetView, key: SheetKey | None, limit: int) -> list[SheetRow]:
        """Return the rows that follow a key, oldest first; without a key the oldest ones."""
        with self._database.read() as connection:
            return sheets.newer(connection, view, key, limit)

    def columns(self, sheet: Sheet, *, whole: bool = False) -> SheetColumns:
        """Return a sheet's columns; the `whole` ones include what only rows of an earlier playbook have."""
        kept: list[str] = []
        if whole:
            with self._database.read() as connection:
                kept = sheets.headings(connection, sheet)
        if sheet is Sheet.TRACKER:
            return tracker_columns(self._desk.playbook, kept)
        return record_columns(self._desk.playbook, sheet, kept)

    def export(self, view: SheetView, path: Path, *, workbook: bool, over: bool = False) -> int:
        """Write the view's rows, oldest first, as a workbook or as CSV; returns how many. Raises NotSaved.

        A workbook of the tracker has the coaching items on a further sheet.
        """
        columns = self.columns(view.sheet, whole=True)
        view = replace(view, corrected=True)
        with self._database.read() as connection:
            corrected = view.sheet is Sheet.TRACKER and sheets.has_corrections(connection)
            aside = bool(every_set_aside(connection))
        if corrected:
            columns = SheetColumns((*columns.keys, ROW, CORRECTION), (*columns.headings, "Row", "Correction"))
        if aside:
            columns = SheetColumns((*columns.keys, RATING), (*columns.headings, "Whose rating"))
        if workbook:
            further = self._coaching_sheet(view)
            return write_xlsx(path, view.sheet.words.title, columns, self._cells(view), over=over, further=further)
        return write_csv(path, columns, self._cells(view), over=over)

    def _coaching_sheet(self, view: SheetView) -> list[FurtherSheet]:
        """Return the sheet of coaching items beside the tracker; none where there are no items of the view's days."""
        if view.sheet is not Sheet.TRACKER:
            return []
        rows = self._coaching.rows(view.agent, view.since, view.until)
        return [FurtherSheet(COACHING_TITLE, COACHING_COLUMNS, rows)] if rows else []

    def _cells(self, view: SheetView) -> Iterator[Mapping[str, str]]:
        for rows in self._windows(view):
            with self._database.read() as connection:
                aside = ratings_set_aside(connection, {row.survey_id for row in rows})
            for row in rows:
                step = aside.get(row.survey_id)
                rating = "" if step is None else f"{step.words}, by {step.author}: {step.reason}"
                yield {**row.cells, ROW: str(row.id), CORRECTION: _in_words(row), RATING: rating}

    def rows(self, view: SheetView) -> Iterator[SheetRow]:
        """Yield the view's rows, oldest first, a window at a time."""
        for rows in self._windows(view):
            yield from rows

    def _windows(self, view: SheetView) -> Iterator[list[SheetRow]]:
        key: SheetKey | None = None
        while rows := self.newer(view, key, WINDOW):
            yield rows
            key = rows[-1].key

    def correct(self, number: int, cells: Mapping[str, str]) -> SheetRow:
        """Write a row that says `cells` instead of what a row of the tracker says there; that row stays as it is.

        Raises NotCorrected.
        """
        by = self._desk.agent
        if not by:
            raise NotCorrected("Who you are is not known here yet; `csat-tui sync` asks. Nothing was written.")
        named = {key: said.strip() for key, said in cells.items()}
        with self._database.write("tracker") as connection:
            row = sheets.tracker_row(connection, number) if 0 < number < 2**63 else None
            if row is None:
                raise NotCorrected(f"The tracker has no row {number}. Nothing was written.")
            if row.corrected_in is not None:
                raise NotCorrected(
                    f"Row {number} was corrected already, by row {row.corrected_in}. Nothing was written; "
                    "correct that one."
                )
            if row.is_shell:
                raise NotCorrected("The case of this row was removed as old. Nothing was written.")
            said = dict(row.cells) | {key: self._fit(key, text, row) for key, text in named.items()}
            if all(said[key].strip() == row.cells.get(key, "").strip() for key in named):
                raise NotCorrected(f"Row {number} says that already. Nothing was written.")
            written = sheets.correct(connection, row, said, OpId(str(uuid_utils.uuid7())), by, self._desk.now)
            found = sheets.tracker_row(connection, written)
        if found is None:  # pragma: no cover - it was written in the same transaction
            raise AssertionError("a row that was just written")
        return found

    def _fit(self, key: str, text: str, row: SheetRow) -> str:
        columns = [one for one in self.columns(Sheet.TRACKER).keys if one]
        if key not in (*columns, *row.cells):
            raise NotCorrected(f"The tracker has no column {key}; it has {', '.join(columns)}. Nothing was written.")
        if len(text) > LONGEST:
            raise NotCorrected(f"A cell has at most {LONGEST:,} characters. Nothing was written.")
        return text.encode("utf-8", "replace").decode()


def _in_words(row: SheetRow) -> str:
    """Return what a row corrects, and which row corrects it; empty for most."""
    parts = [f"corrects row {row.corrects}, by {row.corrected_by}"] if row.corrects is not None else []
    parts += [f"corrected by row {row.corrected_in}"] if row.corrected_in is not None else []
    return "; ".join(parts)
