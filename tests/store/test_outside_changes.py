"""What another process commits is heard here, within a second and without reading anything."""

import subprocess
import sys
import textwrap
import threading
from collections.abc import Iterator

import pytest

from csat_tui.store import database as module
from csat_tui.store.database import ELSEWHERE, Database, OutsideChanges

PATIENCE = 20.0
ANOTHER = """
    import sys
    from datetime import UTC, datetime
    from pathlib import Path
    from csat_tui.store import named_values
    from csat_tui.store.database import Database

    database = Database.open(Path(sys.argv[1]))
    for number in range(2):
        sys.stdin.readline()
        with database.write() as connection:
            named_values.remember(connection, "agent", f"Ana {number}", datetime.now(UTC))
        print("kept", flush=True)
    database.close()
"""


class Ear:
    """Waits for the announcement of a change from elsewhere."""

    def __init__(self, database: Database) -> None:
        self._changed = threading.Condition()
        self._heard: list[frozenset[str]] = []
        database.listen(self._hear)

    def _hear(self, topics: frozenset[str]) -> None:
        with self._changed:
            self._heard.append(topics)
            self._changed.notify_all()

    def hears(self) -> frozenset[str]:
        with self._changed:
            assert self._changed.wait_for(lambda: self._heard, PATIENCE), "nothing was announced"
            return self._heard.pop()

    @property
    def heard_nothing(self) -> bool:
        return not self._heard


@pytest.fixture(autouse=True)
def often(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "CHECK_INTERVAL", 0.02)


@pytest.fixture
def another(database: Database) -> Iterator["subprocess.Popen[str]"]:
    """A process beside this one that writes a little for each line it is told."""
    with subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(ANOTHER), str(database.file)],
        text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
    ) as process:  # fmt: skip
        yield process


def let_write(process: "subprocess.Popen[str]") -> None:
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write("\n")
    process.stdin.flush()
    assert process.stdout.readline() == "kept\n"


def test_what_another_process_commits_is_announced_each_time(
    database: Database, another: "subprocess.Popen[str]"
) -> None:
    ear = Ear(database)
    with OutsideChanges(database):
        for _ in range(2):
            let_write(another)
            assert ear.hears() == {ELSEWHERE, "queue", "outbox", "case"}


def test_nothing_is_announced_where_nothing_was_committed(database: Database) -> None:
    ear = Ear(database)
    watch = OutsideChanges(database)
    with watch:
        with database.write():
            pass
        with database.read() as connection:
            connection.exec_driver_sql("SELECT count(*) FROM survey").all()
        watch.check()
    assert ear.heard_nothing


def test_a_database_that_cannot_be_looked_at_ends_nothing(
    database: Database, another: "subprocess.Popen[str]", monkeypatch: pytest.MonkeyPatch
) -> None:
    ear = Ear(database)
    tried = threading.Event()
    watch = OutsideChanges(database)
    with monkeypatch.context() as patch:

        def fails() -> int:
            tried.set()
            raise module.sqlite3.OperationalError("disk I/O error")

        patch.setattr(watch, "_version", fails)
        watch.__enter__()
        assert tried.wait(PATIENCE)
    try:
        let_write(another)
        assert ELSEWHERE in ear.hears()
    finally:
        watch.__exit__()


def test_it_ends_at_once_and_leaves_no_log_behind(database: Database) -> None:
    with OutsideChanges(database):
        pass
    assert not [one for one in threading.enumerate() if one.name == "watch"]
    database.close()
    assert not database.file.with_name(f"{database.file.name}-wal").exists()
