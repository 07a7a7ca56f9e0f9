"""Signs that a database is not whole, from one start to the next."""

import logging
import sqlite3
from contextlib import closing
from pathlib import Path

from csat_tui.store.errors import StoreDamaged, told_as_sentences
from csat_tui.store.ledger import ledger_file

log = logging.getLogger(__name__)


def suspicion_file(file: Path) -> Path:
    """Return the file whose presence says that damage has shown."""
    return file.with_name(f"{file.name}.suspect")


def write_down(file: Path) -> None:
    """Let the next start look through the whole database before it is used."""
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
    """Tell whether a ledger has rows of a survey; a damaged one counts as having some."""
    if not ledger.exists() or not ledger.stat().st_size:
        return False
    try:
        with told_as_sentences(ledger), closing(sqlite3.connect(ledger, isolation_level=None)) as connection:
            made = connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'kept_survey'").fetchone()
            return made is not None and connection.execute("SELECT 1 FROM kept_survey").fetchone() is not None
    except StoreDamaged:
        return True
