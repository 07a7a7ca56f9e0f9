"""What holds for every test of the suite."""

import gc
import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from tests.store.shelf import statements_compiled_once

os.environ["TZ"] = "UTC"  # what is shown in the person's own time reads the same wherever the suite runs
time.tzset()

# The same examples in every run, however slow the machine is; a campaign draws others from a seed of its own.
settings.register_profile("suite", derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("suite")

MEMORY = Path("/dev/shm")
ROOM = 2**30
"""Bytes that must be free in memory before the tests keep their files there."""

if MEMORY.is_dir() and os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free > ROOM:
    # No power is cut in these tests: none needs to wait for a disk each time that something is committed.
    os.environ.setdefault("TMPDIR", str(MEMORY))
    tempfile.tempdir = None  # what was found before this module


@pytest.fixture(scope="session", autouse=True)
def _statements_compiled_once() -> Iterator[None]:
    with statements_compiled_once():
        yield


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
