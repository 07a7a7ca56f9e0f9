"""Samples of delivered notes: what was drawn, by whom and from what, and which notes were replaced."""

from datetime import datetime

from sqlmodel import Field, SQLModel

from csat_tui.store.tables.lifetime import InLedger, WhenOld, lifetime
from csat_tui.store.types import moment_column


class SampleRow(SQLModel, table=True):
    """A sample as it was drawn; never changed. `author` is the reviewer who drew it, and whose it is."""

    __tablename__ = "sample"
    __table_args__ = lifetime(InLedger.EVERY_ROW, WhenOld.STAYS)
    id: str = Field(primary_key=True)
    """A UUIDv7."""
    author_id: int
    author: str
    at: datetime = moment_column()
    method: str
    seed: int
    size: int
    """Notes asked for; for a quota, for each agent."""
    since: datetime = moment_column()
    until: datetime = moment_column()
    population: int
    """How many notes could be drawn."""
    population_hash: str
    due_at: datetime = moment_column()


class SampleItemRow(SQLModel, table=True):
    """A note of a sample, by the number of its comment; never changed."""

    __tablename__ = "sample_item"
    __table_args__ = lifetime(InLedger.EVERY_ROW, WhenOld.WITH_SURVEY)
    id: str = Field(primary_key=True)
    """A UUIDv7."""
    sample_id: str = Field(foreign_key="sample.id", index=True)
    position: int
    """The order of drawing; what replaces a note comes after all that were there."""
    survey_id: int = Field(foreign_key="survey.id", index=True)
    comment_id: int = Field(index=True)
    agent_id: int | None
    agent: str
    stratum: str
    author_id: int
    author: str
    at: datetime = moment_column()


class SampleReplacementRow(SQLModel, table=True):
    """A note of a sample that another one has replaced, and why; never changed.

    `replaced_by` is the item that took its place; null where its stratum had no other note.
    """

    __tablename__ = "sample_replacement"
    __table_args__ = lifetime(InLedger.EVERY_ROW, WhenOld.WITH_SURVEY)
    id: str = Field(primary_key=True)
    """A UUIDv7."""
    item_id: str = Field(foreign_key="sample_item.id", unique=True)
    survey_id: int = Field(foreign_key="survey.id", index=True)
    replaced_by: str | None
    reason: str
    author_id: int
    author: str
    at: datetime = moment_column()
