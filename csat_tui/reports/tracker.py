"""Export the tracker and the records as CSV or a workbook, at any length; no cell can act as a formula."""

import csv
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from io import TextIOWrapper
from pathlib import Path
from typing import Any

from csat_tui.domain.playbook import CellsTemplate, Playbook
from csat_tui.domain.safe_text import UNSEEN
from csat_tui.domain.sheet import Sheet
from csat_tui.file_access import new_file

LONGEST_CELL = 32_767
"""Characters that a cell of a workbook can hold."""

_BEGINS = "=+\\-@＝＋－＠﹦﹢﹣﹫"
"""Characters that make a cell a formula, including full-width and small forms."""

_FORMULA = f"'*(?:[^\\S\t]|{UNSEEN})*[{_BEGINS}]"
_AT_BEGINNING = re.compile(f"{_FORMULA}|'*[\t\r\n]")
_AFTER_A_SEPARATOR = re.compile(f"(?<=[\t;|])(?={_FORMULA})")
"""Positions where a program that splits lines at tabs, semicolons or bars would see a cell with a formula."""

_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_ESCAPE = re.compile("_(?=x[0-9A-Fa-f]{4}_)")
_PICTURES = 0x2400


def defused(text: str) -> str:
    """Return a cell of a CSV file, with an apostrophe before what would be a formula, or looks defused already.

    Spreadsheets keep such a cell as text. The same is done within a cell, behind whatever else may separate cells: not
    every program asks which sign it is. Whoever reads the file takes those apostrophes off and has it as it was.
    """
    text = _AFTER_A_SEPARATOR.sub("'", readable(text))
    return f"'{text}" if _AT_BEGINNING.match(text) else text


def readable(text: str) -> str:
    """Return text without characters that a sheet refuses: control characters become pictures, half characters “�”."""
    return _CONTROLS.sub(_symbol, text.replace("\r\n", "\n"))


def workbook_text(text: str) -> str:
    """Return a cell of a workbook; a text that is too long ends with words that say so."""
    text = readable(text)
    if len(text) > LONGEST_CELL:
        said = (
            f"… (cut: a cell holds {LONGEST_CELL:,} characters, this text has {len(text):,}; the CSV has the full text)"
        )
        text = text[: LONGEST_CELL - len(said)] + said
    # A workbook takes _x0041_ for the letter of that number; its underscore is written as such a number instead.
    escaped = _ESCAPE.sub("_x005F_", text)
    return escaped if len(escaped) <= LONGEST_CELL else text


def _symbol(match: re.Match[str]) -> str:
    code = ord(match[0])
    if code < 0x20:
        return chr(_PICTURES + code)
    return "␡" if code == 0x7F else "�"


_LETTERS = re.compile(r"[A-Z]{1,2}")
_WIDEST = 60
_NARROWEST = 12


@dataclass(frozen=True, slots=True)
class SheetColumns:
    """The columns of a sheet in their order: the key of each cell, and the heading over it; an empty key is a gap."""

    keys: tuple[str, ...]
    headings: tuple[str, ...]

    def cells(self, row: Mapping[str, str]) -> list[str]:
        """Return a row's cells in the columns' order."""
        return [row.get(key, "") if key else "" for key in self.keys]


def tracker_columns(playbook: Playbook, kept: Iterable[str] = ()) -> SheetColumns:
    """Return the tracker's columns, each under its letter, so that column C is column C in any spreadsheet.

    `kept` are the keys that rows really have: what an earlier playbook filled is not left out.
    """
    headings = dict(playbook.tracker_columns)
    others = [key for key in kept if key not in headings]
    headings |= {key: f"{key} (earlier playbook)" for key in others if _LETTERS.fullmatch(key)}
    last = max((_place(letters) for letters in headings), default=0)
    lettered = [_letters(place) for place in range(1, last + 1)]
    odd = sorted(key for key in others if not _LETTERS.fullmatch(key))
    return SheetColumns(
        (*(key if key in headings else "" for key in lettered), *odd),
        (*(headings.get(key, "") for key in lettered), *odd),
    )


def record_columns(playbook: Playbook, sheet: Sheet, kept: Iterable[str] = ()) -> SheetColumns:
    """Return the columns of the coaching submissions or corrections: the headings that the playbook gives them."""
    named = [
        heading
        for outcome in playbook.outcomes
        for effect in outcome.effects
        if isinstance(effect, CellsTemplate) and effect.sheet is sheet
        for heading in effect.cells
    ]
    keys = tuple(dict.fromkeys([*named, *sorted(kept)]))
    return SheetColumns(keys, keys)


def write_csv(path: Path, columns: SheetColumns, rows: Iterable[Mapping[str, str]], *, over: bool = False) -> int:
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


@dataclass(frozen=True, slots=True)
class FurtherSheet:
    """A sheet of a workbook behind the first one."""

    title: str
    columns: SheetColumns
    rows: Iterable[Mapping[str, str]]


def write_xlsx(
    path: Path,
    title: str,
    columns: SheetColumns,
    rows: Iterable[Mapping[str, str]],
    *,
    over: bool = False,
    further: Sequence[FurtherSheet] = (),
) -> int:
    """Write rows as a workbook in which every cell is a text; returns how many the first sheet has. Raises NotSaved.

    Rows go to the disk one by one: the memory that it takes does not grow with them.
    """
    from openpyxl import Workbook

    with new_file(path, over=over) as part:
        book = Workbook(write_only=True)
        count = _write_sheet(book.create_sheet(title), columns, rows)
        for one in further:
            _write_sheet(book.create_sheet(one.title), one.columns, one.rows)
        book.save(part)
    return count


def _write_sheet(sheet: Any, columns: SheetColumns, rows: Iterable[Mapping[str, str]]) -> int:
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import Alignment, Font
    from openpyxl.utils import get_column_letter

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
