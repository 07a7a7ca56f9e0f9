"""Values that outlast a run, each under a name: who is signed in, whose database this is."""

from datetime import datetime

from sqlalchemy import Connection, bindparam, delete, func, select
from sqlalchemy.dialects.sqlite import insert
from sqlmodel import col

from csat_tui.store.tables import SyncCursorRow

SIGNED_IN = "signed_in"
"""The time at which somebody last signed in to the help desk; open workstations look for it."""

_RECALL = select(col(SyncCursorRow.value)).where(col(SyncCursorRow.name) == bindparam("known"))
_RECALL_NOTED = select(col(SyncCursorRow.value), col(SyncCursorRow.at)).where(
    col(SyncCursorRow.name) == bindparam("known")
)
_NEW = insert(SyncCursorRow)
_REMEMBER = _NEW.on_conflict_do_update(
    index_elements=["name"], set_={"value": _NEW.excluded.value, "at": _NEW.excluded.at}
)
_FORGET = delete(SyncCursorRow).where(col(SyncCursorRow.name) == bindparam("known"))


def recall(connection: Connection, name: str) -> str:
    """Return the value under a name; empty if there is none."""
    row = connection.execute(_RECALL, {"known": name}).first()
    return "" if row is None else str(row[0])


def recall_noted(connection: Connection, name: str) -> tuple[str, datetime] | None:
    """Return the value under a name and when it was stored, by this computer's clock then; None if there is none."""
    row = connection.execute(_RECALL_NOTED, {"known": name}).first()
    return None if row is None else (str(row[0]), row[1])


def remember(connection: Connection, name: str, value: str, at: datetime) -> None:
    """Store a value under a name, replacing an earlier value."""
    connection.execute(_REMEMBER, {"name": name, "value": value, "at": at})


def recall_all(connection: Connection, prefix: str) -> dict[str, str]:
    """Return the values whose names begin with a prefix, by the rest of the name, the oldest first."""
    begins = func.substr(col(SyncCursorRow.name), 1, len(prefix)) == prefix
    rows = connection.execute(
        select(col(SyncCursorRow.name), col(SyncCursorRow.value))
        .where(begins)
        .order_by(col(SyncCursorRow.at), col(SyncCursorRow.name))
    )
    return {name.removeprefix(prefix): value for name, value in rows}


def forget(connection: Connection, name: str, value: str | None = None) -> None:
    """Remove the value under a name; where a `value` is given, only if it is still that one."""
    if value is None:
        connection.execute(_FORGET, {"known": name})
    else:
        connection.execute(_FORGET.where(col(SyncCursorRow.value) == value), {"known": name})
