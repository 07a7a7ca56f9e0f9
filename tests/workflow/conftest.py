"""What tests of the workflow start from."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from csat_tui.workflow.low_scores import LowScoresDesk
from csat_tui.workflow.watching import Watching
from tests.sync.bench import Bench


@pytest.fixture
def bench() -> Iterator[Bench]:
    made = Bench.temporary()
    yield made
    made.clear()


@pytest.fixture
def lists(bench: Bench) -> LowScoresDesk:
    return LowScoresDesk(bench.database, bench.desk)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "arrives"
    made.mkdir()
    return made


@pytest.fixture
def watch(bench: Bench, lists: LowScoresDesk) -> Callable[..., Watching]:
    return lambda folder="", mailbox="": Watching(bench.database, lists, bench.clock, str(folder), str(mailbox))
