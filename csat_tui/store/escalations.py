"""Which steps of escalation each case has had, and the cases for which one may be due."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, bindparam, select
from sqlalchemy.dialects.sqlite import insert
from sqlmodel import col

from csat_tui.domain.contact_clock import WAITING
from csat_tui.domain.effect import EffectState
from csat_tui.domain.escalation import ESCALATION_DECISION, EscalatedStep
from csat_tui.domain.ids import SurveyId
from csat_tui.store.tables import CaseRow, DecisionRow, EscalationRow, OutboxRow, RecoverySurveyRow, SurveyRow

_HAS_HAD = (
    select(col(EscalationRow.step))
    .where(col(EscalationRow.survey_id) == col(CaseRow.survey_id), col(EscalationRow.step) == bindparam("step"))
    .exists()
)
_CANDIDATES = (
    select(col(CaseRow.survey_id), col(CaseRow.received_at))
    .join(SurveyRow, col(SurveyRow.id) == col(CaseRow.survey_id))
    .where(
        col(CaseRow.stage).in_([stage.value for stage in WAITING]),
        col(CaseRow.received_at) >= bindparam("since"),
        col(CaseRow.received_at) <= bindparam("until"),
        col(CaseRow.contacted_at).is_(None),
        col(SurveyRow.rating) <= bindparam("low"),
        col(SurveyRow.problem) == "",
        ~_HAS_HAD,
    )
    .order_by(col(CaseRow.received_at), col(CaseRow.survey_id))
    .limit(bindparam("most"))
)
_STANDS = select(col(CaseRow.stage), col(CaseRow.contacted_at)).where(col(CaseRow.survey_id) == bindparam("known"))
_OF_CASE = (
    select(
        col(DecisionRow.fields), col(DecisionRow.decided_at), col(OutboxRow.state), col(OutboxRow.landed_at),
    )
    .join(OutboxRow, col(OutboxRow.decision_id) == col(DecisionRow.id))
    .where(col(DecisionRow.survey_id) == bindparam("known"), col(DecisionRow.outcome_id) == ESCALATION_DECISION)
    .order_by(col(DecisionRow.id))
)  # fmt: skip
_STATES = {state.value: state for state in EffectState}


@dataclass(frozen=True, slots=True)
class ReceivedCase:
    """A case for which a step may be due, and when its survey came in."""

    survey_id: SurveyId
    received_at: datetime


def candidates(
    connection: Connection, step: str, since: datetime, until: datetime, low: float, most: int
) -> list[ReceivedCase]:
    """Return cases without a contact and without this step that came in between two moments, the oldest first.

    Only low ratings count, and no survey that could not be read: nobody knows yet whether its customer was unhappy.
    """
    values = {"step": step, "since": since, "until": until, "low": low, "most": most}
    return [ReceivedCase(SurveyId(number), at) for number, at in connection.execute(_CANDIDATES, values)]


def note_step(connection: Connection, survey_id: SurveyId, step: str, *, due_at: datetime, at: datetime) -> bool:
    """Note that a case has a step, before anything of it is sent; False where it has had it, or needs it no more."""
    row = connection.execute(_STANDS, {"known": survey_id}).first()
    if row is None or row[0] not in [stage.value for stage in WAITING] or row[1] is not None:
        return False
    new = {"survey_id": survey_id, "step": step, "due_at": due_at, "at": at}
    return connection.execute(insert(EscalationRow).on_conflict_do_nothing(), new).rowcount > 0


def escalated(connection: Connection, survey_id: SurveyId) -> tuple[EscalatedStep, ...]:
    """Return the steps that a case has had, to whom and how their messages stand, oldest first."""
    return tuple(
        EscalatedStep(
            fields.get("step", ""), fields.get("by", ""), fields.get("to", ""),
            landed if isinstance(landed, datetime) else decided, _STATES.get(state, EffectState.DAMAGED),
        )
        for fields, decided, state, landed in connection.execute(_OF_CASE, {"known": survey_id})
    )  # fmt: skip


def group_of(connection: Connection, survey_id: SurveyId) -> str:
    """Return the code of a survey's support group; empty where it is not known."""
    query = select(col(RecoverySurveyRow.group_id)).where(col(RecoverySurveyRow.survey_id) == survey_id)
    return connection.execute(query).scalar() or ""
