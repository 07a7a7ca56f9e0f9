"""What tests of the sync start from."""

from collections.abc import Iterator

import pytest

from csat_tui.sync import case_fetch
from tests.sync.bench import Bench
from tests.sync.side import Side, stock


@pytest.fixture
def bench() -> Iterator[Bench]:
    made = Bench.temporary()
    yield made
    made.clear()


@pytest.fixture
def side(bench: Bench) -> Iterator[Side]:
    stock(bench.memory, 5)
    made = Side(bench)
    yield made
    made.background.stop()


@pytest.fixture
def nothing_ahead(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let nothing be gathered that nobody looks at."""
    monkeypatch.setattr(case_fetch, "CASES_AHEAD", 0)
