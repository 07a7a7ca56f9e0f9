"""Send one effect to its ticket, read it back, or leave it to the person (architecture: outbox).

Only the help desk's word says what happened to a write. A request without an answer is unknown, and csat-tui looks for
it at the help desk before it sends anything again.
"""

import logging
import random
from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import Connection

from csat_tui.domain.clock import Clock
from csat_tui.domain.conflict import describe_differences, local_time, ticket_differences
from csat_tui.domain.effect import SETTLING_TIME, STAMP_PRECISION, EffectEvent, EffectState
from csat_tui.domain.errors import (
    Denied,
    HelpDeskError,
    Limited,
    Missing,
    Refused,
    SignedInAnew,
    Unreachable,
    WriteConflict,
)
from csat_tui.domain.ticket import Agent, Receipt
from csat_tui.helpdesk.port import HelpDesk
from csat_tui.store import outbox
from csat_tui.store.database import Database
from csat_tui.store.outbox import OutboxItem, attempts, changes_since_seen, damaged_effects, delivery_turns
from csat_tui.sync.case_fetch import CaseFetcher
from csat_tui.sync.effect_sender import LONGEST_PAUSE, claimed
from csat_tui.sync.merger import Merger
from csat_tui.sync.status import retry_delay

log = logging.getLogger(__name__)

MOST_REBASES = 5
"""How often in a row csat-tui gives an effect a new base; after that, the person must look at the ticket."""


class TicketSender:
    """Takes effects one step; `holds` returns, within a transaction, whether this process still has the lease."""

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
        """The numbers of the effects that are being sent."""
        self.agent: Agent | None = None
        """Whose credential it is; None while that is not known."""

    def limited_until(self, now: datetime) -> datetime | None:
        """Return until when the help desk takes no writes; None if it takes them."""
        if self._limited is None or not self._limited[0] <= now < self._limited[1]:
            return None
        return self._limited[1]

    async def advance(self, effect: OutboxItem) -> bool:
        """Take an effect one step; return whether the next effect of its decision can follow at once.

        Raises ImpossibleStep if the person or another process was faster.
        """
        if effect.state is EffectState.UNKNOWN:
            return await self._read_back(effect)
        try:
            return await self._send(effect)
        finally:
            self.sending.discard(effect.id)

    def mark_unknown(self, effect: OutboxItem, sentence: str) -> None:
        """Mark an effect as unknown; it is read back after the time that a slow write may take."""
        self._move(effect, EffectEvent.LOST, sentence, not_before=self._clock.now() + SETTLING_TIME)

    def pause(self, failures: int) -> timedelta:
        """Return how long to wait after so many failures in a row."""
        return timedelta(seconds=retry_delay(failures, self._jitter, longest=LONGEST_PAUSE))

    # Sending

    async def _send(self, effect: OutboxItem) -> bool:
        """Send an effect; that it is being sent is committed before the first byte leaves."""
        with self._database.read() as connection:
            doubtful = attempts.in_doubt(connection, effect.id)
        if doubtful:
            try:
                receipt = await self._earlier_receipt(effect)
            except Exception as error:
                self._postpone(effect, error)
                return False
            if receipt is not None:
                self._confirm(effect, EffectEvent.FOUND, receipt)
                return True
        if _has_moved_tags(effect):
            try:
                effect = await self._with_final_tags(effect)
            except Exception as error:
                self._note_error(effect, error, "looking at its ticket")
                self._put_off(effect, error, f"its ticket could not be looked at before it is sent: {error}")
                return False
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
            # The ticket here may be older than that message, and the person must read the message first.
            await self._refetch(effect)
            return False
        sending = claimed(effect, attempt)
        try:
            if overtaken:
                # An earlier attempt may have arrived before the customer wrote. csat-tui looks for it before it asks
                # the person, whose answer could send it a second time.
                raise WriteConflict(overtaken)
            if effect.merges:
                receipt = await self._merger.merge(sending, self.agent)
            else:
                receipt = await self._helpdesk.apply(sending.change())
        except HelpDeskError as error:
            return await self._handle_error(sending, error)
        except Exception as error:
            # An error in csat-tui does not tell what the help desk did: unknown, and never failed.
            log.exception("effect %s: unexpected while sending", effect.id)
            self.mark_unknown(sending, f"unexpected {type(error).__name__}; looking whether it arrived")
            return False
        self._confirm(sending, EffectEvent.LANDED, receipt)
        return True

    async def _with_final_tags(self, effect: OutboxItem) -> OutboxItem:
        """Return an effect with the tags that its ticket has under its base, once the second of that stamp is over.

        A stamp is a whole second: a tag that somebody adds later in the same second leaves it as it is, so that the
        help desk would take the effect and the tag would be gone.
        """
        ticket = await self._fetcher.ticket(effect.change().ticket_id)
        if ticket is None or ticket.updated_at != effect.base:
            return effect  # the help desk refuses it, and then csat-tui looks at what changed
        with self._database.write("outbox") as connection:
            outbox.move_base(connection, effect, ticket)
            return outbox.item(connection, effect.id) or effect

    async def _handle_error(self, effect: OutboxItem, error: HelpDeskError) -> bool:
        """Handle an answer other than a receipt; return whether the next effect of the decision can follow."""
        match error:
            case SignedInAnew():
                self.agent = None
                self._move(effect, EffectEvent.NOT_SENT, str(error), not_before=self._clock.now())
            case Unreachable() | Limited():
                self._requeue(effect, error, str(error))
            case Denied() if await self._credential_refused():
                self._move(
                    effect,
                    EffectEvent.NOT_SENT,
                    str(error),
                    not_before=self._clock.now() + self.pause(effect.attempt + 3),
                )
            case WriteConflict() | Denied() | Missing() | Refused():
                return await self._handle_refusal(effect, error)
            case _:
                self.mark_unknown(effect, f"{error}; looking whether it arrived")
        return False

    async def _handle_refusal(self, effect: OutboxItem, error: HelpDeskError) -> bool:
        """Handle a conflict or a refusal, unless an earlier attempt without an answer caused it.

        Such an attempt may have arrived after csat-tui looked for it, and be the ticket's latest change. Until that is
        known, the person is not asked, because they could send it a second time.
        """
        with self._database.read() as connection:
            doubtful = attempts.was_lost(connection, effect.id)
        if doubtful:
            try:
                receipt = await self._earlier_receipt(effect)
            except Exception as unread:
                self._note_error(effect, unread, "reading back")
                self.mark_unknown(effect, f"{error}, and not known yet whether it arrived before: {unread}")
                return False
            if receipt is not None:
                self._confirm(effect, EffectEvent.LANDED, receipt)
                return True
        if isinstance(error, WriteConflict) and effect.merges:
            self._move(effect, EffectEvent.STALE, str(error))
            return False
        if isinstance(error, WriteConflict):
            return await self._handle_conflict(effect, error, doubtful=doubtful)
        self._move(effect, EffectEvent.REFUSED, str(error))
        await self._refetch(effect)
        return False

    async def _handle_conflict(self, effect: OutboxItem, error: WriteConflict, *, doubtful: bool) -> bool:
        """Compare the ticket with what the person saw: send again if the changes are harmless, else ask the person.

        An effect without an answer to an earlier attempt never gets a new base from csat-tui. That attempt may be what
        changed the ticket, before it can be read back. With the old base, the help desk refuses whichever attempt comes
        second; with a new base, the effect could be there twice.
        """
        change = effect.change()
        try:
            ticket = await self._fetcher.ticket(change.ticket_id)
        except Exception as unread:
            # The write was refused, so nothing was applied, and it can be sent again unchanged.
            self._note_error(effect, unread, "checking what changed")
            self._requeue(effect, unread, f"{error}, and csat-tui could not check what changed: {unread}")
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
            self._confirm(effect, EffectEvent.LANDED, there)
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
            # If the ticket shows no newer stamp yet, the help desk is asked again a little later.
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
        """Find out what happened to an unknown effect."""
        try:
            receipt = await self._find_receipt(effect)
        except Missing as error:
            self._move(effect, EffectEvent.REFUSED, str(error))
            await self._refetch(effect)
            return False
        except Exception as error:
            self._postpone(effect, error)
            return False
        if receipt is not None:
            self._confirm(effect, EffectEvent.FOUND, receipt)
            return True
        sentence = "it did not arrive and is sent again"
        if effect.asks:
            sentence = "it was not found there; sending it again could show it to the customer twice"
        self._move(effect, EffectEvent.ABSENT, sentence, not_before=self._clock.now())
        if effect.asks:
            await self._refetch(effect)
        return False

    def _postpone(self, effect: OutboxItem, error: Exception) -> None:
        """Look for an effect again later, and do not send it until then."""
        self._note_error(effect, error, "reading back")
        self._put_off(effect, error, f"not known yet whether it arrived: {error}")

    def _put_off(self, effect: OutboxItem, error: Exception, sentence: str) -> None:
        with self._database.write("outbox") as connection:
            delivery_turns.postpone(connection, effect, self._next_try(effect, error), sentence, at=self._clock.now())

    async def _earlier_receipt(self, effect: OutboxItem) -> Receipt | None:
        """Return the receipt of an earlier attempt; None if it did not arrive, or if its ticket is gone."""
        try:
            return await self._find_receipt(effect)
        except Missing:
            return None  # whoever sends the effect again is told why

    async def _find_receipt(self, effect: OutboxItem) -> Receipt | None:
        with self._database.read() as connection:
            if (receipt := attempts.receipt_in_transcript(connection, effect)) is not None:
                return receipt
        if effect.merges:
            return await self._merger.find_receipt(effect)
        change = effect.change()
        return await self._helpdesk.find(change.ticket_id, effect.op_id, effect.read_from or effect.changed_at)

    # Saving

    def _confirm(self, effect: OutboxItem, event: EffectEvent, receipt: Receipt) -> None:
        """Save a receipt."""
        with self._database.write("outbox", f"case:{effect.survey_id}") as connection:
            attempts.take_receipt(connection, effect, event, receipt, self._clock.now())

    def _move(self, effect: OutboxItem, event: EffectEvent, sentence: str, **values: datetime) -> None:
        with self._database.write("outbox") as connection:
            outbox.move(connection, effect, event, at=self._clock.now(), sentence=sentence, **values)

    def _requeue(self, effect: OutboxItem, error: Exception, sentence: str) -> None:
        """Put an effect back that was certainly not applied; it is sent again after a pause or the end of a limit."""
        self._note_error(effect, error, "sending")
        self._move(effect, EffectEvent.NOT_SENT, sentence, not_before=self._next_try(effect, error))

    def _next_try(self, effect: OutboxItem, error: Exception) -> datetime:
        """Return when to try again after an error."""
        wait = self.pause(max(1, effect.attempt))
        if isinstance(error, Limited):
            wait = timedelta(seconds=max(1.0, error.retry_after))
        return self._clock.now() + wait

    def _note_error(self, effect: OutboxItem, error: Exception, what: str) -> None:
        """Remember a limit of the account, and log an exception that is not an answer of the help desk."""
        if isinstance(error, Limited) and not error.ticket_only:
            now = self._clock.now()
            self._limited = now, max(self.limited_until(now) or now, self._next_try(effect, error))
        elif not isinstance(error, HelpDeskError):
            log.error("effect %s: unexpected while %s", effect.id, what, exc_info=error)

    # Further requests

    async def _credential_refused(self) -> bool:
        """Return whether the credential is refused, or belongs to another person now, so that all effects must wait.

        Otherwise only this write is not allowed. If the help desk does not answer, the effect waits as well: nothing
        was applied, and the person has nothing to decide.
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

    async def _refetch(self, effect: OutboxItem) -> None:
        """Fetch the ticket as it is now, so that the person sees what the help desk refused the write for."""
        if effect.ticket_id is None:
            return
        try:
            await self._fetcher.ticket(effect.ticket_id)
        except Exception as error:
            bug = not isinstance(error, HelpDeskError)
            log.warning("ticket %s could not be looked at again: %s", effect.ticket_id, error, exc_info=bug)


def _has_moved_tags(effect: OutboxItem) -> bool:
    """Return whether an effect writes tags over a base that csat-tui has moved since the person saw the ticket."""
    return effect.tags is not None and effect.seen is not None and effect.base != effect.seen.stamp
