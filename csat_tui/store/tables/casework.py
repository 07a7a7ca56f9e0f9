"""What people do: surveys and cases, effects on their way, tracker rows and records, shifts, lists of low scores."""

from datetime import datetime
from typing import Any

from sqlalchemy import Column
from sqlmodel import Field, SQLModel

from csat_tui.store.tables.lifetime import InLedger, WhenOld, lifetime
from csat_tui.store.types import DoubtfulJson, Json, Readable, doubtful_moment_column, json_column, moment_column


class SurveyRow(SQLModel, table=True):
    """A survey as it came in."""

    __tablename__ = "survey"
    __table_args__ = lifetime(InLedger.WORKED_ON, WhenOld.GOES)
    id: int | None = Field(default=None, primary_key=True)
    source: str = Field(unique=True)
    received_at: datetime = moment_column()
    survey_ticket_id: int | None = Field(default=None, index=True)
    source_ticket_id: int | None = Field(default=None, index=True)
    customer: str
    agent: str
    ratings: dict[str, int] = json_column()
    rating: float | None
    comment: str
    headline: str
    problem: str
    raw: str


class MendingRow(SQLModel, table=True):
    """What a person read in a survey that the machine could not read, or read wrongly; never changed.

    `before` is what stood there until then, `raw` the text that it was mended from.
    """

    __tablename__ = "mending"
    __table_args__ = lifetime(InLedger.EVERY_ROW, WhenOld.WITH_SURVEY)
    id: int | None = Field(default=None, primary_key=True)
    survey_id: int = Field(foreign_key="survey.id", index=True)
    at: datetime = moment_column()
    by: str
    source_ticket_id: int | None = None
    ratings: dict[str, int] = json_column()
    comment: str
    before: dict[str, Any] = json_column()
    raw: str


class CaseRow(SQLModel, table=True):
    """Where a survey stands on the desk, with all that the queue sorts and filters by."""

    __tablename__ = "case"
    __table_args__ = lifetime(InLedger.WORKED_ON, WhenOld.WITH_SURVEY)
    survey_id: int = Field(primary_key=True, foreign_key="survey.id")
    stage: str
    path: str
    received_at: datetime = moment_column()
    due_at: datetime = moment_column()
    rank: float
    claimed_by: str = ""
    snoozed_until: datetime | None = moment_column(nullable=True)
    decision_id: int | None = Field(default=None, foreign_key="decision.id")
    superseded_by: int | None = Field(default=None, foreign_key="survey.id")
    to_merge: int = 0
    """How many other tickets of the customer there are to merge (`store.customers`)."""
    sent_back: int = 0
    """How many notes on it were sent back to the person at this home and wait for their answer."""
    contacted_at: datetime | None = moment_column(nullable=True)
    """When the customer was first contacted after the survey (`store.contact`)."""
    contacted_by: str = ""
    """How (`domain.contact_clock.ContactWay`); empty where nobody has."""


class AnswerRow(SQLModel, table=True):
    """One answer to a check."""

    __tablename__ = "answer"
    __table_args__ = lifetime(InLedger.EVERY_ROW, WhenOld.WITH_SURVEY)
    survey_id: int = Field(primary_key=True, foreign_key="survey.id")
    check_id: str = Field(primary_key=True)
    answer: str
    at: datetime = moment_column()
    suggested: bool


class DraftRow(SQLModel, table=True):
    """The words on the way to a decision."""

    __tablename__ = "draft"
    __table_args__ = lifetime(InLedger.EVERY_ROW, WhenOld.WITH_SURVEY)
    survey_id: int = Field(primary_key=True, foreign_key="survey.id")
    outcome_id: str | None
    fields: dict[str, str] = json_column()
    saved_at: datetime = moment_column()
    findings: list[str] = json_column()
    written: dict[str, Any] = json_column()
    """By field, who wrote it and when, and what others wrote there unseen."""


class DecisionRow(SQLModel, table=True):
    """A decision as it was taken; never changed."""

    __tablename__ = "decision"
    __table_args__ = lifetime(InLedger.EVERY_ROW, WhenOld.WITH_SURVEY)
    id: int | None = Field(default=None, primary_key=True)
    survey_id: int = Field(foreign_key="survey.id", index=True)
    outcome_id: str
    fields: dict[str, str] = json_column()
    answers: dict[str, str] = json_column()
    decided_by: str
    decided_at: datetime = moment_column()
    findings: list[str] = json_column()


class QuestionRow(SQLModel, table=True):
    """A question about a case that was put to a channel; `answered_at` is null until somebody has answered it."""

    __tablename__ = "question"
    __table_args__ = lifetime(InLedger.EVERY_ROW, WhenOld.WITH_SURVEY)
    id: int | None = Field(default=None, primary_key=True)
    survey_id: int = Field(foreign_key="survey.id", index=True)
    decision_id: int = Field(foreign_key="decision.id", index=True)
    channel: str
    text: str
    asked_at: datetime = moment_column()
    answered_at: datetime | None = moment_column(nullable=True)
    answer: str
    answered_by: str


class EscalationRow(SQLModel, table=True):
    """A step of escalation that a case has had; its key keeps it from being told once more, on any machine."""

    __tablename__ = "escalation"
    __table_args__ = lifetime(InLedger.EVERY_ROW, WhenOld.WITH_SURVEY)
    survey_id: int = Field(primary_key=True, foreign_key="survey.id")
    step: str = Field(primary_key=True)
    due_at: datetime = moment_column()
    at: datetime = moment_column()


class OutboxRow(SQLModel, table=True):
    """One effect on its way, with everything needed to send it and to find out whether it landed."""

    __tablename__ = "outbox"
    __table_args__ = lifetime(InLedger.EVERY_ROW, WhenOld.WITH_SURVEY)
    id: int | None = Field(default=None, primary_key=True)
    decision_id: int = Field(foreign_key="decision.id", index=True)
    survey_id: int = Field(foreign_key="survey.id")
    position: int
    kind: str
    op_id: str = Field(unique=True)
    ticket_id: int | None = Field(default=None, index=True)
    payload: dict[str, Any] = Field(sa_column=Column(Readable, nullable=False))
    payload_hash: str
    base: datetime | None = doubtful_moment_column(nullable=True)
    tags: list[str] | None = Field(sa_column=Column(DoubtfulJson, nullable=True))
    state: str
    not_before: datetime = doubtful_moment_column()
    read_from: datetime | None = doubtful_moment_column(nullable=True)
    attempt: int
    reason: str
    reference: str
    landed_at: datetime | None = doubtful_moment_column(nullable=True)
    changed_at: datetime = doubtful_moment_column()
    seen: dict[str, Any] | None = Field(sa_column=Column(DoubtfulJson, nullable=True))
    """The ticket as the person saw it (`domain.conflict.Seen`); null for what was decided before schema 2."""
    agent_id: int | None = None
    """Under whose credential it was decided; null where that was not known yet."""


class DeliveryAttemptRow(SQLModel, table=True):
    """One thing that happened to an effect; never changed."""

    __tablename__ = "delivery_attempt"
    __table_args__ = lifetime(InLedger.EVERY_ROW, WhenOld.WITH_EFFECT)
    id: int | None = Field(default=None, primary_key=True)
    outbox_id: int = Field(foreign_key="outbox.id", index=True)
    attempt: int
    at: datetime = doubtful_moment_column()
    event: str
    state: str
    sentence: str


class SpoiledRow(SQLModel, table=True):
    """An effect whose row cannot be read or was altered on the disk; nothing of it is sent until it is repaired."""

    __tablename__ = "spoiled"
    __table_args__ = lifetime(InLedger.NOTHING, WhenOld.WITH_EFFECT)
    outbox_id: int = Field(primary_key=True)
    decision_id: int | None = Field(default=None, index=True)
    sentence: str
    at: datetime = moment_column()


class TrackerRowRow(SQLModel, table=True):
    """One row of the team's tracker; the operation id keeps it from being written twice.

    Retention leaves its shell: ticket, agent, decider and outcome are empty until its survey is removed, and say then
    what the survey and its decision said.
    """

    __tablename__ = "tracker_row"
    __table_args__ = lifetime(InLedger.EVERY_ROW, WhenOld.LEAVES_SHELL)
    id: int | None = Field(default=None, primary_key=True)
    op_id: str = Field(unique=True)
    survey_id: int = Field(index=True)
    cells: dict[str, str] = json_column()
    written_at: datetime = moment_column()
    ticket_id: int | None = None
    agent: str = ""
    decided_by: str = ""
    outcome_id: str = ""
    corrects: int | None = Field(default=None, index=True)
    """The row that this one was written to correct; that row stays as it is. `corrected_by` says who did it."""
    corrected_by: str = ""


class RecordRow(SQLModel, table=True):
    """A coaching submission or a corrected issue; the operation id keeps it from being written twice."""

    __tablename__ = "record"
    __table_args__ = lifetime(InLedger.EVERY_ROW, WhenOld.WITH_SURVEY)
    id: int | None = Field(default=None, primary_key=True)
    op_id: str = Field(unique=True)
    survey_id: int = Field(foreign_key="survey.id", index=True)
    kind: str
    cells: dict[str, str] = json_column()
    written_at: datetime = moment_column()


class ShiftRow(SQLModel, table=True):
    """A span of work by one agent; `texts` are the parts of its recap as edited, null times are still to come.

    `recap_mail` is the mail exactly as it was last given to the mailer, under `recap_op_id`; null before that.
    """

    __tablename__ = "shift"
    __table_args__ = lifetime(InLedger.EVERY_ROW, WhenOld.SHIFT)
    id: int | None = Field(default=None, primary_key=True)
    agent: str
    name: str
    started_at: datetime = moment_column()
    ended_at: datetime | None = moment_column(nullable=True)
    texts: dict[str, str] = json_column()
    recap_state: str = ""
    recap_op_id: str = ""
    recap_mail: dict[str, Any] | None = Field(default=None, sa_column=Column(Json, nullable=True))
    recap_reason: str = ""
    recap_tried_at: datetime | None = moment_column(nullable=True)
    recap_sent_at: datetime | None = moment_column(nullable=True)


class ReportRow(SQLModel, table=True):
    """A list of low scores as it was imported; the fingerprint keeps the same one from being taken in twice."""

    __tablename__ = "report"
    __table_args__ = lifetime(InLedger.EVERY_ROW, WhenOld.LIST)
    id: int | None = Field(default=None, primary_key=True)
    name: str
    fingerprint: str = Field(unique=True)
    imported_at: datetime = moment_column()
    reconciled_at: datetime | None = moment_column(nullable=True)
    """When every line of it had been accounted for; null while one may be missing."""


class ReportLineRow(SQLModel, table=True):
    """One ticket of a list of low scores; `settled` says in the person's words why it needs no case of ours."""

    __tablename__ = "report_line"
    __table_args__ = lifetime(InLedger.EVERY_ROW, WhenOld.WITH_LIST)
    id: int | None = Field(default=None, primary_key=True)
    report_id: int = Field(foreign_key="report.id", index=True)
    position: int
    ticket_id: int | None = Field(default=None, index=True)
    text: str
    problem: str
    settled: str
    settled_by: str
    settled_at: datetime | None = moment_column(nullable=True)
    rating: int | None = None
    """The survey's rating as the list's own column has it, and the customer's words from its own column."""
    comment: str = ""
