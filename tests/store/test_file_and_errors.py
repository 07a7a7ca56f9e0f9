"""The database's file, wherever it lies, and its errors, which keep customers' words out of the log."""

from pathlib import Path

import pytest
from sqlalchemy.exc import IntegrityError, StatementError

from csat_tui.store import surveys
from csat_tui.store.database import Database
from tests.store.shelf import arriving


def test_no_error_of_the_database_quotes_what_was_to_be_written(database: Database) -> None:
    with pytest.raises(IntegrityError) as refused, database.write() as connection:
        connection.exec_driver_sql(
            "INSERT INTO draft (survey_id, fields, saved_at) VALUES (4711, ?, 0)", ("my flat burnt down",)
        )
    with pytest.raises(StatementError) as unfit, database.write() as connection:
        surveys.put_surveys(connection, [arriving(1, comment="my flat burnt down", agent=object())])
    assert "burnt" not in f"{refused.value} {unfit.value}"


def test_any_folder_can_hold_the_database(tmp_path: Path) -> None:
    folder = tmp_path / "what? 100% mine #1 & %41"
    Database.open(folder / "csat-tui.db").close()
    assert (folder / "csat-tui.db").stat().st_size
    assert [one.name for one in tmp_path.iterdir()] == [folder.name]
