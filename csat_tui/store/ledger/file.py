"""The ledger: a second file with everything of the database that cannot be fetched again.

Its tables are the database's own, named `kept_…`, row for row with the same ids. Triggers on the writing connection
keep them in the same transaction. Each change counts up `generation` in both files, which tells at the next start
whether one of them lacks something.
"""

import itertools
import os
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from sqlalchemy import Table

from csat_tui.store.errors import StoreDamaged, StoreFull
from csat_tui.store.files import make_private
from csat_tui.store.tables.lifetime import InLedger, all_tables, in_ledger, kept_tables

TABLES: Mapping[str, Table] = {table.name: table for table in all_tables()}

KEYS: Mapping[str, tuple[str, ...]] = {
    table.name: tuple(column.name for column in table.primary_key)
    for table in all_tables()
    if in_ledger(table) is not InLedger.NOTHING
}
"""The tables that are kept, each after those that it refers to, with their keys."""

KEPT_NAMES = ("helpdesk", "agent")
"""What is kept of the sync's memory: whose database it is. Where it stands in the view is found out again."""

RECOVERED_TEXT = "left words:"
"""The prefix of the names of kept texts of open windows; a person typed them, so the ledger has them too."""

SURVEY_NUMBERS_AHEAD = 1000
"""How far ahead the highest survey number is written down, so that a pull touches the ledger once in so many."""

_OWN = kept_tables(InLedger.EVERY_ROW)
_OF_SURVEYS = tuple(name for name in _OWN if "survey_id" in TABLES[name].columns)
"""Kept tables whose rows belong to a survey, which is kept with them."""

_WORKED = "claimed_by <> '' OR snoozed_until IS NOT NULL OR decision_id IS NOT NULL"
_IMPORTED = "substr({}source, 1, 7) <> 'ticket:'"
"""Of a file: no help desk has it."""

_WITH_WORK = (
    " UNION ".join(f"SELECT survey_id FROM main.{table}" for table in _OF_SURVEYS)
    + f' UNION SELECT survey_id FROM main."case" WHERE {_WORKED}'
    + f" UNION SELECT id FROM main.survey WHERE {_IMPORTED.format('')}"
)

_COUNT = "UPDATE mark SET generation = generation + 1; UPDATE kept_mark SET generation = generation + 1;"


def work(table: str) -> str:
    """Return the condition of the rows of a table that are kept."""
    match table:
        case "survey":
            return f"WHERE id IN ({_WITH_WORK})"
        case "case":
            return f"WHERE survey_id IN ({_WITH_WORK})"
        case "sync_cursor":
            return f"WHERE {_remembered()}"
    return ""


@cache
def triggers() -> str:
    """Return the triggers as one script, which makes those that a connection lacks.

    Inside them a table cannot be named with its file, hence `kept_`.
    """
    return "\n".join([*_of_own_tables(), *_of_surveys(), *_of_cases(), *_of_memory()])


def _of_own_tables() -> Iterator[str]:
    for table in _OWN:
        around = _missing("survey", "id") + _missing("case", "survey_id") if table in _OF_SURVEYS else ""
        yield _trigger(table, "INSERT", around + _copy(table))
        yield _trigger(table, "UPDATE", around + _renew(table))
        yield _trigger(table, "DELETE", _drop(table))


def _of_surveys() -> Iterator[str]:
    kept = "EXISTS (SELECT 1 FROM kept_survey WHERE id = {}.id)"
    yield _trigger("survey", "INSERT", _copy("survey"), when=_IMPORTED.format("new."))
    yield _trigger("survey", "UPDATE", _renew("survey"),
                   when=f"({_changed('survey')}) AND {kept.format('old')}")  # fmt: skip
    yield _trigger("survey", "DELETE", _drop("survey"), when=kept.format("old"))
    yield (
        "CREATE TEMP TRIGGER IF NOT EXISTS reach AFTER INSERT ON main.survey "
        "WHEN new.id > (SELECT reach FROM kept_mark) BEGIN "
        f"UPDATE kept_mark SET reach = new.id + {SURVEY_NUMBERS_AHEAD}; END;"
    )


def _of_cases() -> Iterator[str]:
    worked = "new.claimed_by <> '' OR new.snoozed_until IS NOT NULL OR new.decision_id IS NOT NULL"
    kept = "EXISTS (SELECT 1 FROM kept_case WHERE survey_id = old.survey_id)"
    surveyed = "EXISTS (SELECT 1 FROM kept_survey WHERE id = new.survey_id)"
    yield _trigger("case", "INSERT", _missing("survey", "id") + _copy("case"),
                   when=f"{worked} OR {surveyed}")  # fmt: skip
    yield _trigger("case", "UPDATE", _missing("survey", "id") + _renew("case"),
                   when=f"({_changed('case')}) AND ({worked} OR {kept})")  # fmt: skip
    yield _trigger("case", "DELETE", _drop("case"), when=kept)


def _of_memory() -> Iterator[str]:
    yield _trigger("sync_cursor", "INSERT", _copy("sync_cursor"), when=_remembered("new."))
    changed = f"{_remembered('new.')} AND new.value IS NOT old.value"
    yield _trigger("sync_cursor", "UPDATE", _drop("sync_cursor") + _copy("sync_cursor"), when=changed)
    yield _trigger("sync_cursor", "DELETE", _drop("sync_cursor"), when=_remembered("old."))


def _remembered(row: str = "") -> str:
    return f"({row}name IN {KEPT_NAMES} OR substr({row}name, 1, {len(RECOVERED_TEXT)}) = '{RECOVERED_TEXT}')"


def _trigger(table: str, change: str, body: str, *, when: str = "true") -> str:
    name = f"keep_{table}_{change.lower()}"
    made = f'CREATE TEMP TRIGGER IF NOT EXISTS {name} AFTER {change} ON main."{table}"'
    return f"{made} WHEN {when} BEGIN {body} {_COUNT} END;"


def _copy(table: str) -> str:
    # Deleted and inserted rather than replaced: the statement that fires a trigger decides on its conflicts.
    return f'{_drop(table, "new")} INSERT INTO kept_{table} SELECT * FROM "{table}" WHERE {_is(table, "new")}; '


def _renew(table: str) -> str:
    """Return how a change is taken over: column by column, so that what a damaged disk made of the others is not."""
    there = f"SELECT 1 FROM kept_{table} WHERE {_is(table, 'new')}"
    inserted = f'INSERT INTO kept_{table} SELECT * FROM "{table}" WHERE {_is(table, "new")} AND NOT EXISTS ({there})'
    names = [f'"{column.name}"' for column in TABLES[table].columns]
    changed = ", ".join(f"{name} = CASE WHEN new.{name} IS NOT old.{name} THEN new.{name} ELSE {name} END"
                        for name in names)  # fmt: skip
    return f"UPDATE kept_{table} SET {changed} WHERE {_is(table, 'old')}; {inserted}; "


def _drop(table: str, which: str = "old") -> str:
    return f"DELETE FROM kept_{table} WHERE {_is(table, which)}; "


def _missing(table: str, key: str) -> str:
    there = f"SELECT 1 FROM kept_{table} WHERE {key} = new.survey_id"
    return f'INSERT INTO kept_{table} SELECT * FROM "{table}" WHERE {key} = new.survey_id AND NOT EXISTS ({there}); '


def _is(table: str, which: str) -> str:
    return " AND ".join(f"{key} = {which}.{key}" for key in KEYS[table])


def _changed(table: str) -> str:
    """Return the condition that an update changes anything: a pull writes most rows as they are."""
    columns = TABLES[table].columns
    return " OR ".join(f'new."{column.name}" IS NOT old."{column.name}"' for column in columns)


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
