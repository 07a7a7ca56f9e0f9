"""The end of a shift from the command line: tracker, list of low scores, recap."""

import csv
from email import message_from_bytes, policy
from pathlib import Path

import pytest

from csat_tui.cli import report
from csat_tui.cli.exits import Exit
from csat_tui.demo.server import DemoServer
from tests.cli.conftest import CommandLine
from tests.cli.deciding import decide, undo_within
from tests.cli.saying import UNSAFE


@pytest.fixture
def worked(command: CommandLine, demo: DemoServer) -> CommandLine:
    """A command line whose newest case is decided and delivered."""
    undo_within(command, demo, "1s")
    decide(command, demo)
    for _ in range(20):
        if not command("sync", "--json").json["outbox"]["effects"]:
            return command
    raise AssertionError("it was not delivered")


def test_a_shift_from_the_first_row_to_the_recap(worked: CommandLine, demo: DemoServer, tmp_path: Path) -> None:
    story = demo.world.story(0)

    told = worked("tracker", "list", "--json", "--mine").json
    assert [row["cells"]["B"] for row in told["rows"]] == [str(story.source_ticket_id)]
    assert told["columns"]["C"] == "Outcome"
    assert worked("tracker", "list", "--since", "yesterday", "--until", "today").out.count("Needs evaluation") == 1
    assert worked("tracker", "list", "--since", "soon").code == Exit.USAGE

    exported = worked("tracker", "export", "--csv", str(tmp_path / "t.csv"), "--xlsx", str(tmp_path / "t.xlsx"))
    assert exported.code == 0
    with (tmp_path / "t.csv").open(encoding="utf-8-sig", newline="") as file:
        assert len(list(csv.reader(file))) == 2
    assert worked("tracker", "export", "--csv", str(tmp_path / "t.csv")).code == Exit.USAGE
    assert worked("tracker", "export", "--csv", str(tmp_path / "t.csv"), "--overwrite").code == 0
    assert worked("tracker", "export").code == Exit.USAGE

    other = demo.world.story(1)
    pasted = f"#{story.source_ticket_id} rating 1\n#{other.survey_ticket_id} rating 2\n#7777777 rating 1 \x1b[2J\n"
    taken = worked("report", "import", "-", stdin=pasted)
    assert (taken.code, "2 not accounted for" in taken.out) == (Exit.NEEDS_PERSON, True)
    assert not UNSAFE.search(taken.out)
    again = worked("report", "import", "-", stdin=pasted)
    assert (again.code, "not added twice" in again.err) == (Exit.USAGE, True)
    missing = worked("report", "fetch", "7777777")
    assert (missing.code, "has no ticket #7777777" in missing.out) == (Exit.NEEDS_PERSON, True)

    refused = worked("shift", "complete")
    assert (refused.code, "2 tickets not accounted for" in refused.err) == (Exit.NEEDS_PERSON, True)
    assert worked("report", "settle", "7777777", " ").code == Exit.USAGE
    assert worked("report", "settle", "999", "why").code == Exit.USAGE
    assert worked("report", "settle", "7777777", "Not a ticket of ours.").code == 0
    settled = worked("report", "settle", str(other.survey_ticket_id), "Handed to billing.", "--json").json
    assert [line["accounted"] for line in settled["lists"][0]["lines"]] == [True, True, True]
    assert worked("report", "show").code == 0

    assert worked("shift", "write", "trends", "Couriers, *again*.").code == 0
    assert worked("shift", "write", "nope", "x").code == Exit.USAGE
    document = worked("shift", "show", "--json").json
    assert (document["cases"], document["completable"]) == (1, True)
    assert [part["id"] for part in document["parts"] if part["edited"]] == ["trends"]

    assert "Couriers, *again*." in worked("recap").out
    assert "<em>again</em>" in worked("recap", "--html").out
    assert worked("recap", "--html", "--eml").code == Exit.USAGE
    assert worked("recap", "--eml", "--out", str(tmp_path / "recap.eml")).code == 0
    mail = message_from_bytes((tmp_path / "recap.eml").read_bytes(), policy=policy.default)
    assert mail["Subject"] == document["subject"]
    assert [part.get_content_type() for part in mail.iter_parts()] == ["text/plain", "text/html"]  # type: ignore[attr-defined]

    sent = worked("recap", "--send")
    assert (sent.code, "it has not left" in sent.out) == (0, True), sent.err
    assert worked("shift", "show", "--json").json["recap"]["state"] == "saved"
    twice = worked("recap", "--send")
    assert (twice.code, "saved already" in twice.err) == (Exit.NEEDS_PERSON, True)
    assert worked("recap", "--arrived").code == 0
    assert worked("shift", "complete").code == 0
    assert worked("shift", "show", "--json").json["recap"]["state"] == "sent"


def test_lists_are_picked_up_from_the_watched_folder_and_mailbox_without_a_screen(
    command: CommandLine, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(report, "ONCE_INTERVAL", 0.0)
    nowhere = command("report", "watch", "--once")
    assert (nowhere.code, "watch_folder or watch_mailbox" in nowhere.err) == (Exit.CONFIGURATION, True)
    folder, mailbox = tmp_path / "lists", tmp_path / "lists.mbox"
    folder.mkdir()
    (folder / "morning.csv").write_text("Ticket,Comment\n7777777,late\n")
    (folder / "lunch.pdf").write_bytes(b"%PDF-1.7")
    mail = b"From: a@example.com\nSubject: Low scores\nDate: Sat, 31 Oct 2026 06:00:00 +0000\n\n#7777778 rating 1\n"
    mailbox.write_bytes(b"From a@example.com Sat Oct 31 06:00:00 2026\n" + mail)
    config = command.home / "config.toml"
    said = config.read_text() if config.exists() else ""
    config.write_text(said + f'\n[shift]\nwatch_folder = "{folder}"\nwatch_mailbox = "{mailbox}"\n')

    first = command("report", "watch", "--once")
    assert first.code == Exit.NEEDS_PERSON
    assert "“morning.csv” was picked up: 1 row." in first.out
    assert "“Low scores” was picked up: 1 row." in first.out
    assert "“lunch.pdf” in lists was not taken in: this is a PDF" in first.out
    again = command("report", "watch", "--once")
    assert (again.code, again.out) == (0, "")

    shown = command("report", "show")
    assert shown.out.count("lunch.pdf") == 1
    assert {"#7777777", "#7777778"} <= set(shown.out.split())
    assert "this is a PDF" in command("shift", "show").out
    assert len(command("report", "show", "--json").json["unread"]) == 1


def test_a_row_of_the_tracker_is_corrected_from_the_command_line_and_both_stay(
    worked: CommandLine, tmp_path: Path
) -> None:
    (row,) = worked("tracker", "list", "--json").json["rows"]
    number = str(row["id"])
    assert number in worked("tracker", "list").out.split()
    for wrong in ("E", "=x", "ZZ=x", f"C={row['cells']['C']}"):
        refused = worked("tracker", "correct", number, "--cell", wrong)
        assert (refused.code, "Nothing was written" in refused.err) == (Exit.USAGE, True), wrong
    assert worked("tracker", "correct", number).code == Exit.USAGE

    done = worked("tracker", "correct", number, "--cell", "E=Refunded: 20.00 = all", "--cell", "C=\x1b[2JNo response")
    assert (done.code, f"corrects row {number}" in done.out) == (0, True), done.err
    (now,) = worked("tracker", "list", "--json", "--mine").json["rows"]
    assert now["cells"] == row["cells"] | {"E": "Refunded: 20.00 = all", "C": "\x1b[2JNo response"}
    assert (now["corrects"], now["decided_by"]) == (row["id"], row["decided_by"])
    assert now["corrected_by"]
    assert [one["cells"] for one in now["before"]] == [row["cells"]]
    listed = worked("tracker", "list").out
    assert f"corrects row {number}" in listed
    assert not UNSAFE.search(listed)
    again = worked("tracker", "correct", number, "--cell", "E=x")
    assert (again.code, f"was corrected already, by row {now['id']}" in again.err) == (Exit.USAGE, True)
    assert worked("tracker", "export", "--csv", str(tmp_path / "both.csv")).code == 0
    with (tmp_path / "both.csv").open(encoding="utf-8-sig", newline="") as file:
        assert [line[-1] for line in csv.reader(file)] == [
            "Correction", f"corrected by row {now['id']}", f"corrects row {number}, by {now['corrected_by']}",
        ]  # fmt: skip
