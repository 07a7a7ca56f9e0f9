"""Errands in rounds of their own: a web form or mail server that is slow or down holds up no ticket."""

import asyncio
import logging
from contextlib import suppress
from datetime import datetime
from functools import partial

from csat_tui.domain.clock import Clock
from csat_tui.domain.effect import ImpossibleStep
from csat_tui.store import outbox
from csat_tui.store.database import Database
from csat_tui.store.outbox import OutboxItem, damaged_effects, delivery_turns
from csat_tui.sync.delivery_lease import DELIVERY_LEASE_SPAN, DeliveryLease
from csat_tui.sync.messenger import Messenger

log = logging.getLogger(__name__)

PARALLEL_ERRANDS = 4
"""How many errands are run side by side."""

ERRANDS_PER_ROUND = 100
"""How many one round takes on; what is due beyond that comes in the next."""


class Errands:
    """Takes forms, questions and mails out of the outbox; one process at a time does so."""

    def __init__(self, database: Database, messenger: Messenger, clock: Clock, lease: DeliveryLease) -> None:
        self._database = database
        self._messenger = messenger
        self._clock = clock
        self._lease = lease
        self._resting = False
        self._idle = asyncio.Event()
        self._idle.set()

    async def run_once(self) -> datetime | None:
        """Run every errand that is due; returns when to look again, or None if none waits for a moment.

        A fault of our own or of the disk is raised once all that was begun has come to its end.
        """
        with self._database.read() as connection:
            due = delivery_turns.next_due(connection, errands=True)
            under_way = delivery_turns.in_flight(connection, errands=True)
        if due is None and not under_way:
            return None
        if self._resting or not self._lease.hold():
            return self._clock.now() + DELIVERY_LEASE_SPAN / 2
        self._idle.clear()
        try:
            return await self._run_due()
        finally:
            self._idle.set()

    async def drain(self, seconds: float) -> None:
        """Begin nothing more, and wait for what is under way, but no longer than this."""
        self._resting = True
        with suppress(TimeoutError):  # the person is asked about what is still under way then
            await asyncio.wait_for(self._idle.wait(), seconds)

    async def _run_due(self) -> datetime | None:
        self._recover()
        now = self._clock.now()
        due = damaged_effects.read_intact(
            self._database, now, lambda connection: delivery_turns.due(connection, now, ERRANDS_PER_ROUND, errands=True)
        )
        if due:
            async with self._lease.kept():
                await self._run_all(due)
        with self._database.read() as connection:
            return delivery_turns.next_due(connection, errands=True)

    async def _run_all(self, due: tuple[OutboxItem, ...]) -> None:
        places = asyncio.Semaphore(PARALLEL_ERRANDS)
        ended = await asyncio.gather(*(self._run(one, places) for one in due), return_exceptions=True)
        for error in ended:
            if error is not None:
                raise error

    def _recover(self) -> None:
        """Take as unknown what a former holder left in mid-flight."""
        flying = partial(delivery_turns.in_flight, errands=True)
        for effect in damaged_effects.read_intact(self._database, self._clock.now(), flying):
            if effect.id not in self._messenger.sending:
                self._messenger.lose(effect, "the program ended while sending")

    async def _run(self, effect: OutboxItem, places: asyncio.Semaphore) -> None:
        """Take one errand as far as it goes now."""
        async with places:
            current: OutboxItem | None = effect
            while current is not None and not self._resting:
                try:
                    further = await self._messenger.advance(current)
                except ImpossibleStep as step:
                    # The person or another process was faster; the outbox holds what is true.
                    log.info("effect %s: %s", current.id, step)
                    return
                current = self._again(current) if further else None

    def _again(self, effect: OutboxItem) -> OutboxItem | None:
        """Return an errand that needs another step: one whose answer was lost is the person's at once."""
        with self._database.read() as connection:
            now = outbox.item(connection, effect.id)
        return None if now is None or now.state.settled or now.state.needs_person else now
