"""Whether a file is whole: read from end to end, indexes and full-text search included."""

import sqlite3
from contextlib import closing
from pathlib import Path

from sqlalchemy import Connection

SEARCHES = ("survey_text", "message_text")


def is_sound(file: Path, *, quick: bool = False) -> bool:
    """Tell whether a database file is there and whole; `quick` leaves out whether its indexes agree with the rows.

    Other errors than damage are raised as they come (sqlite3.Error): a file that is in use is not a broken one.
    """
    if not file.exists() or not file.stat().st_size:
        return False
    try:
        with closing(sqlite3.connect(file, isolation_level=None)) as connection:
            return _says_ok(connection, quick=quick)
    except sqlite3.DatabaseError as error:
        if is_damage(error):
            return False
        raise


def is_sound_inside(connection: Connection) -> bool:
    """Tell whether the open database and its rows are whole; its indexes are believed."""
    return bool(connection.exec_driver_sql("PRAGMA main.quick_check(1)").scalar_one() == "ok")


def _says_ok(connection: sqlite3.Connection, *, quick: bool) -> bool:
    check = "quick_check" if quick else "integrity_check"
    if connection.execute(f"PRAGMA {check}(1)").fetchone()[0] != "ok":
        return False
    if quick:
        return True
    connection.execute("BEGIN")
    try:
        for search in SEARCHES:
            if connection.execute("SELECT 1 FROM sqlite_master WHERE name = ?", (search,)).fetchone():
                connection.execute(f"INSERT INTO {search} ({search}, rank) VALUES ('integrity-check', 1)")
    finally:
        connection.execute("ROLLBACK")
    return True


def is_damage(error: sqlite3.Error) -> bool:
    """Tell whether an error says that a file is broken, and not only in use, full or of another make."""
    return getattr(error, "sqlite_errorcode", 0) & 0xFF in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)
