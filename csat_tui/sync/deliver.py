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

from sqlalchemy import Connection

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
from csat_tui.sync.holder import is_gone

log = logging.getLogger(__name__)

SETTLING = timedelta(seconds=5)
"""How long after a lost answer a read-back waits, so that a slow write is seen."""

LEASE = timedelta(seconds=90)
"""How long a silent process keeps delivery to itself; longer than any one request may take."""

PARALLEL = 4
"""How many cases are delivered side by side."""

AT_ONCE = 200
"""How many effects one round takes on; what is due beyond that comes in the next."""

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
        self._sending: set[int] = set()
        self._resting = False
        self._idle = asyncio.Event()
        self._idle.set()

    async def run_once(self) -> datetime | None:
        """Deliver everything that is due; returns when to look again, or None if nothing waits for a moment.

        HelpDeskError of an unreachable help desk is not raised: the effects go back and say when they are tried.
        A fault of our own or of the disk is raised once all that was begun has come to its end.
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
            effects = outbox.due(connection, self._clock.now(), AT_ONCE)
        limit = asyncio.Semaphore(PARALLEL)
        ended = await asyncio.gather(*(self._bring_home(one, limit) for one in effects), return_exceptions=True)
        for error in ended:
            if error is not None:
                raise error
        with self._database.read() as connection:
            return outbox.next_due(connection)

    def hurry(self) -> None:
        """Take the pauses from what waited for a help desk that could not be reached: it can be now."""
        now = self._clock.now()
        with self._database.write() as connection:
            outbox.hurry(connection, now, lost_before=now - SETTLING)

    def release(self) -> None:
        """Give the lease back at the end."""
        with self._database.write() as connection:
            lease.give_back(connection, "delivery", self._holder)

    def _hold(self) -> bool:
        with self._database.write() as connection:
            return lease.take(connection, "delivery", self._holder, self._clock.now(), LEASE, is_gone)

    def _recover(self) -> None:
        """Take as unknown what a former holder, or a round of ours that a failing disk ended, left in mid-flight."""
        with self._database.read() as connection:
            left = [effect for effect in outbox.in_flight(connection) if effect.id not in self._sending]
        for effect in left:
            self._lose(effect, "the program ended while sending; looking whether it arrived")

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
        try:
            return await self._send(effect)
        finally:
            self._sending.discard(effect.id)

    async def _send(self, effect: OutboxItem) -> bool:
        """Send an effect: committed as sending before the first byte leaves."""
        now = self._clock.now()
        with self._database.write("outbox") as connection:
            if not outbox.intact(connection, effect.id):
                return self._refuse_altered(connection, effect)
            attempt = effect.attempt + 1
            since = effect.read_from or now
            self._sending.add(effect.id)
            outbox.move(connection, effect, Event.CLAIMED, at=now, attempt=attempt, read_from=since)
        sending = _claimed(effect, attempt)
        try:
            receipt = await self._helpdesk.apply(sending.change())
        except HelpDeskError as error:
            return await self._not_landed(sending, error)
        except Exception as error:
            # A bug of ours says nothing about what the help desk did: unknown, never failed.
            log.exception("effect %s: unexpected while sending", effect.id)
            self._lose(sending, f"unexpected {type(error).__name__}; looking whether it arrived")
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
            case Conflict() | Denied() | Missing() | Refused():
                return await self._turned_down(effect, error)
            case _:
                self._lose(effect, f"{error}; looking whether it arrived")
        return False

    async def _turned_down(self, effect: OutboxItem, error: HelpDeskError) -> bool:
        """Hand a conflict or a refusal to the person, unless our own earlier, unanswered attempt is behind it.

        Such an attempt may have arrived after it was looked for: it has moved the ticket on, or was its last change.
        Until that is known the person is not asked, for they would send it a second time.
        """
        with self._database.read() as connection:
            doubtful = outbox.was_lost(connection, effect.id)
        if doubtful:
            try:
                receipt = await self._find(effect)
            except Missing:
                receipt = None
            except Exception as unread:
                _log_bug(effect, unread, "reading back")
                self._lose(effect, f"{error}, and not known yet whether it arrived before: {unread}")
                return False
            if receipt is not None:
                self._land(effect, Event.LANDED, receipt)
                return True
        self._move(effect, Event.STALE if isinstance(error, Conflict) else Event.REFUSED, str(error))
        await self._look_again(effect)
        return False

    async def _read_back(self, effect: OutboxItem) -> bool:
        """Find out what became of an unknown effect."""
        try:
            receipt = await self._find(effect)
        except Missing as error:
            self._move(effect, Event.REFUSED, str(error))
            await self._look_again(effect)
            return False
        except Exception as error:
            _log_bug(effect, error, "reading back")
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
        if effect.public:
            await self._look_again(effect)
        return False

    def _write_row(self, effect: OutboxItem) -> bool:
        """Write a tracker row: the row and its receipt are one transaction."""
        now = self._clock.now()
        with self._database.write("outbox", "tracker") as connection:
            if not outbox.intact(connection, effect.id):
                return self._refuse_altered(connection, effect)
            outbox.move(connection, effect, Event.CLAIMED, at=now, attempt=effect.attempt + 1)
            tracker.write(connection, effect.op_id, effect.survey_id, effect.cells, now)
            sending = _claimed(effect, effect.attempt + 1)
            outbox.move(connection, sending, Event.LANDED, at=now, reference="tracker", landed_at=now)
        return True

    def _refuse_altered(self, connection: Connection, effect: OutboxItem) -> bool:
        """Give an effect that is no longer what the person decided back to them."""
        now = self._clock.now()
        outbox.move(connection, effect, Event.CLAIMED, at=now)
        damaged = _claimed(effect, effect.attempt)
        outbox.move(connection, damaged, Event.REFUSED, at=now, sentence="its text was altered on the disk")
        return False

    def _land(self, effect: OutboxItem, event: Event, receipt: Receipt) -> None:
        """Keep a receipt, and base the decision's later effects on the stamp that it left."""
        with self._database.write("outbox", f"case:{effect.survey_id}") as connection:
            outbox.move(
                connection, effect, event, at=self._clock.now(),
                sentence=receipt.remark, reference=receipt.reference, landed_at=receipt.landed_at,
            )  # fmt: skip
            outbox.follow_on(connection, effect, receipt)

    def _move(self, effect: OutboxItem, event: Event, sentence: str, **values: datetime) -> None:
        with self._database.write("outbox") as connection:
            outbox.move(connection, effect, event, at=self._clock.now(), sentence=sentence, **values)

    def _lose(self, effect: OutboxItem, sentence: str) -> None:
        """Mark an effect as unknown, to be read back once a slow write has had its time."""
        self._move(effect, Event.LOST, sentence, not_before=self._clock.now() + SETTLING)

    async def _find(self, effect: OutboxItem) -> Receipt | None:
        change = effect.change()
        return await self._helpdesk.find(change.ticket_id, effect.op_id, effect.read_from or effect.changed_at)

    async def _credential_refused(self) -> bool:
        """Tell a refused credential, under which everything waits, from a single write that is not allowed.

        Where it cannot be told the write waits too: nothing of it was applied, and a person has nothing to decide.
        """
        try:
            await self._helpdesk.whoami()
        except Exception as error:
            log.info("could not ask who we are: %s", error, exc_info=not isinstance(error, HelpDeskError))
            return True
        return False

    async def _look_again(self, effect: OutboxItem) -> None:
        """Fetch the ticket as it is now, so that the person sees what the help desk refused the write for."""
        if effect.ticket_id is None:
            return
        try:
            await self._fetcher.ticket(effect.ticket_id)
        except Exception as error:
            bug = not isinstance(error, HelpDeskError)
            log.warning("ticket %s could not be looked at again: %s", effect.ticket_id, error, exc_info=bug)

    def _next(self, effect: OutboxItem) -> OutboxItem | None:
        with self._database.read() as connection:
            family = outbox.of_decision(connection, effect.decision_id)
        following = next((one for one in family if not one.state.settled), None)
        if following is None or following.state.needs_person or following.not_before > self._clock.now():
            return None
        return following

    def _pause(self, attempt: int) -> timedelta:
        """Return a growing, jittered pause."""
        longest = min(LONGEST_PAUSE, 2.0 ** min(attempt, 10))
        return timedelta(seconds=self._jitter.uniform(longest / 2, longest))


def _log_bug(effect: OutboxItem, error: Exception, what: str) -> None:
    """Log an exception that no help desk's answer is behind."""
    if not isinstance(error, HelpDeskError):
        log.error("effect %s: unexpected while %s", effect.id, what, exc_info=error)


def _claimed(effect: OutboxItem, attempt: int) -> OutboxItem:
    return replace(effect, state=State.SENDING, attempt=attempt)
