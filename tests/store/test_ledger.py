"""The ledger holds, in every committed moment, all that cannot be fetched again."""

import os
import signal
import sqlite3
from collections.abc import Iterable
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event

from csat_tui.domain.case import Answer, Answered, Draft
from csat_tui.store import cases, named_values
from csat_tui.store.cases import drafts, surveys
from csat_tui.store.database import Database
from csat_tui.store.errors import StoreDamaged, StoreFull
from csat_tui.store.ledger import ledger_file
from csat_tui.store.ledger.file import KEYS, work
from tests.builders import NOON
from tests.store.shelf import arriving, new_database, put, value
from tests.store.test_database import in_another_process
from tests.sync.bench import Bench, source_ticket


def rows(file: Path, query: str) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(file)) as connection:
        return connection.execute(query).fetchall()


def kept(database: Database, table: str) -> list[tuple[Any, ...]]:
    return rows(ledger_file(database.file), f"SELECT * FROM kept_{table} ORDER BY {', '.join(KEYS[table])}")


def in_line(database: Database, tables: Iterable[str] = KEYS) -> None:
    with (
        closing(sqlite3.connect(database.file)) as ours,
        closing(sqlite3.connect(ledger_file(database.file))) as ledger,
    ):
        for table in tables:
            order = ", ".join(KEYS[table])
            wanted = ours.execute(f'SELECT * FROM main."{table}" {work(table)} ORDER BY {order}').fetchall()
            assert ledger.execute(f"SELECT * FROM kept_{table} ORDER BY {order}").fetchall() == wanted, table
        mark = ours.execute("SELECT * FROM mark").fetchall()
        assert ledger.execute("SELECT identity, generation FROM kept_mark").fetchall() == mark


def write_draft(database: Database, survey_id: Any, words: str) -> None:
    with database.write() as connection:
        drafts.put_draft(connection, survey_id, Draft("follow-up", {"summary": words}), NOON)


async def test_a_whole_shift_is_kept_row_for_row(database: Database) -> None:
    bench = Bench(database)
    first, second, third, _untouched = (bench.arrive(number) for number in range(1, 5))
    with database.write() as connection:
        named_values.remember(connection, "helpdesk", "https://example.zendesk.com", NOON)
        named_values.remember(connection, "view:changed", "somewhere in the view", NOON)
        cases.put_answer(connection, first, Answered("issue-logged", Answer.YES, NOON, suggested=True))
        cases.put_answer(connection, first, Answered("within-guide", Answer.NO, NOON))
        cases.drop_answer(connection, first, "within-guide")
        cases.set_claim(connection, third, "Ana")
        cases.snooze(connection, third, NOON + timedelta(hours=2))
    write_draft(database, second, "half a")
    write_draft(database, second, "half a sentence")
    bench.follow_up(first)
    in_line(database)
    await bench.after_grace()
    undone = bench.ask(second)
    bench.desk.undo(undone.decision_id)
    await bench.run_down()
    in_line(database)
    assert [row[0] for row in kept(database, "survey")] == [first, second, third]
    assert [row[0] for row in kept(database, "sync_cursor")] == ["helpdesk"]
    assert len(kept(database, "tracker_row")) == 1
    assert bench.bodies(source_ticket(1))


def test_a_pull_touches_it_for_no_survey_that_comes_again(database: Database) -> None:
    before = rows(database.file, "SELECT generation FROM mark")
    put(database, *(arriving(number) for number in range(300)))
    put(database, *(arriving(number, comment="read anew") for number in range(300)))
    assert rows(database.file, "SELECT generation FROM mark") == before
    assert kept(database, "survey") == []


def test_a_survey_of_a_file_is_kept_for_no_help_desk_has_it(database: Database) -> None:
    put(database, arriving(1, source="qualtrics:R_1"), arriving(2))
    in_line(database)
    assert [row[1] for row in kept(database, "survey")] == ["qualtrics:R_1"]
    assert len(kept(database, "case")) == 1


def test_words_that_move_to_a_newer_survey_move_in_it_too(database: Database) -> None:
    [older] = put(database, arriving(1, source_ticket_id=77))
    write_draft(database, older, "mine")
    [newer] = put(database, arriving(2, source_ticket_id=77))
    in_line(database, set(KEYS) - {"survey", "case"})
    assert [row[0] for row in kept(database, "draft")] == [newer]


def test_a_kept_survey_follows_what_the_pull_reads_anew(database: Database) -> None:
    [survey_id] = put(database, arriving(1))
    write_draft(database, survey_id, "mine")
    put(database, arriving(1, comment="read anew"))
    in_line(database)
    count = value(database, "SELECT generation FROM mark")
    put(database, arriving(1, comment="read anew"))
    assert value(database, "SELECT generation FROM mark") == count, "the same again is no change"


def test_numbers_have_the_last_bit_that_the_database_has(database: Database) -> None:
    one = arriving(1)
    [survey_id] = put(database, replace(one, survey=replace(one.survey, rating=5 / 3)))
    write_draft(database, survey_id, "mine")
    in_line(database)


@pytest.mark.parametrize("how", ["is not there", "is a change behind", "is empty"])
def test_one_that_lacks_something_is_written_anew_at_the_next_start(tmp_path: Path, how: str) -> None:
    database = new_database(tmp_path)
    [survey_id] = put(database, arriving(1))
    write_draft(database, survey_id, "one")
    database.close()
    ledger = ledger_file(database.file)
    before = ledger.read_bytes()
    database = Database.open(database.file)
    write_draft(database, survey_id, "two")
    database.close()
    match how:
        case "is not there":
            ledger.unlink()
        case "is a change behind":
            ledger.write_bytes(before)
        case "is empty":
            ledger.write_bytes(b"")
    database = Database.open(database.file)
    in_line(database)
    assert "two" in kept(database, "draft")[0][2]
    write_draft(database, survey_id, "three")
    in_line(database)
    database.close()


def test_a_database_that_lost_its_latest_changes_is_told_and_not_taken_for_the_truth(tmp_path: Path) -> None:
    database = new_database(tmp_path)
    [survey_id] = put(database, arriving(1))
    database.close()
    before = database.file.read_bytes()
    database = Database.open(database.file)
    write_draft(database, survey_id, "mine")
    database.close()
    database.file.write_bytes(before)
    with pytest.raises(StoreDamaged, match="lost its latest changes"):
        Database.open(database.file)
    assert len(kept(database, "draft")) == 1


def test_the_ledger_of_another_database_is_copied_before_it_is_written_over(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    first, second = Database.open(tmp_path / "a" / "csat-tui.db"), Database.open(tmp_path / "b" / "csat-tui.db")
    [survey_id] = put(first, arriving(1))
    write_draft(first, survey_id, "mine")
    first.close()
    second.close()
    ledger_file(first.file).rename(ledger_file(second.file))
    Database.open(second.file).close()
    copy = second.file.with_name("csat-tui.db.ledger.other-1")
    assert copy.stat().st_mode & 0o777 == 0o600
    assert "mine" in rows(copy, "SELECT fields FROM kept_draft")[0][0]
    in_line(second)


def test_a_row_that_is_taken_away_goes_from_it(database: Database) -> None:
    [survey_id] = put(database, arriving(1, source="qualtrics:R_1"))
    write_draft(database, survey_id, "mine")
    with database.write() as connection:
        for table in ("draft", '"case"'):
            connection.exec_driver_sql(f"DELETE FROM {table}")
        connection.exec_driver_sql("DELETE FROM survey")
    in_line(database)
    assert kept(database, "survey") == []


def test_numbers_given_are_known_a_thousand_ahead(database: Database) -> None:
    with database.write() as connection:
        surveys.put_surveys(connection, [arriving(number) for number in range(2_500)])
    reach = rows(ledger_file(database.file), "SELECT reach FROM kept_mark")[0][0]
    assert 2_500 <= reach <= 3_600


def test_another_process_that_ends_leaves_both_logs_to_those_who_still_use_them(database: Database) -> None:
    again = Database.open(database.file)
    with database.read() as reader:
        named_values.recall(reader, "agent")
        with database.write() as connection:  # a second connection, for the first is busy reading
            named_values.remember(connection, "agent", "Ron", NOON)
    with again.write() as connection:
        named_values.remember(connection, "agent", "Priya", NOON)
    logs = [file.with_name(f"{file.name}-wal") for file in (database.file, ledger_file(database.file))]
    before = [log.stat().st_ino for log in logs]
    other = in_another_process(
        """
        import sys
        from pathlib import Path
        from csat_tui.store.database import Database
        database = Database.open(Path(sys.argv[1]))
        with database.write() as connection:
            connection.exec_driver_sql("UPDATE sync_cursor SET value = 'Ron' WHERE name = 'agent'")
        database.close()
        """,
        database.file,
    )
    assert other.wait(30) == 0
    assert [log.stat().st_ino for log in logs if log.exists()] == before
    again.close()
    in_line(database)


def test_a_connection_that_could_not_be_made_to_keep_it_is_made_to_at_the_next_change(database: Database) -> None:
    asked = iter(range(1000))

    def deny_the_fifth(action: int, *_: object) -> int:
        return int(action == sqlite3.SQLITE_CREATE_TEMP_TRIGGER and next(asked) == 4)

    def deny(connection: Any, *_: object) -> None:
        connection.set_authorizer(deny_the_fifth)

    event.listen(database._engine, "checkout", deny)
    with pytest.raises(StoreFull), database.write() as connection:
        named_values.remember(connection, "agent", "Ron", NOON)
    with database.write() as connection:
        named_values.remember(connection, "agent", "Ron", NOON)
    in_line(database)


def test_a_change_that_only_the_ledger_could_not_take_counts_and_is_made_up_for(tmp_path: Path) -> None:
    new_database(tmp_path).close()
    script = """
        import resource, sys
        from pathlib import Path
        from csat_tui.store.database import Database
        from tests.store.shelf import arriving, put, value
        from tests.store.test_ledger import write_draft

        database = Database.open(Path(sys.argv[1]))
        first, second = put(database, arriving(1), arriving(2))
        for _ in range(60):
            write_draft(database, first, "one")
        with database._engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA main.wal_checkpoint(TRUNCATE)").all()
        room = Path(f"{sys.argv[1]}.ledger-wal").stat().st_size
        before = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (room, before[1]))
        write_draft(database, first, "two")
        print(value(database, "SELECT json_extract(fields, '$.summary') FROM draft"))
        print(database._ledger_lags)
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        write_draft(database, second, "three")
        print(database._ledger_lags)
        database.close()
    """
    said, _ = in_another_process(script, tmp_path / "csat-tui.db").communicate(timeout=30)
    assert said.split() == ["two", "True", "False"]
    database = Database.open(tmp_path / "csat-tui.db")
    in_line(database)
    assert len(kept(database, "draft")) == 2
    database.close()


@pytest.mark.parametrize("statement", range(1, 12))
def test_a_process_killed_anywhere_in_a_change_leaves_both_files_in_line_at_the_next_start(
    tmp_path: Path, statement: int
) -> None:
    database = new_database(tmp_path)
    [survey_id] = put(database, arriving(1))
    database.close()
    child = os.fork()
    if not child:
        _write_and_die_at(statement, database.file, survey_id)
    os.waitpid(child, 0)
    database = Database.open(database.file)
    in_line(database)
    assert value(database, "SELECT count(*) FROM draft") in (0, 1)
    database.close()


def _write_and_die_at(number: int, file: Path, survey_id: Any) -> None:
    """In a child: write words, and be killed before the statement with this number, triggers' own included."""
    try:
        database = Database.open(file)
        with database._engine.connect() as connection:
            driven: Any = connection.connection.driver_connection
            left = [number]

            def count(_: str) -> None:
                left[0] -= 1
                if not left[0]:
                    os.kill(os.getpid(), signal.SIGKILL)

            driven.set_trace_callback(count)
        write_draft(database, survey_id, "mine")
    finally:
        os._exit(0)
