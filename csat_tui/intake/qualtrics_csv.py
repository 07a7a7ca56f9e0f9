"""Qualtrics' CSV export: three header rows, quoted line breaks, read row by row."""

import csv
import io
from collections.abc import Iterator
from datetime import UTC
from itertools import islice
from typing import BinaryIO

from csat_tui.domain.playbook import Playbook
from csat_tui.intake.import_preview import ImportPreview, RowError, assign_columns, column_headings, refused_file
from csat_tui.intake.qualtrics_response import PreviewBuilder, zone_named

_LONGEST_LINE = 1_000_000
_BOMS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
_DELIMITERS = {",": "commas", "\t": "tabs", ";": "semicolons"}
_SAYINGS = {
    "unexpected end of data": "the file ends inside quotes: it was cut off, or a quote lacks its partner",
    "field larger than field limit": "a field never ends: a quote may lack its partner",
    "expected after": "a field has a quote inside; inside quotes it must be doubled",
}


class _Broken(Exception):
    """A text that is no CSV from some line on."""

    def __init__(self, line: int, sentence: str) -> None:
        super().__init__(sentence)
        self.line = line


class _Lines:
    """The file's lines one by one, each looked at before the CSV reader sees it; `number` counts as an editor does."""

    def __init__(self, stream: io.TextIOWrapper) -> None:
        self._stream = stream
        self.number = 0

    def __iter__(self) -> Iterator[str]:
        while line := self._read():
            self.number += 1
            if "\0" in line:
                raise _Broken(self.number, "it has NUL bytes: it is not text, or UTF-16 without its mark")
            if len(line) > _LONGEST_LINE:
                raise _Broken(self.number, f"the line is longer than {_LONGEST_LINE:,} characters: no survey export")
            if not line.isascii() and any("\ud800" <= char <= "\udfff" for char in line):
                raise _Broken(self.number, "there are bytes that are not UTF-8; export the file as UTF-8")
            yield line

    def _read(self) -> str:
        try:
            return self._stream.readline(_LONGEST_LINE + 1)
        except UnicodeError:
            raise _Broken(self.number + 1, "the UTF-16 text breaks off; export the file again") from None


def read_csv(file: BinaryIO, playbook: Playbook) -> ImportPreview:
    """Return what a CSV export would bring in; the file is read once, row by row. Never raises for its content."""
    start = file.read(4)
    file.seek(0)
    encoding = next((name for mark, name in _BOMS if start.startswith(mark)), "utf-8")
    errors = "strict" if encoding == "utf-16" else "surrogateescape"
    with io.TextIOWrapper(file, encoding, errors, newline="") as stream:
        lines = _Lines(stream)
        rows = _rows(lines, delimiter := _delimiter(stream))
        try:
            return _read(rows, playbook, delimiter)
        except _Broken as broken:
            return refused_file(str(broken), broken.line)


def _delimiter(stream: io.TextIOWrapper) -> str:
    """Return what separates the names of the first line; each name is free of separators."""
    try:
        first = stream.readline(_LONGEST_LINE)
    except UnicodeError:
        first = ""
    stream.seek(0)
    return max(_DELIMITERS, key=first.count)


def _rows(lines: _Lines, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """Yield each row that is not blank with the line where it begins; a broken row ends it with _Broken."""
    reader = csv.reader(iter(lines), delimiter=delimiter, strict=True)
    begin = 1
    while True:
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            said = next((saying for part, saying in _SAYINGS.items() if part in str(error)), f"no CSV: {error}")
            raise _Broken(begin, said) from None
        if any(cell.strip() for cell in row):
            yield begin, row
        begin = lines.number + 1


def _read(rows: Iterator[tuple[int, list[str]]], playbook: Playbook, delimiter: str) -> ImportPreview:
    head = list(islice(rows, 3))
    if not head:
        return refused_file("the file is empty")
    if len(head[0][1]) < 2:
        return refused_file("there is only one column: this is not a survey export separated by commas or tabs", 1)
    if len(head) < 3 or not any("ImportId" in cell for cell in head[2][1]):
        line = head[2][0] if len(head) > 2 else head[-1][0]
        return refused_file("expected three header rows as Qualtrics exports them: names, questions, import ids", line)
    found = column_headings([row for _, row in head])
    columns, errors, warnings = assign_columns(found, playbook, head[1][0], all_factors=True)
    if delimiter != ",":
        warnings = (RowError(1, f"separated by {_DELIMITERS[delimiter]}, not commas: read as such"), *warnings)
    zone = zone_named(columns.time_zone)
    if zone is None:
        errors = (*errors, RowError(head[2][0], f"the time zone “{columns.time_zone}” is not known here"))
    if errors:
        return ImportPreview(errors=errors, warnings=warnings, columns=columns.shown)
    if columns.time_zone == "":
        warnings = (*warnings, RowError(head[2][0], "no time zone is named: dates are taken for UTC"))
    gathering = PreviewBuilder(columns, playbook, zone or UTC, warnings)
    try:
        for line, row in rows:
            if len(row) != len(found):
                gathering.error(line, f"the row has {len(row)} fields, expected {len(found)}")
                continue
            known = {meaning: row[place] for meaning, place in columns.known.items()}
            gathering.add(line, known, {factor: row[place] for factor, place in columns.factors.items()})
    except _Broken as broken:
        gathering.error(broken.line, str(broken))
    return gathering.preview()
