"""`csat-tui wording check`: texts held to the rules of the playbook."""

from pathlib import Path

import pytest

from tests.cli.conftest import CommandLine

GOOD = "Hi,\n\nthank you for writing. I am sorry for the inconvenience; the credit is on your account today."


def test_a_text_without_a_fault_ends_well(command: CommandLine) -> None:
    done = command("wording", "check", stdin=GOOD)
    assert (done.code, done.out) == (0, "The rules have nothing to say about this text.\n")


def test_an_error_is_named_with_its_place_and_ends_with_one(command: CommandLine) -> None:
    done = command("wording", "check", "-", stdin=GOOD + "\nIt was our mistake.")
    assert done.code == 1
    assert done.out == (
        "error: line 4, column 8: “our mistake” admits a fault: apologise for the inconvenience instead,"
        " and say what happens now. [no-fault]\n"
    )


def test_a_warning_offers_other_words_and_ends_well(command: CommandLine, tmp_path: Path) -> None:
    file = tmp_path / "reply.txt"
    file.write_text(GOOD + " Unfortunately it took long.", "utf-8")
    done = command("wording", "check", str(file), "--json")
    assert done.code == 0
    (remark,) = done.json["remarks"]
    assert (remark["rule"], remark["level"], remark["found"]) == ("positive", "warning", "Unfortunately")
    assert remark["fixes"] == ["As things stand"]


def test_the_case_tells_whose_name_belongs_there(synced: CommandLine) -> None:
    number = str(synced("queue", "--json").json["cases"][0]["id"])
    done = synced("wording", "check", "--case", number, "--json", stdin="Hi Zebedee,\n\nthank you.")
    assert done.code == 1
    assert done.json["remarks"][0]["rule"] == "this-customer"


@pytest.mark.parametrize(
    ("arguments", "stdin", "said"),
    [
        (("--on", "poem"), "x", "“poem” is not a kind of text; choose one of reply, mail, note."),
        ((), "  \n", "There is no text to check; name a file, or send the text to standard input."),
        (("/nowhere/at/all",), "", "/nowhere/at/all cannot be read: No such file or directory."),
        (("--case", "999999999"), "x", "There is no case and no ticket 999999999 here."),
    ],
)
def test_what_cannot_be_looked_at_is_told(
    command: CommandLine, arguments: tuple[str, ...], stdin: str, said: str
) -> None:
    done = command("wording", "check", *arguments, stdin=stdin)
    assert done.code == 2
    assert said in done.err
