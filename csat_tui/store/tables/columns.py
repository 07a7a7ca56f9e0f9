"""The kinds of columns that tables share."""

from typing import Any

from sqlalchemy import Column
from sqlmodel import Field

from csat_tui.store.types import DoubtfulMoment, Json, Moment


def moment_column(*, nullable: bool = False) -> Any:
    """Return a column for a moment, kept as whole milliseconds."""
    return Field(sa_column=Column(Moment, nullable=nullable))


def doubtful_moment_column(*, nullable: bool = False) -> Any:
    """Return a column for a moment that the disk may have altered: what cannot be read does not raise."""
    return Field(sa_column=Column(DoubtfulMoment, nullable=nullable))


def json_column() -> Any:
    """Return a column for a structure, kept as JSON text."""
    return Field(sa_column=Column(Json, nullable=False))
