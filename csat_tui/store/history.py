"""What else a customer has written: their other tickets, and since when it is known that these are all."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import Connection, bindparam, or_, select
from sqlalchemy.dialects.sqlite import insert
from sqlmodel import col

from csat_tui.domain.ids import SurveyId, TicketId, UserId
from csat_tui.domain.ticket import Ticket
from csat_tui.effects.kind import Carriage
from csat_tui.effects.registry import carried_as
from csat_tui.store import tickets
from csat_tui.store.outbox_item import UNSETTLED
from csat_tui.store.tables import OutboxRow, RequesterRow, SurveyRow, TicketRow

MOST = 100
"""Tickets of one customer that are looked at, the newest."""

_OF_REQUESTER = (
    select(col(TicketRow.id))
    .where(col(TicketRow.requester_id) == bindparam("requester"))
    .order_by(col(TicketRow.created_at).desc(), col(TicketRow.id).desc())
    .limit(MOST)
)


def of_requester(connection: Connection, requester_id: UserId) -> tuple[Ticket, ...]:
    """Return a customer's tickets as far as they are here, newest first."""
    ids = [TicketId(row[0]) for row in connection.execute(_OF_REQUESTER, {"requester": requester_id})]
    known = tickets.kept(connection, ids)
    return tuple(known[ticket_id] for ticket_id in ids)


def asked_at(connection: Connection, requester_id: UserId) -> datetime | None:
    """Return when the help desk last told all the tickets of a customer; None if it never did."""
    row = connection.execute(
        select(col(RequesterRow.fetched_at)).where(col(RequesterRow.id) == requester_id)
    ).first()  # fmt: skip
    return None if row is None else row[0]


def put_asked(connection: Connection, requester_id: UserId, at: datetime) -> None:
    """Remember when the help desk told all the tickets of a customer."""
    values = {"id": requester_id, "fetched_at": at}
    connection.execute(insert(RequesterRow).values(values).on_conflict_do_update(index_elements=["id"], set_=values))


def surveys_own(connection: Connection, ids: Sequence[TicketId]) -> frozenset[TicketId]:
    """Return those of the tickets that are surveys themselves."""
    rows = connection.execute(select(col(SurveyRow.survey_ticket_id)).where(col(SurveyRow.survey_ticket_id).in_(ids)))
    return frozenset(TicketId(number) for (number,) in rows if number is not None)


def cases_of(connection: Connection, requester_id: UserId) -> tuple[SurveyId, ...]:
    """Return the cases that are about one of a customer's tickets."""
    ids = [row[0] for row in connection.execute(_OF_REQUESTER, {"requester": requester_id})]
    about = or_(col(SurveyRow.source_ticket_id).in_(ids), col(SurveyRow.survey_ticket_id).in_(ids))
    rows = connection.execute(select(col(SurveyRow.id)).where(about).order_by(col(SurveyRow.id)))
    return tuple(SurveyId(number) for (number,) in rows if number is not None)


def still_to_write(connection: Connection, ids: Iterable[TicketId]) -> frozenset[TicketId]:
    """Return those of the tickets on which something of the outbox is not settled, as target or as a merge's source."""
    wanted = frozenset(ids)
    rows = connection.execute(
        select(col(OutboxRow.ticket_id), col(OutboxRow.payload)).where(
            UNSETTLED,
            or_(col(OutboxRow.ticket_id).in_(wanted), col(OutboxRow.kind).in_(carried_as(Carriage.TICKET_MERGE))),
        )
    )
    found: set[TicketId] = set()
    for ticket_id, payload in rows:
        sources = payload.get("sources")
        found |= {
            TicketId(one)
            for one in (ticket_id, *(sources if isinstance(sources, list) else ()))
            if isinstance(one, int)
        }
    return wanted & found
