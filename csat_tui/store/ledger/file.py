"""The ledger: a second file with everything of the database that cannot be fetched again.

Its tables are the database's own, named `kept_…`, row for row with the same ids. Triggers on the writing connection
keep them in the same transaction. Each change counts up `generation` in both files, which tells at the next start
whether one of them lacks something.
"""

import itertools
import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from csat_tui.store.errors import StoreDamaged, StoreFull
from csat_tui.store.files import make_private
from csat_tui.store.ledger.triggers import KEYS, SURVEY_NUMBERS_AHEAD, triggers, work


@dataclass(frozen=True, slots=True)
class Mark:
    """Which database a file belongs to, and how many kept changes it has seen."""

    identity: str
    generation: int


def ledger_file(file: Path) -> Path:
    """Return where the ledger of a database is."""
    return file.with_name(f"{file.name}.ledger")


def attach(connection: sqlite3.Connection, ledger: Path) -> None:
    """Attach the ledger to a connection outside a transaction, making the file where there is none."""
    try:
        make_private(ledger)
    except OSError as error:
        raise StoreFull(
            f"The ledger {ledger} cannot be opened ({error.strerror}). Nothing was changed; "
            "check the folder's owner, its permissions and the free disk space."
        ) from error
    connection.execute("ATTACH ? AS ledger", (str(ledger),)).close()
    for pragma in ("synchronous = FULL", "secure_delete = ON"):
        connection.execute(f"PRAGMA ledger.{pragma}").close()


def install_triggers(connection: sqlite3.Connection) -> None:
    """Make the triggers that write every kept change on this connection into the attached ledger as well."""
    connection.executescript(triggers())


def settle(connection: sqlite3.Connection, file: Path) -> None:
    """Bring the attached ledger in line with the database; does nothing if it is in line.

    Raises StoreDamaged where the ledger knows of changes that the database has lost.
    """
    if _in_line(connection):
        return
    if connection.execute("PRAGMA ledger.journal_mode").fetchone()[0] != "wal":
        connection.execute("PRAGMA ledger.journal_mode = WAL").close()
    ours, kept = mark(connection, "main.mark"), mark(connection, "ledger.kept_mark")
    if ours and kept and ours.identity != kept.identity:
        _keep_a_copy(connection, file)
    with _both(connection):
        # Under both locks: a moment ago another process may have been between its two commits.
        if _in_line(connection):
            return
        ours, kept = mark(connection, "main.mark"), mark(connection, "ledger.kept_mark")
        if ours and kept and ours.identity == kept.identity and ours.generation < kept.generation:
            raise StoreDamaged(
                f"The database {file} has lost its latest changes, and its ledger still has them. Nothing was changed; "
                "run “csat-tui doctor --repair”, or start csat-tui again, and they are put back."
            )
        rebuild(connection)


def _keep_a_copy(connection: sqlite3.Connection, file: Path) -> None:
    """Keep the ledger of another database, which somebody has taken from beside it, before it is written over."""
    for number in itertools.count(1):
        copy = file.with_name(f"{file.name}.ledger.other-{number}")
        try:
            os.close(os.open(copy, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
        except FileExistsError:
            continue
        connection.execute("VACUUM ledger INTO ?", (str(copy),)).close()
        return


def rebuild(connection: sqlite3.Connection) -> None:
    """Write the attached ledger anew from the database, inside the caller's transaction."""
    for (name,) in connection.execute("SELECT name FROM ledger.sqlite_master WHERE type = 'table'").fetchall():
        connection.execute(f'DROP TABLE ledger."{name}"').close()
    for table in KEYS:
        connection.execute(_kept_table(connection, table)).close()
        connection.execute(f'INSERT INTO ledger.kept_{table} SELECT * FROM main."{table}" {work(table)}').close()
    connection.execute("CREATE TABLE ledger.kept_mark (identity TEXT, generation INTEGER, reach INTEGER)").close()
    connection.execute(
        "INSERT INTO ledger.kept_mark SELECT identity, generation, "
        f"(SELECT coalesce(max(id), 0) + {SURVEY_NUMBERS_AHEAD} FROM main.survey) FROM main.mark"
    ).close()
    schema = connection.execute("PRAGMA main.user_version").fetchone()[0]
    connection.execute(f"PRAGMA ledger.user_version = {schema}").close()


def lags(connection: sqlite3.Connection) -> bool:
    """Tell whether the database holds a change that its attached ledger could not take."""
    ours, kept = mark(connection, "main.mark"), mark(connection, "ledger.kept_mark")
    return ours is not None and kept is not None and ours.generation > kept.generation


def mark(connection: sqlite3.Connection, table: str) -> Mark | None:
    """Return a file's mark by its table; None where there is none."""
    schema, _, name = table.partition(".")
    if connection.execute(f"SELECT 1 FROM {schema}.sqlite_master WHERE name = ?", (name,)).fetchone() is None:
        return None
    row = connection.execute(f"SELECT identity, generation FROM {table}").fetchone()
    return None if row is None else Mark(*row)


def _in_line(connection: sqlite3.Connection) -> bool:
    kept = mark(connection, "ledger.kept_mark")  # read first: a change in between makes it the older of the two
    schemas = {connection.execute(f"PRAGMA {name}.user_version").fetchone()[0] for name in ("main", "ledger")}
    return kept is not None and len(schemas) == 1 and kept == mark(connection, "main.mark")


@contextmanager
def _both(connection: sqlite3.Connection) -> Iterator[None]:
    """Hold the write locks of both files."""
    connection.execute("BEGIN IMMEDIATE").close()
    try:
        yield
        connection.execute("COMMIT").close()
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK").close()
        raise


def _kept_table(connection: sqlite3.Connection, table: str) -> str:
    """Return how a table is made in the ledger: same columns in the same order, by the same key, no rules."""
    columns = connection.execute(f'PRAGMA main.table_info("{table}")').fetchall()
    declared = ", ".join(f'"{name}" {kind}' for _, name, kind, *_ in columns)
    return f"CREATE TABLE ledger.kept_{table} ({declared}, PRIMARY KEY ({', '.join(KEYS[table])}))"
