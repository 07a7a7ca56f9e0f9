"""Fetch what one case needs (its source ticket, the transcript, the customer's account), and the open case first."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from datetime import datetime, timedelta

from csat_tui.admin.opening import AdminSystem
from csat_tui.domain.case import customer_email
from csat_tui.domain.clock import Clock
from csat_tui.domain.errors import HelpDeskError
from csat_tui.domain.ids import SurveyId, TicketId
from csat_tui.domain.survey import Survey
from csat_tui.domain.ticket import Ticket
from csat_tui.helpdesk.port import HelpDesk
from csat_tui.store import tickets
from csat_tui.store.cases import surveys
from csat_tui.store.database import Database
from csat_tui.sync.fetched_tickets import FetchedTicket, save_tickets
from csat_tui.transport.pace import Urgency, acting_for

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


MOST_CASES_AHEAD = 32
"""How many cases are fetched ahead at most; the oldest ones are dropped."""


class CasePriority:
    """The open case and the cases around it; all methods must be called in one asyncio loop."""

    def __init__(self) -> None:
        self._open: SurveyId | None = None
        self._ahead: list[SurveyId] = []
        self._open_now = asyncio.Event()
        self._opened = asyncio.Event()
        """Set whenever a person opens a case."""
        self._ahead_now = asyncio.Event()

    def prioritize(self, survey_ids: Iterable[SurveyId]) -> None:
        """Fetch these: the first is open, and a person waits for it; the others come next."""
        wanted = list(dict.fromkeys(survey_ids))
        if not wanted:
            return
        self._open = wanted[0]
        self._opened.set()
        ahead = [*wanted[1:], *(one for one in self._ahead if one not in wanted)]
        self._ahead = ahead[:MOST_CASES_AHEAD]
        self.retry()

    def retry(self) -> None:
        """Try again what could not be fetched."""
        if self._open is not None:
            self._open_now.set()
        if self._ahead:
            self._ahead_now.set()

    async def fetch_open(self, fetch: Callable[[SurveyId], Awaitable[bool | None]]) -> None:
        """Fetch the open case, again and again; `fetch` returns False if the case must be tried again later.

        When another case is opened, fetching the former one stops at once, and it is fetched ahead later.
        """
        while True:
            await self._open_now.wait()
            self._open_now.clear()
            survey_id = self._open
            if survey_id is None:
                continue
            with acting_for(Urgency.PERSON):
                done = await self._fetch_while_open(survey_id, fetch)
            if done and self._open == survey_id:
                self._open = None

    async def _fetch_while_open(self, survey_id: SurveyId, fetch: Callable[[SurveyId], Awaitable[bool | None]]) -> bool:
        """Fetch a case until another one is opened; return whether it is done."""
        fetching = asyncio.ensure_future(fetch(survey_id))
        reopened = asyncio.ensure_future(self._another_opened(survey_id))
        try:
            await asyncio.wait({fetching, reopened}, return_when=asyncio.FIRST_COMPLETED)
            if fetching.done():
                return fetching.result() is not False
        finally:
            # Also if this loop is cancelled: no task outlives it.
            for task in (fetching, reopened):
                task.cancel()
            await asyncio.wait({fetching, reopened})
        if survey_id not in self._ahead:
            self._ahead = [*self._ahead[: MOST_CASES_AHEAD - 1], survey_id]
            self._ahead_now.set()
        self._open_now.set()
        return False

    async def _another_opened(self, survey_id: SurveyId) -> None:
        """Wait until another case is opened."""
        while self._open in (survey_id, None):
            self._opened.clear()
            await self._opened.wait()

    async def fetch_ahead(self, fetch: Callable[[SurveyId], Awaitable[bool | None]]) -> None:
        """Fetch the next cases, again and again; `fetch` returns False if a case must be tried again later."""
        while True:
            await self._ahead_now.wait()
            self._ahead_now.clear()
            while self._ahead:
                survey_id = self._ahead.pop(0)
                with acting_for(Urgency.SYNC):
                    done = await fetch(survey_id) is not False
                if not done:
                    self._ahead.insert(0, survey_id)
                    break
