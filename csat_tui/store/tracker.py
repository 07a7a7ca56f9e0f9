"""The team's tracker: one row a decision, never twice."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select
from sqlalchemy.dialects.sqlite import insert
from sqlmodel import col

from csat_tui.domain.ids import OpId, SurveyId
from csat_tui.store.tables import TrackerRowRow


@dataclass(frozen=True, slots=True)
class TrackerEntry:
    """One row of the tracker: column letter to cell."""

    survey_id: SurveyId
    cells: Mapping[str, str]
    written_at: datetime


def write(connection: Connection, op_id: OpId, survey_id: SurveyId, cells: Mapping[str, str], at: datetime) -> None:
    """Write a row; a second time under the same operation id changes nothing."""
    values = {"op_id": op_id, "survey_id": survey_id, "cells": dict(cells), "written_at": at}
    connection.execute(insert(TrackerRowRow).values(values).on_conflict_do_nothing(index_elements=["op_id"]))


def latest(connection: Connection, limit: int) -> tuple[TrackerEntry, ...]:
    """Return the latest rows, newest first."""
    rows = connection.execute(
        select(col(TrackerRowRow.survey_id), col(TrackerRowRow.cells), col(TrackerRowRow.written_at))
        .order_by(col(TrackerRowRow.id).desc())
        .limit(limit)
    )
    return tuple(TrackerEntry(SurveyId(row[0]), row[1], row[2]) for row in rows)
