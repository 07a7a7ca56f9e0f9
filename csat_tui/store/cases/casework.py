"""Cases: what a person answered, drafted and decided about a survey."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import BindParameter, Connection, bindparam, delete, select, update
from sqlalchemy.dialects.sqlite import insert as upsert
from sqlmodel import col

from csat_tui.domain.case import Answer, Answered, Case, Decided, Draft, Earlier, KeptApart, Stage, customer_email
from csat_tui.domain.decide import Decision
from csat_tui.domain.escalation import ESCALATION_DECISION
from csat_tui.domain.ids import DecisionId, SurveyId, TicketId
from csat_tui.domain.merging import APART_DECISION, MERGE_DECISION
from csat_tui.domain.playbook import Playbook
from csat_tui.domain.recovery.notes import RECOVERY_DECISION
from csat_tui.domain.review.steps import REVIEW_DECISION
from csat_tui.domain.survey import Survey, path_of, rated_again
from csat_tui.effects.channel_question import Question
from csat_tui.store import escalations, rows, tickets
from csat_tui.store.cases import drafts, questions, surveys
from csat_tui.store.cases.conversations import conversations_of
from csat_tui.store.cases.duplicates import replaced_by
from csat_tui.store.tables import AnswerRow, CaseRow, DecisionRow, SurveyRow

BESIDE_A_CASE = (MERGE_DECISION, APART_DECISION, REVIEW_DECISION, RECOVERY_DECISION, ESCALATION_DECISION)
"""The outcome ids of what people decide beside a case."""

# Made once: to build a statement costs more than to run it, and these run whenever a case is opened or decided.
_KNOWN: BindParameter[Any] = bindparam("known")
_STAGE = select(col(CaseRow.stage)).where(col(CaseRow.survey_id) == _KNOWN)
_ANSWERS = select(AnswerRow).where(col(AnswerRow.survey_id) == _KNOWN)
_NEW_ANSWER = upsert(AnswerRow)
_PUT_ANSWER = _NEW_ANSWER.on_conflict_do_update(
    index_elements=["survey_id", "check_id"],
    set_={name: _NEW_ANSWER.excluded[name] for name in ("answer", "at", "suggested")},
)
_APART = (
    select(col(DecisionRow.fields), col(DecisionRow.decided_by), col(DecisionRow.decided_at))
    .where(col(DecisionRow.survey_id) == _KNOWN, col(DecisionRow.outcome_id) == APART_DECISION)
    .order_by(col(DecisionRow.id))
)
_EARLIER = (
    select(col(CaseRow.survey_id), col(DecisionRow.outcome_id), col(DecisionRow.decided_at))
    .join(DecisionRow, col(DecisionRow.id) == col(CaseRow.decision_id))
    .join(SurveyRow, col(SurveyRow.id) == col(CaseRow.survey_id))
    .where(col(SurveyRow.source_ticket_id) == bindparam("ticket"), col(CaseRow.survey_id) != _KNOWN)
    .order_by(col(DecisionRow.decided_at).desc())
    .limit(5)
)
_CLOSE = update(CaseRow).where(col(CaseRow.survey_id) == _KNOWN)
_REOPEN = (
    update(CaseRow)
    .where(col(CaseRow.survey_id) == _KNOWN, col(CaseRow.decision_id) == bindparam("decision"))
    .values(stage=Stage.OPEN.value, decision_id=None, snoozed_until=None)
)


def load_case(connection: Connection, survey_id: SurveyId, playbook: Playbook) -> Case | None:
    """Return everything on the desk about one survey, or None if there is no such survey."""
    survey = surveys.survey(connection, survey_id)
    row = rows.get(connection, CaseRow, survey_id)
    if survey is None or row is None:
        return None
    survey = rated_again(survey, playbook)
    survey_ticket = tickets.ticket(connection, survey.survey_ticket_id)
    source_ticket = tickets.ticket(connection, survey.source_ticket_id)
    email = customer_email(survey, source_ticket, survey_ticket)
    account, looked_up = tickets.account(connection, email) if email else (None, None)
    replaced = _replaced(connection, survey_id)
    missing: list[str] = []
    if survey.source_ticket_id is not None and source_ticket is None:
        missing.append(f"the source ticket #{survey.source_ticket_id} is not here yet")
    if account is None and looked_up is not None:
        missing.append("the admin system knows no account of this customer")
    return Case(
        id=survey_id,
        survey=survey,
        path=path_of(survey, playbook),
        stage=Stage(row.stage),
        due_at=row.due_at,
        claimed_by=row.claimed_by,
        answers=answers(connection, survey_id),
        draft=drafts.draft(connection, survey_id),
        survey_ticket=survey_ticket,
        source_ticket=source_ticket,
        messages=tickets.messages(connection, survey.source_ticket_id),
        account=account,
        missing=tuple(missing),
        earlier=_earlier(connection, survey_id, survey.source_ticket_id),
        questions=questions.of_case(connection, survey_id),
        mendings=surveys.mendings_of(connection, survey_id),
        replaced=replaced,
        kept_apart=kept_apart(connection, survey_id),
        conversations=conversations_of(connection, [survey_id, *(number for number, _ in replaced)]),
        decision_id=None if row.decision_id is None else DecisionId(row.decision_id),
        decided=_decided(connection, row.decision_id),
        superseded_by=None if row.superseded_by is None else SurveyId(row.superseded_by),
        snoozed_until=row.snoozed_until,
        sent_back=row.sent_back,
        contacted_at=row.contacted_at,
        escalated=escalations.escalated(connection, survey_id),
    )


def answers(connection: Connection, survey_id: SurveyId) -> dict[str, Answered]:
    """Return the answers given so far, by check."""
    given = rows.every(connection, AnswerRow, _ANSWERS, {"known": survey_id})
    return {one.check_id: Answered(one.check_id, Answer(one.answer), one.at, one.suggested) for one in given}


def decided_between(
    connection: Connection, since: datetime | None, until: datetime | None, most: int
) -> list[SurveyId]:
    """Return the cases that were decided here in a period, the latest first."""
    at = col(DecisionRow.decided_at)
    query = select(col(CaseRow.survey_id)).join(DecisionRow, col(DecisionRow.id) == col(CaseRow.decision_id))
    query = query.where(col(CaseRow.stage) == Stage.DECIDED.value).order_by(at.desc()).limit(most)
    if since is not None:
        query = query.where(at >= since)
    if until is not None:
        query = query.where(at < until)
    return [SurveyId(one) for one in connection.execute(query).scalars()]


def put_answer(connection: Connection, survey_id: SurveyId, answered: Answered) -> None:
    """Keep an answer in place of an earlier one."""
    values = {
        "survey_id": survey_id, "check_id": answered.check_id, "answer": answered.answer.value, "at": answered.at,
        "suggested": answered.suggested,
    }  # fmt: skip
    connection.execute(_PUT_ANSWER, values)


def drop_answer(connection: Connection, survey_id: SurveyId, check_id: str) -> None:
    """Forget an answer."""
    connection.execute(
        delete(AnswerRow).where(col(AnswerRow.survey_id) == survey_id, col(AnswerRow.check_id) == check_id)
    )


def put_decision(
    connection: Connection, case: Case, decision: Decision, *, by: str, at: datetime, until: datetime | None = None
) -> DecisionId | None:
    """Write a decision and close its case; None, with nothing written, if the case has moved on since it was seen.

    A case that is gone or parked is only decided on by somebody who knew that; a decided or superseded one never. One
    that the decision parks waits for the answer to its question, but no longer than `until`.
    """
    stage = connection.execute(_STAGE, {"known": case.id}).scalar_one()
    if stage in (Stage.DECIDED, Stage.SUPERSEDED) or stage not in (Stage.OPEN, Stage.SNOOZED, case.stage):
        return None
    answers_given = {name: answered.answer.value for name, answered in case.answers.items()}
    written = DecisionRow(
        survey_id=case.id, outcome_id=decision.outcome_id, fields=dict(decision.fields), answers=answers_given,
        decided_by=by, decided_at=at, findings=list(decision.findings),
    )  # fmt: skip
    decision_id = _write(connection, written)
    closed = {
        "stage": Stage.PARKED.value if decision.parks else Stage.DECIDED.value,
        "decision_id": decision_id,
        "snoozed_until": until if decision.parks else None,
    }
    connection.execute(_CLOSE, {"known": case.id, **closed})
    for effect in decision.effects:
        if isinstance(effect, Question):
            questions.put(connection, case.id, decision_id, effect.channel, effect.text, at)
    return decision_id


def put_beside(
    connection: Connection, survey_id: SurveyId, outcome_id: str, fields: Mapping[str, str], *, by: str, at: datetime
) -> DecisionId:
    """Write a merge or a step of a review beside a case; it decides no case, so that the case stays where it is."""
    beside = DecisionRow(
        survey_id=survey_id, outcome_id=outcome_id, fields=dict(fields), answers={}, decided_by=by, decided_at=at,
        findings=[],
    )  # fmt: skip
    return _write(connection, beside)


def put_apart(connection: Connection, survey_id: SurveyId, apart: KeptApart) -> None:
    """Write why tickets of a case's customer are not merged; it decides no case, and is never changed."""
    fields = {"tickets": ", ".join(str(one) for one in apart.tickets), "reason": apart.reason}
    reason = DecisionRow(
        survey_id=survey_id, outcome_id=APART_DECISION, fields=fields, answers={}, decided_by=apart.by,
        decided_at=apart.at, findings=[],
    )  # fmt: skip
    _write(connection, reason)


def _write(connection: Connection, decision: DecisionRow) -> DecisionId:
    rows.add(connection, decision)
    return DecisionId(decision.id or 0)


def kept_apart(connection: Connection, survey_id: SurveyId) -> tuple[KeptApart, ...]:
    """Return what was said against merging tickets beside a case, oldest first."""
    rows = connection.execute(_APART, {"known": survey_id})
    return tuple(
        KeptApart(_numbers(fields.get("tickets", "")), str(fields.get("reason", "")), by, at) for fields, by, at in rows
    )


def _numbers(text: str) -> tuple[TicketId, ...]:
    return tuple(TicketId(int(one)) for one in text.split(", ") if one.isdecimal())


def stage(connection: Connection, survey_id: SurveyId) -> Stage | None:
    """Return where a case stands, or None if there is no such case."""
    row = connection.execute(_STAGE, {"known": survey_id}).first()
    return None if row is None else Stage(row[0])


def reopen(connection: Connection, survey_id: SurveyId, decision_id: DecisionId) -> None:
    """Put a case back on the desk whose decision was undone."""
    connection.execute(_REOPEN, {"known": survey_id, "decision": decision_id})
    questions.withdraw(connection, decision_id)


def give_back(connection: Connection, survey_id: SurveyId, decision_id: DecisionId, words: Draft, at: datetime) -> None:
    """Put a case back on the desk with its decision's words, unless newer ones have been typed: those stay.

    The decision's own words are not lost by that: they stay readable in its effects, in the outbox. Words that a
    question left in the draft are the decision's too, and not newer. A merge or a review has closed no case, so that
    nothing comes back with it.
    """
    if words.outcome_id in BESIDE_A_CASE:
        return
    reopen(connection, survey_id, decision_id)
    before = drafts.draft(connection, survey_id)
    there = before.fields
    if not before.others and not any(text.strip() and text != words.fields.get(name) for name, text in there.items()):
        drafts.put_draft(connection, survey_id, words, at)


def decision(connection: Connection, decision_id: DecisionId) -> DecisionRow | None:
    """Return a decision as it was taken, or None."""
    return rows.get(connection, DecisionRow, decision_id)


def _decided(connection: Connection, decision_id: int | None) -> Decided | None:
    row = None if decision_id is None else decision(connection, DecisionId(decision_id))
    return None if row is None else Decided(row.outcome_id, row.decided_by, row.decided_at, row.fields)


def set_claim(connection: Connection, survey_id: SurveyId, agent: str) -> None:
    """Note who works on a case; empty gives it back."""
    connection.execute(update(CaseRow).where(col(CaseRow.survey_id) == survey_id).values(claimed_by=agent))


def snooze(connection: Connection, survey_id: SurveyId, until: datetime | None) -> None:
    """Put an open case away until a moment, or take a snoozed one back with None."""
    was, becomes = (Stage.SNOOZED, Stage.OPEN) if until is None else (Stage.OPEN, Stage.SNOOZED)
    connection.execute(
        update(CaseRow)
        .where(col(CaseRow.survey_id) == survey_id, col(CaseRow.stage) == was)
        .values(stage=becomes.value, snoozed_until=until)
    )


def _replaced(connection: Connection, survey_id: SurveyId) -> tuple[tuple[SurveyId, Survey], ...]:
    """Return the surveys that gave way to one: what was said in them stays in sight."""
    found = ((number, surveys.survey(connection, number)) for number in replaced_by(connection, survey_id))
    return tuple((number, survey) for number, survey in found if survey is not None)


def _earlier(connection: Connection, survey_id: SurveyId, source_ticket_id: int | None) -> tuple[Earlier, ...]:
    """Return what was decided before about the same source ticket, latest first."""
    if source_ticket_id is None:
        return ()
    rows = connection.execute(_EARLIER, {"ticket": source_ticket_id, "known": survey_id})
    return tuple(Earlier(SurveyId(row[0]), row[1], row[2]) for row in rows)
