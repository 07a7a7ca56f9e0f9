"""Delivery in rounds: writes to tickets, as fast as the help desk allows and no faster, and errands beside them."""

import asyncio
import logging
import random
from collections import defaultdict
from collections.abc import Mapping
from contextlib import nullcontext
from datetime import datetime, timedelta
from functools import partial

from csat_tui.domain.clock import Clock
from csat_tui.domain.effect import SETTLING_TIME, EffectState, ImpossibleStep
from csat_tui.domain.errors import HelpDeskError
from csat_tui.domain.ids import TicketId
from csat_tui.domain.ticket import Agent
from csat_tui.effects.kind import DeliveryMethod
from csat_tui.helpdesk.port import HelpDesk
from csat_tui.store import outbox
from csat_tui.store.database import Database
from csat_tui.store.outbox import OutboxItem, damaged_effects, delivery_turns
from csat_tui.sync.case_fetch import CaseFetcher
from csat_tui.sync.delivery_rounds import DELIVERY_LEASE_SPAN, DeliveryLease, DeliveryRounds, run_together
from csat_tui.sync.effect_sender import EffectSender, ErrandSender, SheetWriter
from csat_tui.sync.ticket_sender import TicketSender

log = logging.getLogger(__name__)

PARALLEL_EFFECTS = 4
"""How many decisions are delivered at the same time."""

DAMAGE_CHECK_EVERY = timedelta(hours=1)
"""How often all unsent effects are compared with the ledger; each one is compared again before it is sent."""

EFFECTS_PER_ROUND = 200
"""The most effects of one round; the next round takes the rest."""


class Deliverer:
    """Delivers effects for tickets and for sheets from the outbox; one process at a time does so."""

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
        self._ticket_sender = TicketSender(database, helpdesk, fetcher, clock, jitter, self._lease.holds)
        self._senders: Mapping[DeliveryMethod, EffectSender] = {
            DeliveryMethod.TICKET_WRITE: self._ticket_sender,
            DeliveryMethod.TICKET_MERGE: self._ticket_sender,
            DeliveryMethod.KEPT_HERE: SheetWriter(database, clock, self._lease.holds),
        }
        self._unanswered = 0
        self._damage_checked_at: datetime | None = None
        self._rounds = DeliveryRounds()
        self.problem = ""
        """Why effects are not delivered although the help desk can be reached, as a sentence; else empty."""

    def set_agent(self, agent: Agent) -> None:
        """Set whose credential it is: only what this person decided is sent with it."""
        with self._database.write() as connection:
            delivery_turns.introduce(connection, agent, self._clock.now())
            others = delivery_turns.other_owners(connection, agent.id)
        self._ticket_sender.agent = agent
        self.problem = _others_sentence(others, agent)

    async def run_once(self) -> datetime | None:
        """Deliver everything that is due; return when to look again, or None if nothing waits for a time.

        An unreachable help desk raises nothing: the effects go back to the queue with a time for the next try. An error
        of the disk or in csat-tui is raised after everything that was started has ended.
        """
        if self._rounds.draining or not self._take_lease():
            return self._clock.now() + DELIVERY_LEASE_SPAN / 2
        with self._rounds.under_way():
            return await self._run_due()

    async def drain(self, seconds: float) -> None:
        """Start no more deliveries, and wait so many seconds at most for those under way."""
        await self._rounds.drain(seconds)

    def end_pauses(self) -> None:
        """Let effects that waited for an unreachable help desk be due now, because it can be reached again."""
        now = self._clock.now()
        with self._database.write() as connection:
            delivery_turns.hurry(connection, now, settling=SETTLING_TIME)

    def release(self) -> None:
        """Release the lease at the end."""
        self._lease.release()

    async def _run_due(self) -> datetime | None:
        now = self._clock.now()
        self._check_for_damage(now)
        self._recover()
        if (limited := self._ticket_sender.limited_until(now)) is not None:
            return limited
        with self._database.read() as connection:
            first = delivery_turns.next_due(connection)
        if first is None or first > now:
            return first
        agent = self._ticket_sender.agent or await self._ask_agent()
        if agent is None:
            return now + self._ticket_sender.pause(self._unanswered)
        effects = damaged_effects.read_intact(
            self._database, now, lambda connection: delivery_turns.due(connection, now, EFFECTS_PER_ROUND, of=agent.id)
        )
        if effects:
            async with self._lease.kept():
                await self._deliver_decisions(effects)
        with self._database.read() as connection:
            again = delivery_turns.next_due(connection, of=agent.id)
        return again if again is None else max(again, self._ticket_sender.limited_until(self._clock.now()) or again)

    async def _ask_agent(self) -> Agent | None:
        """Ask whose credential it is before anything is sent with it; return None if there is no answer."""
        try:
            agent = await self._helpdesk.whoami()
        except Exception as error:
            self._unanswered += 1
            log.warning("could not ask who we are: %s", error, exc_info=not isinstance(error, HelpDeskError))
            return None
        self._unanswered = 0
        self.set_agent(agent)
        return agent

    def _take_lease(self) -> bool:
        """Take or keep the lease, and correct waiting times after the clock was put back."""
        now, agent = self._clock.now(), self._ticket_sender.agent
        with self._database.write() as connection:
            if not self._lease.holds(connection):
                return False
            delivery_turns.follow_clock(connection, now)
            if agent is not None:
                self.problem = _others_sentence(delivery_turns.other_owners(connection, agent.id), agent)
        return True

    def _check_for_damage(self, now: datetime) -> None:
        """Check at times whether the disk has altered unsent effects, including those that are not due yet."""
        if self._damage_checked_at is None or not timedelta(0) <= now - self._damage_checked_at < DAMAGE_CHECK_EVERY:
            self._damage_checked_at = now
            damaged_effects.check(self._database, now)

    def _recover(self) -> None:
        """Mark as unknown what a former process, or a round that a disk error ended, left as being sent."""
        for effect in damaged_effects.read_intact(self._database, self._clock.now(), delivery_turns.in_flight):
            sender = self._sender(effect)
            if effect.id not in sender.sending:
                sender.mark_unknown(effect, "the program ended while sending; looking whether it arrived")

    def _sender(self, effect: OutboxItem) -> EffectSender:
        """Return what sends an effect; errands have rounds of their own (`ErrandDeliverer`)."""
        return self._senders[effect.declaration.method]

    async def _deliver_decisions(self, effects: tuple[OutboxItem, ...]) -> None:
        slots = asyncio.Semaphore(PARALLEL_EFFECTS)
        # Two effects on one ticket at the same time would conflict with each other.
        ticket_locks: defaultdict[TicketId | None, asyncio.Lock] = defaultdict(asyncio.Lock)
        await run_together(self._deliver_decision(effect, slots, ticket_locks) for effect in effects)

    async def _deliver_decision(
        self, effect: OutboxItem, slots: asyncio.Semaphore, ticket_locks: defaultdict[TicketId | None, asyncio.Lock]
    ) -> None:
        """Deliver one effect, and then the later ones of its decision, as far as possible now."""
        async with slots:
            current: OutboxItem | None = effect
            while current is not None:
                # Rows of the tracker are written in one transaction and need no lock.
                async with ticket_locks[current.ticket_id] if current.ticket_id is not None else nullcontext():
                    if not self._may_continue(current):
                        return
                    try:
                        further = await self._sender(current).advance(current)
                    except ImpossibleStep as step:
                        # The person or another process was faster; the outbox is right.
                        log.info("effect %s: %s", current.id, step)
                        return
                current = self._next(current) if further else None

    def _may_continue(self, effect: OutboxItem) -> bool:
        """Return whether to go on; before a write, the claim checks the lease as well."""
        sender = self._ticket_sender
        if self._rounds.draining or sender.agent is None or sender.limited_until(self._clock.now()) is not None:
            return False
        return effect.state is not EffectState.UNKNOWN or self._lease.hold()

    def _next(self, effect: OutboxItem) -> OutboxItem | None:
        """Return the next effect of the decision that can be delivered now; errands have rounds of their own."""
        with self._database.read() as connection:
            family = outbox.of_decision(connection, effect.decision_id)
        waiting = (one for one in family if not one.state.settled and one.declaration.holds_back)
        following = next(waiting, None)
        if following is None or following.declaration.method is DeliveryMethod.ERRAND:
            return None
        if following.state.needs_person or following.not_before > self._clock.now():
            return None
        return following


def _others_sentence(others: delivery_turns.OtherOwners | None, agent: Agent) -> str:
    """Return a sentence about effects that another person decided, and what to do; empty if there are none."""
    if others is None:
        return ""
    many = "One effect" if others.effects == 1 else f"{others.effects} effects"
    name = others.name or "somebody else"
    return (
        f"{many} in the outbox {'was' if others.effects == 1 else 'were'} decided by {name}, and the credential is "
        f"{agent.name}'s: not sent. Sign in as {name}, or withdraw them in the outbox."
    )


PARALLEL_ERRANDS = 4
"""How many errands are sent at the same time."""

ERRANDS_PER_ROUND = 100
"""The most errands of one round; the next round takes the rest."""


class ErrandDeliverer:
    """Delivers forms, questions and mails from the outbox; one process at a time does so.

    Its rounds are its own, so that a slow web form or mail server holds up no ticket.
    """

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
