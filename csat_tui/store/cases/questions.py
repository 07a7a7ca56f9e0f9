"""Questions about cases that went to a channel, and cases that are parked until somebody has answered."""

from datetime import datetime

from sqlalchemy import Connection, Integer, bindparam, delete, literal, or_, select, update
from sqlmodel import col

from csat_tui.domain.case import AskedQuestion, Stage
from csat_tui.domain.ids import DecisionId, SurveyId
from csat_tui.store import rows
from csat_tui.store.tables import CaseRow, DecisionRow, MessageRow, OutboxRow, QuestionRow, SurveyRow, TicketRow
from csat_tui.store.types import Moment

OWN_WRITE = 2_000
"""Milliseconds that a ticket's stamp may be later than the own write that set it: stamps are whole seconds."""

_OWN_MESSAGE = select(col(OutboxRow.id)).where(col(OutboxRow.op_id) == col(MessageRow.op_id)).exists()
_WROTE = (
    select(col(MessageRow.id))
    .where(col(MessageRow.ticket_id).in_([col(SurveyRow.survey_ticket_id), col(SurveyRow.source_ticket_id)]))
    .where(col(MessageRow.created_at) > col(DecisionRow.decided_at), ~_OWN_MESSAGE)
    .exists()
)
_OWN_WRITE = (
    select(col(OutboxRow.id))
    .where(col(OutboxRow.ticket_id) == col(TicketRow.id))
    .where(col(OutboxRow.landed_at) >= col(TicketRow.updated_at) - literal(OWN_WRITE, Integer))
    .exists()
)
_MOVED = (
    select(col(TicketRow.id))
    .where(col(TicketRow.id) == col(SurveyRow.survey_ticket_id))
    .where(col(TicketRow.updated_at) > col(DecisionRow.decided_at), ~_OWN_WRITE)
    .exists()
)
"""Made once: they are asked after every look at the view."""

_STIRRED = (
    select(col(CaseRow.survey_id))
    .join(SurveyRow, col(SurveyRow.id) == col(CaseRow.survey_id))
    .join(DecisionRow, col(DecisionRow.id) == col(CaseRow.decision_id))
    .where(col(CaseRow.stage) == Stage.PARKED)
    .where(or_(col(CaseRow.snoozed_until) <= bindparam("now", type_=Moment), _WROTE, _MOVED))
)
_ASKED = select(QuestionRow).where(col(QuestionRow.survey_id) == bindparam("known")).order_by(col(QuestionRow.id))
_WITHDRAW = delete(QuestionRow).where(
    col(QuestionRow.decision_id) == bindparam("known"), col(QuestionRow.answered_at).is_(None)
)


def put(
    connection: Connection, survey_id: SurveyId, decision_id: DecisionId, channel: str, text: str, at: datetime
) -> None:
    """Keep a question that was asked with a decision."""
    question = QuestionRow(
        survey_id=survey_id, decision_id=decision_id, channel=channel, text=text, asked_at=at,
        answered_at=None, answer="", answered_by="",
    )  # fmt: skip
    rows.add(connection, question)


def of_case(connection: Connection, survey_id: SurveyId) -> tuple[AskedQuestion, ...]:
    """Return what was asked about a case, in order, with the answers given."""
    asked = rows.every(connection, QuestionRow, _ASKED, {"known": survey_id})
    return tuple(
        AskedQuestion(one.id or 0, one.channel, one.text, one.asked_at, one.answered_at, one.answer, one.answered_by)
        for one in asked
    )


def answer(connection: Connection, survey_id: SurveyId, question_id: int, text: str, *, by: str, at: datetime) -> bool:
    """Keep the answer to an open question, and bring its case back; False where there is no such open question."""
    kept = connection.execute(
        update(QuestionRow)
        .where(col(QuestionRow.id) == question_id, col(QuestionRow.survey_id) == survey_id)
        .where(col(QuestionRow.answered_at).is_(None))
        .values(answered_at=at, answer=text, answered_by=by)
    )
    if kept.rowcount:
        _bring_back(connection, [survey_id])
    return bool(kept.rowcount)


def withdraw(connection: Connection, decision_id: DecisionId) -> None:
    """Forget what was asked with a decision that is taken back; an answer that was given stays."""
    connection.execute(_WITHDRAW, {"known": decision_id})


def stir(connection: Connection, now: datetime) -> int:
    """Bring back the parked cases that have waited long enough, or on whose tickets somebody wrote since.

    Returns how many. A survey ticket's transcript is not here, so that its stamp speaks for it.
    """
    stirred = [SurveyId(row[0]) for row in connection.execute(_STIRRED, {"now": now})]
    _bring_back(connection, stirred)
    return len(stirred)


def _bring_back(connection: Connection, survey_ids: list[SurveyId]) -> None:
    if survey_ids:
        connection.execute(
            update(CaseRow)
            .where(col(CaseRow.survey_id).in_(survey_ids), col(CaseRow.stage) == Stage.PARKED)
            .values(stage=Stage.OPEN.value, decision_id=None, snoozed_until=None)
        )
