"""The tracker as a sheet: its columns by the playbook's letters, as CSV and as a workbook, at any length."""

import csv
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from io import TextIOWrapper
from pathlib import Path

from csat_tui.domain.playbook import CellsTemplate, Playbook
from csat_tui.domain.sheet import Sheet
from csat_tui.reports.cells import defused, workbook_text
from csat_tui.reports.saving import new_file

_LETTERS = re.compile(r"[A-Z]{1,2}")
_WIDEST = 60
_NARROWEST = 12


@dataclass(frozen=True, slots=True)
class Columns:
    """The columns of a sheet in their order: the key of each cell, and the heading over it; an empty key is a gap."""

    keys: tuple[str, ...]
    headings: tuple[str, ...]

    def cells(self, row: Mapping[str, str]) -> list[str]:
        """Return a row's cells in the columns' order."""
        return [row.get(key, "") if key else "" for key in self.keys]


def tracker_columns(playbook: Playbook, kept: Iterable[str] = ()) -> Columns:
    """Return the tracker's columns, each under its letter, so that column C is column C in any spreadsheet.

    `kept` are the keys that rows really have: what an earlier playbook filled is not left out.
    """
    headings = dict(playbook.tracker_columns)
    others = [key for key in kept if key not in headings]
    headings |= {key: f"{key} (earlier playbook)" for key in others if _LETTERS.fullmatch(key)}
    last = max((_place(letters) for letters in headings), default=0)
    lettered = [_letters(place) for place in range(1, last + 1)]
    odd = sorted(key for key in others if not _LETTERS.fullmatch(key))
    return Columns(
        (*(key if key in headings else "" for key in lettered), *odd),
        (*(headings.get(key, "") for key in lettered), *odd),
    )


def record_columns(playbook: Playbook, sheet: Sheet, kept: Iterable[str] = ()) -> Columns:
    """Return the columns of the coaching submissions or corrections: the headings that the playbook gives them."""
    named = [
        heading
        for outcome in playbook.outcomes
        for effect in outcome.effects
        if isinstance(effect, CellsTemplate) and effect.sheet is sheet
        for heading in effect.cells
    ]
    keys = tuple(dict.fromkeys([*named, *sorted(kept)]))
    return Columns(keys, keys)


def write_csv(path: Path, columns: Columns, rows: Iterable[Mapping[str, str]], *, over: bool = False) -> int:
    """Write rows as UTF-8 CSV that a spreadsheet opens as it is; returns how many. Raises NotSaved."""
    count = 0
    with new_file(path, over=over) as part:
        file = TextIOWrapper(part, encoding="utf-8-sig", newline="")
        writer = csv.writer(file)
        writer.writerow([defused(heading) for heading in columns.headings])
        for row in rows:
            writer.writerow([defused(cell) for cell in columns.cells(row)])
            count += 1
        file.flush()
        file.detach()  # the file itself is closed by whoever opened it
    return count


def write_xlsx(
    path: Path, title: str, columns: Columns, rows: Iterable[Mapping[str, str]], *, over: bool = False
) -> int:
    """Write rows as a workbook in which every cell is a text; returns how many. Raises NotSaved.

    Rows go to the disk one by one: the memory that it takes does not grow with them.
    """
    from openpyxl import Workbook
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import Alignment, Font
    from openpyxl.utils import get_column_letter

    with new_file(path, over=over) as part:
        book = Workbook(write_only=True)
        sheet = book.create_sheet(title)
        sheet.freeze_panes = "A2"
        for place, heading in enumerate(columns.headings, start=1):
            width = min(max(len(heading) + 4, _NARROWEST), _WIDEST)
            sheet.column_dimensions[get_column_letter(place)].width = width

        bold, wrapped = Font(bold=True), Alignment(wrap_text=True, vertical="top")

        def line(texts: Sequence[str], *, head: bool = False) -> list[object]:
            made = []
            for text in texts:
                cell = WriteOnlyCell(sheet, value=workbook_text(text))
                cell.data_type = "s"  # whatever it begins with
                if head:
                    cell.font = bold
                elif "\n" in text:
                    cell.alignment = wrapped
                made.append(cell)
            return made

        sheet.append(line(columns.headings, head=True))
        count = 0
        for row in rows:
            sheet.append(line(columns.cells(row)))
            count += 1
        book.save(part)
    return count


def _place(letters: str) -> int:
    place = 0
    for letter in letters:
        place = place * 26 + ord(letter) - ord("A") + 1
    return place


def _letters(place: int) -> str:
    letters = ""
    while place:
        place, rest = divmod(place - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters
