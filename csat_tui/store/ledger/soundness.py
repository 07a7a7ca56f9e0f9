"""Whether the database and its ledger are sound, the sign for the next start that they are not, and daily copies."""

import logging
import os
import sqlite3
from contextlib import closing
from datetime import date, datetime
from pathlib import Path

from sqlalchemy import Connection

from csat_tui.store.errors import StoreDamaged, raised_as_store_errors
from csat_tui.store.ledger.file import ledger_file

log = logging.getLogger(__name__)


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


COPIES_KEPT = 7
"""The number of daily copies that are kept."""

_PREFIX = "ledger-"


def backups_dir(file: Path) -> Path:
    """Return the folder of a database's copies."""
    return file.with_name("backups")


def backups_of(file: Path) -> list[Path]:
    """Return the copies of a database's ledger, the newest first."""
    folder = backups_dir(file)
    found = folder.glob(f"{_PREFIX}????-??-??") if folder.is_dir() else ()
    return sorted(found, key=lambda one: one.name, reverse=True)


def made_on(backup: Path) -> date:
    """Return the day of a copy."""
    return date.fromisoformat(backup.name.removeprefix(_PREFIX))


def back_up_ledger(file: Path, now: datetime) -> Path | None:
    """Write today's copy and let go of those past the last seven; None where the copy turned out broken.

    The copy takes its name only once it was read back whole. Raises OSError, sqlite3.Error.
    """
    folder = backups_dir(file)
    folder.mkdir(mode=0o700, exist_ok=True)
    copy = folder / f"{_PREFIX}{now.astimezone():%Y-%m-%d}"
    half = folder / f"{copy.name}.half"
    for leftover in folder.glob(f"{_PREFIX}*.half*"):
        leftover.unlink()
    os.close(os.open(half, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600))
    with closing(sqlite3.connect(ledger_file(file))) as source, closing(sqlite3.connect(half)) as target:
        source.backup(target)
        target.execute("PRAGMA journal_mode = DELETE")
    if not is_sound(half, quick=True):
        half.unlink()
        log.error("today's copy of the ledger is incomplete; the earlier copies are kept")
        return None
    half.rename(copy)
    # A copy from a day that is still to come is of a clock that ran ahead: it takes no true day's place.
    copies = sorted(backups_of(file), key=lambda one: made_on(one) <= made_on(copy), reverse=True)
    for old in copies[COPIES_KEPT:]:
        old.unlink()
    return copy
