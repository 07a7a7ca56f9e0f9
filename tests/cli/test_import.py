"""An export is shown first, and comes in whole or not at all."""

import os
from pathlib import Path

import pytest
from sqlalchemy import select, update

from csat_tui.cli.importing import plan_import
from csat_tui.domain.case import Stage
from csat_tui.domain.survey import as_arrival
from csat_tui.store.cases import surveys
from csat_tui.store.tables import CaseRow
from tests.builders import a_survey, the_playbook
from tests.cli.conftest import CommandLine
from tests.intake.exports import a_csv, a_row
from tests.store.shelf import new_database


@pytest.fixture
def good(tmp_path: Path) -> Path:
    rows = [
        a_row(ResponseId="R_1", TicketID="7300001"),
        a_row(ResponseId="R_2", TicketID="7300002", Q2="", **{f"Q1_{number}": "5" for number in range(1, 7)}),
        a_row(ResponseId="R_3", TicketID="7300001", RecordedDate="2026-03-11 12:00:00", Q2="Still \x1b[2Jlate."),
    ]
    file = tmp_path / "export.csv"
    file.write_text(a_csv(*rows), encoding="utf-8")
    return file


@pytest.fixture
def half_broken(tmp_path: Path) -> Path:
    rows = [a_row(ResponseId="R_1"), a_row(ResponseId="R_2", Q1_1="eleven"), a_row(ResponseId="R_3", TicketID="73x")]
    file = tmp_path / "broken.csv"
    file.write_text(a_csv(*rows), encoding="utf-8")
    return file


def cases_here(command: CommandLine) -> int:
    return sum(command("queue", "--json").json["counts"]["by_stage"].values())


def test_an_import_shows_what_would_come_in_and_writes_nothing(command: CommandLine, good: Path) -> None:
    ended = command("import", str(good))
    assert ended.code == 0
    assert "Would be imported: 3 new (2 low-with-comment, 1 acceptable)" in ended.out
    assert "1 in the place of an earlier survey" in ended.out
    assert "Nothing was written; add --apply" in ended.out
    assert "Still ␛[2Jlate." in ended.out
    assert "ticket: TicketID" in ended.out
    assert cases_here(command) == 0


def test_an_applied_import_is_in_the_queue_and_a_second_one_finds_it_known(command: CommandLine, good: Path) -> None:
    assert command("import", str(good), "--apply").code == 0
    assert cases_here(command) == 3
    again = command("import", str(good), "--apply", "--json")
    assert (again.code, again.json["new"], again.json["known"]) == (0, 0, 3)
    assert cases_here(command) == 3


def test_the_imports_json_keeps_its_shape(command: CommandLine, good: Path) -> None:
    told = command("import", str(good), "--json").json
    assert set(told) == {
        "file", "applied", "found", "new", "known", "replacing", "by_path", "columns", "first", "errors", "warnings",
        "skipped",
    }  # fmt: skip
    assert (told["applied"], told["found"], told["errors"]) == (False, 3, [])
    assert told["by_path"] == {"low-with-comment": 2, "acceptable": 1}


@pytest.mark.parametrize("apply", [(), ("--apply",)])
def test_a_wrong_row_stops_the_whole_import_and_is_told_with_its_line(
    command: CommandLine, half_broken: Path, apply: tuple[str, ...]
) -> None:
    ended = command("import", str(half_broken), *apply)
    assert ended.code == 1
    assert ended.err.count("line ") == 2
    assert "Nothing was" in ended.err
    assert cases_here(command) == 0


def test_wrong_rows_are_left_out_only_when_that_is_asked_for(command: CommandLine, half_broken: Path) -> None:
    ended = command("import", str(half_broken), "--apply", "--skip-errors")
    assert ended.code == 0
    assert "2 rows were left out" in ended.err
    assert cases_here(command) == 1


def test_a_file_that_is_not_there_is_a_usage_error(command: CommandLine, tmp_path: Path) -> None:
    ended = command("import", str(tmp_path / "nothing.csv"))
    assert (ended.code, "Nothing was imported" in ended.err) == (2, True)


def test_a_file_that_is_no_export_says_what_it_is(command: CommandLine, tmp_path: Path) -> None:
    file = tmp_path / "book.xlsx"
    file.write_bytes(b"PK\x03\x04 a workbook")
    ended = command("import", str(file), "--apply")
    assert (ended.code, "Excel workbook" in ended.err) == (1, True)
    assert "no row can be imported" in ended.err
    assert "--skip-errors" not in ended.err


@pytest.mark.parametrize("how", [(), ("--apply",), ("--apply", "--skip-errors")])
def test_where_every_row_is_wrong_no_way_around_them_is_offered(
    command: CommandLine, tmp_path: Path, how: tuple[str, ...]
) -> None:
    file = tmp_path / "broken.csv"
    file.write_text(a_csv(a_row(TicketID="73x")), encoding="utf-8")
    ended = command("import", str(file), *how)
    assert ended.code == 1
    assert "no row can be imported" in ended.err
    assert "--skip-errors" not in ended.err


@pytest.mark.parametrize(
    "stage", [Stage.OPEN, Stage.SNOOZED, Stage.PARKED, Stage.DECIDED, Stage.SUPERSEDED, Stage.GONE]
)
def test_the_preview_counts_the_cases_whose_place_is_taken_as_writing_takes_it(tmp_path: Path, stage: Stage) -> None:
    database = new_database(tmp_path)
    playbook = the_playbook()
    newer = a_survey(source="qualtrics:R_9", survey_ticket_id=None)
    with database.write("queue") as connection:
        (before,) = surveys.put_surveys(connection, [as_arrival(a_survey(), playbook)])
        connection.execute(update(CaseRow).values(stage=stage.value))
    with database.write("queue") as connection:
        plan = plan_import(connection, [newer], playbook)
        surveys.put_surveys(connection, [as_arrival(newer, playbook)])
        rows = connection.execute(select(CaseRow.superseded_by).where(CaseRow.survey_id == before))
        taken = rows.scalar_one() is not None
    database.close()
    assert (len(plan.replacing) == 1) == taken == (stage in (Stage.OPEN, Stage.SNOOZED, Stage.PARKED))


@pytest.mark.parametrize(("make", "kind"), [(os.mkfifo, "a pipe"), (os.mkdir, "a folder")], ids=["pipe", "folder"])
def test_what_is_no_file_is_told_and_nobody_waits_for_it(command: CommandLine, tmp_path: Path, make, kind: str) -> None:
    make(tmp_path / "export.csv")
    ended = command("import", str(tmp_path / "export.csv"), "--apply")
    assert ended.code == 1
    assert f"export.csv is {kind}, expected a file" in ended.err
    assert cases_here(command) == 0


def test_a_device_is_told_and_not_read_to_its_end(command: CommandLine) -> None:
    assert "zero is a device, expected a file" in command("import", "/dev/zero").err
