"""Rows as objects of their classes, inside the transaction of a connection.

This is for a row that is a thing: a shift, a decision, a draft, a question. Statements of SQLAlchemy Core stay where
many rows are read or written at once (windows of the queue, walks, surveys, tickets, messages), where a row is put in
place of another, and for effects in the outbox: there a damaged row must be read column by column, and each step names
the state that it begins in.
"""

from collections.abc import Mapping
from functools import cache
from typing import Any, TypeVar

from sqlalchemy import Connection, Select, bindparam, inspect, select
from sqlmodel import Session, SQLModel

Row = TypeVar("Row", bound=SQLModel)


def get(connection: Connection, kind: type[Row], key: Any) -> Row | None:
    """Return the row with a key, or None."""
    return first(connection, kind, _by_key(kind), {"key": key})


def first(
    connection: Connection, kind: type[Row], query: Select[Any], values: Mapping[str, Any] | None = None
) -> Row | None:
    """Return the first row that a query of a kind finds with the values of its parameters, or None."""
    row = connection.execute(query, values).mappings().first()
    return None if row is None else kind(**row)


def every(
    connection: Connection, kind: type[Row], query: Select[Any], values: Mapping[str, Any] | None = None
) -> list[Row]:
    """Return all rows that a query of a kind finds with the values of its parameters."""
    return [kind(**row) for row in connection.execute(query, values).mappings()]


def add(connection: Connection, row: SQLModel) -> None:
    """Write a new row; afterwards it has its number."""
    # The transaction is left to whoever began it; the row can be read after the session is closed.
    with Session(connection, join_transaction_mode="rollback_only", autoflush=False, expire_on_commit=False) as session:
        session.add(row)
        session.flush()


@cache
def _by_key(kind: type[SQLModel]) -> Select[Any]:
    """Return the query for a row by its key; made once, because building it takes longer than running it."""
    (key,) = inspect(kind).primary_key
    return select(kind).where(key == bindparam("key"))
