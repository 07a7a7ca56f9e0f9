"""What private notes and public replies have in common: both are one message in one write to a ticket."""

from collections.abc import Iterator
from typing import Any

from csat_tui.domain.case import Case
from csat_tui.domain.composing import (
    ComposingContext,
    destination_ticket,
    source_stands_in,
    tags_of,
    too_long,
    why_no_destination,
)
from csat_tui.domain.effect import Effect, TicketMessage
from csat_tui.domain.formats import render_note
from csat_tui.domain.ids import TicketId
from csat_tui.domain.playbook import TicketTemplate


def to_row(effect: TicketMessage) -> tuple[TicketId | None, dict[str, Any]]:
    """Return the ticket and the payload of a message."""
    status = None if effect.status is None else effect.status.value
    return effect.ticket_id, {"body": effect.body, "status": status, "add_tags": list(effect.add_tags)}


def ticket_of(ticket_id: TicketId | None) -> TicketId:
    """Return the ticket of a message; ValueError where its row has none."""
    if ticket_id is None:
        raise ValueError("a message needs a ticket")
    return ticket_id


def compose_message(
    template: TicketTemplate, context: ComposingContext, effect: type[TicketMessage]
) -> Iterator[Effect | str]:
    """Yield a template's message on the ticket that takes it, or why it cannot be written."""
    case = context.case
    body = render_note(context.playbook.formats[template.format], context.words)
    ticket = destination_ticket(case, template)
    if ticket is None:
        yield why_no_destination(case, template)
    yield from too_long(body)
    if ticket is not None:
        # A note that stands in on the source ticket says nothing about how that conversation stands.
        status = None if source_stands_in(case, template) else template.status
        yield effect(ticket.id, body, status, tuple(dict.fromkeys(tags_of(template.add_tags, context.words))))


def ticket_words(case: Case, template: TicketTemplate) -> str:
    """Say which ticket a message will land on."""
    ticket = destination_ticket(case, template)
    where = f"ticket #{ticket.id}" if ticket else f"{template.on} ticket, which is not here"
    if ticket is not None and case.survey_ticket is not None and ticket.id == case.survey_ticket.id:
        return f"survey {where}"
    return where


def change_words(template: TicketTemplate) -> str:
    """Say what the same write does to the ticket."""
    status = f" · sets {template.status}" if template.status is not None else ""
    return status + (f" · tags {' '.join(template.add_tags)}" if template.add_tags else "")


def playbook_line(label: str, template: TicketTemplate) -> str:
    """Say what the playbook writes of a message."""
    other = f" (the {template.when_closed} ticket where that is closed)" if template.when_closed else ""
    status = f", {template.status}" if template.status is not None else ""
    tags = f", tagged {' '.join(template.add_tags)}" if template.add_tags else ""
    return f"{label} “{template.format}” on the {template.on} ticket{other}{status}{tags}"
