"""Every schema that was ever released opens with all its rows, also where the migration is killed in the middle."""

import hashlib
import os
import shutil
import signal
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from csat_tui.store import database as module
from csat_tui.store import migrations, outbox
from csat_tui.store.database import Database
from csat_tui.store.ledger import ledger_file
from csat_tui.store.recovery import open_repaired
from tests.builders import NOON
from tests.store.shelf import value
from tests.store.test_ledger import in_line

RELEASED = sorted((Path(__file__).parent / "released").glob("schema-*.sql"))
LAST_RELEASED = 3
"""The schema of the latest release; those after it are still on their way."""

SERVING = ("alembic_version", "sqlite_sequence")
"""Tables that serve the file itself."""


def as_released(script: Path, folder: Path) -> Path:
    """Make the database that a released version left."""
    file = folder / "csat-tui.db"
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("PRAGMA synchronous = OFF")
        connection.executescript(f"BEGIN; {script.read_text(encoding='utf-8')} COMMIT;")
    file.chmod(0o600)
    return file


def content(file: Path) -> dict[str, list[dict[str, Any]]]:
    """Return every row of every table but those that serve the file."""
    with closing(sqlite3.connect(file)) as connection:
        connection.row_factory = sqlite3.Row
        names = [
            row["name"]
            for row in connection.execute("PRAGMA table_list")
            if row["schema"] == "main" and row["type"] == "table" and not row["name"].startswith("sqlite_")
        ]
        return {
            name: sorted(
                map(dict, connection.execute(f'SELECT * FROM "{name}"')), key=lambda row: str(tuple(row.values()))
            )
            for name in names
            if name not in SERVING
        }


def shape(file: Path) -> dict[str, Any]:
    """Return how everything in a database is made, whatever the statements that made it."""
    with closing(sqlite3.connect(file)) as connection:
        made = connection.execute("SELECT type, name, tbl_name, sql FROM sqlite_master ORDER BY 1, 2").fetchall()
        return {
            name: [
                [row[1:] for row in connection.execute(f'PRAGMA table_info("{name}")')],
                sorted(row[2:] for row in connection.execute(f'PRAGMA foreign_key_list("{name}")')),
            ]
            if kind == "table"
            else (table, sql)
            for kind, name, table, sql in made
        }


def assert_has_all(file: Path, before: dict[str, list[dict[str, Any]]]) -> None:
    after = content(file)
    for table, rows in before.items():
        assert [{name: row[name] for name in old} for old, row in zip(rows, after[table], strict=True)] == rows, table


def test_there_is_one_for_each_released_schema() -> None:
    assert [script.name for script in RELEASED] == [f"schema-{number}.sql" for number in range(1, LAST_RELEASED + 1)]


@pytest.mark.parametrize("script", RELEASED, ids=lambda script: script.stem)
class TestAReleasedSchema:
    def test_has_rows_in_every_table(self, script: Path, tmp_path: Path) -> None:
        assert all(content(as_released(script, tmp_path)).values())

    def test_opens_with_every_row_and_is_made_like_a_fresh_one(self, script: Path, tmp_path: Path) -> None:
        file = as_released(script, tmp_path)
        before = content(file)
        database = Database.open(file)
        assert_has_all(file, before)
        Database.open(tmp_path / "fresh.db").close()
        assert shape(file) == shape(tmp_path / "fresh.db")
        in_line(database)
        assert value(database, "PRAGMA integrity_check") == "ok"
        assert value(database, "PRAGMA foreign_key_check") is None
        assert value(database, "SELECT count(*) FROM survey_text WHERE survey_text MATCH 'nobody'") == 6
        with database.read() as connection:
            assert [effect.state.value for effect in outbox.unsettled(connection)] == ["unknown", "queued"]
        database.close()
        assert content(file.with_name(f"{file.name}.{script.stem}")) == before

    def test_is_rebuilt_from_its_ledger_once_it_was_opened(self, script: Path, tmp_path: Path) -> None:
        file = as_released(script, tmp_path)
        Database.open(file).close()
        before = content(file)
        file.unlink()
        database, _ = open_repaired(file, NOON)
        after = content(file)
        for table in ("decision", "answer", "draft", "tracker_row"):
            assert after[table] == before[table]
        database.close()

    def test_killed_in_the_middle_of_its_migration_is_the_old_or_the_new(
        self, script: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        released = as_released(script, tmp_path)
        before = content(released)
        snapshots = Snapshots(released, tmp_path / "snapshots")
        monkeypatch.setattr(module, "_prepare", snapshots.prepare)
        Database.open(released).close()
        monkeypatch.undo()
        assert snapshots.statements > 30, "the migration and the ledger's making are more statements than these"
        for folder in snapshots.folders:
            assert_old_or_new(folder / released.name, script, before)

    def test_killed_by_the_system_it_is_the_old_or_the_new(self, script: Path, tmp_path: Path) -> None:
        """What a process leaves that is really killed is what the snapshots of the test above are taken for."""
        released = as_released(script, tmp_path)
        before = content(released)
        for number in (1, 20, 40):
            folder = tmp_path / str(number)
            folder.mkdir()
            file = Path(shutil.copy(released, folder))
            child = os.fork()
            if not child:
                _open_and_die_at(number, file)
            _, status = os.waitpid(child, 0)
            assert os.WIFSIGNALED(status)
            assert_old_or_new(file, script, before)


def assert_old_or_new(file: Path, script: Path, before: dict[str, list[dict[str, Any]]]) -> None:
    """A database whose migration was ended in the middle has one schema or the other, and opens with every row."""
    with closing(sqlite3.connect(file)) as connection:
        assert connection.execute("PRAGMA user_version").fetchone()[0] in (
            int(script.stem[-1]),
            migrations.LATEST_SCHEMA,
        )
    database = Database.open(file)
    assert_has_all(file, before)
    in_line(database)
    assert value(database, "PRAGMA integrity_check") == "ok"
    database.close()


class Snapshots:
    """Copies everything beside a database before each statement: what a process leaves that is killed there.

    Most statements leave the files as they were, byte for byte: they are copied once, for a process that begins on the
    same bytes does the same.
    """

    def __init__(self, file: Path, folder: Path) -> None:
        self._file = file
        self._folder = folder
        self._prepare = module._prepare
        self._seen: set[str] = set()
        self.folders: list[Path] = []
        self.statements = 0

    def prepare(self, connection: Any, record: Any) -> None:
        self._prepare(connection, record)
        connection.set_trace_callback(self._take)

    def _take(self, _: str) -> None:
        self.statements += 1
        files = {file.name: file.read_bytes() for file in sorted(self._file.parent.glob(f"{self._file.name}*"))}
        content_now = hashlib.sha256()
        for name, held in files.items():
            content_now.update(f"{name} {len(held)} ".encode() + held)
        if content_now.hexdigest() in self._seen:
            return
        self._seen.add(content_now.hexdigest())
        folder = self._folder / str(len(self.folders))
        folder.mkdir(parents=True)
        for name, held in files.items():
            (folder / name).write_bytes(held)
            (folder / name).chmod(0o600)
        self.folders.append(folder)


def _open_and_die_at(number: int, file: Path) -> None:
    """In a child: open the database and be killed before the statement with this number."""
    left, prepare = number, module._prepare

    def count(_: str) -> None:
        nonlocal left
        left -= 1
        if not left:
            os.kill(os.getpid(), signal.SIGKILL)

    def prepare_and_count(connection: Any, record: Any) -> None:
        prepare(connection, record)
        connection.set_trace_callback(count)

    module._prepare = prepare_and_count
    try:
        Database.open(file)
    finally:
        os._exit(0)


def test_an_opened_release_has_its_ledger_beside_it(tmp_path: Path) -> None:
    file = as_released(RELEASED[-1], tmp_path)
    Database.open(file).close()
    assert ledger_file(file).stat().st_mode & 0o777 == 0o600
