"""Retention: old, settled cases are removed from every file, and can be put back for a week.

This module says why a removal waits for a person. `upkeep` and `purging` are imported where they run: no start waits
for them.
"""

from datetime import datetime

from csat_tui.store import named_values
from csat_tui.store.database import Database

WAITING_BECAUSE = "retention_waits"
"""Why nothing old was removed, as a sentence for the person; nothing is remembered where it was."""


def what_waits(database: Database) -> str:
    """Return why retention waits, as a sentence; empty if it does not."""
    with database.read() as connection:
        return named_values.recall(connection, WAITING_BECAUSE)


def wait_for_person(database: Database, why: str, now: datetime) -> None:
    """Record why retention waits for a person, or that it no longer waits, and announce a change."""
    with database.read() as connection:
        if named_values.recall(connection, WAITING_BECAUSE) == why:
            return
    with database.write() as connection:
        if why:
            named_values.remember(connection, WAITING_BECAUSE, why, now)
        else:
            named_values.forget(connection, WAITING_BECAUSE)
    database.announce("upkeep")
