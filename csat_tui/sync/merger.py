"""Merge tickets: compare them with what the person saw, merge them, and look whether they have gone.

A help desk takes a merge without a stamp. So all tickets are fetched right before it, and a serious change to one of
them is left to the person. A merge still happens at most once, because a merged ticket is closed and takes no other.
"""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from csat_tui.domain.clock import Clock
from csat_tui.domain.conflict import SeenTicket, describe_differences, ticket_differences
from csat_tui.domain.errors import HelpDeskError, Refused, Uncertain, WriteConflict
from csat_tui.domain.ids import TicketId
from csat_tui.domain.ticket import Agent, Receipt, Ticket, TicketMerge
from csat_tui.helpdesk.port import HelpDesk
from csat_tui.store.database import Database
from csat_tui.store.outbox import OutboxItem, changes_since_seen
from csat_tui.sync.case_fetch import CaseFetcher

log = logging.getLogger(__name__)


class Merger:
    """Makes merges, and finds out which ones were made; raises HelpDeskError."""

    def __init__(self, database: Database, helpdesk: HelpDesk, fetcher: CaseFetcher, clock: Clock) -> None:
        self._database = database
        self._helpdesk = helpdesk
        self._fetcher = fetcher
        self._clock = clock

    async def merge(self, effect: OutboxItem, me: Agent | None) -> Receipt:
        """Merge the tickets that have not gone yet. Raises WriteConflict if one of them has changed seriously."""
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
            await self._check_gone(effect, wanted)
        await self._refetch(receipt.ticket_id, left)
        return receipt

    async def _check_gone(self, effect: OutboxItem, wanted: TicketMerge) -> None:
        """Check that the merged tickets have gone: one job merges several tickets, and each can fail.

        After the first attempt csat-tui looks for the rest once more before it sends anything: it may only be slow.
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

    async def find_receipt(self, effect: OutboxItem) -> Receipt | None:
        """Return the receipt of a merge, or None if one of its tickets has not gone."""
        wanted = effect.merge()
        gone = await self._gone(wanted)
        if set(gone) != set(wanted.sources):
            return None
        await self._refetch(wanted.ticket_id, wanted.sources)
        return _receipt(effect, gone)

    async def _gone(self, wanted: TicketMerge) -> Mapping[TicketId, datetime]:
        return await self._helpdesk.merged(wanted)

    async def _refetch(self, stays: TicketId, gone: Sequence[TicketId]) -> None:
        """Fetch the tickets as they are after the merge, for the screen; errors do not matter to the merge."""
        try:
            for ticket_id in (stays, *gone):
                await self._fetcher.ticket(ticket_id)
        except HelpDeskError as error:
            log.info("ticket %s could not be looked at after its merge: %s", stays, error)

    def _check(self, effect: OutboxItem, ticket_id: TicketId, ticket: Ticket | None, me: Agent | None) -> None:
        """Raise Refused if a ticket cannot be merged, and WriteConflict if it has changed seriously."""
        if ticket is None:
            raise Refused(f"there is no ticket #{ticket_id} any more; nothing was applied")
        seen = effect.seen if ticket_id == effect.ticket_id else effect.seen_sources.get(ticket_id)
        if not ticket.takes_updates:
            became = "was merged into another ticket" if ticket.merged else "is closed and cannot be merged"
            raise Refused(f"ticket #{ticket_id} {became} meanwhile; nothing was applied")
        if sentence := self._serious_changes(ticket, seen, me):
            raise WriteConflict(f"on ticket #{ticket_id}: {sentence}; nothing was applied")

    def _serious_changes(self, ticket: Ticket, seen: SeenTicket | None, me: Agent | None) -> str:
        """Return a sentence about serious changes to a ticket since the person saw it; empty if there are none."""
        with self._database.read() as connection:
            messages = changes_since_seen.messages_without_merges(connection, ticket.id)
            own = changes_since_seen.own_writes(connection, ticket.id)
        found = ticket_differences(seen, ticket, messages, own=own, me=None if me is None else me.id)
        return describe_differences([one for one in found if not one.harmless])


def _receipt(effect: OutboxItem, gone: Mapping[TicketId, datetime]) -> Receipt:
    merged = effect.merge()
    return Receipt(effect.op_id, merged.ticket_id, "merge", max(gone.values(), default=effect.changed_at))


def _in_part(error: Refused, done: Mapping[TicketId, datetime]) -> Refused:
    """Return the error of a failed merge, with the tickets that have gone nevertheless."""
    if not done:
        return error
    gone = ", ".join(f"#{one}" for one in sorted(done))
    return Refused(f"{error} {gone} was merged by then; a retry sends the rest.")
