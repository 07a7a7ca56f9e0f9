"""A loop in which waiting takes no time, and a service that counts requests in windows of a minute."""

import asyncio
import math
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from typing import Any, TypeVar

from csat_tui.transport.pace import Pace, Urgency
from tests.virtual_loop import VirtualLoop

Result = TypeVar("Result")


def run(work: Coroutine[Any, Any, Result]) -> Result:
    """Run to the end at once, on a clock that only waiting moves."""
    with asyncio.Runner(loop_factory=lambda: VirtualLoop(lambda _: None, alone=True)) as runner:
        return runner.run(work)


def now() -> float:
    """Return the loop's time, in seconds."""
    return asyncio.get_running_loop().time()


@dataclass
class Service:
    """Allows `rate` requests a window; `tells` writes its headers, from limit, remaining and reset."""

    rate: int
    tells: Callable[[int, int, int], dict[str, str]]
    latency: float = 0.1
    seconds: float = 60.0
    fewest_left_to_background: int = 10**9
    refused: list[Urgency] = field(default_factory=list)
    served: list[tuple[Urgency, float]] = field(default_factory=list)
    _used: int = 0
    _ends: float = -math.inf

    async def ask(self, pace: Pace, urgency: Urgency, patience: float = 10_000.0, *, lost: bool = False) -> bool:
        """Make one request through the pace; returns whether it was served."""
        async with pace.turn(urgency, patience) as turn:
            await asyncio.sleep(self.latency * 0.4)
            headers, wait = self._count(urgency)
            await asyncio.sleep(self.latency * 0.6)
            if not lost:
                turn.heard(headers, wait)
            return wait is None

    def use(self, requests: int) -> None:
        """Let others use some of the window."""
        self._roll()
        self._used += requests

    def _roll(self) -> None:
        if now() >= self._ends:
            self._ends, self._used = now() + self.seconds, 0

    def _count(self, urgency: Urgency) -> tuple[dict[str, str], float | None]:
        self._roll()
        self._used += 1
        left, reset = self.rate - self._used, max(1, math.ceil(self._ends - now()))
        headers = self.tells(self.rate, max(left, 0), reset)
        if left < 0:
            self.refused.append(urgency)
            return headers, float(reset)
        self.served.append((urgency, now()))
        if urgency is not Urgency.PERSON:
            self.fewest_left_to_background = min(self.fewest_left_to_background, left)
        return headers, None


def every_spelling(limit: int, left: int, reset: int) -> dict[str, str]:
    """Tell everything, in every spelling."""
    return old_spelling(limit, left, reset) | new_spelling(limit, left, reset) | dashed(limit, left, reset)


def old_spelling(limit: int, left: int, reset: int) -> dict[str, str]:
    """Tell no end of the window."""
    return {"x-rate-limit": str(limit), "x-rate-limit-remaining": str(left)}


def new_spelling(limit: int, left: int, reset: int) -> dict[str, str]:
    """Tell it as the standard's draft does."""
    return {"ratelimit-limit": str(limit), "ratelimit-remaining": str(left), "ratelimit-reset": str(reset)}


def dashed(limit: int, left: int, reset: int) -> dict[str, str]:
    """Tell it with one more dash."""
    return {"rate-limit": str(limit), "rate-limit-remaining": str(left), "rate-limit-reset": str(reset)}


def nothing(limit: int, left: int, reset: int) -> dict[str, str]:
    """Keep it secret."""
    return {}


SPELLINGS = (every_spelling, old_spelling, new_spelling, dashed)
