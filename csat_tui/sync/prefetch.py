"""Fetch the source tickets of open cases and their transcripts before anybody opens them, the first due first.

So a team's day is here before it is looked at, and can be searched without a network. Only what has changed is
asked for: the tickets in hundreds, and the transcripts of those whose stamp is not the one that is here.
"""

import asyncio
import logging
from collections.abc import Iterable, Sequence

from csat_tui.domain.clock import Clock
from csat_tui.domain.errors import HelpDeskError
from csat_tui.domain.ids import SurveyId, TicketId
from csat_tui.domain.ticket import Status, Ticket
from csat_tui.helpdesk.port import HelpDesk
from csat_tui.store import fetching, tickets
from csat_tui.store.database import Database
from csat_tui.store.fetching import QueuePlace
from csat_tui.sync.fetched_tickets import TICKETS_PER_LOOKUP, FetchedTicket, look_up_tickets, save_tickets
from csat_tui.sync.status import concerns_everything

log = logging.getLogger(__name__)

CASES_AHEAD = 2_000
"""Open cases that are fetched ahead, the first due first: more than a team finishes in a day."""

PARALLEL_TRANSCRIPTS = 11
"""Transcripts that are fetched in parallel; the host's last connection stays free for the person."""

TRANSCRIPTS_PER_TRANSACTION = 25
"""Transcripts that are saved in one transaction, because each transaction waits for the disk."""


class Prefetcher:
    """Fetches what the next cases need; after an interruption it continues where it stopped."""

    def __init__(self, database: Database, helpdesk: HelpDesk, clock: Clock) -> None:
        self._database = database
        self._helpdesk = helpdesk
        self._clock = clock
        self._arrived: list[SurveyId] = []
        self._left = 0
        self._place: QueuePlace | None = None

    @property
    def waiting(self) -> bool:
        """Whether anything is left to fetch."""
        return bool(self._arrived or self._left)

    def want(self, arrived: Iterable[SurveyId]) -> None:
        """Fetch these surveys' source tickets next."""
        self._arrived += arrived

    def want_all(self) -> None:
        """Go through the open cases once, starting with the first due."""
        self._left, self._place = CASES_AHEAD, None

    async def run(self) -> None:
        """Fetch what is wanted. Raises HelpDeskError; what was not fetched then is still wanted."""
        while self._arrived:
            arrived = self._arrived[:TICKETS_PER_LOOKUP]
            with self._database.read() as connection:
                wanted = fetching.source_tickets_of(connection, arrived)
            await self._fetch(wanted)
            self._arrived = self._arrived[len(arrived) :]
        while self._left:
            some = min(TICKETS_PER_LOOKUP, self._left)
            with self._database.read() as connection:
                found = fetching.source_tickets_ahead(connection, self._place, some)
            before = self._left, self._place
            await self._fetch(found.tickets)
            if before != (self._left, self._place):
                continue  # `want_all` was called meanwhile
            self._place = found.place
            self._left = 0 if found.place is None else self._left - some

    async def _fetch(self, ids: Sequence[TicketId]) -> None:
        """Update some source tickets, and the transcripts of those that have changed."""
        if not ids:
            return
        found = await look_up_tickets(self._helpdesk, ids)
        with self._database.read() as connection:
            known = tickets.kept(connection, ids)
            stamps = tickets.stamps(connection, ids)
        self._mark_deleted([one for one in found.missing if one not in known or known[one].status != Status.DELETED])
        there = {ticket.id: ticket for ticket in found.tickets}
        ordered = [there[ticket_id] for ticket_id in ids if ticket_id in there]
        outdated = [one for one in ordered if stamps.get(one.id, (None, None))[1] != one.updated_at]
        others = {one.id for one in ordered} - {one.id for one in outdated}
        moved = [
            FetchedTicket(one, self._clock.now()) for one in ordered if one.id in others and known.get(one.id) != one
        ]
        save_tickets(self._database, moved)
        await self._transcripts(outdated)

    def _mark_deleted(self, missing: Sequence[TicketId]) -> None:
        if missing:
            with self._database.write(*(f"ticket:{ticket_id}" for ticket_id in missing)) as connection:
                tickets.mark_deleted(connection, missing, self._clock.now())

    async def _transcripts(self, changed: Sequence[Ticket]) -> None:
        """Fetch transcripts a few at a time and save them in batches; those from before an error are saved too."""
        waiting = iter(changed)
        told: list[FetchedTicket] = []
        errors: list[HelpDeskError] = []

        async def fetch() -> None:
            nonlocal told
            for ticket in waiting:
                asked_at = self._clock.now()
                try:
                    messages = await self._helpdesk.messages(ticket.id)
                    told.append(FetchedTicket(ticket, asked_at, messages))
                except HelpDeskError as error:
                    if concerns_everything(error):
                        errors.append(error)
                    else:
                        # Only this transcript is gone, refused or unreadable.
                        log.warning("sync: ticket %s: %s", ticket.id, error)
                if errors:
                    return
                if len(told) >= TRANSCRIPTS_PER_TRANSACTION:
                    batch, told = told, []
                    save_tickets(self._database, batch)

        ended = await asyncio.gather(*(fetch() for _ in range(PARALLEL_TRANSCRIPTS)), return_exceptions=True)
        for failed in ended:
            if failed is not None:
                raise failed
        save_tickets(self._database, told)
        if errors:
            raise errors[0]
