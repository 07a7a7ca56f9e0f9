"""Import one ticket of a list of low scores as a case, if the help desk has it (000, step 6.2)."""

from dataclasses import dataclass

from sqlalchemy import Connection

from csat_tui.domain.case import Stage
from csat_tui.domain.clock import Clock
from csat_tui.domain.ids import SurveyId, TicketId
from csat_tui.domain.playbook import Playbook
from csat_tui.domain.reconciliation import ReportLine
from csat_tui.domain.survey import FROM_A_LIST, LISTED, Survey, as_arrival, overall_rating
from csat_tui.domain.ticket import Status, Ticket
from csat_tui.helpdesk.port import HelpDesk
from csat_tui.intake.survey_mail import arrival_of
from csat_tui.store import cases, low_score_lists
from csat_tui.store.cases import ON_THE_DESK, drafts, surveys
from csat_tui.store.database import Database
from csat_tui.sync.fetched_tickets import FetchedTicket, save_tickets

SURVEY_NOT_HERE = "a list of low scores names its ticket, and the survey itself is not here"


@dataclass(frozen=True, slots=True)
class ImportedTicket:
    """The case of an imported ticket, or None; the sentence says what happened."""

    survey_id: SurveyId | None
    sentence: str


async def import_ticket(
    database: Database, helpdesk: HelpDesk, playbook: Playbook, clock: Clock, number: TicketId
) -> ImportedTicket:
    """Fetch a ticket and put it on the desk; a source ticket becomes a case with what the list says of its survey.

    Where a case of it is on the desk already nothing is fetched: that one knows more. Raises HelpDeskError.
    """
    with database.read() as connection:
        there = _standing(connection, number)
    if there is not None:
        return there
    found = await helpdesk.tickets([number])
    ticket = next((one for one in found if one.id == number), None)
    if ticket is None or ticket.status is Status.DELETED:
        return ImportedTicket(
            None, f"The help desk has no ticket #{number}: it was deleted, or belongs to another help desk."
        )
    asked_at = clock.now()
    carried = arrival_of(ticket, playbook)
    messages = None if carried.survey.ratings else await helpdesk.messages(number)
    with database.write("queue", "report") as connection:
        # Asked again under the lock: a pull may have brought it meanwhile.
        brought = _standing(connection, number)
        if brought is None and messages is not None:
            brought = _back(connection, number)
        if brought is None and messages is None:
            surveys.put_surveys(connection, [carried])
            said = f"Ticket #{number} carries a survey, which is on the desk now."
            brought = _kept(connection, carried.survey.source, number, said)
        if brought is None:
            line = low_score_lists.line_of_ticket(connection, number)
            survey = _listed(connection, ticket, line, clock, playbook)
            surveys.put_surveys(connection, [as_arrival(survey, playbook)])
            said = "its survey is not here, so it has no ratings" if not survey.ratings else "rated as the list says"
            brought = _kept(connection, survey.source, number, f"Ticket #{number} is on the desk as a case; {said}.")
    save_tickets(database, [FetchedTicket(ticket, asked_at, messages)])
    return brought


def _standing(connection: Connection, number: TicketId) -> ImportedTicket | None:
    """Return the case of a ticket, if it is on the desk."""
    for survey_id in surveys.by_ticket(connection, number):
        if cases.stage(connection, survey_id) in ON_THE_DESK:
            said = (
                f"Ticket #{number} is on the desk already, with everything known about its survey. Nothing was fetched."
            )
            return ImportedTicket(survey_id, said)
    return None


def _back(connection: Connection, number: TicketId) -> ImportedTicket | None:
    """Reopen the case of a ticket that had left the view; its survey is here with ratings, comment and words."""
    for survey_id in surveys.by_ticket(connection, number):
        if cases.stage(connection, survey_id) is Stage.GONE:
            surveys.open_again(connection, survey_id)
            said = f"Ticket #{number} is on the desk again, with its survey and all words, as it was when it left."
            return ImportedTicket(drafts.living(connection, survey_id), said)
    return None


def _kept(connection: Connection, source: str, number: TicketId, said: str) -> ImportedTicket:
    survey_id = surveys.by_source(connection, source)
    if survey_id is None:
        return ImportedTicket(None, f"Ticket #{number} was decided here and removed later, after keep_days.")
    return ImportedTicket(drafts.living(connection, survey_id), said)


def _listed(
    connection: Connection, ticket: Ticket, line: ReportLine | None, clock: Clock, playbook: Playbook
) -> Survey:
    """Return a survey made of the ticket that it rates and the list's words, because the survey itself is not here."""
    source = f"{FROM_A_LIST}{ticket.id}"
    if line is not None and surveys.by_source(connection, source) is not None:
        source = f"{source}:{line.report_id}"  # another score than the one that was worked on before
    ratings = {} if line is None or line.rating is None else {LISTED: line.rating}
    return Survey(
        source=source,
        received_at=clock.now(),
        source_ticket_id=ticket.id,
        customer=ticket.requester_name or ticket.requester_email,
        agent=ticket.assignee_name,
        ratings=ratings,
        rating=overall_rating(ratings, playbook),
        comment="" if line is None else line.comment,
        problem="" if ratings else SURVEY_NOT_HERE,
        raw="" if line is None else line.text,
    )
