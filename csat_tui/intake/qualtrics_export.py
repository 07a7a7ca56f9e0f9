"""Read a Qualtrics export, as CSV or JSON: recognise its format by its content, and preview what it would bring in.

CSV has three header rows and quoted line breaks, and is read row by row. JSON is
`{"responses": [{"responseId", "values", "labels"}]}`, recodes and all.
"""

import csv
import io
import json
import os
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC
from itertools import islice
from pathlib import Path
from typing import BinaryIO

from csat_tui.domain.playbook import Playbook
from csat_tui.file_access import NotAFile, open_source
from csat_tui.intake.import_preview import (
    ColumnHeading,
    ImportPreview,
    RowError,
    assign_columns,
    column_headings,
    refused_file,
)
from csat_tui.intake.qualtrics_response import PreviewBuilder, zone_named
from csat_tui.intake.rating_token import figures_of

LARGEST_JSON = 32 * 1024 * 1024
"""Bytes; JSON is read whole, and some of it takes twenty times as much memory."""
LARGEST_CSV = 1024 * 1024 * 1024
"""Bytes; CSV is read row by row."""

_NOT_SURVEYS = (
    (b"PK\x03\x04", "this is an Excel workbook or a zip archive; export as CSV, or unpack the archive first"),
    (b"\xd0\xcf\x11\xe0", "this is an old Excel workbook; export as CSV"),
    (b"\x1f\x8b", "this is a gzip archive; unpack it first"),
    (b"%PDF", "this is a PDF; export as CSV"),
    (b"$FL2", "this is an SPSS file; export as CSV"),
)
_JSON_MARKS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")


def read_export(path: Path, playbook: Playbook) -> ImportPreview:
    """Return what a Qualtrics export would bring in, told by its content and not by its name. Never raises.

    Nothing is written: `ImportPreview.surveys` is what a caller may write, and is empty if the file has an error.
    """
    try:
        with open_source(path) as file:
            return _read_by_content(file, playbook)
    except NotAFile as reason:
        return refused_file(str(reason))
    except OSError as error:
        return refused_file(f"{path.name} cannot be read: {error.strerror}")


def _read_by_content(file: BinaryIO, playbook: Playbook) -> ImportPreview:
    start = file.read(512)
    file.seek(0)
    for mark, sentence in _NOT_SURVEYS:
        if start.startswith(mark):
            return refused_file(sentence)
    letters = start.replace(b"\0", b"")
    for mark in _JSON_MARKS:
        letters = letters.removeprefix(mark)
    letters = letters.lstrip()
    if not letters:
        return refused_file("the file is empty" if not start.strip() else "the file has no text")
    if letters.startswith(b"<"):
        return refused_file("this is a web page or XML, not an export; a sign-in page may have been saved instead")
    if letters[:1] in (b"{", b"["):
        return _read_json(file, playbook)
    if os.fstat(file.fileno()).st_size > LARGEST_CSV:
        return refused_file(f"the file is larger than {LARGEST_CSV // 1024**3} GiB; export fewer responses at once")
    return _read_csv(file, playbook)


def _read_json(file: BinaryIO, playbook: Playbook) -> ImportPreview:
    content = file.read(LARGEST_JSON + 1)
    if len(content) > LARGEST_JSON:
        return refused_file(
            f"the JSON is larger than {LARGEST_JSON // 1024**2} MiB; export as CSV, which may be far larger"
        )
    encoding = "utf-16" if content.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8-sig"
    try:
        return _read_json_text(content.decode(encoding), playbook)
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        return refused_file("there are bytes that are not UTF-8; export the file again", line)


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


def _read_csv(file: BinaryIO, playbook: Playbook) -> ImportPreview:
    """Return what a CSV export would bring in; the file is read once, row by row. Never raises for its content."""
    start = file.read(4)
    file.seek(0)
    encoding = next((name for mark, name in _BOMS if start.startswith(mark)), "utf-8")
    errors = "strict" if encoding == "utf-16" else "surrogateescape"
    with io.TextIOWrapper(file, encoding, errors, newline="") as stream:
        lines = _Lines(stream)
        rows = _rows(lines, delimiter := _delimiter(stream))
        try:
            return _preview_of_rows(rows, playbook, delimiter)
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


def _preview_of_rows(rows: Iterator[tuple[int, list[str]]], playbook: Playbook, delimiter: str) -> ImportPreview:
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


_EXPECTED = 'expected {"responses": [{"responseId": …, "values": {…}, "labels": {…}}]} as Qualtrics exports it'
_LIST = re.compile(r'"responses"\s*:\s*\[')
_LABELLED = re.compile(r"\s*\d")
_ON_THE_SCALE = re.compile(r"[1-5]")
_KINDS = {dict: "an object", list: "a list", str: "a text", bool: "true or false", type(None): "null"}


def _read_json_text(text: str, playbook: Playbook) -> ImportPreview:
    """Return what a JSON export would bring in. Never raises for its content.

    Values are recodes, and a choice's recode is not always its rating: a label that begins with a digit, as in
    `1- Disappointed`, is believed before the value. Where a value and its label contradict each other, neither is.
    """
    try:
        data = json.loads(text)
    except json.JSONDecodeError as error:
        return refused_file(f"this is not JSON from column {error.colno} on: {error.msg.casefold()}", error.lineno)
    except (ValueError, RecursionError) as error:
        return refused_file(f"this JSON cannot be read: {error}")
    responses = data.get("responses") if isinstance(data, dict) else None
    if not isinstance(responses, list):
        return refused_file(_EXPECTED)
    lines = _lines(text, len(responses))
    wrong = [
        RowError(line, f"response {number} is {fault}")
        for number, (line, response) in enumerate(zip(lines, responses, strict=True), 1)
        if (fault := _fault(response))
    ]
    if wrong:
        return ImportPreview(errors=tuple(wrong))
    names = dict.fromkeys(key for response in responses for key in ("responseId", *response["values"]))
    if not responses:
        return refused_file("the file has no responses")
    found = [ColumnHeading(name, name) for name in names]
    columns, errors, warnings = assign_columns(found, playbook, 0, all_factors=False)
    if errors:
        return ImportPreview(errors=errors, warnings=warnings, columns=columns.shown)
    gathering = PreviewBuilder(columns, playbook, UTC, warnings)
    for line, response in zip(lines, responses, strict=True):
        try:
            known = {meaning: _text(response, found[place].name) for meaning, place in columns.known.items()}
            ratings = {factor: _answer(response, found[place].name) for factor, place in columns.factors.items()}
        except TypeError as error:
            gathering.error(line, str(error))
        else:
            gathering.add(line, known, ratings)
    return gathering.preview()


def _fault(response: object) -> str:
    """Say what keeps a response from being one; empty where nothing does."""
    if not isinstance(response, dict):
        return f"{_kind(response)}, expected an object"
    for key in ("values", "labels"):
        if not isinstance(response.get(key, {} if key == "labels" else None), dict):
            return f"without “{key}” as an object" if key in response else f"without “{key}”"
    return ""


def _answer(response: Mapping[str, object], name: str) -> str:
    labels = response.get("labels", {})
    label = labels.get(name) if isinstance(labels, dict) else None
    value = _text(response, name)
    if not isinstance(label, str) or not value:
        return value
    if _LABELLED.match(label):
        figure = label.strip()[0]
        # A recode on the scale that is not the label's own figure: which of them was meant is not known.
        return f"{value} ({_whole(label)})" if _ON_THE_SCALE.fullmatch(value) and value != figure else _whole(label)
    return f"{value} - {_whole(label)}" if figures_of(label) else value


def _text(response: Mapping[str, object], name: str) -> str:
    """Return a value as text; TypeError, with a sentence, for a list or an object."""
    values = response["values"]
    value = response.get(name) if name == "responseId" else values.get(name) if isinstance(values, dict) else None
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, str | int | float):
        return _whole(str(value))
    raise TypeError(f"“{name}” is {_kind(value)}, expected a text or a number")


def _whole(text: str) -> str:
    """Return a text with a question mark for each half of a character: JSON can spell one, no database takes one."""
    return text.encode("utf-8", "replace").decode("utf-8")


def _lines(text: str, count: int) -> Sequence[int]:
    """Return the line where each response begins, or zeros where they cannot be told."""
    decoder = json.JSONDecoder()
    start = _LIST.search(text)
    found: list[int] = []
    at, line = (start.end() if start else len(text)), 1
    counted = 0
    try:
        while len(found) < count:
            at += len(text[at : at + 4096]) - len(text[at : at + 4096].lstrip(" \t\r\n,"))
            line += text.count("\n", counted, at)
            counted = at
            found.append(line)
            _, at = decoder.raw_decode(text, at)
    except ValueError:
        return [0] * count
    return found


def _kind(value: object) -> str:
    return _KINDS.get(type(value), "a number")
