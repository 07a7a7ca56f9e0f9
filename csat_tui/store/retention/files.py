"""The files beside a database that may hold removed words."""

import logging
import sqlite3
from collections.abc import Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

from csat_tui.store.ledger.backups import backups_of
from csat_tui.store.ledger.soundness import is_damage
from csat_tui.store.retention.shifts_and_lists import ShiftsAndLists, erase_rows

WORDS_FILES = "words-*.txt"
"""The names of files with words that could not be saved when a workstation ended."""

log = logging.getLogger(__name__)


def forget_in_backups(
    file: Path, ids: Sequence[int], papers: ShiftsAndLists, shells: Sequence[Mapping[str, Any]]
) -> list[str]:
    """Remove surveys and papers from the copies of the ledger; returns a sentence for each that could not be cleared.

    `shells` are what stays of tracker rows, as the database holds them now. Only a copy that is broken is removed from
    the disk: it is of no use, and what it holds cannot be looked through.
    """
    kept: list[str] = []
    for copy in backups_of(file):
        try:
            with closing(sqlite3.connect(copy, isolation_level=None)) as connection:
                connection.execute("PRAGMA secure_delete = ON")
                connection.execute("BEGIN IMMEDIATE")
                _forget(connection, ids)
                _leave_shells(connection, shells)
                erase_rows(connection, papers)
                connection.execute("COMMIT")
        except sqlite3.Error as error:
            if is_damage(error):
                log.warning("the copy %s is broken and is removed: %s", copy.name, error)
                copy.unlink()
            else:
                kept.append(f"The copy {copy} could not be cleared of removed words ({error}) and is kept")
    return kept


def remove_old_schemas(file: Path) -> None:
    """Remove the copies from before a migration: they hold everything as it was."""
    for copy in file.parent.glob(f"{file.name}.schema-*"):
        copy.unlink()


def files_set_aside(file: Path) -> tuple[Path, ...]:
    """Return the files that were set aside, and those of unsaved words: they are a person's to remove."""
    kinds = ("aside", "damaged", "other")
    found = (one for kind in kinds for one in file.parent.glob(f"{file.name}*.{kind}-*"))
    aside = [one for one in found if not one.name.endswith(("-wal", "-shm"))]
    return tuple(sorted([*aside, *file.parent.glob(WORDS_FILES)]))


def _forget(connection: sqlite3.Connection, ids: Sequence[int]) -> None:
    """Remove what belongs to surveys from a copy, which an older version may have made with fewer tables."""
    these = "IN (SELECT value FROM json_each(?))"
    given = (str(list(ids)),)
    names = "SELECT name FROM sqlite_master WHERE type = 'table' AND substr(name, 1, 5) = 'kept_'"
    tables = [row[0] for row in connection.execute(names)]
    columns = {table: {row[1] for row in connection.execute(f"PRAGMA table_info({table})")} for table in tables}
    for table in tables:
        if "outbox_id" in columns[table] and "kept_outbox" in tables:
            effects = f"SELECT id FROM kept_outbox WHERE survey_id {these}"
            connection.execute(f"DELETE FROM {table} WHERE outbox_id IN ({effects})", given)
    for table in tables:
        if table == "kept_survey":
            connection.execute(f"DELETE FROM {table} WHERE id {these}", given)
        elif "survey_id" in columns[table]:
            connection.execute(f"DELETE FROM {table} WHERE survey_id {these}", given)


def _leave_shells(connection: sqlite3.Connection, shells: Sequence[Mapping[str, Any]]) -> None:
    """Put the shells of tracker rows where the whole rows were; a copy of an older version has no place for them."""
    columns = {row[1] for row in connection.execute("PRAGMA table_info(kept_tracker_row)")}
    for shell in shells:
        if columns == set(shell):
            names, places = ", ".join(shell), ", ".join("?" for _ in shell)
            connection.execute(f"INSERT INTO kept_tracker_row ({names}) VALUES ({places})", tuple(shell.values()))
