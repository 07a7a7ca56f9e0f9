"""Corrections that people made to surveys: they are kept for good, and applied whenever the survey is read again."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, insert, select
from sqlmodel import col

from csat_tui.domain.arrival import Correction, SurveyReading
from csat_tui.domain.ids import SurveyId, TicketId
from csat_tui.domain.survey import FactorId
from csat_tui.store.tables import MendingRow, SurveyRow
from csat_tui.store.types import VALUES_PER_STATEMENT

_ANY = select(col(MendingRow.id)).limit(1)


def put(connection: Connection, survey_id: SurveyId, one: Correction) -> None:
    """Keep a mending beside those before it."""
    connection.execute(
        insert(MendingRow),
        {
            "survey_id": survey_id, "at": one.at, "by": one.by, "raw": one.raw, "comment": one.reading.comment,
            "source_ticket_id": one.reading.source_ticket_id, "ratings": dict(one.reading.ratings),
            "before": {
                "source_ticket_id": one.before.source_ticket_id, "ratings": dict(one.before.ratings),
                "comment": one.before.comment, "problem": one.problem,
            },
        },
    )  # fmt: skip


def of_survey(connection: Connection, survey_id: SurveyId) -> tuple[Correction, ...]:
    """Return what was mended in a survey, oldest first."""
    rows = connection.execute(
        select(MendingRow).where(col(MendingRow.survey_id) == survey_id).order_by(col(MendingRow.id))
    ).mappings()
    return tuple(_mended(row) for row in rows)


def last_by_source(connection: Connection, sources: Sequence[str]) -> dict[str, Correction]:
    """Return the last mending of each of these surveys that has one."""
    if connection.execute(_ANY).first() is None:
        return {}
    found: dict[str, Correction] = {}
    for start in range(0, len(sources), VALUES_PER_STATEMENT):
        rows = connection.execute(
            select(MendingRow, col(SurveyRow.source).label("of_source"))
            .join(SurveyRow, col(SurveyRow.id) == col(MendingRow.survey_id))
            .where(col(SurveyRow.source).in_(sources[start : start + VALUES_PER_STATEMENT]))
            .order_by(col(MendingRow.id))
        ).mappings()
        found.update({row["of_source"]: _mended(row) for row in rows})
    return found


def _mended(row: Any) -> Correction:
    before = row["before"]
    return Correction(
        row["at"],
        row["by"],
        _reading(row["source_ticket_id"], row["ratings"], row["comment"]),
        _reading(before["source_ticket_id"], before["ratings"], before["comment"]),
        before["problem"],
        row["raw"],
    )


def _reading(ticket_id: int | None, ratings: dict[str, int], comment: str) -> SurveyReading:
    ticket = None if ticket_id is None else TicketId(ticket_id)
    return SurveyReading(ticket, {FactorId(factor): figure for factor, figure in ratings.items()}, comment)
