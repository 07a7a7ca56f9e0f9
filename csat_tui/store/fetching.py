"""What the sync has still to fetch: the walk of the view under way, and the source tickets of the cases on the desk."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Integer, bindparam, delete, func, literal, or_, select, tuple_, type_coerce
from sqlalchemy.dialects.sqlite import insert
from sqlmodel import col

from csat_tui.domain.case import Stage
from csat_tui.domain.ids import SurveyId, TicketId, ViewId
from csat_tui.store import named_values
from csat_tui.store.cases import ON_THE_DESK
from csat_tui.store.tables import CaseRow, SurveyRow, WalkedRow

WALK_CURSOR = "walk"
"""Under which the place of the walk is remembered."""

# Made once: to build a statement costs more than to run it, and these run for every page of a walk.
_FORGET = delete(WalkedRow)
_MEET = insert(WalkedRow).on_conflict_do_nothing()
_MET = select(func.count()).select_from(WalkedRow)
_TICKET = col(SurveyRow.survey_ticket_id)
_NOT_MET = (
    select(_TICKET)
    .join(CaseRow, col(CaseRow.survey_id) == col(SurveyRow.id))
    .where(
        col(SurveyRow.survey_ticket_id) > bindparam("beyond"),
        or_(*(col(CaseRow.stage) == stage.value for stage in ON_THE_DESK)),
    )
    .where(~select(col(WalkedRow.ticket_id)).where(col(WalkedRow.ticket_id) == _TICKET).exists())
    .order_by(_TICKET)
    .distinct()
    .limit(bindparam("most", type_=Integer))
)


def begin_walk(connection: Connection) -> None:
    """Forget an earlier walk: the tickets that it met, and its cursor."""
    connection.execute(_FORGET)
    named_values.forget(connection, WALK_CURSOR)


def continue_walk(
    connection: Connection, view: ViewId, met: Iterable[TicketId], cursor: str | None, at: datetime
) -> None:
    """Record the tickets that the walk has met since the last call, and the cursor behind them."""
    rows = [{"ticket_id": ticket_id} for ticket_id in met]
    if rows:
        connection.execute(_MEET, rows)
    named_values.remember(connection, WALK_CURSOR, json.dumps({"view": view, "cursor": cursor}), at)


def walk_cursor(connection: Connection, view: ViewId) -> str | None:
    """Return the cursor behind which a walk of this view was interrupted; None where none was."""
    kept = named_values.recall(connection, WALK_CURSOR)
    if not kept:
        return None
    told = json.loads(kept)
    cursor = told["cursor"] if told["view"] == view else None
    return cursor if isinstance(cursor, str) else None


def tickets_met(connection: Connection) -> int:
    """Return how many tickets the walk under way has met."""
    return connection.execute(_MET).scalar_one()


def tickets_not_met(connection: Connection, beyond: TicketId, limit: int) -> list[TicketId]:
    """Return the survey tickets of cases on the desk that the walk has not met, by number, those beyond a number."""
    rows = connection.execute(_NOT_MET, {"beyond": beyond, "most": limit})
    return [TicketId(row[0]) for row in rows if row[0] is not None]


QueuePlace = tuple[int, int]
"""A case's place among the open ones: when it is due, and its number."""

_DUE: Any = type_coerce(col(CaseRow.due_at), Integer)


@dataclass(frozen=True, slots=True)
class SourceTickets:
    """Some source tickets, and the place of the last case that they come from; None after the last case."""

    tickets: tuple[TicketId, ...]
    place: QueuePlace | None


def source_tickets_ahead(connection: Connection, beyond: QueuePlace | None, limit: int) -> SourceTickets:
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


def source_tickets_of(connection: Connection, survey_ids: Sequence[SurveyId]) -> tuple[TicketId, ...]:
    """Return the source tickets of these surveys."""
    rows = connection.execute(select(col(SurveyRow.source_ticket_id)).where(col(SurveyRow.id).in_(survey_ids)))
    return _tickets(row[0] for row in rows)


def _tickets(numbers: Any) -> tuple[TicketId, ...]:
    return tuple(dict.fromkeys(TicketId(number) for number in numbers if number is not None))
