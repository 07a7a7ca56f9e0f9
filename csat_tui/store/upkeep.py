"""What is done for the store once a day, in the background: looked through, copied, and cleared of what is old."""

import logging
from datetime import datetime, timedelta

from csat_tui.store import memory, suspicion
from csat_tui.store.backups import back_up_ledger
from csat_tui.store.database import Database
from csat_tui.store.errors import StoreDamaged, StoreFull, told_as_sentences
from csat_tui.store.ledger import ledger_file
from csat_tui.store.retention import purge
from csat_tui.store.soundness import is_sound_inside

log = logging.getLogger(__name__)

NAME = "upkeep"


def upkeep(database: Database, now: datetime, keep_days: float) -> bool:
    """Do the day's upkeep; False where it was done today already, by whichever process. Raises StoreError.

    Damage that is found is written down, and the next start mends the database; it is then neither copied nor purged.
    """
    today = f"{now.astimezone():%Y-%m-%d}"
    with database.write() as connection:
        if memory.recall(connection, NAME) == today:
            return False
        memory.remember(connection, NAME, today, now)
    with database.read() as connection:
        sound = is_sound_inside(connection)
    if not sound:
        suspicion.write_down(database.file)
        log.error("upkeep: the database is damaged inside; the next start mends it")
        return True
    try:
        if not _copied(database, now):
            suspicion.write_down(database.file)
            log.error("upkeep: the ledger is damaged inside; the next start makes it anew")
            return True
        if keep_days:
            purged = purge(database, timedelta(days=keep_days), now)
            log.info("upkeep: %d cases were older than %g days and are gone", purged.cases, keep_days)
    except OSError as error:
        raise StoreFull(
            f"The day's copy of {database.file} could not be written ({error.strerror}). Everything that was saved is "
            "safe; check the folder's rights and the room on the disk."
        ) from error
    return True


def _copied(database: Database, now: datetime) -> bool:
    """Copy the ledger; False where it is too damaged for that. Raises StoreError, OSError."""
    try:
        with told_as_sentences(ledger_file(database.file)):
            return back_up_ledger(database.file, now) is not None
    except StoreDamaged:
        return False
