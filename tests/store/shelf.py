"""A store for tests: a migrated file in a moment, a clock that moves by hand, and surveys to put on it."""

import shutil
import tempfile
from collections.abc import Iterable
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from csat_tui.domain.arrival import Arrival, as_arrival, due_at
from csat_tui.domain.ids import SurveyId, TicketId
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


@cache
def _migrated() -> tuple[bytes, bytes]:
    """Return the bytes of a migrated, empty database and of its ledger, made once for this process."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "template.db"
        Database.open(file).close()
        return file.read_bytes(), ledger_file(file).read_bytes()


def new_database(folder: Path, name: str = "csat-tui.db") -> Database:
    """Open a new database without the cost of migrating it."""
    file = folder / name
    for part, content in zip((file, ledger_file(file)), _migrated(), strict=True):
        part.write_bytes(content)
        part.chmod(0o600)
    return Database.open(file)


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


__all__ = ["ManualClock", "Shelf", "arriving", "due_at", "ids", "new_database", "put", "value"]
