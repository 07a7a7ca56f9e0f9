"""Delivery in rounds: whose turn it is, one process at a time, as fast as the help desk allows and no faster."""

import asyncio
import logging
import random
from collections import defaultdict
from collections.abc import Mapping
from contextlib import nullcontext, suppress
from datetime import datetime, timedelta

from csat_tui.domain.change import HelpDeskError
from csat_tui.domain.clock import Clock
from csat_tui.domain.effect import SETTLING_TIME, EffectState, ImpossibleStep
from csat_tui.domain.ids import TicketId
from csat_tui.domain.ticket import Agent
from csat_tui.effects.kind import DeliveryMethod
from csat_tui.helpdesk.port import HelpDesk
from csat_tui.store import outbox
from csat_tui.store.database import Database
from csat_tui.store.outbox import OutboxItem, damaged_effects, delivery_turns
from csat_tui.sync.bookkeeper import Bookkeeper
from csat_tui.sync.carrier import Carrier
from csat_tui.sync.case_fetch import CaseFetcher
from csat_tui.sync.courier import Courier
from csat_tui.sync.delivery_lease import DELIVERY_LEASE_SPAN, DeliveryLease

log = logging.getLogger(__name__)

PARALLEL_EFFECTS = 4
"""How many cases are delivered side by side."""

DAMAGE_CHECK_EVERY = timedelta(hours=1)
"""How often what is still to be sent is held against the ledger; each effect is once more before it goes."""

EFFECTS_PER_ROUND = 200
"""How many effects one round takes on; what is due beyond that comes in the next."""


class Deliverer:
    """Takes what goes to tickets, or stays here, out of the outbox; one process at a time does so."""

    def __init__(
        self,
        database: Database,
        helpdesk: HelpDesk,
        fetcher: CaseFetcher,
        clock: Clock,
        holder: str,
        jitter: random.Random,
    ) -> None:
        self._database = database
        self._helpdesk = helpdesk
        self._clock = clock
        self._lease = DeliveryLease(database, clock, holder)
        self._courier = Courier(database, helpdesk, fetcher, clock, jitter, self._lease.holds)
        self._carriers: Mapping[DeliveryMethod, Carrier] = {
            DeliveryMethod.TICKET_WRITE: self._courier,
            DeliveryMethod.TICKET_MERGE: self._courier,
            DeliveryMethod.KEPT_HERE: Bookkeeper(database, clock, self._lease.holds),
        }
        self._unanswered = 0
        self._looked_at: datetime | None = None
        self._resting = False
        self._idle = asyncio.Event()
        self._idle.set()
        self.problem = ""
        """What of the outbox is not delivered although the help desk can be reached, as a sentence; else empty."""

    def set_agent(self, agent: Agent) -> None:
        """Learn whose credential it is: only what this person decided is sent under it."""
        with self._database.write() as connection:
            delivery_turns.introduce(connection, agent, self._clock.now())
            others = delivery_turns.other_owners(connection, agent.id)
        self._courier.agent = agent
        self.problem = _not_ours(others, agent)

    async def run_once(self) -> datetime | None:
        """Deliver everything that is due; returns when to look again, or None if nothing waits for a moment.

        HelpDeskError of an unreachable help desk is not raised: the effects go back and say when they are tried.
        A fault of our own or of the disk is raised once all that was begun has come to its end.
        """
        if self._resting or not self._begin():
            return self._clock.now() + DELIVERY_LEASE_SPAN / 2
        self._idle.clear()
        try:
            return await self._run_due()
        finally:
            self._idle.set()

    async def drain(self, seconds: float) -> None:
        """Begin nothing more, and wait for what is under way, but no longer than this."""
        self._resting = True
        with suppress(TimeoutError):  # what is still under way then is read back at the next start
            await asyncio.wait_for(self._idle.wait(), seconds)

    def hurry(self) -> None:
        """Take the pauses from what waited for a help desk that could not be reached: it can be now."""
        now = self._clock.now()
        with self._database.write() as connection:
            delivery_turns.hurry(connection, now, settling=SETTLING_TIME)

    def release(self) -> None:
        """Give the lease back at the end."""
        self._lease.release()

    async def _run_due(self) -> datetime | None:
        now = self._clock.now()
        self._look_through(now)
        self._recover()
        if (limited := self._courier.limited_until(now)) is not None:
            return limited
        with self._database.read() as connection:
            first = delivery_turns.next_due(connection)
        if first is None or first > now:
            return first
        agent = self._courier.agent or await self._ask_who_we_are()
        if agent is None:
            return now + self._courier.pause(self._unanswered)
        effects = damaged_effects.read_intact(
            self._database, now, lambda connection: delivery_turns.due(connection, now, EFFECTS_PER_ROUND, of=agent.id)
        )
        if effects:
            async with self._lease.kept():
                await self._bring_all_home(effects)
        with self._database.read() as connection:
            again = delivery_turns.next_due(connection, of=agent.id)
        return again if again is None else max(again, self._courier.limited_until(self._clock.now()) or again)

    async def _ask_who_we_are(self) -> Agent | None:
        """Learn whose credential it is before anything is sent under it; None where nobody tells."""
        try:
            agent = await self._helpdesk.whoami()
        except Exception as error:
            self._unanswered += 1
            log.warning("could not ask who we are: %s", error, exc_info=not isinstance(error, HelpDeskError))
            return None
        self._unanswered = 0
        self.set_agent(agent)
        return agent

    def _begin(self) -> bool:
        """Take or keep the lease, and set right what began to wait before the clock was put back."""
        now, agent = self._clock.now(), self._courier.agent
        with self._database.write() as connection:
            if not self._lease.holds(connection):
                return False
            delivery_turns.follow_clock(connection, now)
            if agent is not None:
                self.problem = _not_ours(delivery_turns.other_owners(connection, agent.id), agent)
        return True

    def _look_through(self, now: datetime) -> None:
        """Look now and then whether the disk has altered what is still to be sent, also where it is not due yet."""
        if self._looked_at is None or not timedelta(0) <= now - self._looked_at < DAMAGE_CHECK_EVERY:
            self._looked_at = now
            damaged_effects.check(self._database, now)

    def _recover(self) -> None:
        """Take as unknown what a former holder, or a round of ours that a failing disk ended, left in mid-flight."""
        for effect in damaged_effects.read_intact(self._database, self._clock.now(), delivery_turns.in_flight):
            carrier = self._carrier(effect)
            if effect.id not in carrier.sending:
                carrier.lose(effect, "the program ended while sending; looking whether it arrived")

    def _carrier(self, effect: OutboxItem) -> Carrier:
        """Return who carries an effect; errands are run apart (`sync.errands`)."""
        return self._carriers[effect.declaration.method]

    async def _bring_all_home(self, effects: tuple[OutboxItem, ...]) -> None:
        places = asyncio.Semaphore(PARALLEL_EFFECTS)
        # Two effects on one ticket at the same moment would be a conflict with each other.
        turn_at: defaultdict[TicketId | None, asyncio.Lock] = defaultdict(asyncio.Lock)
        ended = await asyncio.gather(
            *(self._bring_home(one, places, turn_at) for one in effects), return_exceptions=True
        )
        for error in ended:
            if error is not None:
                raise error

    async def _bring_home(
        self, effect: OutboxItem, places: asyncio.Semaphore, turn_at: defaultdict[TicketId | None, asyncio.Lock]
    ) -> None:
        """Take one effect, then the later ones of its decision, as far as they go now."""
        async with places:
            current: OutboxItem | None = effect
            while current is not None:
                # Rows of our own tracker come and go within one transaction, and wait for nobody.
                async with turn_at[current.ticket_id] if current.ticket_id is not None else nullcontext():
                    if not self._goes_on(current):
                        return
                    try:
                        further = await self._carrier(current).advance(current)
                    except ImpossibleStep as step:
                        # The person or another process was faster; the outbox holds what is true.
                        log.info("effect %s: %s", current.id, step)
                        return
                current = self._next(current) if further else None

    def _goes_on(self, effect: OutboxItem) -> bool:
        """Tell whether anything more may be begun; the lease for sending is looked at with the claim."""
        if self._resting or self._courier.agent is None or self._courier.limited_until(self._clock.now()) is not None:
            return False
        return effect.state is not EffectState.UNKNOWN or self._lease.hold()

    def _next(self, effect: OutboxItem) -> OutboxItem | None:
        """Return what of the same decision can be gone on with; errands are run apart."""
        with self._database.read() as connection:
            family = outbox.of_decision(connection, effect.decision_id)
        waiting = (one for one in family if not one.state.settled and one.declaration.holds_back)
        following = next(waiting, None)
        if following is None or following.declaration.method is DeliveryMethod.ERRAND:
            return None
        if following.state.needs_person or following.not_before > self._clock.now():
            return None
        return following


def _not_ours(others: delivery_turns.OtherOwners | None, agent: Agent) -> str:
    """Say that somebody else's effects wait, and what to do."""
    if others is None:
        return ""
    many = "One effect" if others.effects == 1 else f"{others.effects} effects"
    name = others.name or "somebody else"
    return (
        f"{many} in the outbox {'was' if others.effects == 1 else 'were'} decided by {name}, and the credential is "
        f"{agent.name}'s: not sent. Sign in as {name}, or withdraw them in the outbox."
    )
