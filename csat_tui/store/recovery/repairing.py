"""Repair of a damaged database: what cannot be fetched again is put back from its ledger, and nothing is deleted."""

import logging
import os
import sqlite3
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import URL, Connection, create_engine, text

from csat_tui.domain.effect import EffectEvent, EffectState
from csat_tui.store import ledger
from csat_tui.store.database import Database
from csat_tui.store.errors import StoreDamaged, StoreFull, StoreNewer
from csat_tui.store.files import DatabaseLock
from csat_tui.store.ledger import soundness
from csat_tui.store.ledger.file import KEYS
from csat_tui.store.ledger.soundness import backups_of, is_sound, made_on
from csat_tui.store.migrations import LATEST_SCHEMA, migrate
from csat_tui.store.recovery import damage
from csat_tui.store.types import Moment

log = logging.getLogger(__name__)

LATE_ARRIVAL = timedelta(seconds=5)
"""How long a write that was under way may still take to arrive, before it is looked for."""

LOOKED_FOR = "the database was rebuilt; looking whether it arrived"


def rebuild_from(ledger: Path, fresh: Path, now: datetime) -> None:
    """Write a fresh database with all that the ledger holds.

    It has the ledger's own schema, so that a ledger of an older version loses nothing; the next start migrates it.
    """
    fresh.touch(mode=0o600)
    engine = create_engine(URL.create("sqlite", database=str(fresh)), hide_parameters=True)
    try:
        with closing(sqlite3.connect(ledger, isolation_level=None)) as kept:
            migrate(engine, fresh, kept.execute("PRAGMA user_version").fetchone()[0])
            with engine.begin() as connection:
                for table in KEYS:
                    _put_back(kept, connection, table)
                _mend_references(connection)
                _doubt(connection, now)
                _go_on_counting(kept, connection)
    finally:
        engine.dispose()


def _put_back(kept: sqlite3.Connection, connection: Connection, table: str) -> None:
    names = [row[1] for row in kept.execute(f"PRAGMA table_info(kept_{table})")]
    if not names:
        return  # a ledger of an older version, which did not have this table
    columns, values = ", ".join(f'"{name}"' for name in names), ", ".join("?" for _ in names)
    rows = kept.execute(f"SELECT {columns} FROM kept_{table}")
    while some := rows.fetchmany(500):
        connection.exec_driver_sql(f'INSERT INTO "{table}" ({columns}) VALUES ({values})', some)


def _mend_references(connection: Connection) -> None:
    """Let go of a newer survey that nobody worked on: it comes again, under a number of its own."""
    connection.exec_driver_sql(
        'UPDATE "case" SET superseded_by = NULL WHERE superseded_by NOT IN (SELECT id FROM survey)'
    )


def _doubt(connection: Connection, now: datetime) -> None:
    """Take what was on its way to somewhere else as unknown: the ledger may be a step behind what was sent.

    It is looked for before it is sent again, and what is not found or cannot be looked up is the person's to decide
    where somebody might see it twice. Rows and records are written here, once under their operation id, so there is
    nothing to doubt.
    """
    moment, later = (Moment().process_bind_param(one, connection.dialect) for one in (now, now + LATE_ARRIVAL))
    doubtful = "state IN (:queued, :sending) AND kind NOT IN ('tracker', 'record')"
    given = {
        "queued": EffectState.QUEUED.value, "sending": EffectState.SENDING.value, "unknown": EffectState.UNKNOWN.value,
        "event": EffectEvent.LOST.value, "now": moment, "later": later, "said": LOOKED_FOR,
    }  # fmt: skip
    connection.execute(
        text(
            "INSERT INTO delivery_attempt (outbox_id, attempt, at, event, state, sentence) "
            f"SELECT id, attempt, :now, :event, :unknown, :said FROM outbox WHERE {doubtful}"
        ),
        given,
    )
    connection.execute(
        text(
            "UPDATE outbox SET state = :unknown, reason = :said, read_from = coalesce(read_from, changed_at), "
            f"not_before = max(not_before, :later), changed_at = :now WHERE {doubtful}"
        ),
        given,
    )


def _go_on_counting(kept: sqlite3.Connection, connection: Connection) -> None:
    """Give no number a second time, and let the next start bring the ledger in line."""
    identity, generation, reach = kept.execute("SELECT identity, generation, reach FROM kept_mark").fetchone()
    connection.exec_driver_sql("UPDATE mark SET identity = ?, generation = ?", (identity, generation + 1))
    connection.exec_driver_sql("DELETE FROM sqlite_sequence WHERE name = 'survey'")
    connection.exec_driver_sql("INSERT INTO sqlite_sequence VALUES ('survey', ?)", (reach,))


@dataclass(frozen=True, slots=True)
class Repaired:
    """What a repair did, in a sentence, and what it set aside; nothing was set aside where all was whole."""

    sentence: str
    aside: tuple[Path, ...] = ()


def open_repaired(file: Path, now: datetime) -> tuple[Database, Repaired | None]:
    """Open the database, mending it first where that is needed. Raises StoreError."""
    if not soundness.suspicion_file(file).exists():
        try:
            return Database.open(file), None
        except StoreDamaged:
            log.warning("the database is damaged; it is being repaired")
    repaired = repair(file, now)
    return Database.open(file), repaired


def repair(file: Path, now: datetime) -> Repaired:
    """Look through the database and its ledger, and rebuild what is damaged from what is not.

    Raises StoreBusy while anybody has it open, StoreNewer where a later version wrote it, StoreFull without room.
    """
    hold = DatabaseLock.alone(file)
    try:
        done = _repair(file, now)
        soundness.suspicion_file(file).unlink(missing_ok=True)
    except OSError as error:
        raise StoreFull(
            f"The database {file} could not be repaired ({error.strerror}). All its files are still there; "
            "check the folder's permissions and the free disk space."
        ) from error
    finally:
        hold.release()
    log.warning("repair: %s", done.sentence)
    return done


def _repair(file: Path, now: datetime) -> Repaired:
    kept = ledger.ledger_file(file)
    for part in (file, kept):
        if part.exists():
            _refuse_strange(part)
    kept_sound = is_sound(kept)
    if is_sound(file) and not (kept_sound and _has_lost(file, kept)):
        if kept_sound:
            return _mend_rows(file)
        if not kept.exists():
            return Repaired("The database was checked and is undamaged; nothing was changed.")
        aside = set_files_aside([kept], "damaged", now)
        return Repaired(
            f"The ledger was damaged and was rebuilt from the database; nothing is lost. {_named(aside)}", aside
        )
    source = kept if kept_sound else next((one for one in backups_of(file) if is_sound(one)), None)
    if source is None:
        raise StoreDamaged(
            f"The database {file} is damaged, and there is nothing to rebuild it from. The help desk's copy is not "
            "affected and the file was left as it is; “csat-tui doctor --set-aside” renames it, "
            "and the next start creates a new one."
        )
    told = "Drafts, decisions and the outbox are all back"
    if source is not kept:
        told = f"Its ledger was damaged too: drafts, decisions and the outbox are back as of {made_on(source)}"
    fresh = file.with_name(f"{file.name}.rebuilding")
    for leftover in _parts(fresh):
        leftover.unlink(missing_ok=True)
    rebuild_from(source, fresh, now)
    _make_durable(fresh)
    # The database goes first: killed in between, the ledger stands alone, and the next start comes here again.
    aside = set_files_aside([file, kept] if source is not kept else [file], "damaged", now)
    fresh.rename(file)
    _make_durable(file.parent)
    return Repaired(
        f"The database was damaged and has been rebuilt. {told}; "
        f"the other surveys and all tickets come with the next sync. {_named(aside)}",
        aside,
    )


def _mend_rows(file: Path) -> Repaired:
    """Mend single rows that the disk has altered in a file that is whole as such."""
    mended, lost = damage.mend(file)
    if not mended and not lost:
        return Repaired("The database was checked and is undamaged; nothing was changed.")
    parts = []
    if mended:
        parts.append(
            f"Single rows were damaged and have been put back from their second copy: {damage.in_words(mended)}."
        )
    if lost:
        parts.append(
            f"These are damaged in both copies and were left as they are: {damage.in_words(lost)}. Nothing of them is "
            "sent; “csat-tui outbox withdraw” takes an effect out."
        )
    return Repaired(" ".join(parts))


def set_files_aside(files: list[Path], because: str, now: datetime) -> tuple[Path, ...]:
    """Rename database files, their logs first; returns where they are now. OSError where that fails."""
    moved = []
    for file in files:
        aside = file.with_name(f"{file.name}.{because}-{now.astimezone():%Y%m%d-%H%M%S}")
        # A log that is left behind would be taken for the next file's own.
        for part, place in zip(_parts(file), _parts(aside), strict=True):
            with suppress(FileNotFoundError):
                part.rename(place)
                moved.append(place)
    return tuple(moved)


def _parts(file: Path) -> tuple[Path, ...]:
    return *(file.with_name(f"{file.name}{suffix}") for suffix in ("-wal", "-shm")), file


def _refuse_strange(file: Path) -> None:
    """Leave alone what is no damage: a later version's database, or another program's."""
    with suppress(sqlite3.DatabaseError), closing(sqlite3.connect(file)) as connection:
        schema = connection.execute("PRAGMA user_version").fetchone()[0]
        if schema > LATEST_SCHEMA:
            raise StoreNewer(
                f"The database {file} was written by a newer csat-tui. Nothing was changed; update csat-tui."
            )
        if schema == 0 and connection.execute("SELECT 1 FROM sqlite_master").fetchone():
            raise StoreDamaged(
                f"{file} is the database of another program. Nothing was changed; "
                "move it elsewhere, or name another folder in CSAT_TUI_HOME."
            )


def _has_lost(file: Path, kept: Path) -> bool:
    """Tell whether a sound database lacks changes that its ledger has: its log was lost, or it is an old copy."""
    with closing(sqlite3.connect(file, isolation_level=None)) as connection:
        connection.execute("ATTACH ? AS ledger", (str(kept),))
        ours, theirs = ledger.mark(connection, "main.mark"), ledger.mark(connection, "ledger.kept_mark")
    if theirs is None:
        return False
    if ours is None:
        return True
    return ours.identity == theirs.identity and ours.generation < theirs.generation


def _named(aside: tuple[Path, ...]) -> str:
    files = [one for one in aside if not one.name.endswith(("-wal", "-shm"))]
    return f"The damaged file is kept as {' and '.join(map(str, files))}." if files else ""


def _make_durable(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
