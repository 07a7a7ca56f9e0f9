"""Alerts of unhappy customers: the periods that were alerted, the messages, and what became of each."""

from datetime import datetime

from sqlmodel import Field, SQLModel

from csat_tui.store.tables.lifetime import InLedger, WhenOld, lifetime
from csat_tui.store.types import json_column, moment_column


class RecoveryPeriodRow(SQLModel, table=True):
    """A period that was alerted, and the sources of the surveys that were looked at for it; never changed."""

    __tablename__ = "recovery_period"
    __table_args__ = lifetime(InLedger.EVERY_ROW, WhenOld.STAYS)
    id: int | None = Field(default=None, primary_key=True)
    begins: datetime = moment_column()
    ends: datetime = moment_column()
    planned_at: datetime = moment_column()
    surveys: list[str] = json_column()


class RecoveryAlertRow(SQLModel, table=True):
    """One message of an alert, as it was kept before it was sent; never changed.

    There is one for each period, recipient and kind, but for a report that goes in parts. `op_id` is in the id of the
    message. `customers` and `survey_count` are those of the whole report.
    """

    __tablename__ = "recovery_alert"
    __table_args__ = lifetime(InLedger.EVERY_ROW, WhenOld.STAYS)
    id: int | None = Field(default=None, primary_key=True)
    period_id: int = Field(foreign_key="recovery_period.id")
    recipient: str
    kind: str
    part: str
    op_id: str = Field(unique=True)
    name: str
    address: str
    """A mail address, or a telephone."""
    surveys: list[str] = json_column()
    """By their sources."""
    customers: int
    survey_count: int
    due_at: datetime = moment_column()


class RecoveryAlertStepRow(SQLModel, table=True):
    """One thing that happened to a message of an alert; never changed. The last says how it stands."""

    __tablename__ = "recovery_alert_step"
    __table_args__ = lifetime(InLedger.EVERY_ROW, WhenOld.STAYS)
    id: int | None = Field(default=None, primary_key=True)
    alert_id: int = Field(foreign_key="recovery_alert.id")
    number: int
    state: str
    at: datetime = moment_column()
    sentence: str
    reference: str
    author: str
    """Who has settled it; empty where the machine did."""
