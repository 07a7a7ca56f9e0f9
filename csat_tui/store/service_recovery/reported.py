"""The surveys of a Service Recovery Report as they stand now, with the notes that were written about them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from operator import attrgetter
from typing import Any

from sqlalchemy import BindParameter, Connection, Select, bindparam, select
from sqlmodel import col

from csat_tui.domain.ids import SurveyId
from csat_tui.domain.recovery.report import EarlierNote
from csat_tui.domain.survey import Survey
from csat_tui.store.cases.surveys import survey_in_row
from csat_tui.store.service_recovery.notes import recovery_notes
from csat_tui.store.service_recovery.survey_list import replaced_by_surveys
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
    """Add the notes, with those of the surveys that each has replaced, and without those that were taken back."""
    families = replaced_by_surveys(connection, [SurveyId(row["id"]) for row in found])
    notes = recovery_notes(connection, [number for one, others in families.items() for number in (one, *others)])

    def told(survey_id: SurveyId) -> list[EarlierNote]:
        several = [note for number in (survey_id, *families[survey_id]) for note in notes.get(number, ())]
        ordered = sorted(several, key=attrgetter("order"))
        return [EarlierNote(note.at, note.author, note.spoken, note.text) for note in ordered]

    return [
        ReportedSurvey(survey_in_row(row), row["group_id"], row["segment"], told(SurveyId(row["id"]))) for row in found
    ]
