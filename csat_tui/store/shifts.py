"""Shifts: their span, the parts of their recap that were edited, the state of its mail, and the work done in a span."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, select, update
from sqlmodel import col

from csat_tui.domain.case import Stage
from csat_tui.domain.contact_clock import ContactClock
from csat_tui.domain.effect import Mail
from csat_tui.domain.ids import OpId, SurveyId, TicketId
from csat_tui.domain.shift import Coached, DecidedCase, Deliveries, ParkedCase, RecapState, Shift
from csat_tui.effects.registry import kind_named
from csat_tui.store import rows
from csat_tui.store.outbox import known_state
from csat_tui.store.review.set_aside import ratings_set_aside
from csat_tui.store.tables import CaseRow, DecisionRow, OutboxRow, QuestionRow, RecordRow, ShiftRow, SurveyRow, TallyRow
from csat_tui.store.types import VALUES_PER_STATEMENT


def current(connection: Connection, agent: str) -> Shift | None:
    """Return the agent's shift that has not ended, the latest of them; None where there is none."""
    query = (
        select(ShiftRow)
        .where(col(ShiftRow.agent) == agent, col(ShiftRow.ended_at).is_(None))
        .order_by(col(ShiftRow.id).desc())
    )
    return _as_shift(rows.first(connection, ShiftRow, query.limit(1)))


def shift(connection: Connection, shift_id: int) -> Shift | None:
    """Return one shift, or None."""
    return _as_shift(rows.get(connection, ShiftRow, shift_id))


def ended(connection: Connection, agent: str, before: datetime, limit: int) -> tuple[Shift, ...]:
    """Return the agent's latest completed shifts that began before a moment, the latest first."""
    query = (
        select(ShiftRow)
        .where(col(ShiftRow.agent) == agent, col(ShiftRow.ended_at).is_not(None), col(ShiftRow.started_at) < before)
        .order_by(col(ShiftRow.started_at).desc())
        .limit(limit)
    )
    return tuple(map(_read, rows.every(connection, ShiftRow, query)))


def begin(connection: Connection, agent: str, name: str, at: datetime) -> int:
    """Begin a shift; returns its number."""
    begun = ShiftRow(
        agent=agent, name=name, started_at=at, ended_at=None, texts={}, recap_state=RecapState.NONE.value,
        recap_mail=None, recap_tried_at=None, recap_sent_at=None,
    )  # fmt: skip
    rows.add(connection, begun)
    return begun.id or 0


def put_text(connection: Connection, shift_id: int, section: str, text: str | None) -> None:
    """Keep a part of the recap as edited; None takes the fresh prefill again."""
    found = shift(connection, shift_id)
    if found is None:
        return
    texts = {name: words for name, words in found.texts.items() if name != section}
    if text is not None:
        texts[section] = text
    _change(connection, shift_id, texts=texts)


def rename(connection: Connection, shift_id: int, name: str) -> None:
    """Call a shift by another name."""
    _change(connection, shift_id, name=name)


def restart(connection: Connection, shift_id: int, name: str, at: datetime) -> None:
    """Let a shift in which nothing was done begin at another moment."""
    _change(connection, shift_id, name=name, started_at=at)


def end(connection: Connection, shift_id: int, at: datetime) -> None:
    """Note that a shift is complete."""
    _change(connection, shift_id, ended_at=at)


def claim_recap(connection: Connection, shift_id: int, op_id: OpId, mail: Mail, at: datetime) -> None:
    """Note, before a byte leaves, what is given to the mailer and under which id."""
    kept = {"to": list(mail.to), "subject": mail.subject, "body": mail.body, "html": mail.html}
    _change(
        connection, shift_id, recap_state=RecapState.SENDING.value, recap_op_id=op_id, recap_mail=kept,
        recap_tried_at=at, recap_reason="",
    )  # fmt: skip


def recap_is(connection: Connection, shift_id: int, state: RecapState, reason: str, at: datetime) -> None:
    """Note what became of the recap mail."""
    values: dict[str, Any] = {"recap_state": state.value, "recap_reason": reason}
    if state is RecapState.SENT:
        values["recap_sent_at"] = at
    _change(connection, shift_id, **values)


def _change(connection: Connection, shift_id: int, **values: Any) -> None:
    connection.execute(update(ShiftRow).where(col(ShiftRow.id) == shift_id).values(**values))


def _as_shift(row: ShiftRow | None) -> Shift | None:
    return None if row is None else _read(row)


def _read(row: ShiftRow) -> Shift:
    kept = row.recap_mail
    mail = None
    if isinstance(kept, dict):
        mail = Mail(tuple(kept.get("to", ())), kept.get("subject", ""), kept.get("body", ""), kept.get("html", ""))
    return Shift(
        id=row.id or 0, agent=row.agent, name=row.name, started_at=row.started_at, ended_at=row.ended_at,
        texts=row.texts, recap=RecapState(row.recap_state),
        recap_op_id=OpId(row.recap_op_id) if row.recap_op_id else None, recap_mail=mail,
        recap_reason=row.recap_reason, recap_tried_at=row.recap_tried_at, recap_sent_at=row.recap_sent_at,
    )  # fmt: skip


MOST_CASES_OF_A_SHIFT = 2_000
"""Cases of one span that are looked at: ten times a long day's work."""

PARKED_SHOWN = 50
SHOWN_TICKET = func.coalesce(col(SurveyRow.source_ticket_id), col(SurveyRow.survey_ticket_id))
"""What a case is known by: the ticket that was rated, or the survey's own where that cannot be read."""


def worked(connection: Connection, agent: str, since: datetime, until: datetime) -> tuple[DecidedCase, ...]:
    """Return the cases that an agent decided in a span and that are still decided so, in the order of deciding.

    `agent` of a case is whom its rating counts for: the agent to whom it was given, or else the one whom it names.
    """
    shown: list[Any] = [DecisionRow.survey_id, SHOWN_TICKET.label("ticket"), DecisionRow.outcome_id, CaseRow.path]
    shown += [CaseRow.stage, DecisionRow.decided_at, SurveyRow.rating, SurveyRow.comment, SurveyRow.customer]
    shown += [SurveyRow.agent, DecisionRow.findings, DecisionRow.fields, CaseRow.due_at, CaseRow.contacted_at]
    rows = connection.execute(
        select(*shown)
        .select_from(DecisionRow)
        .join(CaseRow, col(CaseRow.decision_id) == col(DecisionRow.id))
        .join(SurveyRow, col(SurveyRow.id) == col(DecisionRow.survey_id))
        .where(col(DecisionRow.decided_at) >= since, col(DecisionRow.decided_at) < until)
        .where(col(DecisionRow.decided_by) == agent)
        .order_by(col(DecisionRow.decided_at), col(DecisionRow.id))
        .limit(MOST_CASES_OF_A_SHIFT)
    ).mappings()
    found = [
        DecidedCase(
            SurveyId(row["survey_id"]), _ticket(row["ticket"]), row["outcome_id"], row["path"],
            row["stage"] == Stage.PARKED, row["decided_at"], row["rating"], row["comment"], row["customer"],
            row["agent"], tuple(row["findings"]), row["fields"],
            contact=ContactClock(Stage(row["stage"]), row["due_at"], row["contacted_at"]),
        )
        for row in rows
    ]  # fmt: skip
    aside = ratings_set_aside(connection, [one.survey_id for one in found])
    return tuple(
        replace(one, agent=step.given_to or one.agent, set_aside=not step.given_to)
        if (step := aside.get(one.survey_id)) is not None
        else one
        for one in found
    )


def decided(connection: Connection, agent: str, since: datetime) -> int:
    """Return how many cases an agent has decided since a moment that are still decided so, as `worked` finds them."""
    query = (
        select(func.count())
        .select_from(DecisionRow)
        .join(CaseRow, col(CaseRow.decision_id) == col(DecisionRow.id))
        .where(col(DecisionRow.decided_at) >= since, col(DecisionRow.decided_by) == agent)
    )
    return int(connection.execute(query).scalar_one())


def first_work(connection: Connection, agent: str, since: datetime) -> datetime | None:
    """Return when an agent first decided anything from a moment on."""
    row = connection.execute(
        select(func.min(col(DecisionRow.decided_at))).where(
            col(DecisionRow.decided_at) >= since, col(DecisionRow.decided_by) == agent
        )
    ).first()
    return None if row is None else row[0]


def deliveries(connection: Connection, surveys: Sequence[SurveyId]) -> Deliveries:
    """Return how the effects of these cases' present decisions stand."""
    follow_ups = confirmed = unsettled = needs_person = 0
    for some in _portions(surveys):
        rows = connection.execute(
            select(col(OutboxRow.kind), col(OutboxRow.state), func.count())
            .join(CaseRow, col(CaseRow.decision_id) == col(OutboxRow.decision_id))
            .where(col(CaseRow.survey_id).in_(some))
            .group_by(col(OutboxRow.kind), col(OutboxRow.state))
        )
        for kind, state, count in rows:
            if kind_named(kind).reaches_customer and state != "withdrawn":
                follow_ups += count
                confirmed += count if state == "confirmed" else 0
            stands = known_state(state)
            if stands.needs_person:
                needs_person += count
            elif not stands.settled:
                unsettled += count
    return Deliveries(follow_ups, confirmed, unsettled, needs_person)


def coached(connection: Connection, surveys: Sequence[SurveyId]) -> Coached:
    """Return the first agents for whom coaching was submitted with these cases, and how often.

    A rating that was given to another agent counts for that agent, and one that is set aside for nobody.
    """
    found: dict[str, int] = {}
    left_out = 0
    aside = ratings_set_aside(connection, surveys)
    for some in _portions(surveys):
        rows = connection.execute(
            select(col(SurveyRow.id), col(SurveyRow.agent), func.count())
            .join(RecordRow, col(RecordRow.survey_id) == col(SurveyRow.id))
            .where(col(SurveyRow.id).in_(some), col(RecordRow.kind) == "coaching")
            .group_by(col(SurveyRow.id))
        )
        for survey_id, rated, count in rows:
            step = aside.get(SurveyId(survey_id or 0))
            if step is not None and not step.given_to:
                left_out += count
            elif agent := rated if step is None else step.given_to:
                found[agent] = found.get(agent, 0) + count
    return Coached(found, left_out)


def parked(connection: Connection) -> tuple[ParkedCase, ...]:
    """Return the cases that wait for the answer to a question, each with the last one that was asked."""
    asked = (
        select(col(QuestionRow.text))
        .where(col(QuestionRow.survey_id) == col(CaseRow.survey_id))
        .order_by(col(QuestionRow.id).desc())
        .limit(1)
        .scalar_subquery()
    )
    rows = connection.execute(
        select(col(CaseRow.survey_id), SHOWN_TICKET, col(SurveyRow.customer), asked)
        .join(SurveyRow, col(SurveyRow.id) == col(CaseRow.survey_id))
        .where(col(CaseRow.stage) == Stage.PARKED.value)
        .limit(PARKED_SHOWN)
    )
    return tuple(ParkedCase(SurveyId(row[0]), _ticket(row[1]), row[2], row[3] or "") for row in rows)


def standing(connection: Connection, stage: Stage) -> int:
    """Return how many cases stand somewhere."""
    total = select(func.coalesce(func.sum(col(TallyRow.cases)), 0)).where(col(TallyRow.stage) == stage.value)
    return int(connection.execute(total).scalar_one())


def _portions(surveys: Sequence[SurveyId]) -> list[Sequence[SurveyId]]:
    return [surveys[start : start + VALUES_PER_STATEMENT] for start in range(0, len(surveys), VALUES_PER_STATEMENT)]


def _ticket(number: int | None) -> TicketId | None:
    return None if number is None else TicketId(number)
