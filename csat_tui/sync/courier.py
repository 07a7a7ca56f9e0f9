"""One effect, one step: sent, read back, or given to the person (architecture: outbox).

The rule behind every line here: what happened to a write is only believed when the help desk said so. A request
that left and was not answered is unknown, and is read back before anything is sent again.
"""

import logging
import random
from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import Connection

from csat_tui.domain.change import (
    Denied,
    HelpDeskError,
    Limited,
    Missing,
    Receipt,
    Refused,
    SignedInAnew,
    Unreachable,
    WriteConflict,
)
from csat_tui.domain.clock import Clock
from csat_tui.domain.conflict import describe_differences, local_time, ticket_differences
from csat_tui.domain.effect import SETTLING_TIME, STAMP_PRECISION, EffectEvent, EffectState
from csat_tui.domain.ticket import Agent
from csat_tui.helpdesk.port import HelpDesk
from csat_tui.store import outbox
from csat_tui.store.database import Database
from csat_tui.store.outbox import OutboxItem, attempts, changes_since_seen, damaged_effects, delivery_turns
from csat_tui.sync.carrier import LONGEST_PAUSE, claimed
from csat_tui.sync.case_fetch import CaseFetcher
from csat_tui.sync.merger import Merger
from csat_tui.sync.retry_delay import retry_delay

log = logging.getLogger(__name__)

MOST_REBASES = 5
"""How often in a row an effect is based anew by the machine; a ticket that moves faster is the person's to see."""


class Courier:
    """Takes one effect one step along its table; `holds` tells, within a transaction, whether we still may."""

    def __init__(
        self,
        database: Database,
        helpdesk: HelpDesk,
        fetcher: CaseFetcher,
        clock: Clock,
        jitter: random.Random,
        holds: Callable[[Connection], bool],
    ) -> None:
        self._database = database
        self._helpdesk = helpdesk
        self._fetcher = fetcher
        self._clock = clock
        self._jitter = jitter
        self._holds = holds
        self._merger = Merger(database, helpdesk, fetcher, clock)
        self._limited: tuple[datetime, datetime] | None = None
        self.sending: set[int] = set()
        """The effects whose requests are under way."""
        self.agent: Agent | None = None
        """Whose credential it is; None while that is not known, or not any more."""

    def limited_until(self, now: datetime) -> datetime | None:
        """Return until when the help desk takes nothing at all; None where it does."""
        if self._limited is None or not self._limited[0] <= now < self._limited[1]:
            return None
        return self._limited[1]

    async def advance(self, effect: OutboxItem) -> bool:
        """Take an effect one step; returns whether its decision can be gone on with at once.

        Raises ImpossibleStep where the person or another process was faster.
        """
        if effect.state is EffectState.UNKNOWN:
            return await self._read_back(effect)
        try:
            return await self._send(effect)
        finally:
            self.sending.discard(effect.id)

    def lose(self, effect: OutboxItem, sentence: str) -> None:
        """Mark an effect as unknown, to be read back once a slow write has had its time."""
        self._move(effect, EffectEvent.LOST, sentence, not_before=self._clock.now() + SETTLING_TIME)

    def pause(self, failures: int) -> timedelta:
        """Return how long to wait after so many failures in a row."""
        return timedelta(seconds=retry_delay(failures, self._jitter, longest=LONGEST_PAUSE))

    # Sending

    async def _send(self, effect: OutboxItem) -> bool:
        """Send an effect: committed as sending before the first byte leaves."""
        with self._database.read() as connection:
            doubtful = attempts.in_doubt(connection, effect.id)
        if doubtful:
            try:
                receipt = await self._find(effect)
            except Missing:
                receipt = None  # so it is not there; sending tells the person why
            except Exception as error:
                self._put_off(effect, error)
                return False
            if receipt is not None:
                self._land(effect, EffectEvent.FOUND, receipt)
                return True
        now = self._clock.now()
        attempt, since = effect.attempt + 1, effect.read_from or now
        with self._database.write("outbox") as connection:
            if not self._holds(connection) or not delivery_turns.is_its_turn(connection, effect):
                return False
            if not damaged_effects.is_intact(connection, effect, now):
                return False
            wrote = changes_since_seen.customer_wrote_at(connection, effect)
            overtaken = (
                "" if wrote is None else f"the customer wrote {local_time(wrote)}, after you decided; read it first"
            )
            unsent = bool(overtaken) and not attempts.was_lost(connection, effect.id)
            if unsent:
                outbox.move(connection, effect, EffectEvent.STALE, at=now, sentence=overtaken)
            else:
                self.sending.add(effect.id)
                outbox.move(connection, effect, EffectEvent.CLAIMED, at=now, attempt=attempt, read_from=since)
        if unsent:
            # The ticket may be here from before that message: what the person reads is what they send over.
            await self._look_again(effect)
            return False
        sending = claimed(effect, attempt)
        try:
            if overtaken:
                # An own attempt may have arrived before the customer wrote: that is looked for before the person is
                # asked, for over their answer it would be sent a second time.
                raise WriteConflict(overtaken)
            if effect.merges:
                receipt = await self._merger.merge(sending, self.agent)
            else:
                receipt = await self._helpdesk.apply(sending.change())
        except HelpDeskError as error:
            return await self._not_landed(sending, error)
        except Exception as error:
            # A bug of ours says nothing about what the help desk did: unknown, never failed.
            log.exception("effect %s: unexpected while sending", effect.id)
            self.lose(sending, f"unexpected {type(error).__name__}; looking whether it arrived")
            return False
        self._land(sending, EffectEvent.LANDED, receipt)
        return True

    async def _not_landed(self, effect: OutboxItem, error: HelpDeskError) -> bool:
        """Say what an answer other than a receipt means; returns whether the decision can be gone on with."""
        match error:
            case SignedInAnew():
                self.agent = None
                self._move(effect, EffectEvent.NOT_SENT, str(error), not_before=self._clock.now())
            case Unreachable() | Limited():
                self._go_back(effect, error, str(error))
            case Denied() if await self._credential_refused():
                self._move(
                    effect,
                    EffectEvent.NOT_SENT,
                    str(error),
                    not_before=self._clock.now() + self.pause(effect.attempt + 3),
                )
            case WriteConflict() | Denied() | Missing() | Refused():
                return await self._turned_down(effect, error)
            case _:
                self.lose(effect, f"{error}; looking whether it arrived")
        return False

    async def _turned_down(self, effect: OutboxItem, error: HelpDeskError) -> bool:
        """Settle a conflict or a refusal, unless our own earlier, unanswered attempt is behind it.

        Such an attempt may have arrived after it was looked for: it has moved the ticket on, or was its last change.
        Until that is known the person is not asked, for they would send it a second time.
        """
        with self._database.read() as connection:
            doubtful = attempts.was_lost(connection, effect.id)
        if doubtful:
            try:
                receipt = await self._find(effect)
            except Missing:
                receipt = None
            except Exception as unread:
                self._note(effect, unread, "reading back")
                self.lose(effect, f"{error}, and not known yet whether it arrived before: {unread}")
                return False
            if receipt is not None:
                self._land(effect, EffectEvent.LANDED, receipt)
                return True
        if isinstance(error, WriteConflict) and effect.merges:
            self._move(effect, EffectEvent.STALE, str(error))
            return False
        if isinstance(error, WriteConflict):
            return await self._moved_on(effect, error, doubtful=doubtful)
        self._move(effect, EffectEvent.REFUSED, str(error))
        await self._look_again(effect)
        return False

    async def _moved_on(self, effect: OutboxItem, error: WriteConflict, *, doubtful: bool) -> bool:
        """Look what moved on the ticket: send anew where that touches nothing, else give it to the person.

        An effect whose answer was ever lost is never based anew by the machine. Its earlier attempt may be the very
        thing that moved the ticket, with no record to be read back yet: under the old base the second one is refused,
        under a new one it would be there twice. While the base stays, whichever attempt comes late finds the ticket
        moved on and is refused.
        """
        change = effect.change()
        try:
            ticket = await self._fetcher.ticket(change.ticket_id)
        except Exception as unread:
            # The write was refused: nothing was applied, and it may go again as it is.
            self._note(effect, unread, "checking what changed")
            self._go_back(effect, unread, f"{error}, and csat-tui could not check what changed: {unread}")
            return False
        if ticket is None:
            self._move(
                effect, EffectEvent.REFUSED, f"there is no ticket #{change.ticket_id} any more; nothing was applied"
            )
            return False
        with self._database.read() as connection:
            messages = changes_since_seen.messages_without_merges(connection, ticket.id)
            own = changes_since_seen.own_writes(connection, ticket.id)
            rebases = changes_since_seen.rebases(connection, effect.id)
            there = attempts.receipt_in_transcript(connection, effect)
        if there is not None:
            self._land(effect, EffectEvent.LANDED, there)
            return True
        me = None if self.agent is None else self.agent.id
        found = ticket_differences(effect.seen, ticket, messages, own=own, me=me)
        serious = [one for one in found if not one.harmless]
        if serious:
            sentence = f"{describe_differences(serious)}; nothing was applied"
        elif doubtful:
            sentence = "the ticket has moved on, and an earlier attempt at this was never answered; nothing is there"
        elif rebases >= MOST_REBASES:
            sentence = f"the ticket moved on {rebases} times while this was on its way; nothing was applied"
        else:
            # Told of nothing newer than what was already known, the help desk is asked again a little later.
            behind = effect.base is not None and ticket.updated_at <= effect.base
            again = self._clock.now() + (self.pause(rebases + 1) if behind else STAMP_PRECISION)
            with self._database.write("outbox") as connection:
                outbox.move(
                    connection,
                    effect,
                    EffectEvent.REBASED,
                    at=self._clock.now(),
                    sentence=describe_differences(found),
                    not_before=again,
                )
                outbox.move_base(connection, effect, ticket)
            return False
        self._move(effect, EffectEvent.STALE, sentence)
        return False

    # Reading back

    async def _read_back(self, effect: OutboxItem) -> bool:
        """Find out what became of an unknown effect."""
        try:
            receipt = await self._find(effect)
        except Missing as error:
            self._move(effect, EffectEvent.REFUSED, str(error))
            await self._look_again(effect)
            return False
        except Exception as error:
            self._put_off(effect, error)
            return False
        if receipt is not None:
            self._land(effect, EffectEvent.FOUND, receipt)
            return True
        sentence = "it did not arrive and is sent again"
        if effect.asks:
            sentence = "it was not found there; sending it again could show it to the customer twice"
        self._move(effect, EffectEvent.ABSENT, sentence, not_before=self._clock.now())
        if effect.asks:
            await self._look_again(effect)
        return False

    def _put_off(self, effect: OutboxItem, error: Exception) -> None:
        """Look for an effect again later, and send nothing of it until then."""
        self._note(effect, error, "reading back")
        with self._database.write("outbox") as connection:
            sentence = f"not known yet whether it arrived: {error}"
            delivery_turns.postpone(connection, effect, self._later(effect, error), sentence, at=self._clock.now())

    async def _find(self, effect: OutboxItem) -> Receipt | None:
        with self._database.read() as connection:
            if (receipt := attempts.receipt_in_transcript(connection, effect)) is not None:
                return receipt
        if effect.merges:
            return await self._merger.landed(effect)
        change = effect.change()
        return await self._helpdesk.find(change.ticket_id, effect.op_id, effect.read_from or effect.changed_at)

    # What is kept

    def _land(self, effect: OutboxItem, event: EffectEvent, receipt: Receipt) -> None:
        """Keep a receipt."""
        with self._database.write("outbox", f"case:{effect.survey_id}") as connection:
            attempts.take_receipt(connection, effect, event, receipt, self._clock.now())

    def _move(self, effect: OutboxItem, event: EffectEvent, sentence: str, **values: datetime) -> None:
        with self._database.write("outbox") as connection:
            outbox.move(connection, effect, event, at=self._clock.now(), sentence=sentence, **values)

    def _go_back(self, effect: OutboxItem, error: Exception, sentence: str) -> None:
        """Put back what certainly was not applied: it goes again as it is, after a pause or when a limit is over."""
        self._note(effect, error, "sending")
        self._move(effect, EffectEvent.NOT_SENT, sentence, not_before=self._later(effect, error))

    def _later(self, effect: OutboxItem, error: Exception) -> datetime:
        """Return when to try again after an error."""
        wait = self.pause(max(1, effect.attempt))
        if isinstance(error, Limited):
            wait = timedelta(seconds=max(1.0, error.retry_after))
        return self._clock.now() + wait

    def _note(self, effect: OutboxItem, error: Exception, what: str) -> None:
        """Keep until when everything is limited, and log an exception that no help desk's answer is behind."""
        if isinstance(error, Limited) and not error.ticket_only:
            now = self._clock.now()
            self._limited = now, max(self.limited_until(now) or now, self._later(effect, error))
        elif not isinstance(error, HelpDeskError):
            log.error("effect %s: unexpected while %s", effect.id, what, exc_info=error)

    # What is asked beside

    async def _credential_refused(self) -> bool:
        """Tell a refused credential, under which everything waits, from a single write that is not allowed.

        Where it cannot be told the write waits too: nothing of it was applied, and a person has nothing to decide.
        So does it where the credential is somebody else's by now.
        """
        try:
            asked = await self._helpdesk.whoami()
        except Exception as error:
            log.info("could not ask who we are: %s", error, exc_info=not isinstance(error, HelpDeskError))
            self.agent = None
            return True
        if self.agent is not None and asked.id != self.agent.id:
            self.agent = None
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
