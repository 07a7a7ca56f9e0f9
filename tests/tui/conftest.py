"""What every test of the screen shares: the pilot looks more often whether the screen has come to rest."""

import pytest
from textual import _wait

LOOK = 0.01
"""Seconds over which Textual's pilot looks whether the program is idle, some four times for each key; half its own."""


@pytest.fixture(autouse=True)
def look_more_often(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_wait, "SLEEP_GRANULARITY", LOOK)
    monkeypatch.setattr(_wait, "SLEEP_IDLE", LOOK / 2)
