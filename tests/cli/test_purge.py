"""`csat-tui purge` says what goes, removes it, and leaves what somebody may still need."""

import os
import sqlite3
from contextlib import closing
from pathlib import Path

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


def test_mails_that_were_saved_as_files_go_with_the_cases(synced: CommandLine) -> None:
    folder = synced.paths.data_dir / "mails"
    folder.mkdir()
    old, new = folder / "Recap of then.eml", folder / "Recap of now.eml"
    for file in (old, new):
        file.write_text("Dana said …", encoding="utf-8")
    then = old.stat().st_mtime - 400 * 86400
    os.utime(old, (then, then))
    assert "and 1 saved mail would go" in synced("purge", "--dry-run").out
    assert old.exists()
    assert synced("purge", "--json").json["mails"] == 1
    assert (old.exists(), new.exists()) == (False, True)


def test_a_folder_of_mails_that_the_configuration_names_is_left(synced: CommandLine, tmp_path: Path) -> None:
    kept = tmp_path / "Recap.eml"
    kept.write_text("Dana said …", encoding="utf-8")
    os.utime(kept, (0, 0))
    file = synced.paths.config_file
    file.write_text(file.read_text() + f"[mail]\nfolder = '{tmp_path}'\n", encoding="utf-8")
    assert synced("purge", "--json").json["mails"] == 0
    assert kept.exists()


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
