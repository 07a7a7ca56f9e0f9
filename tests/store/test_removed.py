"""What retention removes can be put back for a week, stays resumable when killed, and leaves shells of tracker rows."""

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from csat_tui.domain.case import Stage
from csat_tui.domain.ids import OpId
from csat_tui.effects.tracker_row import retained_cells
from csat_tui.store import cases, outbox, sheets, tickets
from csat_tui.store.database import Database
from csat_tui.store.ledger import soundness
from csat_tui.store.retention import erasing, removed
from csat_tui.store.retention.purging import purge
from csat_tui.store.retention.removed import delete_expired, removed_files, restore
from csat_tui.store.sheets import SheetView
from tests.builders import NOON, a_message, a_ticket, the_playbook
from tests.store.shelf import arriving, new_database, put, value
from tests.store.test_ledger import in_line
from tests.store.test_released_schemas import content
from tests.store.test_retention import (
    HALF_A_YEAR,
    MUCH_LATER,
    SECRET,
    found_in,
    set_stage,
    settled_with_the_word_everywhere,
)
from tests.store.test_retention_papers import a_list, a_shift
from tests.sync.bench import Bench, source_ticket

CHANGED = ("sync_cursor", "mark", "lease", "walked")
"""Tables that say nothing of cases."""


async def test_everything_that_was_removed_is_put_back_as_it_was(tmp_path: Path) -> None:
    bench = Bench(new_database(tmp_path))
    database = bench.database
    await settled_with_the_word_everywhere(bench)
    bench.arrive(2)
    a_list(database, "one", accounted=True)
    a_shift(database, ended=True)
    before = content(database.file)

    purged = purge(database, HALF_A_YEAR, MUCH_LATER)
    assert (purged.cases, purged.papers) == (1, 2)
    [kept] = removed_files(database.file)
    back = restore(database, kept)

    assert (back.cases, back.papers) == (1, 2)
    after = content(database.file)
    for table in set(before) - set(CHANGED):
        assert after[table] == before[table], table
    in_line(database)
    assert value(database, "PRAGMA integrity_check") == "ok"
    assert value(database, "PRAGMA foreign_key_check") is None
    assert value(database, f"SELECT count(*) FROM message_text WHERE message_text MATCH '{SECRET}'") == 1
    assert restore(database, kept).cases == 0
    database.close()


async def test_a_survey_that_came_in_again_is_left_as_it_is_now(tmp_path: Path) -> None:
    bench = Bench(new_database(tmp_path))
    survey_id = bench.arrive(1)
    set_stage(bench.database, survey_id, Stage.GONE)
    purge(bench.database, HALF_A_YEAR, MUCH_LATER)
    [again] = put(bench.database, arriving(1, comment="now"))
    assert restore(bench.database, removed_files(bench.database.file)[0]).cases == 0
    assert value(bench.database, "SELECT group_concat(id || comment) FROM survey") == f"{again}now"
    bench.database.close()


def test_only_a_file_whose_week_is_over_goes_and_nobody_elses(tmp_path: Path) -> None:
    database = new_database(tmp_path)
    for number, later in enumerate((0, 5)):
        [survey_id] = put(database, arriving(number))
        set_stage(database, survey_id, Stage.GONE)
        purge(database, HALF_A_YEAR, MUCH_LATER + timedelta(days=later))
    (tmp_path / "csat-tui.db.removed-by-hand").write_text("somebody's")
    assert delete_expired(database.file, MUCH_LATER + timedelta(days=8)) == 1
    assert [one.name for one in removed_files(database.file)] == ["csat-tui.db.removed-20270419T120000Z"]
    assert (tmp_path / "csat-tui.db.removed-by-hand").exists()
    database.close()


def test_the_bytes_of_a_file_that_goes_are_overwritten(tmp_path: Path) -> None:
    database = new_database(tmp_path)
    [survey_id] = put(database, arriving(1, comment=SECRET))
    set_stage(database, survey_id, Stage.GONE)
    purge(database, HALF_A_YEAR, MUCH_LATER)
    [kept] = removed_files(database.file)
    other_name = tmp_path / "the same bytes"
    other_name.hardlink_to(kept)
    assert SECRET.encode() in other_name.read_bytes()
    delete_expired(database.file, MUCH_LATER, all_of_them=True)
    assert set(other_name.read_bytes()) == {0}
    database.close()


class Killed(BaseException):
    """Stands for the end of the process."""


@contextmanager
def killed_at(number: int, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[int]]:
    """End the process before or after the commit, copy or log with this number; gives how many there were."""
    seen = [0]

    def count() -> None:
        seen[0] += 1
        if seen[0] == number:
            raise Killed

    write, empty = Database.write, Database.empty_log
    keep, copies, old = removed.RemovalCopy.keep, erasing.forget_in_backups, erasing.remove_old_schemas

    @contextmanager
    def counting(self: Database, *topics: str) -> Iterator[Any]:
        count()
        with write(self, *topics) as connection:
            yield connection
            count()
        count()

    def before_and_after(whole: Any) -> Any:
        def done(*arguments: Any, **named: Any) -> Any:
            count()
            result = whole(*arguments, **named)
            count()
            return result

        return done

    with monkeypatch.context() as patch:
        patch.setattr(Database, "write", counting)
        patch.setattr(Database, "empty_log", before_and_after(empty))
        patch.setattr(removed.RemovalCopy, "keep", before_and_after(keep))
        patch.setattr(erasing, "forget_in_backups", before_and_after(copies))
        patch.setattr(erasing, "remove_old_schemas", before_and_after(old))
        patch.setattr(erasing, "erase_rows", before_and_after(erasing.erase_rows))
        yield seen


async def test_a_purge_that_is_killed_at_any_point_is_finished_by_the_next(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    start = tmp_path / "start"
    start.mkdir()
    bench = Bench(new_database(start))
    await settled_with_the_word_everywhere(bench)
    a_list(bench.database, "one", accounted=True)
    a_shift(bench.database, ended=True)
    soundness.back_up_ledger(bench.database.file, NOON)
    (start / "csat-tui.db.schema-1").write_text(SECRET)
    bench.database.close()
    ended_by_itself = False
    for number in range(1, 200):
        folder = tmp_path / str(number)
        shutil.copytree(start, folder)
        database = Database.open(folder / "csat-tui.db")
        with killed_at(number, monkeypatch):
            try:
                purge(database, HALF_A_YEAR, MUCH_LATER)
                ended_by_itself = True
            except Killed:
                pass
        database.close()
        database = Database.open(folder / "csat-tui.db")
        assert purge(database, HALF_A_YEAR, MUCH_LATER + timedelta(days=1)).complete
        in_line(database)
        database.close()
        delete_expired(database.file, MUCH_LATER, all_of_them=True)
        assert found_in(folder) == [], number
        assert value_of(folder, "SELECT count(*) FROM forgotten") == 0
        shutil.rmtree(folder)
        if ended_by_itself:
            break
    assert ended_by_itself
    assert number > 20


def value_of(folder: Path, query: str) -> Any:
    with closing(sqlite3.connect(folder / "csat-tui.db")) as connection:
        return connection.execute(query).fetchone()[0]


def test_a_long_transcript_goes_in_several_transactions_and_is_no_half_one_in_between(database: Database) -> None:
    many = 3 * erasing.MESSAGES_PER_STEP
    [survey_id] = put(database, arriving(1))
    set_stage(database, survey_id, Stage.GONE)
    with database.write() as connection:
        tickets.put_tickets(connection, [a_ticket(id=source_ticket(1))], NOON)
        told = [a_message(id=number + 1, ticket_id=source_ticket(1)) for number in range(many)]
        tickets.put_transcripts(connection, [(source_ticket(1), told, NOON)])
    assert purge(database, HALF_A_YEAR, MUCH_LATER).tickets == 1
    assert value(database, "SELECT count(*) FROM message") == 0


@pytest.mark.parametrize("broken", [True, False])
def test_only_a_broken_copy_of_the_ledger_is_removed(tmp_path: Path, *, broken: bool) -> None:
    database = new_database(tmp_path)
    [survey_id] = put(database, arriving(1, source="qualtrics:R_1"))
    set_stage(database, survey_id, Stage.GONE)
    copy = soundness.back_up_ledger(database.file, NOON)
    assert copy is not None
    if broken:
        copy.write_bytes(b"no database at all" * 1000)
        purged = purge(database, HALF_A_YEAR, MUCH_LATER)
        assert (purged.complete, copy.exists()) == (True, False)
    else:
        with closing(sqlite3.connect(copy, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            purged = impatient(database)
            other.execute("ROLLBACK")
        assert (purged.complete, copy.exists()) == (False, True)
        assert str(copy) in purged.why
        assert purge(database, HALF_A_YEAR, MUCH_LATER).complete
        with closing(sqlite3.connect(copy)) as cleared:
            assert cleared.execute("SELECT count(*) FROM kept_survey").fetchone() == (0,)
    database.close()


def impatient(database: Database) -> Any:
    """Purge without waiting for a copy that somebody has locked."""
    connect = sqlite3.connect
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(erasing.sqlite3, "connect", lambda file, **named: connect(file, **{**named, "timeout": 0.0}))
        return purge(database, HALF_A_YEAR, MUCH_LATER)


def test_a_copy_of_an_older_version_is_cleared_and_kept(tmp_path: Path) -> None:
    database = new_database(tmp_path)
    [survey_id] = put(database, arriving(1, source="qualtrics:R_1", comment=SECRET))
    set_stage(database, survey_id, Stage.GONE)
    copy = soundness.back_up_ledger(database.file, NOON)
    assert copy is not None
    with closing(sqlite3.connect(copy)) as older:
        for table in ("kept_record", "kept_question", "kept_shift", "kept_report", "kept_report_line"):
            older.execute(f"DROP TABLE {table}")
        older.commit()
    assert purge(database, HALF_A_YEAR, MUCH_LATER).complete
    assert copy.exists()
    delete_expired(database.file, MUCH_LATER, all_of_them=True)
    assert found_in(tmp_path) == []
    database.close()


async def test_a_tracker_row_keeps_its_shell_and_loses_what_quotes_the_customer(tmp_path: Path) -> None:
    bench = Bench(new_database(tmp_path))
    database = bench.database
    survey_id = await settled_with_the_word_everywhere(bench)
    soundness.back_up_ledger(database.file, NOON)
    with database.read() as connection:
        [before] = sheets.older(connection, SheetView(), None, 10)
    assert SECRET in str(before.cells)
    playbook = the_playbook()

    purge(database, HALF_A_YEAR, MUCH_LATER, cells=lambda shell, cells: retained_cells(playbook, shell, cells))

    delete_expired(database.file, MUCH_LATER, all_of_them=True)
    assert found_in(tmp_path) == []
    with database.read() as connection:
        [row] = sheets.older(connection, SheetView(), None, 10)
        [mine] = sheets.older(connection, SheetView(by=before.by, agent=before.agent), None, 10)
        assert sheets.older(connection, SheetView(by="nobody"), None, 10) == []
        assert cases.stage(connection, survey_id) is None
        assert outbox.recent(connection) == ()
    assert mine == row
    assert (row.ticket_id, row.agent, row.by, row.written_at) == (
        before.ticket_id, before.agent, before.by, before.written_at,
    )  # fmt: skip
    assert (row.is_shell, row.outcome) == (True, "follow-up")
    assert row.cells
    assert row.cells.items() <= before.cells.items()
    in_line(database)
    [copy] = soundness.backups_of(database.file)
    with closing(sqlite3.connect(copy)) as cleared:
        assert cleared.execute("SELECT outcome_id FROM kept_tracker_row").fetchall() == [("follow-up",)]
    database.close()


async def test_of_a_corrected_row_both_shells_are_kept_and_neither_quotes_the_customer(tmp_path: Path) -> None:
    bench = Bench(new_database(tmp_path))
    database = bench.database
    await settled_with_the_word_everywhere(bench)
    with database.write() as connection:
        [before] = sheets.older(connection, SheetView(), None, 10)
        first, second = (before.cells | {"E": f"{SECRET} {number}"} for number in (1, 2))
        sheets.correct(connection, before, first, OpId("correction-1"), "Kim", NOON)
        [row] = sheets.older(connection, SheetView(), None, 10)
        sheets.correct(connection, row, second, OpId("correction-2"), "Sol", NOON)
    playbook = the_playbook()

    purge(database, HALF_A_YEAR, MUCH_LATER, cells=lambda shell, cells: retained_cells(playbook, shell, cells))

    delete_expired(database.file, MUCH_LATER, all_of_them=True)
    assert found_in(tmp_path) == []
    with database.read() as connection:
        [row] = sheets.older(connection, SheetView(by=before.by, agent=before.agent), None, 10)
    assert [one.corrected_by for one in (row, *row.before)] == ["Sol", "Kim", ""]
    for one in (row, *row.before):
        assert (one.is_shell, one.outcome, one.by, one.ticket_id) == (True, "follow-up", before.by, before.ticket_id)
        assert one.cells.items() == row.before[-1].cells.items()
        assert one.cells
    in_line(database)
    database.close()


async def test_a_cell_that_an_earlier_playbook_filled_otherwise_is_not_kept(tmp_path: Path) -> None:
    bench = Bench(new_database(tmp_path))
    await settled_with_the_word_everywhere(bench)
    with bench.database.write() as connection:
        connection.exec_driver_sql(
            "UPDATE tracker_row SET cells = (SELECT json_group_object(key, ? || value) FROM json_each(cells))",
            (f"{SECRET} ",),
        )
    playbook = the_playbook()
    purge(bench.database, HALF_A_YEAR, MUCH_LATER, cells=lambda shell, cells: retained_cells(playbook, shell, cells))
    assert value(bench.database, "SELECT cells FROM tracker_row") == "{}"
    bench.database.close()
