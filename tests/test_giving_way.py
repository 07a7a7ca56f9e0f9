"""Giving way: what works beside the screen waits while a key is under way, and nobody else ever does."""

import threading
from collections.abc import Callable, Iterator
from time import monotonic

import pytest

from csat_tui import giving_way
from csat_tui.giving_way import give_way, screen_busy, screen_free, work_beside


@pytest.fixture(autouse=True)
def free() -> Iterator[None]:
    """Leave no key under way."""
    yield
    screen_free()


def beside(work: Callable[[], object]) -> threading.Thread:
    """Begin some work on a thread that gives way."""

    def run() -> None:
        work_beside()
        work()

    thread = threading.Thread(target=run)
    thread.start()
    return thread


def test_work_beside_waits_until_the_key_is_painted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(giving_way, "LONGEST", 30.0)
    passed = threading.Event()
    screen_busy()
    thread = beside(lambda: (give_way(), passed.set()))
    assert not passed.wait(0.05)
    screen_free()
    assert passed.wait(10)
    thread.join(10)


def test_a_key_that_is_never_painted_is_not_waited_for_for_ever() -> None:
    screen_busy()
    thread = beside(give_way)
    thread.join(10)
    assert not thread.is_alive()


def test_a_thread_that_is_not_beside_the_screen_never_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(giving_way, "LONGEST", 30.0)
    screen_busy()
    began = monotonic()
    give_way()
    assert monotonic() - began < 10
