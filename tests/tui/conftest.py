"""What the screens' tests share."""

import time
from collections.abc import Iterator

import pytest


@pytest.fixture
def greenwich(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Moments are shown in the person's own time, which must be the same wherever the pictures are compared."""
    monkeypatch.setenv("TZ", "UTC")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()
