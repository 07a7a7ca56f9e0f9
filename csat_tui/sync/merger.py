"""A merge on its way: checked against what the person saw, made, and looked for in the tickets that went.

A help desk takes a merge under no stamp. So everything is looked at anew right before it: what moved on in earnest, on
the ticket that stays or on one that goes, is the person's to see. It happens at most once all the same, for what has
gone is closed and goes nowhere else.
"""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from csat_tui.domain.change import HelpDeskError, Receipt, Refused, TicketMerge, Uncertain, WriteConflict
from csat_tui.domain.clock import Clock
from csat_tui.domain.conflict import SeenTicket, describe_differences, ticket_differences
from csat_tui.domain.ids import TicketId
from csat_tui.domain.ticket import Agent, Ticket
from csat_tui.helpdesk.port import HelpDesk
from csat_tui.store.database import Database
from csat_tui.store.outbox import OutboxItem, changes_since_seen
from csat_tui.sync.case_fetch import CaseFetcher

log = logging.getLogger(__name__)


class Merger:
    """Makes merges, and finds out which were made; raises what the help desk raises."""

    def __init__(self, database: Database, helpdesk: HelpDesk, fetcher: CaseFetcher, clock: Clock) -> None:
        self._database = database
        self._helpdesk = helpdesk
        self._fetcher = fetcher
        self._clock = clock

    async def merge(self, effect: OutboxItem, me: Agent | None) -> Receipt:
        """Merge what has not gone yet; Conflict where one of the tickets moved on in earnest."""
        wanted = effect.merge()
        if not self._helpdesk.capabilities.merging:
            raise Refused("this help desk cannot merge tickets; nothing was applied")
        gone = await self._gone(wanted)
        left = tuple(one for one in wanted.sources if one not in gone)
        if not left:
            return _receipt(effect, gone)
        now = {ticket_id: await self._fetcher.ticket(ticket_id) for ticket_id in (wanted.ticket_id, *left)}
        for ticket_id, ticket in now.items():
            self._check(effect, ticket_id, ticket, me)
        try:
            receipt = await self._helpdesk.merge(replace(wanted, sources=left))
        except Refused as error:
            done = await self._gone(wanted)
            if set(done) != set(wanted.sources):
                raise _in_part(error, done) from error
            receipt = _receipt(effect, done)
        else:
            await self._see(effect, wanted)
        await self._look(receipt.ticket_id, left)
        return receipt

    async def _see(self, effect: OutboxItem, wanted: TicketMerge) -> None:
        """Look whether what was said to be merged has gone: one job does several tickets, and each can fail.

        The first time the rest is looked for once more before anything is sent: it may only be slow.
        """
        try:
            done = await self._gone(wanted)
        except HelpDeskError as error:
            raise Uncertain(f"the merge was answered, and its tickets could not be looked at: {error}") from error
        left = [one for one in wanted.sources if one not in done]
        if not left:
            return
        named = ", ".join(f"#{one}" for one in left)
        sentence = f"the help desk says that it is merged, and {named} {'has' if len(left) == 1 else 'have'} not gone"
        if effect.attempt > 1:
            raise _in_part(Refused(f"{sentence}. Look at the tickets there."), done)
        raise Uncertain(sentence)

    async def landed(self, effect: OutboxItem) -> Receipt | None:
        """Return a merge that was made as a receipt; None where one of its tickets at least has not gone."""
        wanted = effect.merge()
        gone = await self._gone(wanted)
        if set(gone) != set(wanted.sources):
            return None
        await self._look(wanted.ticket_id, wanted.sources)
        return _receipt(effect, gone)

    async def _gone(self, wanted: TicketMerge) -> Mapping[TicketId, datetime]:
        return await self._helpdesk.merged(wanted)

    async def _look(self, stays: TicketId, gone: Sequence[TicketId]) -> None:
        """Bring the tickets as the merge has left them, so that the screen shows them so; the merge is made anyway."""
        try:
            for ticket_id in (stays, *gone):
                await self._fetcher.ticket(ticket_id)
        except HelpDeskError as error:
            log.info("ticket %s could not be looked at after its merge: %s", stays, error)

    def _check(self, effect: OutboxItem, ticket_id: TicketId, ticket: Ticket | None, me: Agent | None) -> None:
        """Raise where a ticket is not as the person saw it, or cannot be merged."""
        if ticket is None:
            raise Refused(f"there is no ticket #{ticket_id} any more; nothing was applied")
        seen = effect.seen if ticket_id == effect.ticket_id else effect.seen_sources.get(ticket_id)
        if not ticket.takes_updates:
            became = "was merged into another ticket" if ticket.merged else "is closed and cannot be merged"
            raise Refused(f"ticket #{ticket_id} {became} meanwhile; nothing was applied")
        if sentence := self._what_moved(ticket, seen, me):
            raise WriteConflict(f"on ticket #{ticket_id}: {sentence}; nothing was applied")

    def _what_moved(self, ticket: Ticket, seen: SeenTicket | None, me: Agent | None) -> str:
        """Say what the person must know of that moved on a ticket since they saw it; empty where nothing did."""
        with self._database.read() as connection:
            messages = changes_since_seen.messages_without_merges(connection, ticket.id)
            own = changes_since_seen.own_writes(connection, ticket.id)
        found = ticket_differences(seen, ticket, messages, own=own, me=None if me is None else me.id)
        return describe_differences([one for one in found if not one.harmless])


def _receipt(effect: OutboxItem, gone: Mapping[TicketId, datetime]) -> Receipt:
    merged = effect.merge()
    return Receipt(effect.op_id, merged.ticket_id, "merge", max(gone.values(), default=effect.changed_at))


def _in_part(error: Refused, done: Mapping[TicketId, datetime]) -> Refused:
    """Say which tickets of a failed merge have gone all the same."""
    if not done:
        return error
    gone = ", ".join(f"#{one}" for one in sorted(done))
    return Refused(f"{error} {gone} was merged by then; a retry sends the rest.")
