"""Bring a database file to the schema that this version needs. The changes are in `versions`, oldest first.

A change that was released is never edited.
"""

import os
import sqlite3
from contextlib import closing
from pathlib import Path

from sqlalchemy import Engine

from csat_tui.store.errors import StoreDamaged, StoreNewer, raised_as_store_errors

LATEST_SCHEMA = 21
"""The schema version of this program; kept in SQLite's `user_version` so that looking costs nothing."""


def bring_up_to_date(engine: Engine, file: Path) -> None:
    """Migrate the file to the latest schema, after copying it; does nothing if the file has that schema.

    Raises StoreNewer where a later version of the program wrote it, StoreDamaged where another program did.
    """
    with raised_as_store_errors(file), engine.connect() as connection:
        version = connection.exec_driver_sql("PRAGMA user_version").scalar_one()
    if version == LATEST_SCHEMA:
        return
    if version > LATEST_SCHEMA:
        raise StoreNewer(
            f"The database {file} was written by a newer csat-tui (schema {version}, this one knows {LATEST_SCHEMA}). "
            "Nothing was changed; update csat-tui."
        )
    with raised_as_store_errors(file):
        if version:
            back_up(file, file.with_name(f"{file.name}.schema-{version}"))
        migrate(engine, file, LATEST_SCHEMA)


def back_up(file: Path, copy: Path) -> None:
    """Write a complete, consistent copy of the database; the copy is as private as the original."""
    copy.unlink(missing_ok=True)  # one of an earlier try, or a link that somebody has put there
    os.close(os.open(copy, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600))
    with closing(sqlite3.connect(file)) as source, closing(sqlite3.connect(copy)) as target:
        source.backup(target)


def migrate(engine: Engine, file: Path, schema: int) -> None:
    """Bring the file to a schema version, in one transaction."""
    # Alembic is only needed when the schema changes; every other start does without its import.
    from alembic import command
    from alembic.config import Config

    config = Config()
    # A percent sign means something to the parser of this configuration.
    config.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    with engine.connect() as connection:
        connection.exec_driver_sql("BEGIN IMMEDIATE")
        # Another process may have migrated while this one waited for the lock.
        version = connection.exec_driver_sql("PRAGMA user_version").scalar_one()
        if version == 0 and connection.exec_driver_sql("SELECT 1 FROM sqlite_master").first():
            raise StoreDamaged(
                f"{file} is the database of another program. Nothing was changed; "
                "move it elsewhere, or name another folder in CSAT_TUI_HOME."
            )
        if version < schema:
            config.attributes["connection"] = connection
            command.upgrade(config, f"{schema:04d}")
            connection.exec_driver_sql(f"PRAGMA user_version = {schema}")
        connection.exec_driver_sql("COMMIT")
