"""Once a day the store is looked through, copied and cleared of what is old."""

import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from csat_tui.domain.case import Draft, Stage
from csat_tui.store.cases import drafts
from csat_tui.store.database import Database
from csat_tui.store.errors import StoreFull
from csat_tui.store.ledger import ledger_file
from csat_tui.store.ledger.soundness import COPIES_KEPT, backups_dir, backups_of, suspicion_file
from csat_tui.store.recovery import open_repaired
from csat_tui.store.retention.upkeep import upkeep
from tests.builders import NOON
from tests.store.shelf import arriving, new_database, put, value
from tests.store.test_retention import set_stage

DAY = timedelta(days=1)


def test_it_is_done_once_a_day(database: Database) -> None:
    assert upkeep(database, NOON, 180)
    assert not upkeep(database, NOON + timedelta(minutes=5), 180)
    assert upkeep(database, NOON + DAY, 180)


def test_seven_days_have_a_copy_that_only_the_owner_can_read(database: Database) -> None:
    [survey_id] = put(database, arriving(1))
    for day in range(10):
        with database.write() as connection:
            drafts.put_draft(connection, survey_id, Draft("follow-up", {"summary": f"day {day}"}), NOON)
        upkeep(database, NOON + day * DAY, 180)
    copies = backups_of(database.file)
    assert [one.name for one in copies] == [f"ledger-2026-03-{day}" for day in range(19, 12, -1)]
    assert len(copies) == COPIES_KEPT
    assert backups_dir(database.file).stat().st_mode & 0o777 == 0o700
    assert {one.stat().st_mode & 0o777 for one in backups_dir(database.file).iterdir()} == {0o600}
    with closing(sqlite3.connect(copies[0])) as copy:
        assert "day 9" in copy.execute("SELECT fields FROM kept_draft").fetchone()[0]


@pytest.mark.parametrize(("keep_days", "left"), [(180, 0), (0, 1)])
def test_what_is_old_goes_by_itself_unless_it_is_kept_for_ever(database: Database, keep_days: int, left: int) -> None:
    survey_id, _ = put(database, arriving(1), arriving(2, received_at=NOON + 199 * DAY))
    set_stage(database, survey_id, Stage.GONE)
    upkeep(database, NOON + 200 * DAY, keep_days)
    assert value(database, "SELECT count(*) FROM survey") == left + 1


def test_damage_that_nobody_has_met_yet_is_found_and_written_down(tmp_path: Path) -> None:
    database = new_database(tmp_path)
    empty = database.file.stat().st_size  # what is behind it are pages of surveys, and none of the schema
    put(database, *(arriving(number, raw="x" * 3000) for number in range(100)))
    database.close()
    content = bytearray(database.file.read_bytes())
    assert len(content) > empty + 4096 * 20
    content[empty : -4096 * 10] = bytes(len(content) - empty - 4096 * 10)
    database.file.write_bytes(bytes(content))
    database = Database.open(database.file)
    upkeep(database, NOON, 180)
    assert suspicion_file(database.file).exists()
    assert backups_of(database.file) == []
    database.close()


@pytest.mark.parametrize("part", ["its head", "its rows"])
def test_a_ledger_that_is_damaged_is_written_down_and_the_good_copies_stay(tmp_path: Path, part: str) -> None:
    database = new_database(tmp_path)
    for survey_id in put(database, *(arriving(number) for number in range(50))):
        with database.write() as connection:
            drafts.put_draft(connection, survey_id, Draft("follow-up", {"summary": "x" * 3000}), NOON)
    upkeep(database, NOON, 180)
    database.close()
    kept = ledger_file(database.file)
    content = bytearray(kept.read_bytes())
    damaged = slice(0, 100) if part == "its head" else slice(4096 * 16, 4096 * 40)
    database = Database.open(database.file)
    content[damaged] = bytes(len(content[damaged]))
    kept.write_bytes(bytes(content))
    assert upkeep(database, NOON + DAY, 180)
    database.close()
    assert suspicion_file(database.file).exists()
    assert [one.name for one in backups_of(database.file)] == ["ledger-2026-03-10"]
    mended, repaired = open_repaired(database.file, NOON + DAY)
    assert repaired is not None
    assert "rebuilt from the database; nothing is lost" in repaired.sentence
    assert value(mended, "SELECT count(*) FROM draft") == 50
    mended.close()


def test_a_copy_that_cannot_be_written_is_a_sentence(database: Database) -> None:
    backups_dir(database.file).write_text("in the way")
    with pytest.raises(StoreFull, match="Everything that was saved is safe"):
        upkeep(database, NOON, 180)
