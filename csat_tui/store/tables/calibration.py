"""Calibration: sessions, blind scores with the reviewers' comments apart from them, and closings."""

from datetime import datetime
from typing import Any

from sqlmodel import Field, SQLModel

from csat_tui.store.tables.lifetime import InLedger, WhenOld, lifetime
from csat_tui.store.types import json_column, moment_column


class CalibrationRow(SQLModel, table=True):
    """A session as it was set up; never changed. Its notes and reviewers are part of it, and so is the scorecard."""

    __tablename__ = "calibration"
    __table_args__ = lifetime(InLedger.EVERY_ROW, WhenOld.STAYS)
    id: str = Field(primary_key=True)
    """A UUIDv7."""
    name: str
    notes: list[int] = json_column()
    """The numbers of the notes' comments."""
    reviewers: list[dict[str, Any]] = json_column()
    """Number at the help desk and name of each."""
    deadline: datetime = moment_column()
    card: dict[str, Any] = json_column()
    card_version: str
    author_id: int
    author: str
    at: datetime = moment_column()


class BlindScoreRow(SQLModel, table=True):
    """What one reviewer answered to the scorecard for one note of a session; never changed, and without their words."""

    __tablename__ = "blind_score"
    __table_args__ = lifetime(InLedger.EVERY_ROW, WhenOld.STAYS)
    id: str = Field(primary_key=True)
    """A UUIDv7."""
    calibration_id: str = Field(foreign_key="calibration.id", index=True)
    note: int
    author_id: int
    author: str
    at: datetime = moment_column()
    lines: dict[str, Any] = json_column()
    """By line, its answer and cause."""
    source: str
    """“here”, or “file”."""


class BlindCommentRow(SQLModel, table=True):
    """What a reviewer wrote about the lines of a blind score, which may quote a customer; never changed."""

    __tablename__ = "blind_comment"
    __table_args__ = lifetime(InLedger.EVERY_ROW, WhenOld.WITH_SURVEY)
    id: str = Field(primary_key=True)
    """A UUIDv7."""
    blind_score_id: str = Field(foreign_key="blind_score.id", index=True)
    survey_id: int = Field(foreign_key="survey.id", index=True)
    author_id: int
    author: str
    at: datetime = moment_column()
    lines: dict[str, Any] = json_column()
    """By line, its comment and the message that it is about."""


class CalibrationClosingRow(SQLModel, table=True):
    """That a session was closed, and which blind scores count in it; never changed, and once for a session."""

    __tablename__ = "calibration_closing"
    __table_args__ = lifetime(InLedger.EVERY_ROW, WhenOld.STAYS)
    id: str = Field(primary_key=True)
    """A UUIDv7."""
    calibration_id: str = Field(foreign_key="calibration.id", unique=True)
    author_id: int
    author: str
    at: datetime = moment_column()
    counted: list[str] = json_column()
    source: str
