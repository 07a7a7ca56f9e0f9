"""Why retention waits for a person, as a sentence; apart from the upkeep, which no start loads."""

from datetime import datetime

from csat_tui.store import memory
from csat_tui.store.database import Database

WAITING_BECAUSE = "retention_waits"
"""Why nothing old was removed, as a sentence for the person; nothing is remembered where it was."""


def what_waits(database: Database) -> str:
    """Return why retention waits, as a sentence; empty if it does not."""
    with database.read() as connection:
        return memory.recall(connection, WAITING_BECAUSE)


def wait_for_person(database: Database, why: str, now: datetime) -> None:
    """Record why retention waits for a person, or that it no longer waits, and announce a change."""
    with database.read() as connection:
        if memory.recall(connection, WAITING_BECAUSE) == why:
            return
    with database.write() as connection:
        if why:
            memory.remember(connection, WAITING_BECAUSE, why, now)
        else:
            memory.forget(connection, WAITING_BECAUSE)
    database.announce("upkeep")
