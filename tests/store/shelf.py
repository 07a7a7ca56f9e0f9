"""A store for tests: a migrated file in a moment, a clock that moves by hand, and surveys to put on it."""

import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any
from unittest.mock import patch

from sqlalchemy import Engine, create_engine

from csat_tui.domain.ids import SurveyId, TicketId
from csat_tui.domain.survey import Arrival, as_arrival, due_at
from csat_tui.store import named_values
from csat_tui.store.cases import surveys
from csat_tui.store.database import Database
from csat_tui.store.ledger import ledger_file
from tests.builders import NOON, a_survey, the_playbook


class ManualClock:
    """Stands still until it is moved."""

    def __init__(self, at: datetime = NOON) -> None:
        self.at = at

    def now(self) -> datetime:
        return self.at

    def forward(self, seconds: float) -> None:
        self.at += timedelta(seconds=seconds)


@contextmanager
def statements_compiled_once() -> Iterator[None]:
    """Compile each SQL statement once for all databases that are opened; a process opens one and does so anyway."""
    first: list[Engine] = []

    def create(*arguments: Any, **options: Any) -> Engine:
        engine = create_engine(*arguments, query_cache_size=5_000, **options)
        if not first:
            first.append(engine)
        # What is compiled is known by its dialect and kept with the engine.
        engine.dialect, engine._compiled_cache = first[0].dialect, first[0]._compiled_cache
        return engine

    with patch("csat_tui.store.database.create_engine", create):
        yield


Content = tuple[bytes, bytes]
"""The bytes of a closed database and of its ledger."""


def content_of(fill: Callable[[Path], Database]) -> Content:
    """Return the content of the database that `fill` opens in a folder; to be made once and copied by each test."""
    with tempfile.TemporaryDirectory() as folder:
        database = fill(Path(folder))
        database.close()
        return database.file.read_bytes(), ledger_file(database.file).read_bytes()


def copy_of(content: Content, file: Path) -> Database:
    """Open a new database that has this content."""
    for part, its_bytes in zip((file, ledger_file(file)), content, strict=True):
        part.write_bytes(its_bytes)
        part.chmod(0o600)
    return Database.open(file)


@cache
def _migrated() -> Content:
    """Return a migrated, empty database, made once for this process."""
    return content_of(lambda folder: Database.open(folder / "template.db"))


def new_database(folder: Path, name: str = "csat-tui.db") -> Database:
    """Open a new database without the cost of migrating it."""
    return copy_of(_migrated(), folder / name)


class Shelf:
    """A database in a folder that goes with it, for examples that cannot have a fixture each."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp())
        self.database = new_database(self.folder)

    def __enter__(self) -> Database:
        return self.database

    def __exit__(self, *_: object) -> None:
        self.database.close()
        shutil.rmtree(self.folder, ignore_errors=True)


def arriving(number: int, **over: Any) -> Arrival:
    """Return a survey with its own tickets, as it comes in."""
    parts: dict[str, Any] = {
        "source": f"ticket:{9_900_000 + number}",
        "survey_ticket_id": TicketId(9_900_000 + number),
        "source_ticket_id": TicketId(7_300_000 + number),
        "received_at": NOON + timedelta(minutes=number),
    }
    return as_arrival(a_survey(**parts | over), the_playbook())


def put(database: Database, *arrived: Arrival) -> list[SurveyId]:
    """Put surveys into a store and return their ids, in the order given."""
    with database.write() as connection:
        surveys.put_surveys(connection, arrived)
        return ids(connection, (one.survey.source for one in arrived))


def ids(connection: Any, sources: Iterable[str]) -> list[SurveyId]:
    """Return the ids of surveys by their sources."""
    wanted = list(sources)
    rows = dict(tuple(row) for row in connection.exec_driver_sql("SELECT source, id FROM survey").all())
    return [SurveyId(rows[source]) for source in wanted]


def value(database: Database, sql: str, *parameters: Any) -> Any:
    """Return one value from the database."""
    with database.read() as connection:
        return connection.exec_driver_sql(sql, parameters).scalar()


__all__ = [
    "Content", "ManualClock", "Shelf", "arriving", "content_of", "copy_of", "due_at", "ids", "new_database", "put",
    "statements_compiled_once", "value",
]  # fmt: skip


def sign_in_reviewer(database: Database, number: int = 71, name: str = "Ana") -> None:
    """Make an administrator of the help desk of whoever works with a database, as its next sync would."""
    with database.write() as connection:
        for key, known in {"agent_id": str(number), "agent": name, "agent_role": "admin"}.items():
            named_values.remember(connection, key, known, NOON)
