"""Deliver errands in rounds of their own, so that a slow web form or mail server holds up no ticket."""

import asyncio
import logging
from datetime import datetime
from functools import partial

from csat_tui.domain.clock import Clock
from csat_tui.domain.effect import ImpossibleStep
from csat_tui.store import outbox
from csat_tui.store.database import Database
from csat_tui.store.outbox import OutboxItem, damaged_effects, delivery_turns
from csat_tui.sync.delivery_lease import DELIVERY_LEASE_SPAN, DeliveryLease
from csat_tui.sync.delivery_rounds import DeliveryRounds, run_together
from csat_tui.sync.effect_sender import ErrandSender

log = logging.getLogger(__name__)

PARALLEL_ERRANDS = 4
"""How many errands are sent at the same time."""

ERRANDS_PER_ROUND = 100
"""The most errands of one round; the next round takes the rest."""


class ErrandDeliverer:
    """Delivers forms, questions and mails from the outbox; one process at a time does so."""

    def __init__(self, database: Database, errand_sender: ErrandSender, clock: Clock, lease: DeliveryLease) -> None:
        self._database = database
        self._errand_sender = errand_sender
        self._clock = clock
        self._lease = lease
        self._rounds = DeliveryRounds()

    async def run_once(self) -> datetime | None:
        """Send every errand that is due; return when to look again, or None if none waits for a time.

        An error of the disk or in csat-tui is raised after everything that was started has ended.
        """
        with self._database.read() as connection:
            due = delivery_turns.next_due(connection, errands=True)
            under_way = delivery_turns.in_flight(connection, errands=True)
        if due is None and not under_way:
            return None
        if self._rounds.draining or not self._lease.hold():
            return self._clock.now() + DELIVERY_LEASE_SPAN / 2
        with self._rounds.under_way():
            return await self._run_due()

    async def drain(self, seconds: float) -> None:
        """Start no more errands, and wait so many seconds at most for those under way."""
        await self._rounds.drain(seconds)

    async def _run_due(self) -> datetime | None:
        self._recover()
        now = self._clock.now()
        due = damaged_effects.read_intact(
            self._database, now, lambda connection: delivery_turns.due(connection, now, ERRANDS_PER_ROUND, errands=True)
        )
        if due:
            slots = asyncio.Semaphore(PARALLEL_ERRANDS)
            async with self._lease.kept():
                await run_together(self._run(effect, slots) for effect in due)
        with self._database.read() as connection:
            return delivery_turns.next_due(connection, errands=True)

    def _recover(self) -> None:
        """Mark as unknown what a former process left as being sent."""
        in_flight = partial(delivery_turns.in_flight, errands=True)
        for effect in damaged_effects.read_intact(self._database, self._clock.now(), in_flight):
            if effect.id not in self._errand_sender.sending:
                self._errand_sender.mark_unknown(effect, "the program ended while sending")

    async def _run(self, effect: OutboxItem, slots: asyncio.Semaphore) -> None:
        """Take one errand as far as possible now."""
        async with slots:
            current: OutboxItem | None = effect
            while current is not None and not self._rounds.draining:
                try:
                    further = await self._errand_sender.advance(current)
                except ImpossibleStep as step:
                    # The person or another process was faster; the outbox is right.
                    log.info("effect %s: %s", current.id, step)
                    return
                current = self._again(current) if further else None

    def _again(self, effect: OutboxItem) -> OutboxItem | None:
        """Return an errand that needs another step: a lost answer becomes a question to the person at once."""
        with self._database.read() as connection:
            now = outbox.item(connection, effect.id)
        return None if now is None or now.state.settled or now.state.needs_person else now
