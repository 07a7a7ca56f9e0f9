"""Erase what was removed from every file: unneeded tickets, search indexes, copies, logs; resumed after a kill."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, text

from csat_tui.store.database import Database
from csat_tui.store.ledger.soundness import SEARCHES
from csat_tui.store.retention.files import forget_in_backups, remove_old_schemas
from csat_tui.store.retention.shifts_and_lists import ShiftsAndLists

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
