"""A fresh database out of a ledger: the same rows under the same ids, and nothing in it that could be sent twice."""

import sqlite3
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import URL, Connection, create_engine, text

from csat_tui.domain.outbox import Event, State
from csat_tui.store.ledger_triggers import KEYS
from csat_tui.store.schema import migrate
from csat_tui.store.types import Moment

SETTLING = timedelta(seconds=5)
"""How long a write that was under way may still take to arrive, before it is looked for."""

LOOKING = "the database was rebuilt; looking whether it arrived"


def rebuild_from(ledger: Path, fresh: Path, now: datetime) -> None:
    """Write a fresh database with all that the ledger holds.

    It has the ledger's own schema, so that a ledger of an older version loses nothing; the next start migrates it.
    """
    fresh.touch(mode=0o600)
    engine = create_engine(URL.create("sqlite", database=str(fresh)), hide_parameters=True)
    try:
        with closing(sqlite3.connect(ledger, isolation_level=None)) as kept:
            migrate(engine, fresh, kept.execute("PRAGMA user_version").fetchone()[0])
            with engine.begin() as connection:
                for table in KEYS:
                    _put_back(kept, connection, table)
                _mend_references(connection)
                _doubt(connection, now)
                _go_on_counting(kept, connection)
    finally:
        engine.dispose()


def _put_back(kept: sqlite3.Connection, connection: Connection, table: str) -> None:
    names = [row[1] for row in kept.execute(f"PRAGMA table_info(kept_{table})")]
    if not names:
        return  # a ledger of an older version, which did not have this table
    columns, values = ", ".join(f'"{name}"' for name in names), ", ".join("?" for _ in names)
    rows = kept.execute(f"SELECT {columns} FROM kept_{table}")
    while some := rows.fetchmany(500):
        connection.exec_driver_sql(f'INSERT INTO "{table}" ({columns}) VALUES ({values})', some)


def _mend_references(connection: Connection) -> None:
    """Let go of a newer survey that nobody worked on: it comes again, under a number of its own."""
    connection.exec_driver_sql(
        'UPDATE "case" SET superseded_by = NULL WHERE superseded_by NOT IN (SELECT id FROM survey)'
    )


def _doubt(connection: Connection, now: datetime) -> None:
    """Take what was on its way to somewhere else as unknown: the ledger may be a step behind what was sent.

    It is looked for before it is sent again, and what is not found or cannot be looked up is the person's to decide
    where somebody might see it twice. Rows and records are written here, once under their operation id, so there is
    nothing to doubt.
    """
    moment, later = (Moment().process_bind_param(one, connection.dialect) for one in (now, now + SETTLING))
    doubtful = "state IN (:queued, :sending) AND kind NOT IN ('tracker', 'record')"
    given = {"queued": State.QUEUED.value, "sending": State.SENDING.value, "unknown": State.UNKNOWN.value} | {
        "event": Event.LOST.value, "now": moment, "later": later, "said": LOOKING,
    }  # fmt: skip
    connection.execute(
        text(
            "INSERT INTO delivery_attempt (outbox_id, attempt, at, event, state, sentence) "
            f"SELECT id, attempt, :now, :event, :unknown, :said FROM outbox WHERE {doubtful}"
        ),
        given,
    )
    connection.execute(
        text(
            "UPDATE outbox SET state = :unknown, reason = :said, read_from = coalesce(read_from, changed_at), "
            f"not_before = max(not_before, :later), changed_at = :now WHERE {doubtful}"
        ),
        given,
    )


def _go_on_counting(kept: sqlite3.Connection, connection: Connection) -> None:
    """Give no number a second time, and let the next start bring the ledger in line."""
    identity, generation, reach = kept.execute("SELECT identity, generation, reach FROM kept_mark").fetchone()
    connection.exec_driver_sql("UPDATE mark SET identity = ?, generation = ?", (identity, generation + 1))
    connection.exec_driver_sql("DELETE FROM sqlite_sequence WHERE name = 'survey'")
    connection.exec_driver_sql("INSERT INTO sqlite_sequence VALUES ('survey', ?)", (reach,))
