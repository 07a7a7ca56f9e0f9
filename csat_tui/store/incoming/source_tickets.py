"""The source tickets of the cases on the desk, in the order of the queue."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Integer, literal, select, tuple_, type_coerce
from sqlmodel import col

from csat_tui.domain.case import Stage
from csat_tui.domain.ids import SurveyId, TicketId
from csat_tui.store.tables import CaseRow, SurveyRow

QueuePlace = tuple[int, int]
"""A case's place among the open ones: when it is due, and its number."""

_DUE: Any = type_coerce(col(CaseRow.due_at), Integer)


@dataclass(frozen=True, slots=True)
class SourceTickets:
    """Some source tickets, and the place of the last case that they come from; None after the last case."""

    tickets: tuple[TicketId, ...]
    place: QueuePlace | None


def open_cases(connection: Connection, beyond: QueuePlace | None, limit: int) -> SourceTickets:
    """Return the source tickets of the open cases that follow a place, those due first."""
    query = (
        select(_DUE, col(CaseRow.survey_id), col(SurveyRow.source_ticket_id))
        .join(SurveyRow, col(SurveyRow.id) == col(CaseRow.survey_id))
        .where(col(CaseRow.stage) == Stage.OPEN)
        .order_by(col(CaseRow.due_at), col(CaseRow.survey_id))
        .limit(limit)
    )
    if beyond is not None:
        query = query.where(tuple_(_DUE, col(CaseRow.survey_id)) > tuple_(*(literal(part) for part in beyond)))
    rows = connection.execute(query).all()
    place = (int(rows[-1][0]), int(rows[-1][1])) if len(rows) == limit else None
    return SourceTickets(_tickets(row[2] for row in rows), place)


def surveys(connection: Connection, survey_ids: Sequence[SurveyId]) -> tuple[TicketId, ...]:
    """Return the source tickets of these surveys."""
    rows = connection.execute(select(col(SurveyRow.source_ticket_id)).where(col(SurveyRow.id).in_(survey_ids)))
    return _tickets(row[0] for row in rows)


def _tickets(numbers: Any) -> tuple[TicketId, ...]:
    return tuple(dict.fromkeys(TicketId(number) for number in numbers if number is not None))
