"""A row of the tracker is corrected by an additional row; no row is ever changed, and files have them all."""

import csv
from datetime import timedelta
from pathlib import Path

import pytest
from openpyxl import load_workbook

from csat_tui.domain.ids import OpId
from csat_tui.domain.sheet import Sheet
from csat_tui.store import sheets
from csat_tui.store.sheets import SheetRow, SheetView, older
from csat_tui.workflow.desk import Desk
from csat_tui.workflow.sheets import LONGEST, NotCorrected, Sheets
from tests.sync.bench import Bench


@pytest.fixture
def tracker(bench: Bench) -> Sheets:
    survey_id = bench.arrive(1)
    with bench.database.write() as connection:
        cells = {"B": "7300001", "C": "Followed up", "E": "Refunded."}
        sheets.write(connection, Sheet.TRACKER, OpId("op-1"), survey_id, cells, bench.clock.now())
    bench.clock.forward(3600)
    return Sheets(bench.database, bench.desk)


def rows(tracker: Sheets, view: SheetView | None = None) -> list[SheetRow]:
    return tracker.older(view or SheetView(), None, 10)


def test_a_correction_of_a_correction_stands_for_both(bench: Bench, tracker: Sheets) -> None:
    first = tracker.correct(1, {"E": "Refunded 20.00."})
    bench.clock.forward(60)
    second = tracker.correct(first.id, {"E": "Refunded 25.00.", "C": "No response needed"})
    (row,) = rows(tracker)
    assert row == second
    assert (row.corrects, row.corrected_by, row.survey_id) == (first.id, "Ana", first.survey_id)
    assert [one.cells["E"] for one in row.before] == ["Refunded 20.00.", "Refunded."]
    assert row.cells["B"] == "7300001"


def test_a_row_that_was_corrected_is_not_corrected_beside_that(tracker: Sheets) -> None:
    tracker.correct(1, {"E": "Refunded 20.00."})
    with pytest.raises(NotCorrected, match="Row 1 was corrected already, by row 2"):
        tracker.correct(1, {"E": "Refunded 30.00."})
    assert len(rows(tracker, SheetView(corrected=True))) == 2


@pytest.mark.parametrize(
    ("number", "cells", "reason"),
    [
        (99, {"E": "x"}, "The tracker has no row 99"),
        (1, {"ZZ": "x"}, "The tracker has no column ZZ; it has A, "),
        (1, {"E": " Refunded. "}, "Row 1 says that already"),
        (1, {"E": "x" * (LONGEST + 1)}, "A cell has at most 10,000 characters"),
        (2**70, {"E": "x"}, "The tracker has no row"),
    ],
)
def test_what_corrects_nothing_is_refused(tracker: Sheets, number: int, cells: dict[str, str], reason: str) -> None:
    with pytest.raises(NotCorrected, match=reason):
        tracker.correct(number, cells)
    assert len(rows(tracker, SheetView(corrected=True))) == 1


def test_nobody_corrects_a_row_without_a_name(bench: Bench, tracker: Sheets) -> None:
    nobody = Desk(bench.database, bench.desk.playbook, bench.clock, "")
    with pytest.raises(NotCorrected, match="Who you are is not known"):
        Sheets(bench.database, nobody).correct(1, {"E": "x"})


def test_a_day_before_the_correction_shows_the_row_as_it_was(bench: Bench, tracker: Sheets) -> None:
    bench.clock.forward(timedelta(days=1).total_seconds())
    noon = bench.clock.now()
    tracker.correct(1, {"E": "Refunded 20.00."})
    assert [row.cells["E"] for row in rows(tracker, SheetView(until=noon))] == ["Refunded."]
    assert [row.cells["E"] for row in rows(tracker, SheetView(since=noon))] == ["Refunded 20.00."]


def test_files_have_both_rows_and_say_in_words_which_corrects_which(
    bench: Bench, tracker: Sheets, tmp_path: Path
) -> None:
    tracker.export(SheetView(), tmp_path / "before.csv", workbook=False)
    assert "Correction" not in (tmp_path / "before.csv").read_text(encoding="utf-8-sig")
    tracker.correct(1, {"E": "=1+1"})
    tracker.export(SheetView(), tmp_path / "t.csv", workbook=False)
    tracker.export(SheetView(), tmp_path / "t.xlsx", workbook=True)
    with (tmp_path / "t.csv").open(encoding="utf-8-sig", newline="") as file:
        read = list(csv.reader(file))
    assert read[0][-2:] == ["Row", "Correction"]
    assert [line[-2:] for line in read[1:]] == [["1", "corrected by row 2"], ["2", "corrects row 1, by Ana"]]
    assert [line[4] for line in read[1:]] == ["Refunded.", "'=1+1"], "the columns stay under their letters"
    sheet = load_workbook(tmp_path / "t.xlsx").active
    assert sheet is not None
    assert [cell.value for cell in list(sheet.rows)[2]][-1] == "corrects row 1, by Ana"


def test_the_ledger_has_the_correction(bench: Bench, tracker: Sheets) -> None:
    tracker.correct(1, {"E": "Refunded 20.00."})
    with bench.database.write() as connection:
        kept = connection.exec_driver_sql("SELECT id, corrects, corrected_by FROM kept_tracker_row ORDER BY id").all()
    assert [tuple(row) for row in kept] == [(1, None, ""), (2, 1, "Ana")]


def test_who_decided_and_what_day_narrow_corrections_as_they_narrow_rows(bench: Bench) -> None:
    bench.ask(bench.arrive(1))
    with bench.database.read() as connection:
        op_id, survey_id = connection.exec_driver_sql("SELECT op_id, survey_id FROM outbox LIMIT 1").one()
    with bench.database.write() as connection:
        sheets.write(connection, Sheet.TRACKER, OpId(op_id), survey_id, {"E": "x"}, bench.clock.now())
    tracker = Sheets(bench.database, Desk(bench.database, bench.desk.playbook, bench.clock, "Kim"))
    tracker.correct(1, {"E": "y"})
    with bench.database.read() as connection:
        assert [row.id for row in older(connection, SheetView(by="Ana"), None, 9)] == [2]
        assert not older(connection, SheetView(by="Kim"), None, 9)
