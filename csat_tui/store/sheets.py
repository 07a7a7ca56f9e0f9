"""Tracker rows and records: each written once, and read in windows by a key at the same cost at any length."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Integer, Select, func, literal, select, tuple_, type_coerce
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.orm import aliased
from sqlmodel import col

from csat_tui.domain.ids import OpId, SurveyId, TicketId
from csat_tui.domain.sheet import Sheet
from csat_tui.store.tables import DecisionRow, OutboxRow, RecordRow, SurveyRow, TrackerRowRow

SheetKey = tuple[int, int]
"""Where a row stands in the order of time."""


@dataclass(frozen=True, slots=True)
class SheetView:
    """Which rows of which sheet: written from `since` on and before `until`, decided by `by`, about this `agent`.

    Of rows that correct one another the newest is shown; `corrected` shows those that were corrected as well.
    """

    sheet: Sheet = Sheet.TRACKER
    since: datetime | None = None
    until: datetime | None = None
    by: str = ""
    agent: str = ""
    corrected: bool = False


@dataclass(frozen=True, slots=True)
class SheetRow:
    """One row with where it comes from; `agent` is whom the survey rates, `by` who decided.

    Of a case that was removed as old only its shell is here: what quoted the customer is gone, and `outcome` names what
    was decided. A row that `corrects` another was written later, by `corrected_by`; `before` are the rows that it
    stands for, the newest first, and `corrected_in` is the row that stands for this one.
    """

    key: SheetKey
    survey_id: SurveyId
    ticket_id: TicketId | None
    agent: str
    by: str
    written_at: datetime
    cells: Mapping[str, str]
    is_shell: bool = False
    outcome: str = ""
    corrects: int | None = None
    corrected_by: str = ""
    corrected_in: int | None = None
    before: tuple["SheetRow", ...] = ()

    @property
    def id(self) -> int:
        """Its number in its sheet."""
        return self.key[1]


def _table(sheet: Sheet) -> Any:
    return TrackerRowRow if sheet is Sheet.TRACKER else RecordRow


# Made once: to build a statement costs more than to run it.
_WRITE = {sheet: insert(_table(sheet)).on_conflict_do_nothing(index_elements=["op_id"]) for sheet in Sheet}


def write(
    connection: Connection, sheet: Sheet, op_id: OpId, survey_id: SurveyId, cells: Mapping[str, str], at: datetime
) -> None:
    """Write a row; a second time under the same operation id changes nothing."""
    values: dict[str, Any] = {"op_id": op_id, "survey_id": survey_id, "cells": dict(cells), "written_at": at}
    if sheet is Sheet.TRACKER:
        values |= {"ticket_id": None, "agent": "", "decided_by": "", "outcome_id": ""}
        values |= {"corrects": None, "corrected_by": ""}
    else:
        values["kind"] = sheet.value
    connection.execute(_WRITE[sheet], values)


def correct(connection: Connection, row: SheetRow, cells: Mapping[str, str], op_id: OpId, by: str, at: datetime) -> int:
    """Write a row of the tracker that stands for another from now on, and return its number."""
    values = {
        "op_id": op_id, "survey_id": row.survey_id, "cells": dict(cells), "written_at": at, "ticket_id": None,
        "agent": "", "decided_by": row.by, "outcome_id": "", "corrects": row.id, "corrected_by": by,
    }  # fmt: skip
    result = connection.execute(insert(TrackerRowRow).values(values))
    return int(result.inserted_primary_key[0])  # type: ignore[index]


def tracker_row(connection: Connection, number: int) -> SheetRow | None:
    """Return a row of the tracker by its number, corrected or not; None where there is none."""
    view = SheetView(corrected=True)
    query = _select(view, None, forward=True).where(col(TrackerRowRow.id) == number)
    return next(iter(_with_those_before(connection, [_read(row) for row in connection.execute(query)])), None)


def has_corrections(connection: Connection) -> bool:
    """Tell whether any row of the tracker was corrected."""
    query = select(col(TrackerRowRow.id)).where(col(TrackerRowRow.corrects).is_not(None)).limit(1)
    return connection.execute(query).first() is not None


def newer(connection: Connection, view: SheetView, key: SheetKey | None, limit: int) -> list[SheetRow]:
    """Return the rows that follow a key, oldest first; without a key from the oldest on."""
    return _rows(connection, view, key, limit, forward=True)


def older(connection: Connection, view: SheetView, key: SheetKey | None, limit: int) -> list[SheetRow]:
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


def _rows(
    connection: Connection, view: SheetView, key: SheetKey | None, limit: int, *, forward: bool
) -> list[SheetRow]:
    rows = [_read(row) for row in connection.execute(_select(view, key, forward=forward).limit(limit))]
    return rows if view.corrected else _with_those_before(connection, rows)


def _with_those_before(connection: Connection, rows: list[SheetRow]) -> list[SheetRow]:
    """Return rows with those that they stand for; one question for each time that any of them was corrected."""
    found: dict[int, SheetRow] = {}
    wanted = {row.corrects for row in rows if row.corrects is not None}
    while wanted:
        query = _select(SheetView(corrected=True), None, forward=True).where(col(TrackerRowRow.id).in_(wanted))
        more = [_read(row) for row in connection.execute(query)]
        found |= {row.id: row for row in more}
        # What a damaged disk has led in a circle is followed once.
        wanted = {row.corrects for row in more if row.corrects is not None} - found.keys()
    return [replace(row, before=_those_before(row, found)) if row.corrects is not None else row for row in rows]


def _those_before(row: SheetRow, found: Mapping[int, SheetRow]) -> tuple[SheetRow, ...]:
    before: dict[int, SheetRow] = {}
    number = row.corrects
    while number is not None and number in found and number not in before:
        before[number] = found[number]
        number = found[number].corrects
    return tuple(before.values())


def _select(view: SheetView, key: SheetKey | None, *, forward: bool) -> Select[Any]:
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
    if view.sheet is Sheet.TRACKER:
        later = aliased(TrackerRowRow)
        stands = select(col(later.id)).where(col(later.corrects) == col(TrackerRowRow.id))
        shown += [TrackerRowRow.corrects, TrackerRowRow.corrected_by, stands.correlate(TrackerRowRow).scalar_subquery()]
    query: Select[Any] = (
        select(*shown)
        .outerjoin_from(table, SurveyRow, col(SurveyRow.id) == table.survey_id)
        .outerjoin(OutboxRow, col(OutboxRow.op_id) == table.op_id)
        .outerjoin(DecisionRow, col(DecisionRow.id) == col(OutboxRow.decision_id))
    )
    if view.sheet is not Sheet.TRACKER:
        query = query.where(table.kind == view.sheet.value)
    elif not view.corrected:
        # Days that ended before a row was corrected show it as it was then.
        if view.until is not None:
            stands = stands.where(col(later.written_at) < view.until)
        query = query.where(~stands.correlate(TrackerRowRow).exists())
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
    at, number, survey_id, ticket_id, agent, by, written_at, cells, is_shell, outcome, *correction = row
    ticket = None if ticket_id is None else TicketId(ticket_id)
    key = int(at), int(number)
    corrects, corrected_by, corrected_in = correction or (None, "", None)
    return SheetRow(
        key, SurveyId(survey_id), ticket, agent or "", by or "", written_at, cells, bool(is_shell), outcome,
        corrects, corrected_by, corrected_in,
    )  # fmt: skip
