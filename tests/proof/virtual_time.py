"""An event loop in which waiting takes no time: whoever sleeps moves the clocks on instead."""

import asyncio
import selectors
from collections.abc import Callable
from datetime import datetime, timedelta

from tests.builders import NOON


class TwoClocks:
    """The time as it is, and as this machine's clock tells it: `jump` puts only the machine's clock wrong."""

    def __init__(self, at: datetime = NOON) -> None:
        self.true = at
        self.wrong_by = timedelta()

    def now(self) -> datetime:
        return self.true + self.wrong_by

    def forward(self, seconds: float) -> None:
        self.true += timedelta(seconds=seconds)

    def jump(self, span: timedelta) -> None:
        self.wrong_by += span


class _Selector(selectors.DefaultSelector):
    """Looks at what is ready, and takes every wait for over."""

    def __init__(self, waited: Callable[[float], None]) -> None:
        super().__init__()
        self._waited = waited

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        if timeout is None:  # only another thread can go on from here
            return super().select(None)
        if timeout > 0:
            self._waited(timeout)
        return super().select(0)


class VirtualLoop(asyncio.SelectorEventLoop):
    """Runs a coroutine to its end at once; `clock` is moved by what it waited, to the microsecond."""

    def __init__(self, clock: TwoClocks) -> None:
        self._time = 0.0
        self._clock = clock
        super().__init__(_Selector(self._wait))

    def time(self) -> float:
        return self._time

    def _wait(self, seconds: float) -> None:
        self._time += seconds
        self._clock.forward(seconds)
