"""The other files of a database that may hold removed words."""

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

from csat_tui.store.backups import backups_of
from csat_tui.store.ledger_triggers import KEYS
from csat_tui.store.retention_papers import Papers, forget_papers


def forget_in_backups(file: Path, ids: Sequence[int], papers: Papers) -> None:
    """Remove surveys and papers from the copies of the ledger, and a copy that cannot be written from the disk."""
    for copy in backups_of(file):
        try:
            with closing(sqlite3.connect(copy, isolation_level=None)) as connection:
                connection.execute("PRAGMA secure_delete = ON")
                connection.execute("BEGIN IMMEDIATE")
                _forget(connection, ids)
                forget_papers(connection, papers)
                connection.execute("COMMIT")
        except sqlite3.Error:
            copy.unlink()  # unreadable as a copy, and what it holds cannot be looked through


def remove_old_schemas(file: Path) -> None:
    """Remove the copies from before a migration: they hold everything as it was."""
    for copy in file.parent.glob(f"{file.name}.schema-*"):
        copy.unlink()


def set_aside_files(file: Path) -> tuple[Path, ...]:
    """Return the files that were set aside; a person kept them, and a person removes them."""
    kinds = ("aside", "damaged", "other")
    found = (one for kind in kinds for one in file.parent.glob(f"{file.name}*.{kind}-*"))
    return tuple(sorted(one for one in found if not one.name.endswith(("-wal", "-shm"))))


def _forget(connection: sqlite3.Connection, ids: Sequence[int]) -> None:
    these = "IN (SELECT value FROM json_each(?))"
    given = (str(list(ids)),)
    attempts = (
        f"DELETE FROM kept_delivery_attempt WHERE outbox_id IN (SELECT id FROM kept_outbox WHERE survey_id {these})"
    )
    connection.execute(attempts, given)
    for table in KEYS:
        columns = [row[1] for row in connection.execute(f"PRAGMA table_info(kept_{table})")]
        if "survey_id" in columns:
            connection.execute(f"DELETE FROM kept_{table} WHERE survey_id {these}", given)
    connection.execute(f"DELETE FROM kept_survey WHERE id {these}", given)
