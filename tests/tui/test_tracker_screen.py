"""The tracker screen: look through many rows, filter them, correct them, export them."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from openpyxl import load_workbook
from textual.pilot import Pilot

from csat_tui.domain.ids import OpId, SurveyId
from csat_tui.domain.sheet import Sheet
from csat_tui.store import sheets
from csat_tui.store.database import Database
from csat_tui.store.sheets import SheetView, newer, older
from csat_tui.store.tables import RecordRow
from csat_tui.tui.app import Workstation
from csat_tui.tui.tracker.rows import MAX_ROWS, PAGE, SheetWindow
from csat_tui.tui.tracker.screen import CorrectForm, TrackerScreen
from tests.tui.desk_fixture import NOW, a_low_survey, put, settled, told, workstation
from tests.tui.pane_host import HOSTILE, controls, shown


def rows(database: Database, count: int) -> None:
    with database.write() as connection:
        for number in range(count):
            cells = {"A": "2026-10-31", "B": str(7_300_000 + number), "C": "Followed up", "E": f"Row {number}, done."}
            at = NOW - timedelta(minutes=count - number)
            sheets.write(connection, Sheet.TRACKER, OpId(f"op-{number}"), SurveyId(1 + number % 3), cells, at)


@pytest.fixture
def app(tmp_path: Path) -> Iterator[Workstation]:
    def fill(database: Database) -> None:
        rows(database, 30)
        with database.write() as connection:
            values = {"op_id": "r", "survey_id": 1, "kind": "coaching", "cells": {"Agent": HOSTILE}, "written_at": NOW}
            connection.execute(RecordRow.__table__.insert(), values)  # type: ignore[attr-defined]

    with workstation(tmp_path, 3, fill=fill) as app:
        yield app


async def come(pilot: Pilot[None]) -> TrackerScreen:
    await settled(pilot)
    await pilot.press("g", "t")
    screen = pilot.app.screen
    assert isinstance(screen, TrackerScreen)
    await wait_for(pilot, lambda: screen.current is not None)
    return screen


async def wait_for(pilot: Pilot[None], what: Callable[[], object]) -> None:
    for _ in range(150):
        if what():
            await settled(pilot)
            return
        await pilot.pause(0.02)
    raise AssertionError(f"it did not come about:\n{shown(pilot.app)}")


async def test_the_newest_row_is_on_top_and_whole_beside_the_table(app: Workstation) -> None:
    async with app.run_test(size=(160, 40)) as pilot:
        screen = await come(pilot)
        assert shown(app).index("Row 29, done.") < shown(app).index("Row 28, done.")
        await pilot.press("j")
        await settled(pilot)
        assert screen.current is not None
        assert screen.current.cells["B"] == "7300028"
        assert "first agent" in shown(app)


async def test_records_are_in_the_same_screen_and_harmless(app: Workstation) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await come(pilot)
        await pilot.press("tab")
        await wait_for(pilot, lambda: "Coaching · everything" in shown(app))
        assert not controls(app)
        await pilot.press("tab")
        await wait_for(pilot, lambda: "No correction was recorded." in shown(app))


async def test_a_day_is_filtered_and_exported(app: Workstation, tmp_path: Path) -> None:
    async with app.run_test(size=(120, 40)) as pilot:
        screen = await come(pilot)
        await pilot.press("f")
        await wait_for(pilot, lambda: app.screen is not screen)
        await pilot.press("y")
        await wait_for(pilot, lambda: "Tracker · yesterday: no row" in shown(app))
        await pilot.press("f")
        await wait_for(pilot, lambda: app.screen is not screen)
        await pilot.press("w")
        await wait_for(pilot, lambda: screen.current is not None)
        await pilot.press("x")
        await wait_for(pilot, lambda: app.screen is not screen)
        app.screen.area.load_text(str(tmp_path / "out.xlsx"))  # type: ignore[attr-defined]
        await pilot.press("enter")
        await wait_for(pilot, lambda: "30 rows are in" in told(app))
    sheet = load_workbook(tmp_path / "out.xlsx")["Tracker"]
    assert sheet["C2"].value == "Followed up"
    assert sheet.max_row == 31


def test_a_window_moves_over_a_long_sheet_and_holds_no_more_than_it_needs(tmp_path: Path) -> None:
    from tests.store.shelf import new_database

    database = new_database(tmp_path)
    put(database, [a_low_survey(number) for number in range(3)])
    rows(database, 2_000)

    def read(which: Callable[..., list[object]]) -> Callable[..., list[object]]:
        def reading(key: object, limit: int) -> list[object]:
            with database.read() as connection:
                return which(connection, SheetView(), key, limit)

        return reading

    window = SheetWindow(SheetView(), read(older), read(newer))  # type: ignore[arg-type]
    window.begin()
    assert len(window.rows) == PAGE
    cursor, seen = 0, [window.rows[0].cells["E"]]
    for _ in range(1_999):
        cursor += 1
        if window.needs_rows(cursor):
            cursor = window.extend(cursor)
        seen.append(window.rows[cursor].cells["E"])
        assert len(window.rows) <= MAX_ROWS
    assert seen == [f"Row {number}, done." for number in reversed(range(2_000))]
    for number in range(1_999):
        cursor -= 1
        if window.needs_rows(cursor):
            cursor = window.extend(cursor)
        assert window.rows[cursor].cells["E"] == f"Row {number + 1}, done."
        assert len(window.rows) <= MAX_ROWS
    database.close()


async def test_a_row_is_corrected_by_an_additional_one_and_both_are_kept(app: Workstation, tmp_path: Path) -> None:
    async with app.run_test(size=(160, 40)) as pilot:
        screen = await come(pilot)
        await pilot.press("j", "c")
        await wait_for(pilot, lambda: "Correct row 29" in shown(app))
        await pilot.press("ctrl+s")
        await wait_for(pilot, lambda: "no row was written" in told(app) and app.screen is screen)
        await pilot.press("c")
        await wait_for(pilot, lambda: isinstance(app.screen, CorrectForm))
        await pilot.press("enter", "enter", *" late", "ctrl+s")
        await wait_for(pilot, lambda: "Row 31 corrects row 29" in told(app))
        await wait_for(pilot, lambda: screen.current is not None and screen.current.id == 31)
        assert len(screen._table.items) == 30, "of the two the list shows the newer one"
        assert "✎ 2026-10-31" in shown(app)
        row = screen.current
        assert row is not None
        assert (row.cells["C"], row.cells["E"]) == ("Followed up late", "Row 28, done.")
        assert (row.corrects, row.corrected_by) == (29, "Ana P.")
        assert row.before[0].cells["C"] == "Followed up"
        detail = "\n".join(line.content.plain for line in screen._detail.build(60))
        assert detail.index("Followed up late") < detail.index("Before: row 29")
        assert "corrected by Ana P." in detail

        await pilot.press("tab")
        await wait_for(pilot, lambda: "Coaching · everything" in shown(app))
        await pilot.press("c")
        await settled(pilot)
        assert app.screen is screen, "only rows of the tracker are corrected"


async def test_a_cell_of_several_lines_is_corrected_whole_and_the_others_stay_to_the_letter(tmp_path: Path) -> None:
    def fill(database: Database) -> None:
        with database.write() as connection:
            cells = {"A": "a\tb", "C": "  kept ", "E": "first line\nsecond line"}
            sheets.write(connection, Sheet.TRACKER, OpId("op"), SurveyId(1), cells, NOW)

    with workstation(tmp_path, 1, fill=fill) as app:
        async with app.run_test(size=(100, 30)) as pilot:
            await come(pilot)
            await pilot.press("c")
            await wait_for(pilot, lambda: "Correct row 1" in shown(app))
            app.screen._areas["E"].focus()  # type: ignore[attr-defined]
            await pilot.press("ctrl+end", *"!", "ctrl+s")
            await wait_for(pilot, lambda: "Row 2 corrects row 1" in told(app))
            with app.session.paperwork.sheets._database.read() as connection:
                (row,) = older(connection, SheetView(), None, 9)
            assert dict(row.cells) == {"A": "a\tb", "C": "  kept ", "E": "first line\nsecond line!"}
