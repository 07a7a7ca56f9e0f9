"""Why nothing old is removed at present: a sentence that waits for a person."""

from datetime import datetime

from csat_tui.store import memory
from csat_tui.store.database import Database

WAITS = "retention_waits"
"""Why nothing old was removed, as a sentence for the person; nothing is remembered where it was."""


def what_waits(database: Database) -> str:
    """Return why nothing old is removed at present, as a sentence; empty where nothing keeps it."""
    with database.read() as connection:
        return memory.recall(connection, WAITS)


def wait_for_person(database: Database, why: str, now: datetime) -> None:
    """Remember why nothing old was removed, or that nothing keeps it any more, and say so where it is new."""
    with database.read() as connection:
        if memory.recall(connection, WAITS) == why:
            return
    with database.write() as connection:
        if why:
            memory.remember(connection, WAITS, why, now)
        else:
            memory.forget(connection, WAITS)
    database.announce("upkeep")
