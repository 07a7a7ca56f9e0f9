"""A pytest plugin for `make mutation`: the quickest tests run first, because most mutants fall to any."""

import json
from pathlib import Path

import pytest

DURATIONS = Path("mutmut-stats.json")
"""What mutmut measured of each test, in the folder in which it runs them."""


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Sort the collected tests by how long they took without a mutant; a new test comes first."""
    if DURATIONS.exists():
        took = json.loads(DURATIONS.read_text(encoding="utf-8"))["duration_by_test"]
        items.sort(key=lambda item: float(took.get(item.nodeid, 0)))
