"""The database file: private, durable, and honest about what goes wrong with it."""

import os
import random
import signal
import sqlite3
import subprocess
import sys
import textwrap
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import event
from sqlalchemy.exc import DBAPIError

from csat_tui.store import database as module
from csat_tui.store import named_values
from csat_tui.store.database import Database
from csat_tui.store.errors import StoreBusy, StoreDamaged, StoreError, StoreFull
from tests.builders import NOON
from tests.store.shelf import new_database, value

PRAGMAS = {
    "journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "secure_delete": 1, "busy_timeout": 5000,
    "recursive_triggers": 1,
}  # fmt: skip


def in_another_process(script: str, *arguments: object, **more: object) -> "subprocess.Popen[str]":
    """Start a Python of our own with a script."""
    return subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(script), *map(str, arguments)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[2], **more,  # type: ignore[call-overload]
    )  # fmt: skip


def fill(database: Database, size: int) -> None:
    with database.write() as connection:
        named_values.remember(connection, "filler", "x" * size, NOON)


class TestConnections:
    def test_every_connection_has_the_pragmas_that_keep_data_safe(self, database: Database) -> None:
        with database.write() as first, database.read() as second, database.read() as third:
            for connection in (first, second, third):
                found = {name: connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in PRAGMAS}
                assert found == PRAGMAS

    def test_a_reader_sees_one_picture_while_a_writer_commits(self, database: Database) -> None:
        with database.read() as reader:
            assert named_values.recall(reader, "name") == ""
            with database.write() as writer:
                named_values.remember(writer, "name", "new", NOON)
            assert named_values.recall(reader, "name") == ""
        with database.read() as reader:
            assert named_values.recall(reader, "name") == "new"

    def test_what_fails_in_between_leaves_nothing(self, database: Database) -> None:
        def half() -> None:
            with database.write("queue") as connection:
                named_values.remember(connection, "name", "half", NOON)
                raise RuntimeError

        with pytest.raises(RuntimeError):
            half()
        with database.read() as connection:
            assert named_values.recall(connection, "name") == ""

    def test_a_broken_rule_of_the_schema_stays_the_bug_that_it_is(self, database: Database) -> None:
        with pytest.raises(DBAPIError), database.write() as connection:
            connection.exec_driver_sql("INSERT INTO draft VALUES (4711, NULL, '{}', 0)")

    @pytest.mark.parametrize("table", ["decision", "delivery_attempt"])
    def test_append_only_tables_refuse_changes(self, database: Database, table: str) -> None:
        with database.write() as connection:
            connection.exec_driver_sql("PRAGMA defer_foreign_keys = ON")
            connection.exec_driver_sql(
                "INSERT INTO survey VALUES (1, 's', 0, NULL, NULL, '', '', '{}', NULL, '', '', '', '')"
            )
            connection.exec_driver_sql("INSERT INTO decision VALUES (1, 1, 'x', '{}', '{}', 'Ana', 0, '[]')")
            connection.exec_driver_sql(
                "INSERT INTO outbox (id, decision_id, survey_id, position, kind, op_id, payload, payload_hash, state, "
                "not_before, attempt, reason, reference, changed_at) "
                "VALUES (1, 1, 1, 0, 'note', 'op', '{}', '', 'queued', 0, 0, '', '', 0)"
            )
            connection.exec_driver_sql("INSERT INTO delivery_attempt VALUES (1, 1, 1, 0, 'claimed', 'sending', '')")
        for statement in (
            f"UPDATE {table} SET id = 2",
            f"DELETE FROM {table}",
            f"REPLACE INTO {table} SELECT * FROM {table}",
        ):
            with pytest.raises(DBAPIError, match=f"{table} is append-only"), database.write() as connection:
                connection.exec_driver_sql(statement)
        assert value(database, f"SELECT count(*) FROM {table}") == 1


class TestListeners:
    def test_hear_of_a_change_once_it_can_be_read(self, database: Database) -> None:
        heard: list[tuple[frozenset[str], str]] = []

        def listener(topics: frozenset[str]) -> None:
            with database.read() as connection:
                heard.append((topics, named_values.recall(connection, "name")))

        stop = database.listen(listener)
        with database.write("queue", "outbox") as connection:
            named_values.remember(connection, "name", "new", NOON)
        assert heard == [(frozenset({"queue", "outbox"}), "new")]
        stop()
        stop()
        with database.write("queue"):
            pass
        assert len(heard) == 1

    def test_hear_nothing_of_what_was_not_kept(self, database: Database) -> None:
        heard: list[frozenset[str]] = []
        database.listen(heard.append)
        with pytest.raises(RuntimeError), database.write("queue"):
            raise RuntimeError
        assert heard == []

    def test_that_fail_neither_undo_a_change_nor_silence_the_others(self, database: Database) -> None:
        heard: list[frozenset[str]] = []

        def broken(_: frozenset[str]) -> None:
            raise RuntimeError("the screen is gone")

        database.listen(broken)
        database.listen(heard.append)
        with database.write("queue") as connection:
            named_values.remember(connection, "name", "kept", NOON)
        assert heard == [frozenset({"queue"})]
        with database.read() as connection:
            assert named_values.recall(connection, "name") == "kept"


class TestTheFile:
    def test_is_its_owners_alone(self, tmp_path: Path) -> None:
        before = os.umask(0)
        try:
            database = Database.open(tmp_path / "new" / "csat-tui.db")
        finally:
            os.umask(before)
        fill(database, 10)
        modes = {file.name: file.stat().st_mode & 0o777 for file in (tmp_path / "new").iterdir()}
        database.close()
        assert (tmp_path / "new").stat().st_mode & 0o777 == 0o700
        both = ("csat-tui.db", "csat-tui.db.ledger")
        assert modes == {f"{one}{suffix}": 0o600 for one in both for suffix in ("", "-wal", "-shm")} | {
            "csat-tui.db.lock": 0o600
        }

    def test_that_others_could_read_becomes_its_owners_alone(self, tmp_path: Path) -> None:
        new_database(tmp_path).close()
        (tmp_path / "csat-tui.db").chmod(0o644)
        Database.open(tmp_path / "csat-tui.db").close()
        assert (tmp_path / "csat-tui.db").stat().st_mode & 0o777 == 0o600

    def test_that_another_program_holds_is_busy(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(module, "BUSY_SECONDS", 0)
        database = new_database(tmp_path)
        holder = sqlite3.connect(database.file, isolation_level=None)
        holder.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreBusy, match=r"in use by another program. Nothing was changed"):
            fill(database, 1)
        with database.read() as connection:
            assert named_values.recall(connection, "filler") == ""
        holder.execute("ROLLBACK")
        holder.close()
        fill(database, 1)
        database.close()

    def test_that_another_program_holds_alone_is_busy_at_the_start(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(module, "BUSY_SECONDS", 0)
        new_database(tmp_path).close()
        holder = sqlite3.connect(tmp_path / "csat-tui.db", isolation_level=None)
        holder.execute("PRAGMA locking_mode = EXCLUSIVE")
        holder.execute("BEGIN EXCLUSIVE")
        with pytest.raises(StoreBusy):
            Database.open(tmp_path / "csat-tui.db")
        holder.close()

    def test_that_is_no_database_is_damaged_and_kept(self, tmp_path: Path) -> None:
        content = b"not a database at all, but long enough " * 40
        file = tmp_path / "csat-tui.db"
        file.write_bytes(content)
        with pytest.raises(StoreDamaged, match="left as it is"):
            Database.open(file)
        assert file.read_bytes() == content

    def test_that_is_broken_inside_says_so_and_does_not_crash(self, tmp_path: Path) -> None:
        database = new_database(tmp_path)
        fill(database, 100_000)
        database.close()
        file = tmp_path / "csat-tui.db"
        whole = file.read_bytes()
        file.write_bytes(whole[:4096] + random.Random(1).randbytes(len(whole) - 4096))

        def use() -> None:
            fill(Database.open(file), 1)

        with pytest.raises(StoreDamaged, match="doctor"):
            use()

    def test_in_a_folder_that_cannot_be_made_is_a_sentence(self, tmp_path: Path) -> None:
        (tmp_path / "file").write_text("in the way")
        with pytest.raises(StoreFull, match="cannot be opened"):
            Database.open(tmp_path / "file" / "csat-tui.db")
        with pytest.raises(StoreFull, match="cannot be opened"):
            Database.open(tmp_path)

    def test_on_a_full_disk_keeps_what_it_has_and_takes_writes_again_later(self, tmp_path: Path) -> None:
        database = new_database(tmp_path)
        fill(database, 1_000)
        pages = value(database, "PRAGMA page_count")
        room = {"pages": pages + 3}
        event.listen(
            database._engine, "checkout",
            lambda connection, *_: connection.execute(f"PRAGMA max_page_count = {room['pages']}").close(),
        )  # fmt: skip
        with pytest.raises(StoreFull, match="saved before is safe"):
            fill(database, 100_000)
        assert len(value(database, "SELECT value FROM sync_cursor")) == 1_000
        room["pages"] = 1_000_000
        fill(database, 100_000)
        assert len(value(database, "SELECT value FROM sync_cursor")) == 100_000
        assert value(database, "PRAGMA integrity_check") == "ok"
        database.close()

    def test_that_may_grow_no_further_keeps_what_it_has(self, tmp_path: Path) -> None:
        new_database(tmp_path).close()
        script = """
            import resource, sys
            from pathlib import Path
            from csat_tui.store.database import Database
            from csat_tui.store.errors import StoreFull
            from tests.store.test_database import fill

            database = Database.open(Path(sys.argv[1]))
            fill(database, 1_000)
            before = resource.getrlimit(resource.RLIMIT_FSIZE)
            resource.setrlimit(resource.RLIMIT_FSIZE, (400_000, before[1]))
            try:
                fill(database, 2_000_000)
            except StoreFull as error:
                print(error)
            resource.setrlimit(resource.RLIMIT_FSIZE, before)
            with database.read() as connection:
                print(len(connection.exec_driver_sql("SELECT value FROM sync_cursor").scalar()))
            fill(database, 2_000_000)
            with database.read() as connection:
                print(len(connection.exec_driver_sql("SELECT value FROM sync_cursor").scalar()))
                print(connection.exec_driver_sql("PRAGMA integrity_check").scalar())
        """
        said, _ = in_another_process(script, tmp_path / "csat-tui.db").communicate(timeout=30)
        sentence, kept, later, whole = said.splitlines()
        assert "saved before is safe" in sentence
        assert (kept, later, whole) == ("1000", "2000000", "ok")

    def test_of_a_process_killed_in_the_middle_of_a_write_holds_what_was_committed(self, tmp_path: Path) -> None:
        new_database(tmp_path).close()
        script = """
            import os, signal, sys
            from pathlib import Path
            from csat_tui.store import named_values
            from csat_tui.store.database import Database
            from tests.builders import NOON

            database = Database.open(Path(sys.argv[1]))
            with database.write() as connection:
                named_values.remember(connection, "committed", "yes", NOON)
            with database.write() as connection:
                for number in range(2000):
                    named_values.remember(connection, f"half {number}", "x" * 3000, NOON)
                os.kill(os.getpid(), signal.SIGKILL)
        """
        process = in_another_process(script, tmp_path / "csat-tui.db")
        process.communicate(timeout=30)
        assert process.returncode == -signal.SIGKILL
        database = Database.open(tmp_path / "csat-tui.db")
        assert value(database, "SELECT group_concat(name) FROM sync_cursor") == "committed"
        fill(database, 10)
        assert value(database, "PRAGMA integrity_check") == "ok"
        database.close()

    def test_can_be_made_by_several_processes_at_once(self, tmp_path: Path) -> None:
        script = """
            import sys
            from pathlib import Path
            import alembic.command
            from csat_tui.store.database import Database
            from tests.builders import NOON
            from csat_tui.store import named_values

            print("ready", flush=True)
            sys.stdin.readline()
            database = Database.open(Path(sys.argv[1]))
            with database.write() as connection:
                named_values.remember(connection, sys.argv[2], "here", NOON)
            database.close()
            print("done")
        """
        several = [in_another_process(script, tmp_path / "csat-tui.db", number) for number in range(3)]
        for process in several:
            assert process.stdout is not None
            assert process.stdout.readline() == "ready\n"
        for process in several:
            assert process.stdin is not None
            process.stdin.write("go\n")
            process.stdin.flush()
        assert [process.communicate(timeout=60)[0] for process in several] == ["done\n"] * 3
        database = Database.open(tmp_path / "csat-tui.db")
        assert value(database, "SELECT group_concat(name) FROM (SELECT name FROM sync_cursor ORDER BY name)") == "0,1,2"
        assert value(database, "SELECT count(*) FROM alembic_version") == 1
        database.close()


def test_every_trouble_of_the_store_is_one_family() -> None:
    assert all(issubclass(kind, StoreError) for kind in (StoreBusy, StoreFull, StoreDamaged))
    assert timedelta(seconds=module.BUSY_SECONDS) <= timedelta(seconds=10)
