"""Surveys, cases and what a person did about them."""

from datetime import datetime
from typing import Any

from sqlmodel import Field, SQLModel

from csat_tui.store.tables.columns import json_column, moment_column
from csat_tui.store.tables.lifetime import InLedger, WhenOld, lifetime


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
