"""Daily copies of the ledger; they are small, because the ledger holds only what cannot be fetched again."""

import logging
import os
import sqlite3
from contextlib import closing
from datetime import date, datetime
from pathlib import Path

from csat_tui.store.ledger.file import ledger_file
from csat_tui.store.ledger.soundness import is_sound

log = logging.getLogger(__name__)

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
