"""Rows as objects of their classes, inside the transaction of a connection.

This is for a row that is a thing: a shift, a decision, a draft, a question. Statements of SQLAlchemy Core stay where
many rows are read or written at once (windows of the queue, walks, surveys, tickets, messages), where a row is put in
place of another, and for effects in the outbox: there a damaged row must be read column by column, and each step names
the state that it begins in.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

from sqlalchemy import Connection, Select
from sqlmodel import Session, SQLModel

Row = TypeVar("Row", bound=SQLModel)


def get(connection: Connection, kind: type[Row], key: Any) -> Row | None:
    """Return the row with a key, or None."""
    with _session(connection) as session:
        return session.get(kind, key)


def first(connection: Connection, query: "Select[Row]") -> Row | None:
    """Return the first row that a query finds, or None."""
    with _session(connection) as session:
        return session.scalars(query).first()


def every(connection: Connection, query: "Select[Row]") -> list[Row]:
    """Return all rows that a query finds."""
    with _session(connection) as session:
        return list(session.scalars(query))


def add(connection: Connection, row: SQLModel) -> None:
    """Write a new row; afterwards it has its number."""
    with _session(connection) as session:
        session.add(row)
        session.flush()


@contextmanager
def _session(connection: Connection) -> Iterator[Session]:
    """Give a session that leaves the transaction to whoever began it; its rows can be read after it is closed."""
    with Session(connection, join_transaction_mode="rollback_only", autoflush=False, expire_on_commit=False) as session:
        yield session
