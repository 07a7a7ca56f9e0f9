"""What holds for every test of the suite."""

import gc

import pytest


def pytest_collection_finish(session: pytest.Session) -> None:
    """Leave what was imported out of the collector's rounds: it stays, and looking through it costs a third of a test.

    What a test itself leaves behind is still collected, in larger rounds.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)
