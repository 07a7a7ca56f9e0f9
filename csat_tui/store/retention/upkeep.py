"""The store's daily upkeep, in the background: check the database, copy the ledger, and remove what is old."""

import logging
from datetime import datetime, timedelta

from csat_tui.store import named_values
from csat_tui.store.database import Database
from csat_tui.store.errors import StoreDamaged, StoreFull, raised_as_store_errors
from csat_tui.store.files import exclusive
from csat_tui.store.ledger import ledger_file, soundness
from csat_tui.store.ledger.soundness import back_up_ledger, is_sound_inside
from csat_tui.store.retention import erasing, known_time, removed, wait_for_person, what_waits
from csat_tui.store.retention.known_time import KnownTime
from csat_tui.store.retention.purging import Cells, no_cells, outlook, purge

log = logging.getLogger(__name__)

UPKEEP = "upkeep"


def upkeep(database: Database, now: datetime, keep_days: float, cells: Cells = no_cells) -> bool:
    """Do the day's upkeep; False where it was done today already, by whichever process. Raises StoreError.

    It counts as done when all of it is: whatever is interrupted is done again by the next one. Damage that is found is
    written down, and the next start mends the database; it is then neither copied nor purged.
    """
    with exclusive(database.file, UPKEEP) as ours:
        if not ours:
            return False
        known = _look_at_the_clock(database, now)
        # A clock that runs ahead makes no new day: its copies would push out the true ones.
        moment = known.moment if known.leaps else now
        today = f"{moment.astimezone():%Y-%m-%d}"
        with database.read() as connection:
            done = named_values.recall(connection, UPKEEP) == today
        try:
            if done:
                _go_on(database, now, known, keep_days)
                return False
            _keep_up(database, now, known, moment, keep_days, cells)
        except OSError as error:
            raise StoreFull(
                f"The upkeep of {database.file} could not be finished ({error.strerror}). Everything that was saved is "
                "safe; check the folder's permissions and the free disk space."
            ) from error
        with database.write() as connection:
            named_values.remember(connection, UPKEEP, today, now)
    return True


def _look_at_the_clock(database: Database, now: datetime) -> KnownTime:
    with database.write() as connection:
        known_time.observe(connection, now)
        return known_time.known_time(connection, now)


def _keep_up(
    database: Database, now: datetime, known: KnownTime, moment: datetime, keep_days: float, cells: Cells
) -> None:
    with database.read() as connection:
        sound = is_sound_inside(connection)
    if not sound:
        soundness.write_down(database.file)
        log.error("upkeep: the database is damaged; the next start repairs it")
        return
    if not _copied(database, moment):
        soundness.write_down(database.file)
        log.error("upkeep: the ledger is damaged; the next start rebuilds it")
        return
    removed.delete_expired(database.file, known.moment)
    _retain(database, now, known, keep_days, cells)


def _retain(database: Database, now: datetime, known: KnownTime, keep_days: float, cells: Cells) -> None:
    """Remove what is old, unless a person is to be asked first; an earlier removal is finished in any case."""
    age = timedelta(days=keep_days)
    doubt = outlook(database, age, now).doubt if keep_days else ""
    wait_for_person(database, doubt, now)
    if doubt:
        log.warning("upkeep: %s", doubt)
    if not keep_days or doubt:
        why = erasing.finish(database).why
    else:
        purged = purge(database, age, known.moment, cells=cells)
        log.info("upkeep: %d cases were older than %g days and are gone", purged.cases, keep_days)
        why = purged.why
    if why:
        log.warning("upkeep: %s; it is tried again", why)


def _go_on(database: Database, now: datetime, known: KnownTime, keep_days: float) -> None:
    """Finish what a removal left to do, and look whether what kept one from being made is still so."""
    erasing.finish(database)
    if keep_days and (known.leaps or what_waits(database)):
        wait_for_person(database, outlook(database, timedelta(days=keep_days), now).doubt, now)


def _copied(database: Database, now: datetime) -> bool:
    """Copy the ledger; False where it is too damaged for that. Raises StoreError, OSError."""
    try:
        with raised_as_store_errors(ledger_file(database.file)):
            return back_up_ledger(database.file, now) is not None
    except StoreDamaged:
        return False
