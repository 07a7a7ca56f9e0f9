"""Whether a database file is sound, and the signs from one start to the next that it is not."""

import logging
import sqlite3
from contextlib import closing
from pathlib import Path

from sqlalchemy import Connection

from csat_tui.store.errors import StoreDamaged, raised_as_store_errors
from csat_tui.store.ledger.file import ledger_file

SEARCHES = ("survey_text", "message_text")


def is_sound(file: Path, *, quick: bool = False) -> bool:
    """Return whether a database file exists and is undamaged; `quick` skips the comparison of indexes with rows.

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
    """Return whether the open database and its rows are undamaged; indexes are not checked."""
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
    """Return whether an error says that a file is damaged, and not only busy, full or no database."""
    return getattr(error, "sqlite_errorcode", 0) & 0xFF in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)


log = logging.getLogger(__name__)


def suspicion_file(file: Path) -> Path:
    """Return the file that exists when damage was noticed."""
    return file.with_name(f"{file.name}.suspect")


def write_down(file: Path) -> None:
    """Make the next start check the whole database before it is used."""
    try:
        suspicion_file(file).touch(mode=0o600)
    except OSError as error:
        # The damage itself is told by whoever met it; the next start will meet it again.
        log.warning("the damage could not be written down for the next start: %s", error.strerror)


def refuse_empty(file: Path) -> None:
    """Raise StoreDamaged where there is no database but a ledger with work in it: it is not to be begun anew."""
    if (file.exists() and file.stat().st_size) or not holds_work(ledger_file(file)):
        return
    raise StoreDamaged(
        f"The database {file} is gone, and its ledger with the drafts, decisions and the outbox is still there. "
        "Nothing was changed; run “csat-tui doctor --repair”, or start csat-tui again, and they are put back."
    )


def holds_work(ledger: Path) -> bool:
    """Return whether a ledger has rows of a survey; a damaged ledger counts as having some."""
    if not ledger.exists() or not ledger.stat().st_size:
        return False
    try:
        with raised_as_store_errors(ledger), closing(sqlite3.connect(ledger, isolation_level=None)) as connection:
            made = connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'kept_survey'").fetchone()
            return made is not None and connection.execute("SELECT 1 FROM kept_survey").fetchone() is not None
    except StoreDamaged:
        return True
