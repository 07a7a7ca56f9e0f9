"""Retention: whole cases that are settled and old go, with every word of them in every file."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import Connection, text

from csat_tui.domain.case import Stage
from csat_tui.store.database import Database
from csat_tui.store.retention_files import forget_in_backups, remove_old_schemas, set_aside_files
from csat_tui.store.retention_papers import old_papers, remove_papers
from csat_tui.store.soundness import SEARCHES
from csat_tui.store.types import Moment

BATCH = 50
"""Cases that one transaction removes: nobody waits long for the lock, whatever there is to remove."""

_OLD = """
SELECT survey_id FROM "case"
WHERE stage IN (:decided, :gone, :superseded)
  AND received_at < :before
  AND NOT EXISTS (SELECT 1 FROM decision WHERE survey_id = "case".survey_id AND decided_at >= :before)
  AND NOT EXISTS (SELECT 1 FROM outbox WHERE survey_id = "case".survey_id
                  AND (changed_at >= :before OR state NOT IN ('confirmed', 'withdrawn')))
  AND NOT EXISTS (SELECT 1 FROM answer WHERE survey_id = "case".survey_id AND at >= :before)
  AND NOT EXISTS (SELECT 1 FROM draft WHERE survey_id = "case".survey_id
                  AND (saved_at >= :before OR stage <> :superseded))
ORDER BY survey_id
"""
"""Settled cases to which nothing has happened since a moment; words that somebody may still want keep a case here."""

_OF_THESE = "survey_id IN (SELECT value FROM json_each(:ids))"
_SURVEYS = "id IN (SELECT value FROM json_each(:ids))"
_TICKETS = "id IN (SELECT value FROM json_each(:tickets))"
_LEAVING = """
SELECT value FROM json_each(:requesters) WHERE NOT EXISTS (
    SELECT 1 FROM ticket WHERE requester_id = value
    AND (EXISTS (SELECT 1 FROM survey WHERE survey_ticket_id = ticket.id)
         OR EXISTS (SELECT 1 FROM survey WHERE source_ticket_id = ticket.id))
)
"""
"""Those of some customers of whom no survey is here any more."""


@dataclass(frozen=True, slots=True)
class Purged:
    """What went, or would go: cases, the tickets that nobody needs any more; `left` are files that a person set aside.

    `complete` is False where another process kept the log, which may hold removed words, from being emptied.
    """

    cases: int
    papers: int = 0
    """Lists of low scores and shifts."""
    tickets: int = 0
    left: tuple[Path, ...] = ()
    complete: bool = True


def purge(database: Database, older_than: timedelta, now: datetime, *, dry_run: bool = False) -> Purged:
    """Remove the settled cases to which nothing has happened for so long. Raises StoreError, OSError."""
    before = now - older_than
    with database.read() as connection:
        ids, papers = _old(connection, before), old_papers(connection, before)
    left = set_aside_files(database.file)
    if dry_run or not (ids or papers):
        return Purged(len(ids), len(papers), left=left)
    removed = tickets = 0
    for start in range(0, len(ids), BATCH):
        with database.write() as connection:
            # Asked again under the lock: somebody may have reopened one of them.
            some = sorted(set(ids[start : start + BATCH]) & set(_old(connection, before, ids[start : start + BATCH])))
            tickets += _remove(connection, some, now)
            removed += len(some)
    with database.write() as connection:
        papers = old_papers(connection, before)  # under the lock, as with cases: a recap may be going out again
        remove_papers(connection, papers)
    for search in SEARCHES:
        _merge(database, search)
    forget_in_backups(database.file, ids, papers)
    remove_old_schemas(database.file)
    complete = database.empty_log()
    database.announce("queue", "outbox", "report", "shift")
    return Purged(removed, len(papers), tickets, left, complete)


def _old(connection: Connection, before: datetime, among: Iterable[int] | None = None) -> list[int]:
    query = _OLD if among is None else _OLD.replace("WHERE", f"WHERE {_OF_THESE} AND", 1)
    given = {
        "before": Moment().process_bind_param(before, connection.dialect),
        "decided": Stage.DECIDED.value, "gone": Stage.GONE.value, "superseded": Stage.SUPERSEDED.value,
    }  # fmt: skip
    if among is not None:
        given["ids"] = str(list(among))
    return [row[0] for row in connection.execute(text(query), given)]


def _remove(connection: Connection, ids: list[int], now: datetime) -> int:
    """Remove cases and what belongs to them alone; returns how many tickets went."""
    given: dict[str, object] = {"ids": str(ids), "now": Moment().process_bind_param(now, connection.dialect)}

    def run(statement: str) -> int:
        return connection.execute(text(statement), given).rowcount

    def numbers(query: str) -> list[object]:
        return [row[0] for row in connection.execute(text(query), given)]

    tickets = numbers(
        f"SELECT survey_ticket_id FROM survey WHERE {_SURVEYS} AND survey_ticket_id IS NOT NULL "
        f"UNION SELECT source_ticket_id FROM survey WHERE {_SURVEYS} AND source_ticket_id IS NOT NULL"
    )
    given["tickets"] = str(tickets)
    given["requesters"] = str(
        numbers(f"SELECT DISTINCT requester_id FROM ticket WHERE {_TICKETS} AND requester_id > 0")
    )
    emails = numbers(
        f"SELECT customer FROM survey WHERE {_SURVEYS} UNION SELECT requester_email FROM ticket WHERE {_TICKETS}"
    )
    run("INSERT OR REPLACE INTO sync_cursor (name, value, at) VALUES ('retention', '', :now)")
    run(
        f"INSERT OR REPLACE INTO purged (source, at) SELECT source, :now FROM survey WHERE {_SURVEYS} "
        "AND EXISTS (SELECT 1 FROM \"case\" WHERE survey_id = survey.id AND stage <> 'gone')"
    )
    run(f"DELETE FROM delivery_attempt WHERE outbox_id IN (SELECT id FROM outbox WHERE {_OF_THESE})")
    for table in ("question", "outbox", "tracker_row", "record", "draft", "answer"):
        run(f"DELETE FROM {table} WHERE {_OF_THESE}")
    run('UPDATE "case" SET superseded_by = NULL WHERE superseded_by IN (SELECT value FROM json_each(:ids))')
    run(f'DELETE FROM "case" WHERE {_OF_THESE}')
    run(f"DELETE FROM decision WHERE {_OF_THESE}")
    run(f"DELETE FROM survey WHERE {_SURVEYS}")
    used = (
        "SELECT survey_ticket_id FROM survey WHERE survey_ticket_id IN (SELECT value FROM json_each(:tickets)) "
        "UNION SELECT source_ticket_id FROM survey WHERE source_ticket_id IN (SELECT value FROM json_each(:tickets))"
    )
    run(f"DELETE FROM message WHERE ticket_{_TICKETS} AND ticket_id NOT IN ({used})")
    gone = run(f"DELETE FROM ticket WHERE {_TICKETS} AND id NOT IN ({used})")
    # What else customers wrote of whom no survey is here any more goes with them.
    given["leaving"] = str(numbers(_LEAVING))
    theirs = "requester_id IN (SELECT value FROM json_each(:leaving))"
    run(f"DELETE FROM message WHERE ticket_id IN (SELECT id FROM ticket WHERE {theirs})")
    gone += run(f"DELETE FROM ticket WHERE {theirs}")
    run("DELETE FROM requester WHERE id IN (SELECT value FROM json_each(:leaving))")
    _forget_accounts(connection, [str(email).casefold() for email in emails if email])
    run("DELETE FROM sync_cursor WHERE name = 'retention'")
    return gone


def _forget_accounts(connection: Connection, emails: list[str]) -> None:
    """Remove the accounts of customers of whom nothing else is here."""
    for email in dict.fromkeys(emails):
        connection.execute(
            text(
                "DELETE FROM account WHERE email = :email "
                "AND NOT EXISTS (SELECT 1 FROM survey WHERE lower(customer) = :email) "
                "AND NOT EXISTS (SELECT 1 FROM ticket WHERE lower(requester_email) = :email)"
            ),
            {"email": email},
        )


def _merge(database: Database, search: str) -> None:
    """Merge a search index into one piece, a little at a time: removed words stay in it until then."""
    pages = -200
    while True:
        with database.write() as connection:
            before = connection.exec_driver_sql("SELECT total_changes()").scalar_one()
            connection.exec_driver_sql(f"INSERT INTO {search} ({search}, rank) VALUES ('merge', {pages})")
            after = connection.exec_driver_sql("SELECT total_changes()").scalar_one()
        if after - before < 2:
            return
        pages = 200
