"""The current walk of the view: the tickets that it has met and its cursor, so that a restart can continue it."""

import json
from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Connection, delete, func, select
from sqlalchemy.dialects.sqlite import insert
from sqlmodel import col

from csat_tui.domain.ids import TicketId, ViewId
from csat_tui.store import memory
from csat_tui.store.cases import ON_THE_DESK
from csat_tui.store.tables import CaseRow, SurveyRow, WalkedRow

WALK_CURSOR = "walk"
"""Under which the place of the walk is remembered."""

_MEET = insert(WalkedRow).on_conflict_do_nothing()


def begin(connection: Connection) -> None:
    """Forget an earlier walk: the tickets that it met, and its cursor."""
    connection.execute(delete(WalkedRow))
    memory.forget(connection, WALK_CURSOR)


def go_on(connection: Connection, view: ViewId, met: Iterable[TicketId], cursor: str | None, at: datetime) -> None:
    """Record the tickets that the walk has met since the last call, and the cursor behind them."""
    rows = [{"ticket_id": ticket_id} for ticket_id in met]
    if rows:
        connection.execute(_MEET, rows)
    memory.remember(connection, WALK_CURSOR, json.dumps({"view": view, "cursor": cursor}), at)


def place(connection: Connection, view: ViewId) -> str | None:
    """Return the cursor behind which a walk of this view was interrupted; None where none was."""
    kept = memory.recall(connection, WALK_CURSOR)
    if not kept:
        return None
    told = json.loads(kept)
    cursor = told["cursor"] if told["view"] == view else None
    return cursor if isinstance(cursor, str) else None


def met(connection: Connection) -> int:
    """Return how many tickets the walk under way has met."""
    return connection.execute(select(func.count()).select_from(WalkedRow)).scalar_one()


def absent(connection: Connection, beyond: TicketId, limit: int) -> list[TicketId]:
    """Return the survey tickets of cases on the desk that the walk has not met, by number, those beyond a number."""
    ticket = col(SurveyRow.survey_ticket_id)
    rows = connection.execute(
        select(ticket)
        .join(CaseRow, col(CaseRow.survey_id) == col(SurveyRow.id))
        .where(ticket > beyond, col(CaseRow.stage).in_(ON_THE_DESK))
        .where(~select(col(WalkedRow.ticket_id)).where(col(WalkedRow.ticket_id) == ticket).exists())
        .order_by(ticket)
        .distinct()
        .limit(limit)
    )
    return [TicketId(row[0]) for row in rows if row[0] is not None]
