"""`csat-tui purge` says what goes, removes it, and leaves what somebody may still need."""

import sqlite3
from contextlib import closing

from tests.cli.conftest import CommandLine


def make_old(command: CommandLine, days: int, cases: int) -> None:
    """Let some cases be finished by others, days ago."""
    with closing(sqlite3.connect(command.paths.database)) as connection, connection:
        connection.execute(
            "UPDATE \"case\" SET stage = 'gone', received_at = received_at - ? * 86400000 "
            'WHERE survey_id IN (SELECT survey_id FROM "case" LIMIT ?)',
            (days, cases),
        )


def test_it_tells_before_it_removes(synced: CommandLine) -> None:
    make_old(synced, 400, 2)
    assert "2 settled cases to which nothing has happened for 180 days would go" in synced("purge", "--dry-run").out
    told = synced("purge", "--json").json
    assert (told["cases"], told["older_than_days"], told["complete"], told["left"]) == (2, 180, True, [])
    ended = synced("purge")
    assert (ended.code, ended.out.startswith("There is nothing to remove")) == (0, True)


def test_the_age_can_be_said(synced: CommandLine) -> None:
    make_old(synced, 50, 1)
    assert synced("purge", "--json").json["cases"] == 0
    assert synced("purge", "--older-than", "40", "--json").json["cases"] == 1


def test_who_keeps_everything_has_to_say_the_age(synced: CommandLine) -> None:
    file = synced.paths.config_file
    file.write_text(file.read_text() + "[store]\nkeep_days = 0\n", encoding="utf-8")
    ended = synced("purge")
    assert (ended.code, "--older-than" in ended.err) == (2, True)


def test_files_that_were_set_aside_are_named_and_left(synced: CommandLine) -> None:
    aside = synced.paths.database.with_name("csat-tui.db.aside-20260101-000000")
    aside.write_text("kept by hand")
    assert str(aside) in synced("purge").out
    assert aside.read_text() == "kept by hand"


def test_a_sync_does_the_days_upkeep(synced: CommandLine) -> None:
    assert [one.name[:7] for one in (synced.paths.data_dir / "backups").iterdir()] == ["ledger-"]
