"""The doctor says how each thing is and what to do, and changes nothing."""

import sqlite3
from contextlib import closing
from typing import Any

import pytest

from csat_tui.demo.server import DemoServer
from csat_tui.launch import Terminal
from tests.cli.conftest import CommandLine
from tests.cli.deciding import decide, undo_within
from tests.cli.test_bad_help_desk import closed_port


def findings(command: CommandLine, code: int) -> dict[str, dict[str, Any]]:
    """Return what was found, by what it is about; the worst where there are several."""
    ended = command("doctor", "--json", screen=Terminal())
    assert ended.code == code, ended
    told = ended.json
    assert set(told) == {"ok", "exit_code", "findings"}
    assert (told["ok"], told["exit_code"]) == (code == 0, code)
    worst: dict[str, dict[str, Any]] = {}
    for one in sorted(told["findings"], key=lambda one: ["ok", "look", "bad"].index(one["mark"])):
        assert set(one) == {"about", "mark", "sentence", "todo"}
        assert bool(one["todo"]) == (one["mark"] != "ok")
        worst[one["about"]] = one
    return worst


def test_all_is_well_after_a_sync(synced: CommandLine) -> None:
    ended = synced("doctor", screen=Terminal())
    assert ended.code == 0
    lines = ended.out.splitlines()
    assert all(line.startswith("✔ ") for line in lines)
    about = [line[2:].partition(":")[0] for line in lines]
    for name in ("config", "playbook", "keys", "credential", "help desk", "view", "admin", "database", "log"):
        assert name in about
    assert "the environment (CSAT_TUI_TOKEN)" in ended.out
    assert synced.environ["CSAT_TUI_TOKEN"] not in ended.out


def test_a_home_without_configuration_is_told_how_to_get_one(command: CommandLine) -> None:
    found = findings(command, 1)
    assert (found["config"]["mark"], found["config"]["todo"]) == ("look", "`csat-tui login` writes one")
    assert found["database"]["mark"] == "ok"
    assert not command.paths.database.exists()


def test_every_mistake_in_the_configuration_is_a_line(command: CommandLine) -> None:
    command.connect_to("https://example.com", more="[sync]\npoll_seconds = 0\n[ui]\nmuose = true\n")
    ended = command("doctor")
    assert (ended.code, ended.out.count("✘ config")) == (3, 2)


def test_keys_and_colours_that_cannot_be_used_are_told(connected: CommandLine) -> None:
    file = connected.paths.config_file
    file.write_text(file.read_text() + '[ui]\ntheme = "pink"\n[keys]\n"app.hlep" = "x"\n', encoding="utf-8")
    ended = connected("doctor", screen=Terminal())
    assert ended.code == 1
    assert "did you mean app.help" in ended.out
    assert "no theme called “pink”" in ended.out


def test_a_wrong_credential_is_told(connected: CommandLine) -> None:
    connected.environ["CSAT_TUI_TOKEN"] = "wr0ng"
    assert findings(connected, 4)["help desk"]["mark"] == "bad"


def test_a_view_that_is_not_there_is_told(connected: CommandLine, quiet_demo: DemoServer) -> None:
    connected.connect_to(quiet_demo.url, view=4711, user=quiet_demo.email, token=quiet_demo.token)
    found = findings(connected, 4)
    assert (found["help desk"]["mark"], found["view"]["mark"]) == ("ok", "bad")


def test_an_admin_system_that_does_not_answer_is_a_matter_for_a_look(
    command: CommandLine, quiet_demo: DemoServer
) -> None:
    command.connect_to(
        quiet_demo.url, view=quiet_demo.view_id, user=quiet_demo.email, token=quiet_demo.token,
        more=f'[admin]\nurl = "http://127.0.0.1:{closed_port()}"\n',
    )  # fmt: skip
    command.environ["CSAT_TUI_ADMIN_TOKEN"] = "t0ken"
    found = findings(command, 1)
    assert (found["admin"]["mark"], found["help desk"]["mark"]) == ("look", "ok")


def test_someone_who_may_not_reply_is_told(command: CommandLine, quiet_demo: DemoServer) -> None:
    command.connect_to_demo(quiet_demo, "light")
    assert findings(command, 1)["replies"]["mark"] == "look"


def test_refused_notes_show_that_a_permission_is_missing(command: CommandLine, demo: DemoServer) -> None:
    undo_within(command, demo, "0s", who="no-notes")
    decide(command, demo)
    command("sync")
    found = findings(command, 4)
    assert "refused 1 internal notes" in found["notes"]["sentence"]
    assert found["outbox"]["mark"] == "look"


def test_a_database_that_others_may_read_is_told(synced: CommandLine) -> None:
    synced.paths.database.chmod(0o644)
    assert "chmod 600" in findings(synced, 1)["database"]["todo"]


def test_a_database_of_a_newer_version_is_told(synced: CommandLine) -> None:
    with closing(sqlite3.connect(synced.paths.database)) as connection:
        connection.execute("PRAGMA user_version = 99")
    assert findings(synced, 5)["database"]["todo"] == "update csat-tui"


def test_a_database_of_another_help_desk_is_told(synced: CommandLine) -> None:
    synced.connect_to("https://other.invalid", user="ana@example.com")
    assert "holds the surveys and the outbox of" in synced("doctor").out


def test_a_database_in_use_is_told_and_not_set_aside(synced: CommandLine, monkeypatch: pytest.MonkeyPatch) -> None:
    from csat_tui.cli import doctor_database

    monkeypatch.setattr(doctor_database, "LOCK_TIMEOUT", 0.1)
    with closing(sqlite3.connect(synced.paths.database, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        assert "in use by another program" in findings(synced, 5)["database"]["sentence"]
        ended = synced("doctor", "--set-aside")
    assert (ended.code, "left where it is" in ended.err) == (5, True)
    assert synced.paths.database.exists()


def test_a_workstation_that_is_open_keeps_its_database(synced: CommandLine, monkeypatch: pytest.MonkeyPatch) -> None:
    from csat_tui.cli import doctor_database

    monkeypatch.setattr(doctor_database, "LOCK_TIMEOUT", 0.1)
    workplace = synced.workplace()
    try:
        workplace.desk.counts()
        assert synced("doctor", "--set-aside").code == 5
    finally:
        workplace.close()


def test_setting_aside_says_what_was_not_sent(command: CommandLine, demo: DemoServer) -> None:
    undo_within(command, demo, "600s")
    decide(command, demo)
    told = command("doctor", "--set-aside", "--json").json
    assert told["unconfirmed"] == 2
    assert not command.paths.database.exists()
    assert command("doctor", "--set-aside").code == 2


def test_a_full_disk_is_told(synced: CommandLine, monkeypatch: pytest.MonkeyPatch) -> None:
    import shutil
    from collections import namedtuple

    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage(10**9, 10**9, 1_000_000))
    assert findings(synced, 5)["disk"]["mark"] == "bad"
