"""Bringing one ticket of a list of low scores here as a case, where the help desk has it (000, step 6.2)."""

from dataclasses import dataclass

from csat_tui.domain.clock import Clock
from csat_tui.domain.ids import SurveyId, TicketId
from csat_tui.domain.playbook import Playbook
from csat_tui.domain.survey import Survey
from csat_tui.domain.ticket import Status, Ticket
from csat_tui.helpdesk.port import HelpDesk
from csat_tui.intake.survey_mail import parse_survey
from csat_tui.store import surveys
from csat_tui.store.database import Database
from csat_tui.sync.keep import Told, keep
from csat_tui.sync.pull import incoming


@dataclass(frozen=True, slots=True)
class Brought:
    """What became of it: its case, or None with the reason in the sentence."""

    survey_id: SurveyId | None
    sentence: str


async def bring(database: Database, helpdesk: HelpDesk, playbook: Playbook, clock: Clock, number: TicketId) -> Brought:
    """Fetch a ticket and put it on the desk; a source ticket becomes a case without ratings. Raises HelpDeskError."""
    found = await helpdesk.tickets([number])
    ticket = next((one for one in found if one.id == number), None)
    if ticket is None or ticket.status is Status.DELETED:
        return Brought(None, f"The help desk has no ticket #{number}: it was deleted, or belongs to another one.")
    asked_at = clock.now()
    survey = parse_survey(ticket, playbook)
    if survey.ratings:
        said = f"Ticket #{number} carries a survey, which is on the desk now."
    else:
        messages = await helpdesk.messages(number)
        keep(database, [Told(ticket, asked_at, messages)])
        survey = _without_survey(ticket, clock)
        said = f"Ticket #{number} is on the desk as a case; its survey is not here, so it has no ratings."
    with database.write("queue", "report") as connection:
        surveys.put_surveys(connection, [incoming(survey, playbook)])
        known = surveys.by_ticket(connection, number)
    if survey.ratings:
        keep(database, [Told(ticket, asked_at, None)])
    if not known:
        return Brought(None, f"Ticket #{number} was decided here and removed since, as keep_days asks.")
    return Brought(known[0], said)


def _without_survey(ticket: Ticket, clock: Clock) -> Survey:
    """Return what is known of a survey of which a list names only the ticket that it rates."""
    return Survey(
        source=f"low-scores:{ticket.id}",
        received_at=clock.now(),
        survey_ticket_id=None,
        source_ticket_id=ticket.id,
        customer=ticket.requester_name or ticket.requester_email,
        agent=ticket.assignee_name,
        ratings={},
        rating=None,
        comment="",
        problem="a list of low scores names its ticket, and the survey itself is not here",
    )
