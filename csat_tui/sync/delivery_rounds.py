"""Rounds of delivery: one process at a time delivers, one round at a time, and the end of the program waits for it."""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Iterable, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from datetime import timedelta

from sqlalchemy import Connection

from csat_tui.domain.clock import Clock
from csat_tui.store import leases
from csat_tui.store.database import Database
from csat_tui.store.errors import StoreError
from csat_tui.store.leases import is_gone

log = logging.getLogger(__name__)

DELIVERY_LEASE_SPAN = timedelta(seconds=150)
"""How long a silent process keeps the lease; half of it is longer than any single request may take.

An errand, and a merge, may take several: while one is under way the lease is renewed (`DeliveryLease.kept`).
"""


class DeliveryLease:
    """This process's claim to deliver; alerts have one of their own `name`, and are sent beside the outbox."""

    def __init__(self, database: Database, clock: Clock, holder: str, name: str = "delivery") -> None:
        self._database = database
        self._clock = clock
        self._holder = holder
        self._name = name

    def holds(self, connection: Connection) -> bool:
        """Take or keep the lease within a transaction; returns whether this process has it."""
        return leases.take(connection, self._name, self._holder, self._clock.now(), DELIVERY_LEASE_SPAN, is_gone)

    def hold(self) -> bool:
        """Take or keep the lease; returns whether this process has it."""
        with self._database.write() as connection:
            return self.holds(connection)

    @asynccontextmanager
    async def kept(self) -> AsyncIterator[None]:
        """Renew the lease while work is under way that may take longer than the lease lasts."""
        keeper = asyncio.create_task(self._renew())
        try:
            yield
        finally:
            keeper.cancel()
            await asyncio.gather(keeper, return_exceptions=True)

    async def _renew(self) -> None:
        while True:
            await asyncio.sleep(DELIVERY_LEASE_SPAN.total_seconds() / 4)
            try:
                if not self.hold():
                    log.warning("another process has taken over delivery")
                    return
            except StoreError as error:
                log.warning("the lease could not be renewed: %s", error)

    def release(self) -> None:
        """Release the lease at the end."""
        with self._database.write() as connection:
            leases.give_back(connection, self._name, self._holder)


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
