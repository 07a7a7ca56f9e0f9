"""Pulling the view: survey tickets become surveys, newest first, the queue usable after the first page."""

from collections.abc import Callable
from dataclasses import replace

from sqlalchemy import select
from sqlmodel import col

from csat_tui.domain.case import Stage
from csat_tui.domain.clock import Clock
from csat_tui.domain.ids import TicketId, ViewId
from csat_tui.domain.playbook import Playbook
from csat_tui.domain.rating import path_of
from csat_tui.domain.survey import Survey
from csat_tui.domain.ticket import Status, Ticket
from csat_tui.helpdesk.port import HelpDesk, Page
from csat_tui.intake.survey_mail import parse_survey
from csat_tui.store import surveys, tickets
from csat_tui.store.database import Database
from csat_tui.store.surveys import Incoming, due_at
from csat_tui.store.tables import CaseRow, SurveyRow

DONE = (Status.SOLVED, Status.CLOSED, Status.DELETED)
"""A survey ticket in one of these needs nobody any more."""

LOOKUP = 100
"""How many tickets one look-up asks for."""


def incoming(survey: Survey, playbook: Playbook) -> Incoming:
    """Return a survey with its place in the playbook, ready for the store."""
    return Incoming(survey, path_of(survey, playbook).id, due_at(survey, playbook.contact_within))


def _named(survey: Survey, ticket: Ticket) -> Survey:
    """Call the customer by name where the help desk knows whose address the survey gives."""
    if ticket.requester_name and survey.customer.casefold() == ticket.requester_email.casefold():
        return replace(survey, customer=ticket.requester_name)
    return survey


def _news(told: Ticket, known: Ticket | None) -> bool:
    """Tell whether a ticket says something new; a stamp alone does not tell two changes within one second apart."""
    if known is None or known.status is Status.DELETED:
        return True
    return told != known and told.updated_at >= known.updated_at


class Puller:
    """Walks the view and keeps the store's surveys in step with it."""

    def __init__(self, database: Database, helpdesk: HelpDesk, playbook: Playbook, clock: Clock) -> None:
        self._database = database
        self._helpdesk = helpdesk
        self._playbook = playbook
        self._clock = clock
        self.problems: tuple[str, ...] = ()
        """What could not be understood in the last walk, a sentence each."""

    async def walk(self, view: ViewId, *, whole: bool, progress: Callable[[int], None]) -> int:
        """Walk the view and keep what is new or changed; returns how many surveys are new.

        A walk that is not `whole` ends at the first page that holds nothing new. A whole one also finds the
        open cases that the view no longer shows and marks those that somebody else has finished.
        """
        seen: set[TicketId] = set()
        new = 0
        self.problems = ()
        async for page in self._helpdesk.view(view):
            fresh, changed = self._keep(page)
            new += fresh
            self.problems += page.problems
            seen.update(ticket.id for ticket in page.tickets)
            progress(len(seen))
            if not whole and not changed:
                return new
        if whole:
            await self._mark_gone(seen)
        return new

    def _keep(self, page: Page) -> tuple[int, bool]:
        """Keep one page in one transaction; returns how many surveys are new and whether any ticket changed."""
        with self._database.read() as connection:
            known = tickets.kept(connection, [ticket.id for ticket in page.tickets])
        changed = [one for one in page.tickets if _news(one, known.get(one.id))]
        if not changed:
            return 0, False
        arrived = [incoming(_named(parse_survey(one, self._playbook), one), self._playbook) for one in changed]
        with self._database.write("queue", *(f"ticket:{ticket.id}" for ticket in changed)) as connection:
            tickets.put_tickets(connection, changed, self._clock.now())
            new = surveys.put_surveys(connection, arrived)
        return len(new), True

    async def _mark_gone(self, seen: set[TicketId]) -> None:
        """Look up the open cases' survey tickets that the walk did not meet, and put the finished ones away.

        A walk can skip a ticket when another leaves the view under it, so absence alone proves nothing.
        """
        with self._database.read() as connection:
            rows = connection.execute(
                select(col(SurveyRow.survey_ticket_id))
                .join(CaseRow, col(CaseRow.survey_id) == col(SurveyRow.id))
                .where(
                    col(CaseRow.stage).in_([Stage.OPEN, Stage.SNOOZED]), col(SurveyRow.survey_ticket_id).is_not(None)
                )
            )
            absent = [TicketId(row[0]) for row in rows if row[0] is not None and row[0] not in seen]
        for start in range(0, len(absent), LOOKUP):
            asked = absent[start : start + LOOKUP]
            found = {ticket.id: ticket for ticket in await self._helpdesk.tickets(asked)}
            self._put_away(asked, found)

    def _put_away(self, asked: list[TicketId], found: dict[TicketId, Ticket]) -> None:
        deleted = [ticket_id for ticket_id in asked if ticket_id not in found]
        done = deleted + [ticket.id for ticket in found.values() if ticket.status in DONE]
        with self._database.write("queue", *(f"ticket:{ticket_id}" for ticket_id in asked)) as connection:
            tickets.put_tickets(connection, found.values(), self._clock.now())
            tickets.mark_deleted(connection, deleted, self._clock.now())
            surveys.put_away(connection, done)
