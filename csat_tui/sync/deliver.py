"""Delivery: each effect from the outbox to a receipt, or to the person (architecture: outbox).

The rule behind every line here: what happened to a write is only believed when the help desk said so. A request
that left and was not answered is unknown, and is read back before anything is sent again.
"""

import asyncio
import logging
import random
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta

from csat_tui.domain.change import (
    Conflict,
    Denied,
    HelpDeskError,
    Limited,
    Missing,
    Receipt,
    Refused,
    Unreachable,
)
from csat_tui.domain.clock import Clock
from csat_tui.domain.outbox import Event, ImpossibleStep, State
from csat_tui.helpdesk.port import HelpDesk
from csat_tui.store import lease, outbox, tracker
from csat_tui.store.database import Database
from csat_tui.store.outbox import OutboxItem
from csat_tui.sync.fetch import Fetcher

log = logging.getLogger(__name__)

SETTLING = timedelta(seconds=5)
"""How long after a lost answer a read-back waits, so that a slow write is seen."""

LEASE = timedelta(seconds=60)
"""How long a silent process keeps delivery to itself; longer than any one request may take."""

PARALLEL = 4
"""How many cases are delivered side by side."""

LONGEST_PAUSE = 300.0
"""Seconds between attempts at most."""


class Deliverer:
    """Takes effects out of the outbox; one process at a time does so."""

    def __init__(
        self, database: Database, helpdesk: HelpDesk, fetcher: Fetcher, clock: Clock, holder: str, jitter: random.Random
    ) -> None:
        self._database = database
        self._helpdesk = helpdesk
        self._fetcher = fetcher
        self._clock = clock
        self._holder = holder
        self._jitter = jitter
        self._recovered = False
        self._resting = False
        self._idle = asyncio.Event()
        self._idle.set()

    async def run_once(self) -> datetime | None:
        """Deliver everything that is due; returns when to look again, or None if nothing waits for a moment.

        HelpDeskError of an unreachable help desk is not raised: the effects go back and say when they are tried.
        """
        if self._resting or not self._hold():
            return self._clock.now() + LEASE / 2
        self._idle.clear()
        try:
            return await self._run_due()
        finally:
            self._idle.set()

    async def rest(self, seconds: float) -> None:
        """Begin nothing more, and wait for what is under way, but no longer than this."""
        self._resting = True
        with suppress(TimeoutError):  # what is still under way then is read back at the next start
            await asyncio.wait_for(self._idle.wait(), seconds)

    async def _run_due(self) -> datetime | None:
        self._recover()
        with self._database.read() as connection:
            effects = outbox.unsettled(connection)
        now = self._clock.now()
        firsts = _first_of_each_decision(effects)
        limit = asyncio.Semaphore(PARALLEL)
        await asyncio.gather(*(self._bring_home(effect, limit) for effect in firsts if _due_at(effect) <= now))
        with self._database.read() as connection:
            waiting = [_due_at(one) for one in _first_of_each_decision(outbox.unsettled(connection))]
        return min(waiting, default=None)

    def release(self) -> None:
        """Give the lease back at the end."""
        with self._database.write() as connection:
            lease.give_back(connection, "delivery", self._holder)

    def _hold(self) -> bool:
        with self._database.write() as connection:
            held = lease.take(connection, "delivery", self._holder, self._clock.now(), LEASE)
        if not held:
            self._recovered = False
        return held

    def _recover(self) -> None:
        """Take every effect that a former holder left in mid-flight as unknown; nobody else is sending now."""
        if self._recovered:
            return
        with self._database.write("outbox") as connection:
            for effect in outbox.unsettled(connection):
                if effect.state is State.SENDING:
                    sentence = "the program ended while sending; looking whether it arrived"
                    outbox.move(connection, effect, Event.LOST, at=self._clock.now(), sentence=sentence)
        self._recovered = True

    async def _bring_home(self, effect: OutboxItem, limit: asyncio.Semaphore) -> None:
        """Take one effect, then the later ones of its decision, as far as they go now."""
        async with limit:
            current: OutboxItem | None = effect
            while current is not None and not self._resting and self._hold():
                try:
                    settled = await self._advance(current)
                except ImpossibleStep as step:
                    # The person or another process was faster; the outbox holds what is true.
                    log.info("effect %s: %s", current.id, step)
                    return
                current = self._next(current) if settled else None

    async def _advance(self, effect: OutboxItem) -> bool:
        """Take one effect one step; returns whether it is settled."""
        if effect.state is State.UNKNOWN:
            return await self._read_back(effect)
        if effect.kind == "tracker":
            return self._write_row(effect)
        return await self._send(effect)

    async def _send(self, effect: OutboxItem) -> bool:
        """Send an effect: committed as sending before the first byte leaves."""
        now = self._clock.now()
        with self._database.write("outbox") as connection:
            if not outbox.intact(connection, effect.id):
                outbox.move(connection, effect, Event.CLAIMED, at=now)
                damaged = _claimed(effect, effect.attempt)
                outbox.move(connection, damaged, Event.REFUSED, at=now, sentence="its text was altered on the disk")
                return False
            attempt = effect.attempt + 1
            since = effect.read_from or now
            outbox.move(connection, effect, Event.CLAIMED, at=now, attempt=attempt, read_from=since)
        sending = _claimed(effect, attempt)
        try:
            receipt = await self._helpdesk.apply(sending.change())
        except HelpDeskError as error:
            return await self._not_landed(sending, error)
        except Exception as error:
            # A bug of ours says nothing about what the help desk did: unknown, never failed.
            log.exception("effect %s: unexpected while sending", effect.id)
            self._move(sending, Event.LOST, f"unexpected {type(error).__name__}; looking whether it arrived")
            return False
        self._land(sending, Event.LANDED, receipt)
        return True

    async def _not_landed(self, effect: OutboxItem, error: HelpDeskError) -> bool:
        """Say what an answer other than a receipt means for an effect; returns whether it is settled."""
        now = self._clock.now()
        match error:
            case Unreachable():
                self._move(effect, Event.NOT_SENT, str(error), not_before=now + self._pause(effect.attempt))
            case Limited():
                later = now + timedelta(seconds=max(1.0, error.retry_after))
                self._move(effect, Event.NOT_SENT, str(error), not_before=later)
            case Denied() if await self._credential_refused():
                self._move(effect, Event.NOT_SENT, str(error), not_before=now + self._pause(effect.attempt + 3))
            case Conflict():
                return await self._conflicting(effect, error)
            case Denied() | Missing() | Refused():
                self._move(effect, Event.REFUSED, str(error))
                await self._look_again(effect)
            case _:
                self._move(effect, Event.LOST, f"{error} Looking whether it arrived.")
        return False

    async def _conflicting(self, effect: OutboxItem, error: Conflict) -> bool:
        """Tell a ticket that moved on from one that our own earlier, unanswered attempt has moved."""
        self._move(effect, Event.STALE, str(error))
        with self._database.read() as connection:
            stale = outbox.item(connection, effect.id)
        if stale is None:
            return False
        try:
            receipt = await self._find(stale)
        except HelpDeskError as unread:
            log.warning("effect %s: could not read back after a conflict: %s", effect.id, unread)
            receipt = None
        if receipt is not None:
            self._land(stale, Event.FOUND, receipt)
            return True
        await self._look_again(effect)
        return False

    async def _read_back(self, effect: OutboxItem) -> bool:
        """Find out what became of an unknown effect."""
        try:
            receipt = await self._find(effect)
        except Missing as error:
            self._move(effect, Event.REFUSED, str(error))
            return False
        except HelpDeskError as error:
            later = self._clock.now() + self._pause(effect.attempt)
            with self._database.write("outbox") as connection:
                outbox.postpone(connection, effect, later, f"not known yet whether it arrived: {error}")
            return False
        if receipt is not None:
            self._land(effect, Event.FOUND, receipt)
            return True
        sentence = "it did not arrive and is sent again"
        if effect.public:
            sentence = "it is not to be found there; sending it again could show it to the customer twice"
        self._move(effect, Event.ABSENT, sentence, not_before=self._clock.now())
        return False

    def _write_row(self, effect: OutboxItem) -> bool:
        """Write a tracker row: the row and its receipt are one transaction."""
        now = self._clock.now()
        with self._database.write("outbox", "tracker") as connection:
            outbox.move(connection, effect, Event.CLAIMED, at=now, attempt=effect.attempt + 1)
            tracker.write(connection, effect.op_id, effect.survey_id, effect.cells, now)
            sending = _claimed(effect, effect.attempt + 1)
            outbox.move(connection, sending, Event.LANDED, at=now, reference="tracker", landed_at=now)
        return True

    def _land(self, effect: OutboxItem, event: Event, receipt: Receipt) -> None:
        """Keep a receipt, and base the decision's later effects on the stamp that it left."""
        with self._database.write("outbox", f"case:{effect.survey_id}") as connection:
            outbox.move(
                connection, effect, event, at=self._clock.now(),
                reference=receipt.reference, landed_at=receipt.landed_at,
            )  # fmt: skip
            outbox.follow_on(connection, effect, receipt.stamp or receipt.landed_at)

    def _move(self, effect: OutboxItem, event: Event, sentence: str, **values: datetime) -> None:
        with self._database.write("outbox") as connection:
            outbox.move(connection, effect, event, at=self._clock.now(), sentence=sentence, **values)

    async def _find(self, effect: OutboxItem) -> Receipt | None:
        change = effect.change()
        return await self._helpdesk.find(change.ticket_id, effect.op_id, effect.read_from or effect.changed_at)

    async def _credential_refused(self) -> bool:
        """Tell a refused credential, under which everything waits, from a single write that is not allowed."""
        try:
            await self._helpdesk.whoami()
        except Denied:
            return True
        except HelpDeskError as error:
            log.info("could not ask who we are: %s", error)
        return False

    async def _look_again(self, effect: OutboxItem) -> None:
        """Fetch the ticket as it is now, so that the person sees what the help desk refused the write for."""
        if effect.ticket_id is None:
            return
        try:
            await self._fetcher.ticket(effect.ticket_id)
        except HelpDeskError as error:
            log.warning("ticket %s could not be fetched after a refusal: %s", effect.ticket_id, error)

    def _next(self, effect: OutboxItem) -> OutboxItem | None:
        with self._database.read() as connection:
            family = outbox.of_decision(connection, effect.decision_id)
        following = next((one for one in family if not one.state.settled), None)
        return following if following is not None and _due_at(following) <= self._clock.now() else None

    def _pause(self, attempt: int) -> timedelta:
        """Return a growing, jittered pause."""
        longest = min(LONGEST_PAUSE, 2.0 ** min(attempt, 10))
        return timedelta(seconds=self._jitter.uniform(longest / 2, longest))


def _claimed(effect: OutboxItem, attempt: int) -> OutboxItem:
    return replace(effect, state=State.SENDING, attempt=attempt)


def _first_of_each_decision(effects: tuple[OutboxItem, ...]) -> list[OutboxItem]:
    """Return the effects that may move: within a decision each waits for the one before it."""
    firsts: dict[int, OutboxItem] = {}
    for effect in effects:
        firsts.setdefault(effect.decision_id, effect)
    return [effect for effect in firsts.values() if not effect.state.needs_person]


def _due_at(effect: OutboxItem) -> datetime:
    if effect.state is State.UNKNOWN:
        return max(effect.changed_at + SETTLING, effect.not_before)
    return effect.not_before
