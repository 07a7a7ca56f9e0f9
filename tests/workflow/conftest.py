"""What tests of the workflow start from."""

from collections.abc import Iterator

import pytest

from tests.sync.bench import Bench


@pytest.fixture
def bench() -> Iterator[Bench]:
    made = Bench.temporary()
    yield made
    made.clear()
