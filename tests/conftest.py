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


WAITING = (
    "tests/end_to_end/test_a_full_shift.py", "tests/end_to_end/test_two_homes.py", "tests/cli/test_terminal_gone.py",
    "tests/cli/test_demo_pair.py", "tests/end_to_end/test_one_case_everywhere.py",
    "tests/end_to_end/test_hostile_text.py", "tests/end_to_end/test_soak.py",
)  # fmt: skip
"""The files whose tests wait longest for programs that they have started; the longest first."""


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Begin with the tests that wait longest, each worker with its part: no worker is left alone with them at the end.

    Each worker gets an equal share of the tests as they stand here, and goes through it from its beginning.
    """
    workers: int = getattr(config, "workerinput", {"workercount": 1})["workercount"]
    waiting: dict[str, list[pytest.Item]] = {file: [] for file in WAITING}
    others: list[pytest.Item] = []
    for item in items:
        waiting.get(item.location[0], others).append(item)
    first: list[list[pytest.Item]] = [[] for _ in range(workers)]
    for place, file in enumerate(WAITING):
        first[place % workers] += waiting[file]
    ends = [len(items) * (worker + 1) // workers for worker in range(workers)]
    ordered: list[pytest.Item] = []
    for begun_with, end in zip(first, ends, strict=True):
        room = max(0, end - len(ordered) - len(begun_with))
        ordered += begun_with + others[:room]
        del others[:room]
    items[:] = ordered + others


def pytest_collection_finish(session: pytest.Session) -> None:
    """Leave what was imported out of the collector's rounds: it stays, and looking through it costs a third of a test.

    What a test itself leaves behind is still collected, in larger rounds.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)
