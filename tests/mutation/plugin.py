"""A pytest plugin for `make mutation`: nothing is remembered from before a mutant, and the quickest tests run first."""

import json
import os
import sys
from pathlib import Path

import pytest

DURATIONS = Path("mutmut-stats.json")
"""What mutmut measured of each test, in the folder in which it runs them."""


def pytest_sessionstart() -> None:
    """Empty the caches of functions: mutmut forks after a run of all tests, and what it cached is no mutant's work."""
    _empty_caches("csat_tui", "tests")


def pytest_runtest_setup() -> None:
    """Empty the caches of the rules before each test while mutmut records which functions the tests call.

    Only the first test would count as one that calls a function behind a cache.
    """
    if os.environ.get("MUTANT_UNDER_TEST") == "stats":
        _empty_caches("csat_tui.domain")


def _empty_caches(*packages: str) -> None:
    """Empty the caches of all functions in some packages."""
    for name, module in list(sys.modules.items()):
        if any(f"{name}.".startswith(f"{package}.") for package in packages):
            for value in list(vars(module).values()):
                if callable(clear := getattr(value, "cache_clear", None)):
                    clear()


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Sort the collected tests by how long they took without a mutant; a new test comes first."""
    if DURATIONS.exists():
        took = json.loads(DURATIONS.read_text(encoding="utf-8"))["duration_by_test"]
        items.sort(key=lambda item: float(took.get(item.nodeid, 0)))
