"""Which ticket a note or a reply lands on."""

from csat_tui.domain.case import Case
from csat_tui.domain.ids import TicketId
from csat_tui.domain.playbook import Target, TicketTemplate
from csat_tui.domain.ticket import Ticket


def destination_ticket(case: Case, template: TicketTemplate) -> Ticket | None:
    """Return the ticket that an effect lands on, or None where none takes updates or it is not here yet.

    A text falls back to another ticket only from one that is known to take none: one that has only not been
    fetched yet may well take it.
    """
    ticket = case.source_ticket if source_stands_in(case, template) else _ticket(case, template.on)
    if template.when_closed:
        there_is_none = ticket is None and _number(case, template.on) is None
        if there_is_none or (ticket is not None and not ticket.takes_updates):
            ticket = _ticket(case, template.when_closed)
    return ticket if ticket is not None and ticket.takes_updates else None


def source_stands_in(case: Case, template: TicketTemplate) -> bool:
    """Tell whether the source ticket takes a note for want of a survey ticket: an imported survey has none."""
    return template.stands_in and template.on is Target.SURVEY and case.survey.survey_ticket_id is None


def why_no_destination(case: Case, template: TicketTemplate) -> str:
    """Say why an effect has no ticket to land on."""
    what = template.noun
    ticket = case.source_ticket if source_stands_in(case, template) else _ticket(case, template.on)
    if ticket is None:
        number = _number(case, template.on)
        if number is not None:
            return f"ticket #{number}, where the {what} belongs, is not here yet"
        return f"there is no {template.on} ticket here to put the {what} on"
    return f"ticket #{ticket.id} is {ticket.status} and takes no {what}"


def _ticket(case: Case, target: Target) -> Ticket | None:
    return case.survey_ticket if target is Target.SURVEY else case.source_ticket


def _number(case: Case, target: Target) -> TicketId | None:
    return case.survey.survey_ticket_id if target is Target.SURVEY else case.survey.source_ticket_id
