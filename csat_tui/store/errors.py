"""The errors of the local database, each as a sentence for the person."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy.exc import DBAPIError


class StoreError(Exception):
    """Something about the local database; its text says what happened, what is safe and what to do."""


class StoreBusy(StoreError):
    """Another process held the database for longer than we wait; nothing was changed."""


class StoreFull(StoreError):
    """There is no room to write, or no right to; nothing was changed."""


class StoreDamaged(StoreError):
    """The file is not a database, or is broken inside."""


class StoreNewer(StoreError):
    """The file was written by a later version of the program."""


@contextmanager
def raised_as_store_errors(file: Path) -> Iterator[None]:
    """Raise errors of the driver as errors of the store; errors that are not about the file stay as they are."""
    try:
        yield
    except (DBAPIError, sqlite3.Error) as error:
        translated = _translate(error.orig if isinstance(error, DBAPIError) else error, file)
        if translated is None:
            raise
        raise translated from error


def _translate(error: BaseException | None, file: Path) -> StoreError | None:
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    match code:
        case sqlite3.SQLITE_BUSY | sqlite3.SQLITE_LOCKED:
            return StoreBusy(
                f"The database {file} is in use by another program. Nothing was changed; "
                "close the other program or try again in a moment."
            )
        case sqlite3.SQLITE_FULL | sqlite3.SQLITE_IOERR:
            return StoreFull(
                f"The disk with {file} is full or failing. What was saved before is safe and this change was not made; "
                "free some room and try again."
            )
        case sqlite3.SQLITE_READONLY | sqlite3.SQLITE_CANTOPEN | sqlite3.SQLITE_PERM | sqlite3.SQLITE_AUTH:
            return StoreFull(
                f"The database {file} cannot be written. What was saved before is safe; "
                "check who owns the file and its folder."
            )
        case sqlite3.SQLITE_CORRUPT | sqlite3.SQLITE_NOTADB:
            return StoreDamaged(
                f"The database {file} is damaged. The help desk's copy is not affected and the file was left as it is; "
                "end csat-tui and start it again, or run “csat-tui doctor --repair”: drafts, decisions and the outbox "
                "are restored from a second copy."
            )
    return None
