"""Fetch what else a customer has written, after the open case, and only while somebody looks at it."""

import asyncio
import logging
from collections.abc import Iterable
from datetime import timedelta

from csat_tui.domain.clock import Clock
from csat_tui.domain.errors import HelpDeskError
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
from csat_tui.sync.fetched_tickets import FetchedTicket, save_tickets
from csat_tui.transport.pace import Urgency, acting_for

HISTORY_FRESH_FOR = timedelta(minutes=5)
"""How long the list of a customer's tickets counts as fresh, so that it is not fetched again."""
LOOKED_BACK = timedelta(days=90)
"""Tickets without a change for longer than this are left out."""
TRANSCRIPTS_FETCHED = 10
"""The most transcripts of one customer that are fetched for the advice; others are fetched when they are shown."""

log = logging.getLogger(__name__)


class HistoryFetcher:
    """Fetches the history of the open case's customer, and each ticket of it that is shown.

    All methods must be called in the engine's loop; only the case that was opened last counts.
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
        self._ignore_fresh = False
        self._now = asyncio.Event()

    def fetch_history(self, survey_id: SurveyId) -> None:
        """Fetch the history of this case's customer."""
        self._looked_at = survey_id
        self._now.set()

    def fetch_tickets(self, ids: Iterable[TicketId]) -> None:
        """Fetch these tickets with their transcripts: somebody wants to read them."""
        self._shown = list(dict.fromkeys((*ids, *self._shown)))[:TRANSCRIPTS_FETCHED]
        self._now.set()

    def forget(self) -> None:
        """Treat nothing as fresh any more, because the person wants to see the present state."""
        self._ignore_fresh = True

    async def run(self) -> None:
        """Fetch what is wanted, again and again. After an error, nothing is tried until somebody looks again."""
        while True:
            await self._now.wait()
            self._now.clear()
            with acting_for(Urgency.PERSON):
                while self._shown:
                    await self._fetch_ticket(self._shown.pop(0))
                survey_id, self._looked_at = self._looked_at, None
                if survey_id is not None:
                    await self._fetch_guarded(survey_id)

    async def _fetch_ticket(self, ticket_id: TicketId) -> None:
        try:
            await self._fetcher.ticket(ticket_id)
        except HelpDeskError as error:
            log.warning("sync: ticket %s: %s", ticket_id, error)

    async def _fetch_guarded(self, survey_id: SurveyId) -> None:
        try:
            await self.fetch_for_case(survey_id)
        except HelpDeskError as error:
            log.warning("sync: the history of case %s: %s", survey_id, error)

    async def fetch_for_case(self, survey_id: SurveyId) -> None:
        """Fetch the tickets of a case's customer, and the transcripts that the advice needs. Raises HelpDeskError."""
        with self._database.read() as connection:
            survey = surveys.survey(connection, survey_id)
            ids = (None, None) if survey is None else (survey.source_ticket_id, survey.survey_ticket_id)
            known = (tickets.ticket(connection, ticket_id) for ticket_id in ids)
            requester_id = next((one.requester_id for one in known if one and one.requester_id is not None), None)
        if requester_id is not None:
            await self._fetch_customer(requester_id)

    async def _fetch_customer(self, requester_id: UserId) -> None:
        now = self._clock.now()
        with self._database.read() as connection:
            last = customers.history_fetched_at(connection, requester_id)
        if last is None or self._ignore_fresh or not timedelta(0) <= now - last < HISTORY_FRESH_FOR:
            answered = await self._helpdesk.requested(
                requester_id, since=now - LOOKED_BACK, most=customers.TICKETS_LOOKED_AT
            )
            self._ignore_fresh = False
            with self._database.read() as connection:
                known = tickets.kept(connection, [one.id for one in answered])
            save_tickets(self._database, [FetchedTicket(one, now) for one in answered if known.get(one.id) != one])
            with self._database.write(f"history:{requester_id}") as connection:
                customers.put_history_fetched(connection, requester_id, now)
        with self._database.read() as connection:
            found = customers.tickets_of(connection, requester_id)
            stamps = tickets.stamps(connection, [one.id for one in found])
            surveys_own = customers.survey_tickets_among(connection, list(stamps))
        advised = self._with_transcripts(one for one in found if one.id not in surveys_own)
        outdated = [one for one in advised if stamps[one.id][1] != one.updated_at][:TRANSCRIPTS_FETCHED]
        for ticket in outdated:
            await self._fetch_ticket(ticket.id)
        if outdated:
            self._database.announce(f"history:{requester_id}")
        self._count(requester_id)

    def _count(self, requester_id: UserId) -> None:
        """Count again how many of the customer's tickets could be merged; the queue shows that."""
        with self._database.write() as connection:
            changed = customers.recount(connection, requester_id, self._playbook)
        if changed:
            self._database.announce("queue")

    def _with_transcripts(self, found: Iterable[Ticket]) -> list[Ticket]:
        """Return the tickets whose transcripts the advice needs: none if none of them is new, as only those merge."""
        rules = self._playbook.merging
        if rules is None:
            return []
        open_ones = [one for one in found if needs_transcript(one, rules)]
        return open_ones if any(ticket_progress(one.status, rules) is TicketProgress.NEW for one in open_ones) else []
