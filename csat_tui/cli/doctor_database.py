"""The doctor's checks of the database, which change no byte of it; and how it sets a damaged database aside."""

import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

from csat_tui.cli.diagnosis import Diagnosis, attention, bad, ok
from csat_tui.cli.exits import Exit, Failure
from csat_tui.config import Config
from csat_tui.paths import Paths

TIGHT, FULL = 500 * 1024**2, 20 * 1024**2
"""Bytes of free disk: below the first somebody should look, below the second writing may fail at any moment."""

LOCK_TIMEOUT = 1.0
"""Seconds to wait for another program's transaction."""

ASIDE = "`csat-tui doctor --set-aside` renames it, and the next start creates a new one"
ALERTS_AGE = timedelta(hours=26)
"""How old the last alert is at most where alerts run by themselves: a long day, and an hour more."""

REPAIR = "`csat-tui doctor --repair` puts drafts, decisions and the outbox back from its ledger"
ROWS = "`csat-tui doctor --repair` restores them from its ledger; everything else goes on meanwhile"
NO_NOTES = "may not write internal notes"
"""Delivery's words for a refusal that a help desk does not announce beforehand."""


def check_database(paths: Paths, config: Config | None) -> Iterator[Diagnosis]:
    """Yield whether the database is intact, of our schema, of our help desk, private, with room to grow."""
    file = paths.database
    yield from _room(file)
    if not file.exists():
        yield ok("database", f"not made yet; it will be {file}")
        return
    mode = file.stat()
    if mode.st_uid != os.getuid() or mode.st_mode & 0o077:
        yield attention("database", f"others may read {file}", f"run `chmod 600 {file}`")
    try:
        with closing(sqlite3.connect(file, timeout=LOCK_TIMEOUT, isolation_level=None)) as connection:
            yield from _inside(connection, file, config)
    except sqlite3.Error as error:
        yield _unusable(error, file)


def set_aside(paths: Paths, now: datetime) -> tuple[Path, int | None]:
    """Rename the database and its ledger, with their logs; returns the new place and the number of unconfirmed effects.

    The number is None if the database is too damaged to be read. Failure if there is no database, and Failure
    or StoreBusy where another program has it open.
    """
    from csat_tui.store import recovery
    from csat_tui.store.files import DatabaseLock
    from csat_tui.store.ledger import ledger_file

    file = paths.database
    if not file.exists():
        raise Failure(Exit.USAGE, f"There is no database at {file}, so there is nothing to set aside.")
    hold = DatabaseLock.alone(file)
    try:
        waiting = _hold_alone(file)
        moved = recovery.set_files_aside([file, ledger_file(file)], "aside", now)
    except OSError as error:
        raise Failure(
            Exit.DATABASE,
            f"{file} cannot be renamed ({error.strerror}). Nothing of it is lost; check who owns its folder.",
        ) from error
    finally:
        hold.release()
    return next(one for one in moved if one.name.startswith(f"{file.name}.aside-")), waiting


def _room(file: Path) -> Iterator[Diagnosis]:
    folder = next((one for one in (file.parent, *file.parent.parents) if one.is_dir()), Path("/"))
    free = shutil.disk_usage(folder).free
    if free < FULL:
        yield bad("disk", f"{free // 1024**2} MB are free at {folder}", "make room; writing may fail", Exit.DATABASE)
    elif free < TIGHT:
        yield attention("disk", f"{free // 1024**2} MB are free at {folder}", "make room before it is full")
    else:
        yield ok("disk", f"{free / 1024**3:.1f} GB are free at {folder}")


def _inside(connection: sqlite3.Connection, file: Path, config: Config | None) -> Iterator[Diagnosis]:
    from csat_tui.store.migrations import LATEST_SCHEMA

    state = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
    if state != "ok":
        yield bad("database", f"{file} is damaged inside", REPAIR, Exit.DATABASE)
        return
    schema = connection.execute("PRAGMA user_version").fetchone()[0]
    if schema > LATEST_SCHEMA:
        what = f"{file} was written by a newer csat-tui (schema {schema}, this one knows {LATEST_SCHEMA})"
        yield bad("database", what, "update csat-tui", Exit.DATABASE)
        return
    connection.execute("BEGIN IMMEDIATE")
    connection.execute("ROLLBACK")
    if schema < LATEST_SCHEMA:
        yield ok("database", f"{file}, schema {schema}; the next start brings it to {LATEST_SCHEMA}")
        return
    cases = connection.execute('SELECT count(*) FROM "case"').fetchone()[0]
    yield ok("database", f"{file}, undamaged, schema {schema}, {cases:,} cases")
    yield from _rows(file)
    yield from _owner(connection, config)
    yield from _retention(connection, file)
    yield from _outbox(connection)
    yield from _alerts(connection)


def _rows(file: Path) -> Iterator[Diagnosis]:
    """Yield the rows that the disk has altered in a database that is otherwise intact."""
    from csat_tui.store.recovery import damage

    if found := damage.find(file):
        yield bad("database", f"single rows are damaged: {damage.in_words(found)}", ROWS, Exit.DATABASE)


def _owner(connection: sqlite3.Connection, config: Config | None) -> Iterator[Diagnosis]:
    row = connection.execute("SELECT value FROM sync_cursor WHERE name = 'helpdesk'").fetchone()
    if row is None or config is None or config.helpdesk is None:
        return
    if row[0] != config.helpdesk.url:
        what = f"it holds the surveys and the outbox of {row[0]}, and config.toml names {config.helpdesk.url}"
        yield bad("database", what, f"put the address back, or {ASIDE}", Exit.DATABASE)


def _retention(connection: sqlite3.Connection, file: Path) -> Iterator[Diagnosis]:
    """Yield what keeps old cases from being removed, and until when removed ones can be put back."""
    from csat_tui.store.retention import WAITING_BECAUSE
    from csat_tui.store.retention.removed import kept_until, removed_files

    row = connection.execute("SELECT value FROM sync_cursor WHERE name = ?", (WAITING_BECAUSE,)).fetchone()
    if row is not None and row[0]:
        yield attention("retention", row[0], "`csat-tui purge --dry-run` lists what would be removed")
    if files := removed_files(file):
        until = max(map(kept_until, files)).astimezone()
        kept = f"what was removed as old is kept until {until:%Y-%m-%d %H:%M}"
        yield ok("removed", f"{kept}; `csat-tui doctor --restore-removed` puts it back")


def _outbox(connection: sqlite3.Connection) -> Iterator[Diagnosis]:
    states = dict(connection.execute("SELECT state, count(*) FROM outbox GROUP BY state"))
    needing = ("asking", "conflict", "rejected", "misdelivered")
    settled_or_going = ("queued", "sending", "unknown", "confirmed", "withdrawn")
    person = sum(count for state, count in states.items() if state in needing or state not in settled_or_going)
    waiting = sum(states.get(state, 0) for state in ("queued", "sending", "unknown"))
    if person:
        yield attention("outbox", f"{person} effects need you", "`csat-tui outbox` says what to do")
    else:
        yield ok("outbox", f"{waiting} on their way, {states.get('confirmed', 0)} confirmed")
    refused = connection.execute(
        "SELECT count(*) FROM outbox WHERE kind = 'note' AND state = 'rejected' AND instr(reason, ?)", (NO_NOTES,)
    ).fetchone()[0]
    if refused:
        todo = "an administrator can allow it (Admin Center, People, Roles); then `csat-tui outbox retry`"
        yield bad("notes", f"the help desk has refused {refused} internal notes", todo, Exit.HELP_DESK)


def _alerts(connection: sqlite3.Connection) -> Iterator[Diagnosis]:
    """Yield what keeps messages of alerts from their recipients, and how old the last alert is; nothing before it."""
    last = connection.execute("SELECT max(ends) FROM recovery_period").fetchone()[0]
    if last is None:
        return
    states = dict(
        connection.execute(
            "SELECT state, count(*) FROM recovery_alert_step AS step WHERE number = "
            "(SELECT max(number) FROM recovery_alert_step WHERE alert_id = step.alert_id) GROUP BY state"
        )
    )
    person, waiting = states.get("in doubt", 0) + states.get("refused", 0), states.get("waiting", 0)
    ended = datetime.fromtimestamp(last / 1000, UTC)
    if person:
        need = "1 message needs you" if person == 1 else f"{person} messages need you"
        yield attention("alerts", need, "`csat-tui alerts list --open` says what became of them")
    elif waiting:
        wait = "1 message could not be sent yet" if waiting == 1 else f"{waiting} messages could not be sent yet"
        yield attention("alerts", wait, "`csat-tui alerts list --open` says why; they are tried again")
    elif datetime.now(UTC) - ended > ALERTS_AGE:
        told = f"the last were about the time up to {ended.astimezone():%Y-%m-%d %H:%M}"
        yield attention("alerts", told, "`csat-tui alerts install` has them run by themselves")
    else:
        yield ok("alerts", f"alerted up to {ended.astimezone():%Y-%m-%d %H:%M}")


def _unusable(error: sqlite3.Error, file: Path) -> Diagnosis:
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        return bad("database", f"{file} is in use by another program", "close it or try again", Exit.DATABASE)
    if code in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB):
        return bad("database", f"{file} is damaged; the help desk's copy is not affected", REPAIR, Exit.DATABASE)
    return bad("database", f"{file} cannot be used ({error})", "check who owns it, and its folder", Exit.DATABASE)


def _hold_alone(file: Path) -> int | None:
    """Make sure that no other program has the database open; returns the number of unconfirmed effects.

    None where it is too damaged to be asked.
    """
    try:
        with closing(sqlite3.connect(file, timeout=LOCK_TIMEOUT, isolation_level=None)) as connection:
            connection.execute("PRAGMA locking_mode = EXCLUSIVE")
            connection.execute("BEGIN EXCLUSIVE")
            unsettled = "SELECT count(*) FROM outbox WHERE state NOT IN ('confirmed', 'withdrawn')"
            return int(connection.execute(unsettled).fetchone()[0])
    except sqlite3.Error as error:
        code = getattr(error, "sqlite_errorcode", 0) & 0xFF
        if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
            raise Failure(
                Exit.DATABASE,
                f"{file} is in use by another program, so it was left where it is. Close csat-tui and try again.",
            ) from error
        return None if code in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB) else 0  # without tables: nothing in it
