"""The first contact with a customer after a survey: found in transcripts and replies, or recorded by a person.

`note_contact` is the one way in. The earliest contact stands, and one from before the survey counts for nothing.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import BindParameter, Connection, bindparam, func, or_, select, update
from sqlalchemy.orm import aliased
from sqlmodel import col

from csat_tui.domain.contact_clock import ContactWay
from csat_tui.domain.ids import SurveyId, TicketId
from csat_tui.domain.ticket import RULE_CHANNEL, Author
from csat_tui.store.tables import CaseRow, MessageRow, SurveyRow, TicketRow
from csat_tui.store.types import VALUES_PER_STATEMENT

_SOME: BindParameter[Any] = bindparam("some", expanding=True)
_NOTE = (
    update(CaseRow)
    .where(
        col(CaseRow.survey_id) == bindparam("known"),
        col(CaseRow.received_at) <= bindparam("at"),
        or_(col(CaseRow.contacted_at).is_(None), col(CaseRow.contacted_at) > bindparam("at")),
    )
    .values(contacted_at=bindparam("at"), contacted_by=bindparam("by"))
)
_FORGET = (
    update(CaseRow)
    .where(col(CaseRow.survey_id) == bindparam("known"), col(CaseRow.contacted_by) == ContactWay.MESSAGE.value)
    .values(contacted_at=None, contacted_by="")
)
_SOURCE_TICKET, _SURVEY_TICKET = aliased(TicketRow), aliased(TicketRow)
_CUSTOMER = (
    select(col(SurveyRow.customer), col(_SOURCE_TICKET.requester_email), col(_SURVEY_TICKET.requester_email))
    .outerjoin(_SOURCE_TICKET, col(_SOURCE_TICKET.id) == col(SurveyRow.source_ticket_id))
    .outerjoin(_SURVEY_TICKET, col(_SURVEY_TICKET.id) == col(SurveyRow.survey_ticket_id))
    .where(col(SurveyRow.id) == bindparam("known"))
)
_FIRST_MESSAGES = (
    select(col(SurveyRow.id), func.min(col(MessageRow.created_at)))
    .join(MessageRow, col(MessageRow.ticket_id) == col(SurveyRow.source_ticket_id))
    .where(
        col(MessageRow.public),
        col(MessageRow.author) == Author.AGENT.value,
        # What a rule of the help desk sends in an agent's name is no contact.
        col(MessageRow.channel) != RULE_CHANNEL,
        col(MessageRow.created_at) >= col(SurveyRow.received_at),
    )
    .group_by(col(SurveyRow.id))
)
_ON_TICKETS = _FIRST_MESSAGES.where(col(SurveyRow.source_ticket_id).in_(_SOME))
_OF_SURVEYS = _FIRST_MESSAGES.where(col(SurveyRow.id).in_(_SOME))


def note_contact(connection: Connection, survey_id: SurveyId, at: datetime, way: ContactWay) -> bool:
    """Note when a customer was contacted about a survey; returns whether that was the first contact known."""
    return connection.execute(_NOTE, {"known": survey_id, "at": at, "by": way.value}).rowcount > 0


def note_reply(connection: Connection, survey_id: SurveyId, at: datetime, to: Sequence[str] | None) -> None:
    """Note a reply that a decision sent; `to` are the recipients of a mail, of which one must be the customer."""
    if to is None or _addresses(connection, survey_id) & {_bare(one) for one in to}:
        note_contact(connection, survey_id, at, ContactWay.REPLY)


def find_on_tickets(connection: Connection, ticket_ids: Sequence[TicketId]) -> None:
    """Note the first public message by an agent on these source tickets, for each survey from before it."""
    _note_messages(connection, _ON_TICKETS, ticket_ids)


def find_for(connection: Connection, survey_ids: Sequence[int]) -> None:
    """Note the same for these surveys, whose source tickets may have been here before them."""
    _note_messages(connection, _OF_SURVEYS, survey_ids)


def find_again(connection: Connection, survey_id: SurveyId) -> None:
    """Forget a message that counted as the contact, and look on the ticket that the survey is about now."""
    connection.execute(_FORGET, {"known": survey_id})
    find_for(connection, [survey_id])


def _addresses(connection: Connection, survey_id: SurveyId) -> set[str]:
    """Return under which addresses the customer is known."""
    row = connection.execute(_CUSTOMER, {"known": survey_id}).first()
    return {_bare(one) for one in row or () if one and "@" in one}


def _bare(address: str) -> str:
    """Return an address without the name before it."""
    return address.rpartition("<")[2].rstrip("> ").strip().casefold()


def _note_messages(connection: Connection, query: Any, numbers: Sequence[int]) -> None:
    for start in range(0, len(numbers), VALUES_PER_STATEMENT):
        found = connection.execute(query, {"some": list(numbers[start : start + VALUES_PER_STATEMENT])}).all()
        if found:
            values = [{"known": survey_id, "at": at, "by": ContactWay.MESSAGE.value} for survey_id, at in found]
            connection.execute(_NOTE, values)
