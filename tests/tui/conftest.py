"""Fixtures that the tests of the screens share."""

from collections.abc import Iterator

import pytest

from tests.tui.quiet import waits_end_with_the_work


@pytest.fixture(scope="package", autouse=True)
def _short_waits() -> Iterator[None]:
    with waits_end_with_the_work():
        yield
