"""What holds for every test of the suite."""

import gc
import os
import time
from collections.abc import Iterator

import pytest

os.environ["TZ"] = "UTC"  # what is shown in the person's own time reads the same wherever the suite runs
time.tzset()


@pytest.fixture
def in_chicago(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Have the person sit in Chicago: five or six hours behind what the help desk says."""
    monkeypatch.setenv("TZ", "America/Chicago")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


def pytest_collection_finish(session: pytest.Session) -> None:
    """Leave what was imported out of the collector's rounds: it stays, and looking through it costs a third of a test.

    What a test itself leaves behind is still collected, in larger rounds.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)
