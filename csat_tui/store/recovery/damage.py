"""Rows that differ from their copies in the ledger: found, and mended from whichever of the two is whole."""

import json
import sqlite3
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from csat_tui.store import ledger
from csat_tui.store.ledger.file import KEYS, TABLES
from csat_tui.store.migrations import LATEST_SCHEMA
from csat_tui.store.outbox import read_item
from csat_tui.store.tables.lifetime import InLedger, kept_tables
from csat_tui.store.types import DoubtfulJson, DoubtfulMoment, Json, Readable

_NOT_REPLACED = kept_tables(InLedger.WORKED_ON)
"""Other tables count and search these: their rows are left alone, and come again from the help desk."""

OUTBOX = "outbox"


@dataclass(frozen=True, slots=True)
class Damaged:
    """A row that cannot be believed, and what of it; `mendable` tells whether one of the two is whole.

    `in_ledger` says that it is the ledger's row which is damaged.
    """

    table: str
    key: tuple[Any, ...]
    what: str
    mendable: bool
    in_ledger: bool = False


def find(file: Path) -> list[Damaged]:
    """Return the rows of a sound database that cannot be believed; changes nothing. Raises sqlite3.Error."""
    kept = ledger.ledger_file(file)
    if not kept.exists():
        return []
    with closing(sqlite3.connect(file, isolation_level=None)) as connection:
        connection.execute("ATTACH ? AS ledger", (str(kept),))
        return _find(connection)


def mend(file: Path) -> tuple[list[Damaged], list[Damaged]]:
    """Mend those rows; returns what was mended, and what can be read in neither place. Raises sqlite3.Error.

    Whoever calls holds the database alone.
    """
    kept = ledger.ledger_file(file)
    if not kept.exists():
        return [], []
    with closing(sqlite3.connect(file, isolation_level=None)) as connection:
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA secure_delete = ON")
        connection.execute("ATTACH ? AS ledger", (str(kept),))
        connection.execute("BEGIN IMMEDIATE")
        found = _find(connection)
        for one in found:
            if one.mendable:
                _copy(connection, one)
        connection.execute("COMMIT")
    return [one for one in found if one.mendable], [one for one in found if not one.mendable]


def _find(connection: sqlite3.Connection) -> list[Damaged]:
    connection.text_factory = lambda raw: raw.decode("utf-8", "replace")
    connection.row_factory = sqlite3.Row
    schemas = {connection.execute(f"PRAGMA {name}.user_version").fetchone()[0] for name in ("main", "ledger")}
    if schemas != {LATEST_SCHEMA}:
        return []  # the next start brings it to this version
    ours, theirs = ledger.mark(connection, "main.mark"), ledger.mark(connection, "ledger.kept_mark")
    if ours is None or ours != theirs:
        return []  # the next start brings them in line
    found: list[Damaged] = []
    for table in KEYS:
        if table not in _NOT_REPLACED:
            found += _differing(connection, table)
    return found


def _differing(connection: sqlite3.Connection, table: str) -> Iterable[Damaged]:
    names = [row["name"] for row in connection.execute(f'PRAGMA main.table_info("{table}")')]
    kept = [row["name"] for row in connection.execute(f"PRAGMA ledger.table_info(kept_{table})")]
    if names != kept:
        return
    same = " AND ".join(f'o."{key}" = k."{key}"' for key in KEYS[table])
    differs = " OR ".join(f'o."{name}" IS NOT k."{name}"' for name in names)
    keys = KEYS[table]
    is_whole = _effect_is_whole if table == OUTBOX else _row_reader(table)
    for row in connection.execute(f'SELECT * FROM main."{table}"').fetchall() if table == OUTBOX else ():
        problem = is_whole(row)
        key = tuple(row[name] for name in keys)
        copy = _copy_of(connection, table, key)
        if problem and (copy is None or tuple(copy) == tuple(row)):
            yield Damaged(table, key, problem, mendable=False)
    query = f'SELECT o.* FROM main."{table}" AS o JOIN ledger.kept_{table} AS k ON {same} WHERE {differs}'
    for row in connection.execute(query).fetchall():
        key = tuple(row[name] for name in keys)
        copy = _copy_of(connection, table, key)
        if copy is None:
            continue
        ours, theirs = is_whole(row), is_whole(copy)
        if ours and theirs:
            yield Damaged(table, key, ours, mendable=False)
        elif theirs:
            yield Damaged(table, key, theirs, mendable=True, in_ledger=True)
        elif ours or table == OUTBOX:
            yield Damaged(table, key, ours or "it differs from its copy in the ledger", mendable=True)


def _copy_of(connection: sqlite3.Connection, table: str, key: tuple[Any, ...]) -> Any:
    where = " AND ".join(f'"{name}" = ?' for name in KEYS[table])
    return connection.execute(f"SELECT * FROM ledger.kept_{table} WHERE {where}", key).fetchone()


def _copy(connection: sqlite3.Connection, one: Damaged) -> None:
    """Put the whole one of two rows in place of the other; no trigger of the tables' own stands in the way of that."""
    where = " AND ".join(f'"{name}" = ?' for name in KEYS[one.table])
    ours, theirs = f'main."{one.table}"', f"ledger.kept_{one.table}"
    target, source = (theirs, ours) if one.in_ledger else (ours, theirs)
    connection.execute(f"INSERT OR REPLACE INTO {target} SELECT * FROM {source} WHERE {where}", one.key)
    if one.table == OUTBOX:
        connection.execute("DELETE FROM main.spoiled WHERE outbox_id = ?", one.key)


def _effect_is_whole(row: Any) -> str:
    """Return what is wrong with an effect's row; empty where it is whole, or settled, when nothing happens to it."""
    read = {name: _typed(OUTBOX, name, row[name]) for name in row.keys()}  # noqa: SIM118 - a row yields its values
    return read_item(read).damage


def _row_reader(table: str) -> Callable[[Any], str]:
    structures = [one.name for one in TABLES[table].columns if isinstance(one.type, Json)]

    def is_whole(row: Any) -> str:
        for name in structures:
            if not _is_json(row[name]):
                return name
        return ""

    return is_whole


def _is_json(value: Any) -> bool:
    if value is None:
        return True
    try:
        json.loads(value)
    except (TypeError, ValueError, RecursionError):
        return False
    return "\N{REPLACEMENT CHARACTER}" not in value


def _typed(table: str, name: str, value: Any) -> Any:
    kind = _TYPES.setdefault(table, {one.name: one.type for one in TABLES[table].columns})[name]
    if isinstance(kind, DoubtfulMoment | DoubtfulJson | Readable):
        return kind.process_result_value(value, _NO_DIALECT)
    return value


_TYPES: dict[str, Mapping[str, Any]] = {}
_NO_DIALECT: Any = None


def in_words(found: Sequence[Damaged]) -> str:
    """Name the rows, the first few of them."""
    names = [f"{_NAMES.get(one.table, one.table)} {', '.join(map(str, one.key))} ({one.what})" for one in found[:_MOST]]
    more = f" and {len(found) - _MOST} more" if len(found) > _MOST else ""
    return f"{', '.join(names)}{more}"


_MOST = 5
_NAMES = {OUTBOX: "effect", "delivery_attempt": "history of delivery", "tracker_row": "tracker row"}
