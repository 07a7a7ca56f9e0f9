"""What every test of the store starts from."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from csat_tui.store.database import Database
from tests.store.shelf import new_database


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    opened = new_database(tmp_path)
    yield opened
    opened.close()
