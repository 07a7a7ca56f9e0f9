"""`csat-tui purge` says what goes, removes it, and leaves what somebody may still need."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from csat_tui.domain.case import Draft
from csat_tui.domain.clock import SystemClock
from csat_tui.store.cases.drafts import put_draft
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
    would = synced("purge", "--dry-run").out
    assert "2 settled cases to which nothing has happened for 180 days would be removed" in would
    told = synced("purge", "--json").json
    assert (told["cases"], told["older_than_days"], told["complete"], told["left"]) == (2, 180, True, [])
    ended = synced("purge")
    assert (ended.code, ended.out.startswith("There is nothing to remove")) == (0, True)


def test_cases_that_are_held_by_words_are_named(synced: CommandLine) -> None:
    make_old(synced, 400, 2)
    with closing(sqlite3.connect(synced.paths.database)) as connection:
        first, second = (row[0] for row in connection.execute("SELECT survey_id FROM \"case\" WHERE stage = 'gone'"))
    workplace = synced.workplace()
    try:
        with workplace.database.write() as connection:
            put_draft(connection, first, Draft(None, {"summary": "still wanted"}), SystemClock().now())
    finally:
        workplace.close()
    told = synced("purge", "--dry-run").out
    assert "1 settled case to which nothing has happened" in told
    assert f"Case {first} is as old and stays: it has words that were not sent." in told
    assert synced("purge", "--json").json["held"] == [first]
    assert first != second


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
    assert "and 1 saved mail would be removed" in synced("purge", "--dry-run").out
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
    words = synced.paths.database.with_name("words-20260101-000000.txt")
    words.write_text("what could not be saved")
    told = synced("purge").out
    assert (str(aside) in told, str(words) in told) == (True, True)
    assert words.exists()
    assert aside.read_text() == "kept by hand"


def test_a_sync_does_the_days_upkeep(synced: CommandLine) -> None:
    assert [one.name[:7] for one in (synced.paths.data_dir / "backups").iterdir()] == ["ledger-"]


@contextmanager
def clock_ahead(days: int) -> Iterator[None]:
    """Let this computer's clock run ahead; the demo help desk keeps its own."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(SystemClock, "now", lambda _: datetime.now(UTC) + timedelta(days=days))
        yield


def survey_count(command: CommandLine) -> int:
    with closing(sqlite3.connect(command.paths.database)) as connection:
        return int(connection.execute("SELECT count(*) FROM survey").fetchone()[0])


def test_one_sync_under_a_clock_that_runs_ahead_loses_nothing(synced: CommandLine) -> None:
    make_old(synced, 1, 40)
    backups = sorted(one.name for one in (synced.paths.data_dir / "backups").iterdir())
    before = survey_count(synced)
    with clock_ahead(400):
        ended = synced("sync")
        assert ended.code == 0
        assert "clock is 400 days ahead of the help desk's time, so that nothing old is removed" in ended.err
        assert "clock is 400 days ahead" in synced("doctor").out
        refused = synced("purge", "--yes")
        assert (refused.code, "Nothing was removed" in refused.err) == (1, True)
    assert survey_count(synced) == before
    assert sorted(one.name for one in (synced.paths.data_dir / "backups").iterdir()) == backups
    assert "clock" not in synced("sync").err
    assert "retention" not in synced("doctor").out


def test_an_unusual_share_is_asked_about(synced: CommandLine) -> None:
    make_old(synced, 400, 20)
    asked = synced("purge")
    assert (asked.code, "unusual share" in asked.err) == (1, True)
    assert synced("purge", "--dry-run").code == 0
    before = survey_count(synced)
    assert synced("purge", "--yes", "--json").json["cases"] == 20
    assert survey_count(synced) == before - 20


def test_what_was_removed_is_put_back(synced: CommandLine) -> None:
    make_old(synced, 400, 2)
    before = survey_count(synced)
    told = synced("purge").out
    assert "`csat-tui doctor --restore-removed` puts them back" in told
    assert survey_count(synced) == before - 2
    assert "kept until" in synced("doctor").out
    assert synced("doctor", "--restore-removed", "--json").json["cases"] == 2
    assert survey_count(synced) == before
    assert synced("purge", "--for-good").code == 0
    ended = synced("doctor", "--restore-removed")
    assert (ended.code, "Nothing that was removed is kept" in ended.err) == (2, True)
