"""Effects on their way, what happened to them, and those whose rows are damaged."""

from datetime import datetime
from typing import Any

from sqlalchemy import Column
from sqlmodel import Field, SQLModel

from csat_tui.store.tables.columns import doubtful_moment_column, moment_column
from csat_tui.store.tables.lifetime import InLedger, WhenOld, lifetime
from csat_tui.store.types import DoubtfulJson, Readable


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
