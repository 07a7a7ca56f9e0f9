"""The list of low scores says in four kinds of file who was unhappy, with what a morning's list has of trouble."""

import csv
import email
import io
import re
from datetime import date, timedelta
from email import policy
from pathlib import Path

import httpx
import pytest
from openpyxl import load_workbook

from csat_tui.demo import plan
from csat_tui.demo.low_scores import (
    DAMAGED,
    HEADINGS,
    KINDS,
    LowScores,
    as_csv,
    as_mail,
    as_text,
    as_workbook,
    derive_low_scores,
)
from csat_tui.demo.server import DemoOptions, DemoServer, DemoServerError
from csat_tui.demo.world import World
from csat_tui.intake.low_scores import read_low_scores
from tests.demo.conftest import NOW

URL = "http://127.0.0.1:8080"
LINK = re.compile(r"/agent/tickets/(\d+)")


@pytest.fixture(scope="module")
def world() -> World:
    return World(60, 7, NOW)


@pytest.fixture(scope="module")
def listed(world: World) -> LowScores:
    return derive_low_scores(world, URL)


def tickets(listed: LowScores) -> set[str]:
    return {row.ticket for row in (*listed.rows, *listed.missing)}


def test_it_lists_every_low_score_of_the_last_day(world: World, listed: LowScores) -> None:
    told = [world.story(index) for index in range(60)]
    low = [one for one in told if one.ratings[0] <= 2 and one.created >= NOW - timedelta(days=1)]
    assert [row.ticket for row in listed.rows] == [str(one.source_ticket_id) for one in low]
    assert 20 < len(low) < 40


def test_a_day_can_be_asked_for_by_its_date(world: World) -> None:
    rows = derive_low_scores(world, URL, date(2026, 11, 17)).rows
    assert {row.at.date() for row in rows} == {date(2026, 11, 17)}
    assert len(rows) > 10


def test_some_rows_are_of_tickets_that_no_survey_in_the_view_names(world: World, listed: LowScores) -> None:
    rated = {str(world.story(index).source_ticket_id) for index in range(60)}
    missing = [row.ticket for row in listed.missing]
    assert len(missing) == 3
    assert not rated & set(missing)
    found = [world.ticket(int(number)) for number in missing]
    assert [record["status"] if record else None for record in found] == ["solved", "solved", None]


def test_the_sheet_has_one_row_twice_and_one_that_is_damaged(listed: LowScores) -> None:
    rows = list(csv.DictReader(io.StringIO(as_csv(listed).decode("utf-8-sig"), newline="")))
    assert list(rows[0]) == list(HEADINGS)
    numbers = [row["Ticket number"].removeprefix("#") for row in rows]
    assert numbers.count(listed.rows[0].ticket) == 2
    assert numbers.count(DAMAGED) == 1
    assert set(numbers) == tickets(listed) | {DAMAGED}
    assert [row["Comment"] for row in rows if row["Ticket number"] == listed.rows[1].ticket] == [listed.rows[1].comment]


def test_the_workbook_has_numbers_dates_and_links_below_its_title(listed: LowScores) -> None:
    sheet = load_workbook(io.BytesIO(as_workbook(listed))).active
    assert sheet is not None
    assert sheet["A1"].value == listed.title
    assert tuple(cell.value for cell in sheet[3]) == HEADINGS
    assert sheet["A4"].value == int(listed.rows[0].ticket)
    assert sheet["B4"].value == listed.rows[0].at.replace(tzinfo=None)
    assert sheet["F4"].hyperlink.target == listed.rows[0].link
    assert {str(cell.value).removeprefix("#") for cell in sheet["A"][3:]} == tickets(listed) | {DAMAGED}


def test_the_pasted_text_has_a_table_quoted_lines_and_noise(listed: LowScores) -> None:
    lines = as_text(listed).decode().split("\n")
    table = [line.split("\t") for line in lines if "\t" in line]
    assert {row[0] for row in table[1:]} == {row.ticket for row in listed.rows} | {DAMAGED}
    quoted = "\n".join(line for line in lines if line.startswith("> "))
    assert set(LINK.findall(quoted)) == {row.ticket for row in listed.missing}
    assert any("extension" in line for line in lines)


def test_the_mail_says_the_same_in_text_and_in_html(listed: LowScores) -> None:
    mail = email.message_from_bytes(as_mail(listed), policy=policy.default)
    assert mail["Subject"] == listed.title
    text, html = (mail.get_body((kind,)).get_content() for kind in ("plain", "html"))  # type: ignore[attr-defined]
    for body in (text, html):
        assert set(LINK.findall(body)) == tickets(listed)
        assert DAMAGED in body
    assert "\x1b" not in text
    assert f"<th>{HEADINGS[0]}</th>" in html


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("size", [0, 1, 60])
def test_every_kind_of_file_can_be_downloaded_from_a_world_of_any_size(kind: str, size: int) -> None:
    with DemoServer(DemoOptions(surveys=size, now=NOW)) as demo:
        answer = httpx.get(f"{demo.url}/reports/low-scores.{kind}", trust_env=False)
        assert answer.status_code == 200
        assert answer.headers["content-disposition"] == f'attachment; filename="low-scores.{kind}"'
        assert answer.headers["content-type"] == KINDS[kind][0]
        if kind != "xlsx":
            assert f"{demo.url}/agent/tickets/{plan.ticket_number('source', size + plan.SOURCE_LAG)}" in answer.text


def test_another_kind_is_not_found_and_another_day_is_refused_with_a_sentence(demo: DemoServer) -> None:
    assert httpx.get(f"{demo.url}/reports/low-scores.pdf", trust_env=False).status_code == 404
    refused = httpx.get(f"{demo.url}/reports/low-scores.csv", params={"day": "yesterday"}, trust_env=False)
    assert (refused.status_code, refused.json()["message"][:7]) == (422, "The day")


def test_the_files_are_written_into_a_folder_at_the_start(tmp_path: Path) -> None:
    folder = tmp_path / "new" / "reports"
    with DemoServer(DemoOptions(surveys=20, now=NOW, reports=folder)) as demo:
        assert {file.name for file in folder.iterdir()} == {f"low-scores.{kind}" for kind in KINDS}
        assert demo.url in (folder / "low-scores.csv").read_text("utf-8-sig")


def test_a_folder_that_cannot_be_is_told_in_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("a file")
    with pytest.raises(DemoServerError, match="choose another folder"):
        DemoServer(DemoOptions(surveys=1, reports=tmp_path / "taken")).start()


@pytest.mark.parametrize("kind", KINDS)
def test_the_workstation_reads_every_ticket_of_every_kind_and_nothing_else(listed: LowScores, kind: str) -> None:
    read = read_low_scores(KINDS[kind][1](listed))
    assert {str(row.ticket_id) for row in read.rows if row.ticket_id} == tickets(listed)
    assert [DAMAGED in row.problem or DAMAGED in row.text for row in read.rows if not row.ticket_id] == [True]
    assert read.repeated >= 1
