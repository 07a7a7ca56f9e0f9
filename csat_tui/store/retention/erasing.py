"""Erase what was removed from every file: unneeded tickets, search indexes, copies, logs; resumed after a kill."""

import logging
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, text

from csat_tui.store.database import Database
from csat_tui.store.ledger.soundness import SEARCHES, backups_of, is_damage
from csat_tui.store.tables.lifetime import WhenOld, removed_tables
from csat_tui.store.types import Moment

log = logging.getLogger(__name__)


MESSAGES_PER_STEP = 50
"""Messages that one transaction removes; each is removed from a search index as well, and a transcript may be long."""

TICKETS_PER_STEP = 20

_MERGED_AT_ONCE = 64
"""Pages of a search index that one transaction merges."""

LOG_KEPT = "Another csat-tui is reading, so that removed words may stand in the log until it is closed"


@dataclass(frozen=True, slots=True)
class Erased:
    """How many tickets were removed, and why a file may still hold removed words; empty if none does."""

    tickets: int
    why: str


def note(connection: Connection, kind: str, ids: Iterable[Any]) -> None:
    """Record what was removed, or a ticket that may go, until it is erased from every file."""
    connection.execute(
        text("INSERT OR IGNORE INTO forgotten (kind, id) SELECT :kind, value FROM json_each(:ids)"),
        {"kind": kind, "ids": str(list(ids))},
    )


def is_unfinished(connection: Connection) -> bool:
    """Tell whether a removal has left anything to do."""
    return connection.execute(text("SELECT 1 FROM forgotten LIMIT 1")).first() is not None


def finish(database: Database) -> Erased:
    """Erase what was removed from every file. Raises StoreError, OSError.

    What is done is only crossed out at the end: killed before, the next one does it again.
    """
    with database.read() as connection:
        if not is_unfinished(connection):
            return Erased(0, "")
        ids = {kind: _noted(connection, kind) for kind in ("survey", "shift", "list")}
        shells = _shells(connection, ids["survey"])
    tickets = _forget_tickets(database)
    for search in SEARCHES:
        _merge(database, search)
    kept = forget_in_backups(database.file, ids["survey"], ShiftsAndLists(ids["list"], ids["shift"]), shells)
    remove_old_schemas(database.file)
    reasons = [*kept, *(() if database.empty_log() else (LOG_KEPT,))]
    if not reasons:
        with database.write() as connection:
            for kind, numbers in ids.items():
                connection.execute(
                    text("DELETE FROM forgotten WHERE kind = :kind AND id IN (SELECT value FROM json_each(:ids))"),
                    {"kind": kind, "ids": str(list(numbers))},
                )
    return Erased(tickets, ". ".join(reasons))


def _noted(connection: Connection, kind: str) -> tuple[int, ...]:
    rows = connection.execute(text("SELECT id FROM forgotten WHERE kind = :kind ORDER BY id"), {"kind": kind})
    return tuple(int(row[0]) for row in rows)


def _shells(connection: Connection, ids: Iterable[int]) -> list[dict[str, Any]]:
    query = "SELECT * FROM tracker_row WHERE survey_id IN (SELECT value FROM json_each(:ids))"
    return [dict(row) for row in connection.execute(text(query), {"ids": str(list(ids))}).mappings()]


def _forget_tickets(database: Database) -> int:
    """Remove the noted tickets that no survey needs, with their transcripts, a little at a time; returns how many."""
    gone = 0
    while True:
        with database.write() as connection:
            noted = connection.execute(
                text("SELECT id FROM forgotten WHERE kind = 'ticket' ORDER BY id LIMIT :most"),
                {"most": TICKETS_PER_STEP},
            ).all()
            if not noted:
                return gone
            room = MESSAGES_PER_STEP
            for (number,) in noted:
                room -= _forget_messages(connection, number, room)
                if room <= 0:
                    break  # the rest of this one, and the others, in the next transaction
                gone += _run(connection, "DELETE FROM ticket WHERE id = :id AND :id NOT IN (" + _NEEDED + ")", number)
                _run(connection, "DELETE FROM forgotten WHERE kind = 'ticket' AND id = :id", number)


_NEEDED = (
    "SELECT survey_ticket_id FROM survey WHERE survey_ticket_id = :id "
    "UNION SELECT source_ticket_id FROM survey WHERE source_ticket_id = :id"
)


def _forget_messages(connection: Connection, number: int, most: int) -> int:
    """Remove messages of a ticket that no survey needs, so many at most; returns how many went.

    Its transcript counts as not fetched from then on: a survey that comes in between finds no half of it.
    """
    if connection.execute(text(_NEEDED), {"id": number}).first() is not None:
        return 0
    _run(connection, "UPDATE ticket SET messages_stamp = NULL WHERE id = :id AND messages_stamp IS NOT NULL", number)
    return _run(
        connection,
        f"DELETE FROM message WHERE id IN (SELECT id FROM message WHERE ticket_id = :id LIMIT {most})",
        number,
    )


def _run(connection: Connection, statement: str, number: int) -> int:
    return connection.execute(text(statement), {"id": number}).rowcount


def _merge(database: Database, search: str) -> None:
    """Merge a search index into one piece, a little at a time: removed words stay in it until then."""
    pages = -_MERGED_AT_ONCE
    while True:
        with database.write() as connection:
            before = connection.exec_driver_sql("SELECT total_changes()").scalar_one()
            connection.exec_driver_sql(f"INSERT INTO {search} ({search}, rank) VALUES ('merge', {pages})")
            after = connection.exec_driver_sql("SELECT total_changes()").scalar_one()
        if after - before < 2:
            return
        pages = _MERGED_AT_ONCE


_LISTS = "SELECT id FROM report WHERE reconciled_at < :before AND imported_at < :before"
_SHIFTS = "SELECT id FROM shift WHERE ended_at < :before AND recap_state NOT IN ('sending', 'unknown')"
"""Shifts that are complete and old; one whose recap is in doubt still needs a person."""


@dataclass(frozen=True, slots=True)
class ShiftsAndLists:
    """The numbers of reconciled lists and of completed shifts."""

    lists: tuple[int, ...] = ()
    shifts: tuple[int, ...] = ()

    def __len__(self) -> int:
        return len(self.lists) + len(self.shifts)

    def among(self, others: "ShiftsAndLists") -> "ShiftsAndLists":
        """Return the numbers that are in both."""
        return ShiftsAndLists(
            tuple(one for one in self.lists if one in set(others.lists)),
            tuple(one for one in self.shifts if one in set(others.shifts)),
        )


def find_old(connection: Connection, before: datetime) -> ShiftsAndLists:
    """Return the lists and shifts that were settled before a moment; the others stay, however old."""
    given = {"before": Moment().process_bind_param(before, connection.dialect)}

    def numbers(query: str) -> tuple[int, ...]:
        return tuple(int(row[0]) for row in connection.execute(text(query), given))

    return ShiftsAndLists(numbers(_LISTS), numbers(_SHIFTS))


def count_settled(connection: Connection) -> int:
    """Return the number of reconciled lists and completed shifts of any age."""
    query = (
        "SELECT (SELECT count(*) FROM report WHERE reconciled_at IS NOT NULL) "
        "+ (SELECT count(*) FROM shift WHERE ended_at IS NOT NULL)"
    )
    return int(connection.execute(text(query)).scalar_one())


def remove_rows(connection: Connection, papers: ShiftsAndLists) -> None:
    """Remove lists with their lines, and shifts."""
    for statement, numbers in _statements(papers, ""):
        connection.execute(text(statement.replace("?", ":ids")), {"ids": numbers})


def erase_rows(driven: Any, papers: ShiftsAndLists) -> None:
    """Remove lists and shifts from a copy of the ledger; a copy of an older version may have no table of them."""
    known = {row[0] for row in driven.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    if "kept_report" not in known:
        return
    for statement, numbers in _statements(papers, "kept_"):
        driven.execute(statement, (numbers,))


def _statements(papers: ShiftsAndLists, kept: str) -> Iterator[tuple[str, str]]:
    these = "IN (SELECT value FROM json_each(?))"
    lists, shifts = str(list(papers.lists)), str(list(papers.shifts))
    for kind, column, numbers in (
        (WhenOld.WITH_LIST, "report_id", lists),
        (WhenOld.LIST, "id", lists),
        (WhenOld.SHIFT, "id", shifts),
    ):
        for table in removed_tables(kind):
            yield f"DELETE FROM {kept}{table} WHERE {column} {these}", numbers


WORDS_FILES = "words-*.txt"
"""The names of files with words that could not be saved when a workstation ended."""


def forget_in_backups(
    file: Path, ids: Sequence[int], papers: ShiftsAndLists, shells: Sequence[Mapping[str, Any]]
) -> list[str]:
    """Remove surveys and papers from the copies of the ledger; returns a sentence for each that could not be cleared.

    `shells` are what stays of tracker rows, as the database holds them now. Only a copy that is broken is removed from
    the disk: it is of no use, and what it holds cannot be looked through.
    """
    kept: list[str] = []
    for copy in backups_of(file):
        try:
            with closing(sqlite3.connect(copy, isolation_level=None)) as connection:
                connection.execute("PRAGMA secure_delete = ON")
                connection.execute("BEGIN IMMEDIATE")
                _forget(connection, ids)
                _leave_shells(connection, shells)
                erase_rows(connection, papers)
                connection.execute("COMMIT")
        except sqlite3.Error as error:
            if is_damage(error):
                log.warning("the copy %s is broken and is removed: %s", copy.name, error)
                copy.unlink()
            else:
                kept.append(f"The copy {copy} could not be cleared of removed words ({error}) and is kept")
    return kept


def remove_old_schemas(file: Path) -> None:
    """Remove the copies from before a migration: they hold everything as it was."""
    for copy in file.parent.glob(f"{file.name}.schema-*"):
        copy.unlink()


def files_set_aside(file: Path) -> tuple[Path, ...]:
    """Return the files that were set aside, and those of unsaved words: they are a person's to remove."""
    kinds = ("aside", "damaged", "other")
    found = (one for kind in kinds for one in file.parent.glob(f"{file.name}*.{kind}-*"))
    aside = [one for one in found if not one.name.endswith(("-wal", "-shm"))]
    return tuple(sorted([*aside, *file.parent.glob(WORDS_FILES)]))


def _forget(connection: sqlite3.Connection, ids: Sequence[int]) -> None:
    """Remove what belongs to surveys from a copy, which an older version may have made with fewer tables."""
    these = "IN (SELECT value FROM json_each(?))"
    given = (str(list(ids)),)
    names = "SELECT name FROM sqlite_master WHERE type = 'table' AND substr(name, 1, 5) = 'kept_'"
    tables = [row[0] for row in connection.execute(names)]
    columns = {table: {row[1] for row in connection.execute(f"PRAGMA table_info({table})")} for table in tables}
    for table in tables:
        if "outbox_id" in columns[table] and "kept_outbox" in tables:
            effects = f"SELECT id FROM kept_outbox WHERE survey_id {these}"
            connection.execute(f"DELETE FROM {table} WHERE outbox_id IN ({effects})", given)
    for table in tables:
        if table == "kept_survey":
            connection.execute(f"DELETE FROM {table} WHERE id {these}", given)
        elif "survey_id" in columns[table]:
            connection.execute(f"DELETE FROM {table} WHERE survey_id {these}", given)


def _leave_shells(connection: sqlite3.Connection, shells: Sequence[Mapping[str, Any]]) -> None:
    """Put the shells of tracker rows where the whole rows were; a copy of an older version has no place for them."""
    columns = {row[1] for row in connection.execute("PRAGMA table_info(kept_tracker_row)")}
    for shell in shells:
        if columns == set(shell):
            names, places = ", ".join(shell), ", ".join("?" for _ in shell)
            connection.execute(f"INSERT INTO kept_tracker_row ({names}) VALUES ({places})", tuple(shell.values()))
