"""Words from windows that were open when a workstation ended: one row a process, until somebody has seen them."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import Connection, text

from csat_tui.store import memory
from csat_tui.store.ledger.triggers import LEFT_WORDS


def leave(connection: Connection, writer: str, words: str, at: datetime) -> None:
    """Keep what a process leaves, in place of what it left before; nothing is kept of a process without words."""
    name = LEFT_WORDS + writer
    if words.strip():
        memory.remember(connection, name, words, at)
    else:
        memory.forget(connection, name)


def left(connection: Connection) -> Mapping[str, str]:
    """Return what processes have left, the oldest first, by process."""
    query = text("SELECT name, value FROM sync_cursor WHERE substr(name, 1, :many) = :prefix ORDER BY at, name")
    rows = connection.execute(query, {"many": len(LEFT_WORDS), "prefix": LEFT_WORDS})
    return {str(name).removeprefix(LEFT_WORDS): str(value) for name, value in rows}


def forget(connection: Connection, seen: Mapping[str, str]) -> None:
    """Forget what somebody has seen; words that have changed since then stay."""
    query = text("DELETE FROM sync_cursor WHERE name = :name AND value = :value")
    for writer, words in seen.items():
        connection.execute(query, {"name": LEFT_WORDS + writer, "value": words})
