"""An event loop in which waiting takes no time."""

import asyncio
import selectors
from collections.abc import Callable


class _Selector(selectors.DefaultSelector):
    """Looks at what is ready, and takes every wait for over."""

    def __init__(self, waited: Callable[[float], None], *, alone: bool) -> None:
        super().__init__()
        self._waited = waited
        self._alone = alone

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        if timeout is None:  # only another thread can go on from here
            assert not self._alone, "everybody waits, and nobody would ever go on"
            return super().select(None)
        if timeout > 0:
            self._waited(timeout)
        return super().select(0)


class VirtualLoop(asyncio.SelectorEventLoop):
    """Runs a coroutine to its end at once; `waited` is told how long it waited, to the microsecond.

    Where it is `alone`, with no other thread beside it, a wait without end means that somebody was forgotten.
    """

    def __init__(self, waited: Callable[[float], None], *, alone: bool = False) -> None:
        self._time = 1000.0
        self._tell = waited
        super().__init__(_Selector(self._wait, alone=alone))

    def time(self) -> float:
        return self._time

    def _wait(self, seconds: float) -> None:
        self._time += seconds
        self._tell(seconds)
