"""Tracker rows, records, shifts and lists of low scores."""

from datetime import datetime
from typing import Any

from sqlalchemy import Column
from sqlmodel import Field, SQLModel

from csat_tui.store.tables.columns import json_column, moment_column
from csat_tui.store.tables.lifetime import InLedger, WhenOld, lifetime
from csat_tui.store.types import Json


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
