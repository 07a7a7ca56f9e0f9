"""Values that are remembered between runs under a name: who is signed in, whose database this is."""

from datetime import datetime

from sqlalchemy import Connection, bindparam, delete, select
from sqlalchemy.dialects.sqlite import insert
from sqlmodel import col

from csat_tui.store.tables import SyncCursorRow

SIGNED_IN = "signed_in"
"""The time at which somebody last signed in to the help desk; open workstations look for it."""

_RECALL = select(col(SyncCursorRow.value)).where(col(SyncCursorRow.name) == bindparam("known"))
_NEW = insert(SyncCursorRow)
_REMEMBER = _NEW.on_conflict_do_update(
    index_elements=["name"], set_={"value": _NEW.excluded.value, "at": _NEW.excluded.at}
)
_FORGET = delete(SyncCursorRow).where(col(SyncCursorRow.name) == bindparam("known"))


def recall(connection: Connection, name: str) -> str:
    """Return the value under a name; empty if there is none."""
    row = connection.execute(_RECALL, {"known": name}).first()
    return "" if row is None else str(row[0])


def remember(connection: Connection, name: str, value: str, at: datetime) -> None:
    """Store a value under a name, replacing an earlier value."""
    connection.execute(_REMEMBER, {"name": name, "value": value, "at": at})


def forget(connection: Connection, name: str) -> None:
    """Remove the value under a name."""
    connection.execute(_FORGET, {"known": name})
