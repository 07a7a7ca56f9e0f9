"""Fetch what one case needs: its source ticket, the transcript, the customer's account."""

from datetime import datetime, timedelta

from csat_tui.admin.opening import AdminSystem
from csat_tui.domain.case import customer_email
from csat_tui.domain.change import HelpDeskError
from csat_tui.domain.clock import Clock
from csat_tui.domain.ids import SurveyId, TicketId
from csat_tui.domain.survey import Survey
from csat_tui.domain.ticket import Ticket
from csat_tui.helpdesk.port import HelpDesk
from csat_tui.store import tickets
from csat_tui.store.cases import surveys
from csat_tui.store.database import Database
from csat_tui.sync.save_tickets import FetchedTicket, save_tickets

CASE_FRESH_FOR = timedelta(seconds=30)
"""How long what was fetched for a case counts as fresh, so that it is not fetched again."""

CASES_REMEMBERED = 256
"""The number of cases for which the time of the last fetch is remembered."""


class CaseFetcher:
    """Fetches what a case needs and the store does not have."""

    def __init__(self, database: Database, helpdesk: HelpDesk, admin: AdminSystem, clock: Clock) -> None:
        self._database = database
        self._helpdesk = helpdesk
        self._admin = admin
        self._clock = clock
        self._fetched_at: dict[SurveyId, datetime] = {}
        self.admin_problem = ""
        """Why the admin system did not answer last time; empty if it did."""

    async def case(self, survey_id: SurveyId) -> None:
        """Bring a case's surroundings up to date unless they are fresh; says so only where something changed.

        Raises HelpDeskError.
        """
        now = self._clock.now()
        last = self._fetched_at.pop(survey_id, None)
        if last is not None and timedelta(0) <= now - last < CASE_FRESH_FOR:
            self._fetched_at[survey_id] = last
            return
        with self._database.read() as connection:
            survey = surveys.survey(connection, survey_id)
        if survey is None:
            return
        if survey.source_ticket_id is not None:
            await self.ticket(survey.source_ticket_id)
        if email := self._email_of(survey):
            await self._account(email, survey_id)
        self._fetched_at[survey_id] = now
        while len(self._fetched_at) > CASES_REMEMBERED:
            del self._fetched_at[next(iter(self._fetched_at))]

    def forget(self) -> None:
        """Treat nothing as fresh any more, because the person wants to see the present state."""
        self._fetched_at.clear()

    def _email_of(self, survey: Survey) -> str:
        """Return the customer's address under which the case finds the account."""
        with self._database.read() as connection:
            source_ticket = tickets.ticket(connection, survey.source_ticket_id)
            survey_ticket = tickets.ticket(connection, survey.survey_ticket_id)
        return customer_email(survey, source_ticket, survey_ticket)

    async def ticket(self, ticket_id: TicketId) -> Ticket | None:
        """Update one ticket and its transcript; None if the help desk no longer has the ticket."""
        found = await self._helpdesk.tickets([ticket_id])
        if not found:
            with self._database.write(f"ticket:{ticket_id}") as connection:
                tickets.mark_deleted(connection, [ticket_id], self._clock.now())
            return None
        ticket = found[0]
        with self._database.read() as connection:
            known = tickets.ticket(connection, ticket_id)
            _, transcript_stamp = tickets.stamps(connection, [ticket_id]).get(ticket_id, (None, None))
        whole = transcript_stamp == ticket.updated_at
        if whole and known == ticket:
            return ticket
        asked_at = self._clock.now()
        messages = None if whole else await self._helpdesk.messages(ticket_id)
        save_tickets(self._database, [FetchedTicket(ticket, asked_at, messages)])
        return ticket

    async def _account(self, email: str, survey_id: SurveyId) -> None:
        """Look up the customer's account; if the admin system fails, the case works with what the store has."""
        try:
            account = await self._admin.account(email)
        except HelpDeskError as error:
            self.admin_problem = str(error)
            return
        self.admin_problem = ""
        with self._database.read() as connection:
            known, looked_up = tickets.account(connection, email)
        if looked_up is not None and known == account:
            return
        with self._database.write(f"case:{survey_id}") as connection:
            tickets.put_account(connection, email, account, self._clock.now())
