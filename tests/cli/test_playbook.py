"""`csat-tui playbook`: checking, showing, beginning one's own, and the schema."""

import json
import tomllib
from pathlib import Path

import pytest

from csat_tui.playbook import builtin_names, load_builtin, load_playbook
from csat_tui.playbook.schema import SCHEMA_NAME, schema_text
from tests.cli.conftest import CommandLine

TEN_WAYS = Path(__file__).parents[1] / "playbook/wrong_in_ten_ways.toml"


@pytest.mark.parametrize("name", builtin_names())
def test_what_ships_is_in_order(command: CommandLine, name: str):
    done = command("playbook", "check", name)
    assert (done.code, done.err) == (0, "")
    assert f"{name}.toml is in order: 4 paths" in done.out


def test_without_a_name_the_one_in_use_is_checked(command: CommandLine):
    command.home.mkdir()
    command.paths.config_file.write_text('[playbook]\nuse = "ours.toml"\n', "utf-8")
    assert command("playbook", "check").code == 3
    command("playbook", "init", str(command.home / "ours.toml"))
    assert command("playbook", "check").out.startswith("ours.toml is in order: ")


def test_a_playbook_with_ten_mistakes_ends_with_ten_sentences_and_a_code(command: CommandLine):
    done = command("playbook", "check", str(TEN_WAYS))
    assert done.code == 3
    *mistakes, last = done.err.splitlines()
    assert len(mistakes) == 10
    assert all(line.startswith("wrong_in_ten_ways.toml:") for line in mistakes)
    assert last == "wrong_in_ten_ways.toml has 10 mistakes and cannot be used as it is."


def test_a_name_that_nothing_has_is_told_with_the_nearest(command: CommandLine):
    assert "did you mean “retail”?" in command("playbook", "check", "retial").err


def test_what_it_says_is_told_as_a_person_reads_it(command: CommandLine):
    out = command("playbook", "show", "retail").out
    for told in (
        "Shop customer service (retail)",
        "needs yes or na: Supplier's words rewritten, and checked by a subject-matter expert?",
        "needs a finding: awaited",
        "→ public reply “reply” on the source ticket (the survey ticket where that is closed), pending",
        "→ private note “back-office-voice” on the survey ticket, solved, tagged survey_answered, where by-phone",
        "→ mail “pickup” to pickups@example.com: PICK UP REQUEST (ORDER ID: {order})",
        "“In progress” (hold) on the source ticket: only with a reply",
        "“Resolved” (solved) on the source ticket: not from hold, open without a reply, but for what is tagged",
        "“Open” (open) on the source ticket: only the system sets it",
        "Faulty or damaged: replacement or refund or credit up to 50.00 AUD once in 90 d",
        "error, existence on reply, mail: “{found}” was written by or for a supplier",
    ):
        assert told in out


@pytest.mark.parametrize("name", builtin_names())
def test_everything_that_has_a_name_is_in_the_account(command: CommandLine, name: str):
    out, playbook = command("playbook", "show", name).out, load_builtin(name)
    named = (*playbook.paths, *playbook.outcomes, *playbook.findings.values(), *playbook.formats.values())
    assert all(one.label in out for one in (*named, *playbook.issues, *playbook.saved_replies, *playbook.guards))
    assert all(line in out for form in playbook.formats.values() for line in form.lines)
    asked = {check_id for path in playbook.paths for check_id in path.checks}
    assert all(playbook.checks[check_id].ask in out for check_id in asked)


def test_as_json_it_is_what_the_file_says(command: CommandLine):
    done = command("playbook", "show", "service-desk", "--json")
    assert done.json["playbook"]["id"] == "service-desk"
    assert [one["id"] for one in done.json["outcome"]] == ["addressed", "hand-to-hr", "ask", "nothing-to-address"]


@pytest.mark.parametrize("name", builtin_names())
def test_a_copy_says_the_same_and_keeps_its_comments(command: CommandLine, tmp_path: Path, name: str):
    copy = tmp_path / "new/ours.toml"
    done = command("playbook", "init", str(copy), "--from", name)
    assert done.code == 0
    assert load_playbook(copy, examples=True) == load_builtin(name)
    text = copy.read_text("utf-8")
    assert text.startswith(f"#:schema ./{SCHEMA_NAME}\n")
    assert "# ── " in text
    assert (copy.parent / SCHEMA_NAME).read_text("utf-8") == schema_text()
    *_, use, _ = [line for line in done.out.splitlines() if line]
    assert tomllib.loads(use)["use"] == copy.as_posix()


def test_a_copy_beside_the_configuration_is_named_from_there(command: CommandLine):
    done = command("playbook", "init", str(command.home / "ours.toml"))
    assert f"put this into {command.paths.config_file}" in done.out
    assert 'use = "ours.toml"' in done.out.splitlines()


def test_nothing_is_written_over(command: CommandLine, tmp_path: Path):
    (tmp_path / "ours.toml").write_text("# mine", "utf-8")
    (tmp_path / SCHEMA_NAME).write_text("{}", "utf-8")
    done = command("playbook", "init", str(tmp_path / "ours.toml"))
    assert (done.code, (tmp_path / "ours.toml").read_text("utf-8")) == (2, "# mine")
    assert "is there already, and was left as it is" in done.err
    assert command("playbook", "init", str(tmp_path / "other.toml")).code == 0
    assert (tmp_path / SCHEMA_NAME).read_text("utf-8") == "{}"


@pytest.mark.parametrize("given", [("x.toml", "--from", "hotel"), ("x.txt",)])
def test_what_cannot_be_begun_leaves_nothing_behind(command: CommandLine, tmp_path: Path, given: tuple[str, ...]):
    name, *more = given
    assert command("playbook", "init", str(tmp_path / name), *more).code in (2, 3)
    assert list(tmp_path.iterdir()) == []


def test_the_schema_can_be_had(command: CommandLine):
    assert command("playbook", "schema").json == json.loads(schema_text())


def test_whom_findings_are_told_to_and_what_completes_a_case_is_shown(command: CommandLine) -> None:
    said = command("playbook", "show", "service-desk").out
    assert "Clear violation of a policy (asks for policy), told to Human resources (#hr)" in said
    assert "told to whom “owner” names" in said
    assert "→ each finding to its addressees: Survey review: {findings}" in said
    assert "needs conversations with the client and the employee, with prevention discussed in both" in said
