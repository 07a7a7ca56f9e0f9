"""A desk with two cases, and a writer, for the tests of controllers."""

from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from csat_tui.store.database import Database
from csat_tui.targets.mail import MailFiles
from csat_tui.tui.base.background_work import Writer
from csat_tui.workflow.desk import Desk
from csat_tui.workflow.opening import lay_out
from tests.tui.desk_fixture import filled_desk


@pytest.fixture
def office(tmp_path: Path) -> Iterator[SimpleNamespace]:
    """Return database, desk, dispatch and paperwork."""
    database, desk, dispatch = filled_desk(tmp_path, 2)
    paperwork = lay_out(database, desk, desk._clock, lambda: MailFiles(tmp_path, desk._clock))
    yield SimpleNamespace(database=database, desk=desk, dispatch=dispatch, paperwork=paperwork)
    database.close()


@pytest.fixture
def desk(office: Any) -> Desk:
    return office.desk


@pytest.fixture
def database(office: Any) -> Database:
    return office.database


@pytest.fixture
def writer() -> Iterator[Writer]:
    writer = Writer()
    yield writer
    writer.close()
