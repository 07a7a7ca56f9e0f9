"""What retention removes is kept for a week in a file beside the database, so that a removal can be taken back."""

import logging
import os
import re
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import Connection

from csat_tui.store.database import Database
from csat_tui.store.errors import StoreDamaged, raised_as_store_errors
from csat_tui.store.files import make_private
from csat_tui.store.ledger.file import KEYS
from csat_tui.store.migrations import LATEST_SCHEMA
from csat_tui.store.tables.lifetime import WhenOld, all_tables, removed_tables, when_old

log = logging.getLogger(__name__)

KEPT_FOR = timedelta(days=7)
"""How long what was removed can be put back."""

_CASES = "(SELECT value FROM json_each(:cases))"
_TICKETS = (
    f"(SELECT survey_ticket_id FROM source.survey WHERE id IN {_CASES} "
    f"UNION SELECT source_ticket_id FROM source.survey WHERE id IN {_CASES})"
)
_CUSTOMERS = f"(SELECT requester_id FROM source.ticket WHERE id IN {_TICKETS} AND requester_id > 0)"
_ALL_TICKETS = f"(SELECT id FROM source.ticket WHERE id IN {_TICKETS} OR requester_id IN {_CUSTOMERS})"
_ADDRESSES = (
    f"(SELECT lower(customer) FROM source.survey WHERE id IN {_CASES} "
    f"UNION SELECT lower(requester_email) FROM source.ticket WHERE id IN {_TICKETS})"
)
_WHERE: Mapping[WhenOld, str] = {
    WhenOld.GOES: f"id IN {_CASES}",
    WhenOld.WITH_SURVEY: f"survey_id IN {_CASES}",
    WhenOld.LEAVES_SHELL: f"survey_id IN {_CASES}",
    WhenOld.WITH_EFFECT: f"outbox_id IN (SELECT id FROM source.outbox WHERE survey_id IN {_CASES})",
    WhenOld.SHIFT: "id IN (SELECT value FROM json_each(:shifts))",
    WhenOld.LIST: "id IN (SELECT value FROM json_each(:lists))",
    WhenOld.WITH_LIST: "report_id IN (SELECT value FROM json_each(:lists))",
}
"""Which rows of a table belong to what goes."""

_OF_CUSTOMERS: Mapping[str, str] = {
    "ticket": f"id IN {_ALL_TICKETS}",
    "message": f"ticket_id IN {_ALL_TICKETS}",
    "account": f"email IN {_ADDRESSES}",
}
"""The same for what the help desk and the admin system said; when customers were asked about is not worth a copy."""


@dataclass(frozen=True, slots=True)
class PutBack:
    """How much was put back."""

    cases: int
    papers: int


@contextmanager
def removal_copy(file: Path, now: datetime) -> Iterator["RemovalCopy"]:
    """Open a copy for rows that are about to be removed. Raises OSError, sqlite3.Error."""
    copy = file.with_name(f"{file.name}.removed-{now.astimezone(UTC):%Y%m%dT%H%M%SZ}")
    make_private(copy)
    with closing(sqlite3.connect(copy, isolation_level=None)) as connection:
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute(f"PRAGMA user_version = {LATEST_SCHEMA}")
        connection.execute("ATTACH ? AS source", (str(file),))
        yield RemovalCopy(connection)


class RemovalCopy:
    """Copies rows before the transaction that removes them commits."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._conditions = {
            table.name: condition
            for table in all_tables()
            if (condition := _WHERE.get(when_old(table)) or _OF_CUSTOMERS.get(table.name))
        }
        for table in self._conditions:
            self._make(table)

    def keep(self, *, cases: Iterable[int] = (), shifts: Iterable[int] = (), lists: Iterable[int] = ()) -> None:
        """Copy all rows of some cases, shifts and lists, and make sure that they are on the disk."""
        given = {"cases": str(list(cases)), "shifts": str(list(shifts)), "lists": str(list(lists))}
        self._connection.execute("BEGIN IMMEDIATE")
        try:
            for table, condition in self._conditions.items():
                self._connection.execute(
                    f'INSERT OR REPLACE INTO main."{table}" SELECT * FROM source."{table}" WHERE {condition}', given
                )
            self._connection.execute("COMMIT")
        except BaseException:
            if self._connection.in_transaction:
                self._connection.execute("ROLLBACK")
            raise

    def _make(self, table: str) -> None:
        """Make a table in the copy."""
        columns = self._connection.execute(f'PRAGMA source.table_info("{table}")').fetchall()
        declared = ", ".join(f'"{name}" {kind}' for _, name, kind, *_ in columns)
        key = ", ".join(f'"{name}"' for _, name, *_, place in columns if place)
        self._connection.execute(f'CREATE TABLE IF NOT EXISTS main."{table}" ({declared}, PRIMARY KEY ({key}))')


def removed_files(file: Path) -> tuple[Path, ...]:
    """Return the files of removed rows beside a database, the oldest first."""
    return tuple(sorted(one for one in file.parent.glob(f"{file.name}.removed-*") if _made_at(one) is not None))


def kept_until(copy: Path) -> datetime:
    """Return until when a file of removed rows is kept."""
    made = _made_at(copy)
    if made is None:
        raise ValueError(f"{copy} is not a file of removed rows")
    return made + KEPT_FOR


def delete_expired(file: Path, now: datetime, *, all_of_them: bool = False) -> int:
    """Remove the files whose week is over, overwriting them first; returns how many. Raises OSError.

    `now` is the known time: a clock that runs ahead must not take the way back with it.
    """
    old = [one for one in removed_files(file) if all_of_them or kept_until(one) <= now]
    for copy in old:
        for part in (copy, copy.with_name(f"{copy.name}-journal")):
            if part.exists():
                _wipe(part)
    return len(old)


def restore(database: Database, copy: Path) -> PutBack:
    """Put back everything of a file of removed rows that is not in the database. Raises StoreError.

    The file stays until its week is over. A survey that has come in again meanwhile is left as it is now.
    """
    with raised_as_store_errors(copy), closing(sqlite3.connect(copy, isolation_level=None)) as source:
        if source.execute("PRAGMA user_version").fetchone()[0] > LATEST_SCHEMA:
            raise StoreDamaged(f"{copy} was written by a newer csat-tui. Nothing was changed; update csat-tui.")
        with database.write() as connection:
            done = _put_back(source, connection)
    database.announce("queue", "outbox", "report", "shift", "tracker")
    return done


def _put_back(source: sqlite3.Connection, connection: Connection) -> PutBack:
    connection.exec_driver_sql("PRAGMA defer_foreign_keys = ON")
    kept = {row[0] for row in source.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    known = {row[0] for row in connection.exec_driver_sql("SELECT source FROM survey")}
    back = {row[0] for row in source.execute("SELECT id, source FROM survey") if row[1] not in known}
    in_order = [*(one for one in KEYS if one in kept), *sorted(kept - set(KEYS))]
    papers = 0
    replaced = removed_tables(WhenOld.LEAVES_SHELL)  # the whole row takes the place of its shell
    for table in in_order:
        names = [row[1] for row in source.execute(f'PRAGMA table_info("{table}")')]
        columns, values = ", ".join(f'"{name}"' for name in names), ", ".join("?" for _ in names)
        verb = "INSERT OR REPLACE" if table in replaced else "INSERT OR IGNORE"
        for row in source.execute(f'SELECT {columns} FROM "{table}"').fetchall():
            if _belongs(source, table, dict(zip(names, row, strict=True)), back):
                done = connection.exec_driver_sql(f'{verb} INTO "{table}" ({columns}) VALUES ({values})', row).rowcount
                papers += done if table in removed_tables(WhenOld.SHIFT, WhenOld.LIST) else 0
    connection.exec_driver_sql(
        'UPDATE "case" SET superseded_by = NULL WHERE superseded_by NOT IN (SELECT id FROM survey)'
    )
    connection.exec_driver_sql("DELETE FROM purged WHERE source IN (SELECT source FROM survey)")
    # What is here again is not to be forgotten; tickets on their way out are looked at once more before they go.
    for kind, table in (("survey", "survey"), ("shift", "shift"), ("list", "report")):
        connection.exec_driver_sql(f"DELETE FROM forgotten WHERE kind = ? AND id IN (SELECT id FROM {table})", (kind,))
    return PutBack(len(back), papers)


def _belongs(source: sqlite3.Connection, table: str, row: dict[str, object], back: set[int]) -> bool:
    """Tell whether a row belongs to something that is put back; tickets and accounts are a cache and harm nobody."""
    if table == "survey":
        return row["id"] in back
    if "outbox_id" in row:
        found = source.execute("SELECT survey_id FROM outbox WHERE id = ?", (row["outbox_id"],)).fetchone()
        return found is not None and found[0] in back
    return row["survey_id"] in back if "survey_id" in row else True


def _made_at(copy: Path) -> datetime | None:
    found = re.search(r"\.removed-(\d{8}T\d{6})Z$", copy.name)
    return None if found is None else datetime.strptime(found[1], "%Y%m%dT%H%M%S").replace(tzinfo=UTC)


def _wipe(file: Path) -> None:
    """Overwrite a file with nothing, make sure that this is on the disk, and remove it."""
    handle = os.open(file, os.O_WRONLY | os.O_NOFOLLOW)
    try:
        left = os.fstat(handle).st_size
        while left > 0:
            left -= os.write(handle, bytes(min(left, 1 << 20)))
        os.fsync(handle)
    finally:
        os.close(handle)
    file.unlink()
