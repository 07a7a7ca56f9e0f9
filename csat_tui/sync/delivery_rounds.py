"""Rounds of delivery: one at a time, each ended whole, and waited for at the end of the program."""

import asyncio
from collections.abc import Awaitable, Iterable, Iterator
from contextlib import contextmanager, suppress


class DeliveryRounds:
    """Tells whether a round of delivery is under way, and lets an end wait for it."""

    def __init__(self) -> None:
        self.draining = False
        """Whether the program is ending, so that nothing more is begun."""
        self._idle = asyncio.Event()
        self._idle.set()

    @contextmanager
    def under_way(self) -> Iterator[None]:
        """Mark a round as under way until the end of the block."""
        self._idle.clear()
        try:
            yield
        finally:
            self._idle.set()

    async def drain(self, seconds: float) -> None:
        """Begin nothing more, and wait so many seconds at most for the round under way.

        An effect that is still being sent then is unknown at the next start.
        """
        self.draining = True
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._idle.wait()


async def run_together(work: Iterable[Awaitable[None]]) -> None:
    """Do all of the work side by side; raise the first error after everything has ended."""
    ended = await asyncio.gather(*work, return_exceptions=True)
    for error in ended:
        if error is not None:
            raise error
