"""When a screen reads again: at once after changes by the person, less often after changes by the sync."""

import threading
from collections.abc import Callable
from typing import Any, cast

import pytest

from csat_tui.key_priority import yield_to_keys
from csat_tui.tui.base.background_work import Changes, Hearer, StoreChanged


class Told:
    """A store that announces, and a screen that keeps what it is told."""

    def __init__(self) -> None:
        self.pauses: list[float] = []
        self._hear: Hearer = lambda _topics: None
        self.changes = Changes(cast(Any, self), self._listen)

    def _listen(self, hear: Hearer) -> Callable[[], None]:
        self._hear = hear
        return lambda: None

    def post_message(self, message: StoreChanged) -> None:
        self.pauses.append(message.pause)

    def by_the_person(self, topic: str) -> None:
        self._hear(frozenset({topic}))

    def by_the_sync(self, topic: str) -> None:
        def run() -> None:
            yield_to_keys()
            self._hear(frozenset({topic}))

        thread = threading.Thread(target=run)
        thread.start()
        thread.join()


@pytest.fixture
def told() -> Told:
    return Told()


def test_what_comes_after_a_while_is_shown_at_once_whoever_brings_it(told: Told) -> None:
    told.by_the_sync("queue")
    assert told.pauses == [Changes.PAUSE]


def test_a_thousand_changes_are_one_look(told: Told) -> None:
    for number in range(1_000):
        told.by_the_person(f"ticket:{number}")
    assert len(told.pauses) == 1
    assert len(told.changes.take()) == 1_000


def test_what_the_sync_brings_right_after_a_look_waits(told: Told) -> None:
    told.changes.take()
    told.by_the_sync("queue")
    told.by_the_sync("sync")
    (pause,) = told.pauses
    assert Changes.PAUSE < pause <= Changes.OFTEN


def test_what_the_person_does_does_not_wait_for_what_the_sync_brought(told: Told) -> None:
    told.changes.take()
    told.by_the_sync("queue")
    told.by_the_person("outbox")
    assert told.pauses[-1] == Changes.PAUSE
    assert told.changes.take() == {"queue", "outbox"}
    assert told.changes.take() == frozenset()
