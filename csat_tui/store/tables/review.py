"""What people say of delivered notes: steps of a review with their lines, receipts, drafts, scorecards by version."""

from datetime import datetime
from typing import Any

from sqlmodel import Field, SQLModel

from csat_tui.store.tables.lifetime import InLedger, WhenOld, lifetime
from csat_tui.store.types import json_column, moment_column


class ReviewStepRow(SQLModel, table=True):
    """A review, an answer to one or a settlement, as it was written; never changed.

    `note` is the number of the reviewed note's comment, `outcome` what the step decides (its verdict or kind), and
    `replies_to` the step that it answers.
    """

    __tablename__ = "review_step"
    __table_args__ = lifetime(InLedger.EVERY_ROW, WhenOld.WITH_SURVEY)
    id: str = Field(primary_key=True)
    """A UUIDv7."""
    survey_id: int = Field(foreign_key="survey.id", index=True)
    ticket_id: int
    note: int = Field(index=True)
    kind: str
    outcome: str
    replies_to: str = ""
    author_id: int | None = None
    author: str
    author_email: str = ""
    author_role: str = ""
    at: datetime = moment_column()
    text: str
    card_id: str = ""
    card_label: str = ""
    card_version: str = ""
    percent: float | None = None
    passes: bool | None = None
    seconds: int = 0
    op_id: str | None = Field(default=None, unique=True)
    """Under which it was sent from here, or was sent from elsewhere; null where it was written by hand."""
    problems: list[str] = json_column()


class ReviewLineRow(SQLModel, table=True):
    """What a step says of one line of the scorecard; never changed."""

    __tablename__ = "review_line"
    __table_args__ = lifetime(InLedger.EVERY_ROW, WhenOld.WITH_SURVEY)
    step_id: str = Field(primary_key=True, foreign_key="review_step.id")
    line_id: str = Field(primary_key=True)
    survey_id: int = Field(foreign_key="survey.id", index=True)
    position: int
    label: str
    answer: str
    """Empty where the line has none."""
    cause: str
    comment: str
    message_id: int | None = None


class ReviewReceiptRow(SQLModel, table=True):
    """A step as the help desk has it: the number of its comment, who wrote it and when; never changed."""

    __tablename__ = "review_receipt"
    __table_args__ = lifetime(InLedger.EVERY_ROW, WhenOld.WITH_SURVEY)
    step_id: str = Field(primary_key=True, foreign_key="review_step.id")
    survey_id: int = Field(foreign_key="survey.id", index=True)
    comment_id: int = Field(unique=True)
    at: datetime = moment_column()
    author_id: int | None = None
    author: str
    author_email: str = ""
    author_role: str = ""


class ReviewDraftRow(SQLModel, table=True):
    """A review that is not finished: scores and comment so far, and the seconds that it has taken."""

    __tablename__ = "review_draft"
    __table_args__ = lifetime(InLedger.EVERY_ROW, WhenOld.WITH_SURVEY)
    note: int = Field(primary_key=True)
    survey_id: int = Field(foreign_key="survey.id", index=True)
    card_id: str
    card_version: str
    lines: dict[str, Any] = json_column()
    text: str
    seconds: int
    saved_at: datetime = moment_column()


class ScorecardVersionRow(SQLModel, table=True):
    """A scorecard as it was when somebody scored with it; never changed."""

    __tablename__ = "scorecard_version"
    __table_args__ = lifetime(InLedger.EVERY_ROW, WhenOld.STAYS)
    version: str = Field(primary_key=True)
    card_id: str
    card: dict[str, Any] = json_column()
    at: datetime = moment_column()
