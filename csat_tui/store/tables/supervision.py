"""What people do beside cases and reviews: conversations, ratings set aside, coaching. All of it is testimony."""

from datetime import datetime

from sqlmodel import Field, SQLModel

from csat_tui.store.tables.lifetime import InLedger, WhenOld, lifetime
from csat_tui.store.types import json_column, moment_column


class SetAsideRow(SQLModel, table=True):
    """A step by which a survey's rating left an agent's figures, or came back into them; never changed."""

    __tablename__ = "set_aside"
    __table_args__ = lifetime(InLedger.EVERY_ROW, WhenOld.WITH_SURVEY)
    id: str = Field(primary_key=True)
    """A UUIDv7, as of every table here."""
    survey_id: int = Field(foreign_key="survey.id", index=True)
    at: datetime = moment_column()
    author_id: int | None
    author: str
    deed: str
    kind: str
    given_to: str
    reason: str


class CoachingItemRow(SQLModel, table=True):
    """One thing that an agent is to work on, with the case in which it was found; never changed."""

    __tablename__ = "coaching_item"
    __table_args__ = lifetime(InLedger.EVERY_ROW, WhenOld.WITH_SURVEY)
    id: str = Field(primary_key=True)
    survey_id: int = Field(foreign_key="survey.id", index=True)
    at: datetime = moment_column()
    author_id: int | None
    author: str
    agent_id: int | None
    """The agent's number at the help desk; null where only a survey names them."""
    agent: str
    what: str
    comment_id: int | None
    """The delivered note on which it was found; null where an agent submitted it with a decision."""
    line_ids: list[str] = json_column()
    """The lines of the scorecard that it is about."""
    submission: str | None = Field(unique=True)
    """What it was taken up from: the operation id of a coaching submission, or `note-` and a note's number."""


class CoachingStepRow(SQLModel, table=True):
    """What was done about a coaching item; never changed.

    `day` is the day of a talk, a follow-up or an end, and the day by which something agreed is followed up.
    """

    __tablename__ = "coaching_step"
    __table_args__ = lifetime(InLedger.EVERY_ROW, WhenOld.WITH_SURVEY)
    id: str = Field(primary_key=True)
    item_id: str = Field(foreign_key="coaching_item.id", index=True)
    survey_id: int = Field(foreign_key="survey.id", index=True)
    """That of its item, with which it goes."""
    at: datetime = moment_column()
    author_id: int | None
    author: str
    deed: str
    day: str
    text: str


class ConversationRow(SQLModel, table=True):
    """A conversation with the client or the employee about a case, as somebody recorded it; never changed."""

    __tablename__ = "conversation"
    __table_args__ = lifetime(InLedger.EVERY_ROW, WhenOld.WITH_SURVEY)
    id: str = Field(primary_key=True)
    survey_id: int = Field(foreign_key="survey.id", index=True)
    at: datetime = moment_column()
    """When it was recorded."""
    author_id: int | None
    author: str
    counterpart: str
    held_at: datetime = moment_column()
    means: str
    said: str
    prevention: bool
