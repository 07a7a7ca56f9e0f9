"""The tracker as a file: every row once, in the playbook's columns, at any length and harmless to open."""

import csv
import tracemalloc
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

import pytest
from openpyxl import load_workbook

from csat_tui.domain.sheet import Sheet
from csat_tui.file_access import NotSaved
from csat_tui.reports.tracker import SheetColumns, record_columns, tracker_columns, write_csv, write_xlsx
from tests.builders import the_playbook
from tests.reports.reading import as_it_was

EVIL = {
    "A": "2026-03-10",
    "B": "7300001",
    "C": '=HYPERLINK("http://evil.example")',
    "E": '+1\x00\x1b[2J\nsecond, "line"',
}


def rows(count: int) -> Iterator[Mapping[str, str]]:
    for number in range(count):
        yield {"A": "2026-03-10", "B": str(number), "C": "No response needed", "E": "Nothing was wrong. " * 5}


def test_columns_stand_under_their_letters_even_over_a_gap() -> None:
    playbook = replace(the_playbook(), tracker_columns={"B": "Ticket", "C": "Outcome", "AB": "Far"})
    columns = tracker_columns(playbook, ["F", "note"])
    assert columns.headings[:6] == ("", "Ticket", "Outcome", "", "", "F (earlier playbook)")
    assert (columns.keys[2], columns.keys[27:], len(columns.keys)) == ("C", ("AB", "note"), 29)


def test_records_have_the_headings_that_rows_have() -> None:
    columns = record_columns(the_playbook(), Sheet.COACHING, ["Former heading"])
    assert "Former heading" in columns.headings


def test_a_csv_opens_as_text_and_reads_back(tmp_path: Path) -> None:
    columns = tracker_columns(the_playbook())
    assert write_csv(tmp_path / "t.csv", columns, [EVIL]) == 1
    with (tmp_path / "t.csv").open(encoding="utf-8-sig", newline="") as file:
        head, row = list(csv.reader(file))
    assert head == list(columns.headings)
    assert row[2] == "'" + EVIL["C"]
    assert [as_it_was(cell) for cell in row[:5]] == ["2026-03-10", "7300001", EVIL["C"], "", '+1␀␛[2J\nsecond, "line"']


def test_a_workbook_holds_texts_only(tmp_path: Path) -> None:
    columns = tracker_columns(the_playbook())
    write_xlsx(tmp_path / "t.xlsx", "Tracker", columns, [EVIL])
    cells = list(load_workbook(tmp_path / "t.xlsx")["Tracker"].iter_rows())[1]
    assert {cell.data_type for cell in cells if cell.value is not None} <= {"s", "inlineStr"}
    assert cells[2].value == EVIL["C"]
    assert cells[4].value == '+1␀␛[2J\nsecond, "line"'


def test_memory_does_not_grow_with_the_rows(tmp_path: Path) -> None:
    columns = tracker_columns(the_playbook())

    def peak(count: int) -> int:
        tracemalloc.start()
        try:
            write_csv(tmp_path / "t.csv", columns, rows(count), over=True)
            write_xlsx(tmp_path / "t.xlsx", "Tracker", columns, rows(count), over=True)
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    peak(10)  # the library's own, once
    assert peak(1_200) < 1.3 * peak(200)


def test_a_file_that_is_there_stays_unless_it_is_allowed(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text("mine")
    with pytest.raises(NotSaved, match="there already"):
        write_csv(path, SheetColumns(("A",), ("A",)), [])
    assert path.read_text() == "mine"
    write_csv(path, SheetColumns(("A",), ("A",)), [], over=True)
    assert path.stat().st_mode & 0o777 == 0o600


def test_a_broken_off_export_leaves_no_file(tmp_path: Path) -> None:
    def breaking() -> Iterator[Mapping[str, str]]:
        yield {"A": "1"}
        raise RuntimeError("power cut")

    with pytest.raises(RuntimeError):
        write_csv(tmp_path / "t.csv", SheetColumns(("A",), ("A",)), breaking())
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_not_there_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(NotSaved, match="check that the folder exists"):
        write_csv(tmp_path / "no" / "t.csv", SheetColumns(("A",), ("A",)), [])


def test_a_name_that_no_file_can_have_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(NotSaved, match="could not be written"):
        write_csv(tmp_path / f"{'x' * 300}.csv", SheetColumns((), ()), [])
