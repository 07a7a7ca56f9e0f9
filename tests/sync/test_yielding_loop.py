"""The loop of the sync rests after each turn, so that keys go first."""

import asyncio
import threading
import time

import pytest

from csat_tui.sync import background
from csat_tui.sync.background import LONGEST_REST, REST_PER_WORK, yielding_loop


def work(seconds: float) -> None:
    """Keep the processor busy."""
    until = time.thread_time() + seconds
    while time.thread_time() < until:
        pass


def rests_of(monkeypatch: pytest.MonkeyPatch, *turns: float) -> list[float]:
    """Return how long the loop rests over turns that work for so many seconds each."""
    rests: list[float] = []
    monkeypatch.setattr(background.time, "sleep", rests.append)

    async def main() -> None:
        for seconds in turns:
            work(seconds)
            await asyncio.sleep(0)

    def beside() -> None:
        with asyncio.Runner(loop_factory=yielding_loop) as runner:
            runner.run(main())

    # On a thread of its own, as in the workstation: the thread that runs the tests never yields.
    thread = threading.Thread(target=beside)
    thread.start()
    thread.join()
    return rests


def test_a_turn_that_worked_is_followed_by_a_longer_rest(monkeypatch: pytest.MonkeyPatch) -> None:
    longest = max(rests_of(monkeypatch, 0.002))
    assert 0.002 * REST_PER_WORK <= longest <= LONGEST_REST


def test_a_rest_has_an_upper_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    assert max(rests_of(monkeypatch, 0.2)) == LONGEST_REST
