"""The program with one table more, declared nowhere but in its class: `python -m tests.store.a_new_table FOLDER`.

A row is written, the database is lost and repaired, the row's case is removed when it is old, and put back. After each
step the table's words are printed, one step a line.
"""

import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlmodel import Field, SQLModel

from csat_tui.store.tables.lifetime import InLedger, WhenOld, lifetime
from tests.builders import NOON


class PromiseRow(SQLModel, table=True):
    """What an agent promised a customer."""

    __tablename__ = "promise"
    __table_args__ = lifetime(InLedger.EVERY_ROW, WhenOld.WITH_SURVEY)
    id: int | None = Field(default=None, primary_key=True)
    survey_id: int = Field(foreign_key="survey.id", index=True)
    words: str


# After the table, as for every table of the program: what follows reads the declarations when it is imported.
from csat_tui.store.database import Database  # noqa: E402
from csat_tui.store.migrations import migrate  # noqa: E402
from csat_tui.store.recovery import open_repaired, repairing  # noqa: E402
from csat_tui.store.retention.purging import purge  # noqa: E402
from csat_tui.store.retention.removed import removed_files, restore  # noqa: E402
from tests.store.shelf import arriving, put  # noqa: E402


def migrate_with_promises(engine: Any, file: Path, schema: int) -> None:
    """Stand in for the migration that makes the table."""
    migrate(engine, file, schema)
    with engine.begin() as connection:
        PromiseRow.__table__.create(connection, checkfirst=True)  # type: ignore[attr-defined]


def show(database: Database) -> None:
    with database.read() as connection:
        print([row[0] for row in connection.exec_driver_sql("SELECT words FROM promise")])


def main(folder: Path) -> None:
    from csat_tui.store import migrations

    migrations.migrate = migrate_with_promises
    repairing.migrate = migrate_with_promises
    database = Database.open(folder / "csat-tui.db")
    [survey_id] = put(database, arriving(1))
    with database.write() as connection:
        connection.exec_driver_sql("INSERT INTO promise (survey_id, words) VALUES (?, 'a refund')", (survey_id,))
    database.close()

    database.file.write_bytes(b"no database any more" * 500)
    database, repaired = open_repaired(database.file, NOON)
    assert repaired is not None
    show(database)

    with database.write() as connection:
        connection.exec_driver_sql("UPDATE \"case\" SET stage = 'decided'")
    assert purge(database, timedelta(days=180), NOON + timedelta(days=400)).cases == 1
    show(database)

    restore(database, removed_files(database.file)[0])
    show(database)
    database.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
