"""`csat-tui recovery`: find unhappy customers, write down what was done, set groups right, figures and files."""

import csv
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from csat_tui.demo.server import DemoServer
from tests.cli.conftest import CommandLine
from tests.cli.deciding import undo_within


def needing(line: CommandLine, *options: str) -> list[dict[str, Any]]:
    found = line("recovery", "list", *options, "--json")
    assert found.code == 0
    return list(found.json["surveys"])


def test_unhappy_customers_have_the_groups_of_the_help_desk_and_some_are_to_be_fixed(synced: CommandLine) -> None:
    found = needing(synced)
    assert {one["group"] for one in found} == {"care", "orders", "billing", None}
    assert all(one["rating"] <= 2 and one["needs_recovery"] for one in found)
    to_fix = synced("recovery", "fix", "--json")
    assert to_fix.code == 1
    assert {one["lacks"] for one in to_fix.json["surveys"]} == {"its group is missing", "its group is unknown"}
    unknown = next(one for one in to_fix.json["surveys"] if one["lacks"] == "its group is unknown")
    assert unknown["group_name"] == "Spring campaign"
    for one in to_fix.json["surveys"]:
        fixed = synced("recovery", "fix", str(one["case_id"]), "--group", "care", "--json")
        assert fixed.json == {"changed": [one["case_id"]]}
    assert "Nothing is to be fixed" in synced("recovery", "fix").out


def test_a_note_is_saved_and_shown_by_any_two_of_ticket_group_and_day(synced: CommandLine) -> None:
    one = next(one for one in needing(synced) if one["group"] == "billing")
    ticket, day = str(one["ticket_id"]), one["day"]
    saved = synced("recovery", "note", ticket, "Left a voicemail.", "--not-spoke", "--author", "Tarek", "--json")
    assert (saved.code, saved.json["stays_here"]) == (0, None)
    assert saved.json["sends_at"] is not None
    for ways in (("--ticket", ticket, "--group", "billing"), ("--ticket", ticket, "--date", day)):
        shown = synced("recovery", *ways, "--json")
        assert (shown.code, shown.json["matches"]) == (0, 1)
        (survey,) = shown.json["surveys"]
        assert [(note["author"], note["spoken"], note["text"]) for note in survey["notes"]] == [
            ("Tarek", False, "Left a voicemail.")
        ]
    walked = synced("recovery", "--group", "billing", "--date", day, "--json").json["surveys"]
    assert one["case_id"] in [survey["case_id"] for survey in walked]
    assert [survey["next"] for survey in walked] == [*(survey["case_id"] for survey in walked[1:]), None]
    assert "Tarek, written by Robin Vale (Spoke? No)" in synced("recovery", "--ticket", ticket, "--date", day).out
    assert one["case_id"] in [survey["case_id"] for survey in needing(synced, "--filter", "v")]
    assert one["case_id"] not in [survey["case_id"] for survey in needing(synced, "--filter", "x")]
    synced("recovery", "note", ticket, "-", "--spoke", stdin="Spoke to her.\nAll is well.")
    listed = next(survey for survey in needing(synced, "--filter", "s") if survey["case_id"] == one["case_id"])
    assert listed["comment_with_note"].endswith(": Spoke to her.\nAll is well. (Spoke? Yes)")
    silent = next(survey for survey in needing(synced, "--filter", "n") if survey["case_id"] == one["case_id"])
    assert "newest_note" not in silent


WORDS = "Called: “all well” & <b>glad</b>.\n  • 2 boxes\n{{ticket.id}}"


def test_a_note_goes_to_the_ticket_and_is_read_at_another_home_as_it_was(
    demo: DemoServer, command: CommandLine, tmp_path: Path
) -> None:
    undo_within(command, demo, "0s")
    command("sync")
    one = needing(command)[0]
    command("recovery", "note", str(one["case_id"]), WORDS, "--spoke", "--author", "Joss & Imke")
    assert command("sync").code == 0
    (comment,) = [said for said in demo.world.comments(one["survey_ticket_id"]) if "recovery note" in said["body"]]
    assert not comment["public"]
    other = CommandLine(tmp_path / "other")
    other.connect_to_demo(demo, "second")
    other("sync")
    asked = ("recovery", "--ticket", str(one["ticket_id"]), "--date", one["day"], "--json")
    (note,) = other(*asked).json["surveys"][0]["notes"]
    assert (note["text"], note["author"], note["spoken"]) == (WORDS, "Joss & Imke", True)
    assert (note["written_by"], note["problems"], note["comment_id"]) == ("Robin Vale", [], comment["id"])


def test_what_matches_nothing_says_why(synced: CommandLine) -> None:
    one = next(one for one in needing(synced) if one["group"] == "billing")
    ticket = str(one["ticket_id"])
    moved = synced("recovery", "reassign", ticket, "--to", "orders", "--reason", "The courier was late.", "--json")
    assert moved.json == {"changed": [one["case_id"]]}
    found = synced("recovery", "--ticket", ticket, "--group", "billing", "--json")
    assert (found.code, found.json["matches"], found.json["moved_to"]) == (1, 0, "orders")
    assert "it belongs to Orders and delivery now" in found.json["why"]
    assert "The courier was late." in synced("recovery", "--ticket", ticket, "--group", "billing").out
    assert "There is no survey for ticket #5." in synced("recovery", "--ticket", "5", "--group", "care").out
    assert "so already" in synced("recovery", "reassign", ticket, "--to", "orders", "--reason", "Once more.").out


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        (("recovery",), "Name two of the three: a ticket, a support group and a day. Here is none of them."),
        (("recovery", "--ticket", "5"), "Here is only the ticket."),
        (("recovery", "--ticket", "5", "--group", "care", "--date", "2026-11-08"), "Here are all three."),
        (("recovery", "--ticket", "5", "--group", "Customer Care"), "“Customer Care” is not the code of a support"),
        (("recovery", "--ticket", "5", "--group", "sales"), "no support group “sales”; there is: care, orders"),
        (("recovery", "--ticket", "5", "--date", "soon"), "“soon” is not a valid day"),
        (("recovery", "list", "--filter", "q"), "“q” is no filter; there is y, r, x, w, v, s and n."),
        (("recovery", "list", "--group", "sales"), "no support group “sales”"),
        (("recovery", "note", "5", "Words"), "--spoke or --not-spoke"),
        (("recovery", "fix", "--group", "care"), "Name the cases to fix"),
        (("recovery", "export", "list.txt"), "ends in neither .csv nor .xlsx"),
    ],
)
def test_what_is_wrong_is_said(synced: CommandLine, typed: tuple[str, ...], said: str) -> None:
    done = synced(*typed)
    assert (done.code, said in done.err) == (2, True), done.err


def test_each_figure_leads_to_its_surveys(synced: CommandLine) -> None:
    one = next(one for one in needing(synced) if one["group"] == "billing")
    synced("recovery", "note", str(one["case_id"]), "Spoke to her.", "--spoke")
    told = {group["group"]: group for group in synced("recovery", "performance", "--json").json["groups"]}
    billing = told["billing"]
    assert (billing["with_notes"], billing["spoken"], billing["surveys"]["spoken"]) == (1, 1, [one["case_id"]])
    assert billing["needing"] == billing["without_notes"] + 1 == len(billing["surveys"]["needing"])
    assert billing["first_contact_median_seconds"] == billing["first_contact_p90_seconds"] > 0
    shown = synced("recovery", "performance", "--group", "billing", "--show", "spoken")
    assert shown.out.strip() == f"Billing, spoken: {one['case_id']}"
    assert "MEDIAN" in synced("recovery", "performance").out
    assert "No survey of this period" in synced("recovery", "performance", "--until", "1999-01-01").out


def test_one_row_for_each_survey_as_csv_and_as_a_workbook(synced: CommandLine, tmp_path: Path) -> None:
    count = len(needing(synced, "--filter", "y", "--limit", "1000"))
    one = needing(synced)[0]
    synced("recovery", "note", str(one["case_id"]), "=1+1", "--spoke", "--author", "Joss")
    sheet, workbook = tmp_path / "recovery.csv", tmp_path / "recovery.xlsx"
    assert synced("recovery", "export", str(sheet), "--json").json == {"file": str(sheet), "rows": count}
    with sheet.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    row = next(row for row in rows if row["Case"] == str(one["case_id"]))
    assert (row["SR notes"], row["Notes"], row["Spoken"], row["Author"]) == ("has spoken", "1", "1", "Joss")
    assert not row["Newest words"].startswith("=")
    assert synced("recovery", "export", str(workbook), "--filter", "s").code == 0
    assert openpyxl.load_workbook(workbook).active.max_row == 2
    assert synced("recovery", "export", str(sheet)).code == 2
