"""The sync beside a screen: it rests after work, so that keys go first."""

import asyncio
import threading
import time

import pytest

from csat_tui.sync import courtesy
from csat_tui.sync.courtesy import LONGEST, REST, courteous_loop


def work(seconds: float) -> None:
    """Keep the processor busy."""
    until = time.thread_time() + seconds
    while time.thread_time() < until:
        pass


def rests_of(monkeypatch: pytest.MonkeyPatch, *turns: float) -> list[float]:
    """Return how long the loop rests over turns that work for so many seconds each."""
    rests: list[float] = []
    monkeypatch.setattr(courtesy.time, "sleep", rests.append)

    async def main() -> None:
        for seconds in turns:
            work(seconds)
            await asyncio.sleep(0)

    def beside() -> None:
        with asyncio.Runner(loop_factory=courteous_loop) as runner:
            runner.run(main())

    # On a thread of its own, as in the workstation: the one that runs the tests never gives way.
    thread = threading.Thread(target=beside)
    thread.start()
    thread.join()
    return rests


def test_a_turn_that_worked_is_followed_by_a_longer_rest(monkeypatch: pytest.MonkeyPatch) -> None:
    longest = max(rests_of(monkeypatch, 0.002))
    assert 0.002 * REST <= longest <= LONGEST


def test_nobody_waits_for_a_long_turn_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    assert max(rests_of(monkeypatch, 0.2)) == LONGEST
