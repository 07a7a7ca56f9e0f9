"""The surveys of a Service Recovery Report as they stand now, with the notes that were written about them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import BindParameter, Connection, Select, bindparam, func, select
from sqlmodel import col

from csat_tui.domain.recovery.report import EarlierNote
from csat_tui.domain.survey import Survey
from csat_tui.store.cases.surveys import survey_in_row
from csat_tui.store.tables import RecoveryNoteRow, RecoverySurveyRow, SurveyRow

_PLACE, _NOTE = RecoverySurveyRow, RecoveryNoteRow
_SOME: BindParameter[Any] = bindparam("some", expanding=True)
_SURVEYS: Select[*tuple[Any, ...]] = (
    select(*(getattr(SurveyRow, name) for name in SurveyRow.model_fields), col(_PLACE.group_id), col(_PLACE.segment))
    .join(_PLACE, col(_PLACE.survey_id) == col(SurveyRow.id))
    .order_by(col(_PLACE.received_at), col(SurveyRow.source))
)
_BY_SOURCE = _SURVEYS.where(col(SurveyRow.source).in_(_SOME))
_OF_GROUPS = _SURVEYS.where(
    col(_PLACE.received_at) >= bindparam("begins"),
    col(_PLACE.received_at) < bindparam("ends"),
    col(_PLACE.needs).is_(True),
    col(_PLACE.replaced_by).is_(None),
    col(_PLACE.group_id).in_(_SOME),
)
# The notes of a survey that a later one for its ticket has replaced belong to that one.
_STANDS = func.coalesce(col(_PLACE.replaced_by), col(_PLACE.survey_id))
_NOTES: Select[*tuple[Any, ...]] = (
    select(_STANDS.label("stands"), col(_NOTE.at), col(_NOTE.author), col(_NOTE.spoken), col(_NOTE.text))
    .join(_NOTE, col(_NOTE.survey_id) == col(_PLACE.survey_id))
    .where(_STANDS.in_(_SOME))
    .order_by(col(_NOTE.at), col(_NOTE.id))
)


@dataclass(frozen=True, slots=True)
class ReportedSurvey:
    """A survey with its support group, its customer's segment and the notes about it, the oldest first."""

    survey: Survey
    group: str
    segment: str
    notes: Sequence[EarlierNote]


def surveys_by_source(connection: Connection, sources: Iterable[str]) -> list[ReportedSurvey]:
    """Return some surveys in the order in which they were received; those that are gone are left out."""
    return _with_notes(connection, connection.execute(_BY_SOURCE, {"some": list(sources)}).mappings().all())


def surveys_of_groups(
    connection: Connection, groups: Iterable[str], begins: datetime, ends: datetime
) -> list[ReportedSurvey]:
    """Return what was received from one moment up to another and needs recovery; replaced surveys are left out."""
    known = {"some": list(groups), "begins": begins, "ends": ends}
    return _with_notes(connection, connection.execute(_OF_GROUPS, known).mappings().all())


def _with_notes(connection: Connection, found: Sequence[Any]) -> list[ReportedSurvey]:
    notes: dict[int, list[EarlierNote]] = {}
    for row in connection.execute(_NOTES, {"some": [row["id"] for row in found]}):
        notes.setdefault(row.stands, []).append(EarlierNote(row.at, row.author, row.spoken, row.text))
    return [
        ReportedSurvey(survey_in_row(row), row["group_id"], row["segment"], notes.get(row["id"], ())) for row in found
    ]
