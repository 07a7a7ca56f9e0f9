"""What is remembered between runs by name: who we are, whose database this is."""

from datetime import datetime

from sqlalchemy import Connection, delete, select
from sqlalchemy.dialects.sqlite import insert
from sqlmodel import col

from csat_tui.store.tables import SyncCursorRow

SIGNED_IN = "signed_in"
"""When somebody last gave a credential for the help desk; open workstations look for it."""


def recall(connection: Connection, name: str) -> str:
    """Return what was remembered under a name; empty where nothing was."""
    row = connection.execute(select(col(SyncCursorRow.value)).where(col(SyncCursorRow.name) == name)).first()
    return "" if row is None else str(row[0])


def remember(connection: Connection, name: str, value: str, at: datetime) -> None:
    """Remember a value in place of an earlier one."""
    values = {"name": name, "value": value, "at": at}
    connection.execute(insert(SyncCursorRow).values(values).on_conflict_do_update(index_elements=["name"], set_=values))


def forget(connection: Connection, name: str) -> None:
    """Remember nothing under a name any more."""
    connection.execute(delete(SyncCursorRow).where(col(SyncCursorRow.name) == name))
