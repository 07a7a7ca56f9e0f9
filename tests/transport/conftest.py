"""Reads are made once here, so that a test sees the first failure; a test of the retries asks for its own number."""

from collections.abc import Iterator

import pytest
import stamina


@pytest.fixture(autouse=True)
def _reads_are_made_once() -> Iterator[None]:
    with stamina.set_testing(True, attempts=1):
        yield
