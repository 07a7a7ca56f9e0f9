"""The database's file, wherever it lies, and its errors, which keep customers' words out of the log."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy.exc import IntegrityError, StatementError

from csat_tui.store.cases import surveys
from csat_tui.store.database import Database
from csat_tui.store.errors import StoreFull
from csat_tui.store.ledger import ledger_file
from tests.store.shelf import arriving, new_database, put, value

NOBODY = 65534


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


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder that also somebody without rights can reach, which the test's own may not be."""
    made = Path(tempfile.mkdtemp())
    made.chmod(0o755)
    yield made
    made.chmod(0o755)
    shutil.rmtree(made)


def said_when_opened_by_somebody_without_rights(file: Path) -> str:
    """Open the database in a child that is not root, who may write everywhere; return what it was refused with."""
    heard, said = os.pipe()
    child = os.fork()
    if not child:
        try:
            if os.geteuid() == 0:
                os.setuid(NOBODY)
            Database.open(file).close()
        except StoreFull as error:
            os.write(said, str(error).encode())
        finally:
            os._exit(0)
    os.close(said)
    os.waitpid(child, 0)
    with os.fdopen(heard) as words:
        return words.read()


@pytest.mark.parametrize("part", ["folder", "database", "ledger"])
def test_what_may_only_be_read_is_told_and_left_as_it_is(folder: Path, part: str) -> None:
    database = new_database(folder)
    put(database, arriving(1))
    database.close()
    file = database.file
    closed = {"folder": folder, "database": file, "ledger": ledger_file(file)}[part]
    if os.geteuid() == 0:
        for one in (folder, *folder.iterdir()):
            os.chown(one, NOBODY, NOBODY)
    before = {one.name: one.read_bytes() for one in folder.iterdir()}
    closed.chmod(0o555 if part == "folder" else 0o400)
    if part == "folder":
        (folder / "csat-tui.db.lock").chmod(0o400)
    told = said_when_opened_by_somebody_without_rights(file)
    assert "Nothing was changed; check the folder's owner, its permissions" in told
    assert {one.name: one.read_bytes() for one in folder.iterdir()} == before
    closed.chmod(0o700)
    for one in folder.iterdir():
        one.chmod(0o600)
    opened = Database.open(file)
    assert value(opened, "SELECT count(*) FROM survey") == 1
    opened.close()
