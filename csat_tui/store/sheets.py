"""Tracker rows and records: each written once, and read in windows by a key at the same cost at any length."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, Integer, Select, func, literal, select, tuple_, type_coerce
from sqlalchemy.dialects.sqlite import insert
from sqlmodel import col

from csat_tui.domain.ids import OpId, SurveyId, TicketId
from csat_tui.store.tables import DecisionRow, OutboxRow, RecordRow, SurveyRow, TrackerRowRow

Key = tuple[int, int]
"""Where a row stands in the order of time."""


class Sheet(StrEnum):
    """What is kept as rows: the tracker and the records beside it."""

    TRACKER = "tracker"
    COACHING = "coaching"
    CORRECTION = "correction"


@dataclass(frozen=True, slots=True)
class SheetView:
    """Which rows of which sheet: written from `since` on and before `until`, decided by `by`, about this `agent`."""

    sheet: Sheet = Sheet.TRACKER
    since: datetime | None = None
    until: datetime | None = None
    by: str = ""
    agent: str = ""


@dataclass(frozen=True, slots=True)
class SheetRow:
    """One row with where it comes from; `agent` is whom the survey rates, `by` who decided.

    Of a case that was removed as old only its shell is here: what quoted the customer is gone, and `outcome` names what
    was decided.
    """

    key: Key
    survey_id: SurveyId
    ticket_id: TicketId | None
    agent: str
    by: str
    written_at: datetime
    cells: Mapping[str, str]
    is_shell: bool = False
    outcome: str = ""

    @property
    def id(self) -> int:
        """Its number in its sheet."""
        return self.key[1]


def write(
    connection: Connection, sheet: Sheet, op_id: OpId, survey_id: SurveyId, cells: Mapping[str, str], at: datetime
) -> None:
    """Write a row; a second time under the same operation id changes nothing."""
    values: dict[str, Any] = {"op_id": op_id, "survey_id": survey_id, "cells": dict(cells), "written_at": at}
    if sheet is Sheet.TRACKER:
        values |= {"ticket_id": None, "agent": "", "decided_by": "", "outcome_id": ""}
    else:
        values["kind"] = sheet.value
    connection.execute(insert(_table(sheet)).values(values).on_conflict_do_nothing(index_elements=["op_id"]))


def newer(connection: Connection, view: SheetView, key: Key | None, limit: int) -> list[SheetRow]:
    """Return the rows that follow a key, oldest first; without a key from the oldest on."""
    return _rows(connection, view, key, limit, forward=True)


def older(connection: Connection, view: SheetView, key: Key | None, limit: int) -> list[SheetRow]:
    """Return the rows that precede a key, newest first; without a key from the newest on."""
    return _rows(connection, view, key, limit, forward=False)


def headings(connection: Connection, sheet: Sheet) -> list[str]:
    """Return the keys that the cells of a sheet's rows have, whichever playbook filled them; reads every row."""
    table = _table(sheet)
    each = func.json_each(table.cells).table_valued("key")
    query = select(each.c.key).select_from(table).join(each, literal(True)).distinct()
    if table is RecordRow:
        query = query.where(col(RecordRow.kind) == sheet.value)
    return sorted(str(row[0]) for row in connection.execute(query))


def _table(sheet: Sheet) -> Any:
    return TrackerRowRow if sheet is Sheet.TRACKER else RecordRow


def _rows(connection: Connection, view: SheetView, key: Key | None, limit: int, *, forward: bool) -> list[SheetRow]:
    return [_read(row) for row in connection.execute(_select(view, key, forward=forward).limit(limit))]


def _select(view: SheetView, key: Key | None, *, forward: bool) -> Select[Any]:
    table = _table(view.sheet)
    place: tuple[Any, Any] = (type_coerce(table.written_at, Integer), table.id)
    ticket: Any = SurveyRow.source_ticket_id
    agent: Any = SurveyRow.agent
    by: Any = DecisionRow.decided_by
    if view.sheet is Sheet.TRACKER:
        # Of a survey that was removed, its shell says these.
        ticket = func.coalesce(ticket, TrackerRowRow.ticket_id)
        agent = func.coalesce(agent, TrackerRowRow.agent)
        by = func.coalesce(by, TrackerRowRow.decided_by)
    outcome = TrackerRowRow.outcome_id if view.sheet is Sheet.TRACKER else literal("")
    shown: list[Any] = [*place, table.survey_id, ticket, agent, by, table.written_at, table.cells]
    shown += [col(SurveyRow.id).is_(None), outcome]
    query: Select[Any] = (
        select(*shown)
        .outerjoin_from(table, SurveyRow, col(SurveyRow.id) == table.survey_id)
        .outerjoin(OutboxRow, col(OutboxRow.op_id) == table.op_id)
        .outerjoin(DecisionRow, col(DecisionRow.id) == col(OutboxRow.decision_id))
    )
    if view.sheet is not Sheet.TRACKER:
        query = query.where(table.kind == view.sheet.value)
    if view.since is not None:
        query = query.where(table.written_at >= view.since)
    if view.until is not None:
        query = query.where(table.written_at < view.until)
    if view.by:
        query = query.where(by == view.by)
    if view.agent:
        query = query.where(agent == view.agent)
    if key is not None:
        here = tuple_(*(literal(value) for value in key))
        query = query.where(tuple_(*place) > here if forward else tuple_(*place) < here)
    return query.order_by(*(one.asc() if forward else one.desc() for one in place))


def _read(row: Any) -> SheetRow:
    at, number, survey_id, ticket_id, agent, by, written_at, cells, is_shell, outcome = row
    ticket = None if ticket_id is None else TicketId(ticket_id)
    key = int(at), int(number)
    return SheetRow(key, SurveyId(survey_id), ticket, agent or "", by or "", written_at, cells, bool(is_shell), outcome)
