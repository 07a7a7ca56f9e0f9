"""Bringing what else a customer has written: after their case, beside it, and only while it is looked at."""

import asyncio
import logging
from collections.abc import Iterable
from datetime import timedelta

from csat_tui.domain.change import HelpDeskError
from csat_tui.domain.clock import Clock
from csat_tui.domain.ids import SurveyId, TicketId, UserId
from csat_tui.domain.merge_plan import TicketProgress, ticket_progress
from csat_tui.domain.merging import needs_transcript
from csat_tui.domain.playbook import Playbook
from csat_tui.domain.ticket import Ticket
from csat_tui.helpdesk.port import HelpDesk
from csat_tui.store import customers, tickets
from csat_tui.store.cases import surveys
from csat_tui.store.database import Database
from csat_tui.sync.case_fetch import CaseFetcher
from csat_tui.sync.save_tickets import FetchedTicket, save_tickets
from csat_tui.transport.pace import Urgency, acting_for

HISTORY_FRESH_FOR = timedelta(minutes=5)
"""How long what the help desk told of a customer's tickets is good enough to be looked at again without asking."""
LOOKED_BACK = timedelta(days=90)
"""How long ago a ticket may have moved last to be of interest."""
TRANSCRIPTS_FETCHED = 10
"""Transcripts of one customer that are fetched for the advice; any other is fetched when it is shown."""

log = logging.getLogger(__name__)


class Histories:
    """Fetches the history of the customer whose case is open, and any ticket of it that is shown.

    Lives in the engine's loop; the newest wish is the one that counts.
    """

    def __init__(
        self, database: Database, helpdesk: HelpDesk, fetcher: CaseFetcher, clock: Clock, playbook: Playbook
    ) -> None:
        self._database = database
        self._helpdesk = helpdesk
        self._fetcher = fetcher
        self._clock = clock
        self._playbook = playbook
        self._looked_at: SurveyId | None = None
        self._shown: list[TicketId] = []
        self._anew = False
        self._now = asyncio.Event()

    def look_at(self, survey_id: SurveyId) -> None:
        """Bring the history of this case's customer."""
        self._looked_at = survey_id
        self._now.set()

    def show(self, ids: Iterable[TicketId]) -> None:
        """Bring these tickets with their transcripts: somebody wants to read them."""
        self._shown = list(dict.fromkeys((*ids, *self._shown)))[:TRANSCRIPTS_FETCHED]
        self._now.set()

    def forget(self) -> None:
        """Take nothing as fresh any more: the person wants to see how it is now."""
        self._anew = True

    async def run(self) -> None:
        """Bring what is wished for, for ever. What the help desk holds up is wished for again by whoever looks."""
        while True:
            await self._now.wait()
            self._now.clear()
            with acting_for(Urgency.PERSON):
                while self._shown:
                    await self._bring(self._shown.pop(0))
                survey_id, self._looked_at = self._looked_at, None
                if survey_id is not None:
                    await self._customer_of(survey_id)

    async def _bring(self, ticket_id: TicketId) -> None:
        try:
            await self._fetcher.ticket(ticket_id)
        except HelpDeskError as error:
            log.warning("sync: ticket %s: %s", ticket_id, error)

    async def _customer_of(self, survey_id: SurveyId) -> None:
        try:
            await self.of_case(survey_id)
        except HelpDeskError as error:
            log.warning("sync: the history of case %s: %s", survey_id, error)

    async def of_case(self, survey_id: SurveyId) -> None:
        """Bring the tickets of a case's customer, and the transcripts that the advice needs. Raises HelpDeskError."""
        with self._database.read() as connection:
            survey = surveys.survey(connection, survey_id)
            ids = (None, None) if survey is None else (survey.source_ticket_id, survey.survey_ticket_id)
            known = (tickets.ticket(connection, ticket_id) for ticket_id in ids)
            requester_id = next((one.requester_id for one in known if one and one.requester_id is not None), None)
        if requester_id is not None:
            await self._of_customer(requester_id)

    async def _of_customer(self, requester_id: UserId) -> None:
        now = self._clock.now()
        with self._database.read() as connection:
            last = customers.history_fetched_at(connection, requester_id)
        if last is None or self._anew or not timedelta(0) <= now - last < HISTORY_FRESH_FOR:
            told = await self._helpdesk.requested(
                requester_id, since=now - LOOKED_BACK, most=customers.TICKETS_LOOKED_AT
            )
            self._anew = False
            with self._database.read() as connection:
                known = tickets.kept(connection, [one.id for one in told])
            save_tickets(self._database, [FetchedTicket(one, now) for one in told if known.get(one.id) != one])
            with self._database.write(f"history:{requester_id}") as connection:
                customers.put_history_fetched(connection, requester_id, now)
        with self._database.read() as connection:
            found = customers.tickets_of(connection, requester_id)
            stamps = tickets.stamps(connection, [one.id for one in found])
            surveys_own = customers.survey_tickets_among(connection, list(stamps))
        wordy = self._wordy(one for one in found if one.id not in surveys_own)
        behind = [one for one in wordy if stamps[one.id][1] != one.updated_at][:TRANSCRIPTS_FETCHED]
        for ticket in behind:
            await self._bring(ticket.id)
        if behind:
            self._database.announce(f"history:{requester_id}")
        self._count(requester_id)

    def _count(self, requester_id: UserId) -> None:
        """Count what there is to merge for the queue, where the tickets may have changed."""
        with self._database.write() as connection:
            changed = customers.recount(connection, requester_id, self._playbook)
        if changed:
            self._database.announce("queue")

    def _wordy(self, found: Iterable[Ticket]) -> list[Ticket]:
        """Return the tickets whose words the advice rests on: none where none of them is new, as only those merge."""
        rules = self._playbook.merging
        if rules is None:
            return []
        open_ones = [one for one in found if needs_transcript(one, rules)]
        return open_ones if any(ticket_progress(one.status, rules) is TicketProgress.NEW for one in open_ones) else []
