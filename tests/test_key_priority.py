"""Threads beside the screen wait while it handles a key, and no other thread does."""

import threading
from collections.abc import Callable, Iterator
from time import monotonic

import pytest

from csat_tui import key_priority
from csat_tui.key_priority import screen_busy, screen_free, wait_for_keys, yield_to_keys


@pytest.fixture(autouse=True)
def free() -> Iterator[None]:
    """Leave no key without its paint."""
    yield
    screen_free()


def beside(work: Callable[[], object]) -> threading.Thread:
    """Begin some work on a thread that yields to keys."""

    def run() -> None:
        yield_to_keys()
        work()

    thread = threading.Thread(target=run)
    thread.start()
    return thread


def test_work_beside_waits_until_the_key_is_painted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(key_priority, "LONGEST_WAIT", 30.0)
    passed = threading.Event()
    screen_busy()
    thread = beside(lambda: (wait_for_keys(), passed.set()))
    assert not passed.wait(0.05)
    screen_free()
    assert passed.wait(10)
    thread.join(10)


def test_a_key_that_is_never_painted_is_not_waited_for_for_ever() -> None:
    screen_busy()
    thread = beside(wait_for_keys)
    thread.join(10)
    assert not thread.is_alive()


def test_a_thread_that_is_not_beside_the_screen_never_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(key_priority, "LONGEST_WAIT", 30.0)
    screen_busy()
    began = monotonic()
    wait_for_keys()
    assert monotonic() - began < 10
