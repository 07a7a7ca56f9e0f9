"""Fetch tickets for cases: for the case that is opened, and ahead for those that nobody has opened yet."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable, Sequence
from datetime import datetime, timedelta

from csat_tui.admin.port import AdminSystem
from csat_tui.domain.case import customer_email
from csat_tui.domain.clock import Clock
from csat_tui.domain.errors import HelpDeskError
from csat_tui.domain.ids import SurveyId, TicketId
from csat_tui.domain.survey import Survey
from csat_tui.domain.ticket import Status, Ticket
from csat_tui.helpdesk.port import HelpDesk
from csat_tui.store import fetching, tickets
from csat_tui.store.cases import surveys
from csat_tui.store.database import Database
from csat_tui.store.fetching import QueuePlace
from csat_tui.store.review import forget_audits_of
from csat_tui.sync.delivery_rounds import run_together
from csat_tui.sync.fetched_tickets import TICKETS_PER_LOOKUP, FetchedTicket, SaveMore, look_up_tickets, save_tickets
from csat_tui.sync.status import concerns_everything
from csat_tui.transport.pace import Urgency, acting_for

log = logging.getLogger(__name__)

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

    async def account_of(self, survey_id: SurveyId) -> None:
        """Look up the customer's account of a survey, unless it was looked up before."""
        with self._database.read() as connection:
            survey = surveys.survey(connection, survey_id)
        email = "" if survey is None else self._email_of(survey)
        if not email:
            return
        with self._database.read() as connection:
            _, looked_up = tickets.account(connection, email)
        if looked_up is None:
            await self._account(email, survey_id)

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
            forget_audits_of(connection, survey_id)


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


CASES_AHEAD = 2_000
"""Open cases that are fetched ahead, the first due first: more than a team finishes in a day."""

PARALLEL_TRANSCRIPTS = 11
"""Transcripts that are fetched in parallel; the host's last connection stays free for the person."""

TRANSCRIPTS_PER_TRANSACTION = 25
"""Transcripts that are saved in one transaction, because each transaction waits for the disk."""


class Prefetcher:
    """Fetches the source tickets of open cases and their transcripts before anybody opens them, the first due first.

    So a team's day is here before it is looked at, and can be searched without a network. It asks only for what has
    changed: the tickets in hundreds, and the transcripts of those whose stamp has changed. After an interruption it
    continues where it stopped.
    """

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
        await self.transcripts(outdated)

    def _mark_deleted(self, missing: Sequence[TicketId]) -> None:
        if missing:
            with self._database.write(*(f"ticket:{ticket_id}" for ticket_id in missing)) as connection:
                tickets.mark_deleted(connection, missing, self._clock.now())

    async def transcripts(self, changed: Sequence[Ticket], save_more: SaveMore | None = None) -> None:
        """Fetch transcripts a few at a time and save them in batches; those from before an error are saved too.

        Raises HelpDeskError where the whole help desk does not answer.
        """
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
                    save_tickets(self._database, batch, save_more)

        await run_together(fetch() for _ in range(PARALLEL_TRANSCRIPTS))
        save_tickets(self._database, told, save_more)
        if errors:
            raise errors[0]
