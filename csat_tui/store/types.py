"""Column types: moments as whole milliseconds, structures as JSON text; and how many values a statement lists."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Column, Dialect, Integer, Text
from sqlalchemy.types import TypeDecorator
from sqlmodel import Field

VALUES_PER_STATEMENT = 500
"""How many values one statement lists at most; SQLite has a limit, and short statements leave room for others."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)


class Moment(TypeDecorator[datetime]):
    """An aware moment, kept as milliseconds since 1970 UTC so that it sorts and compares as a number."""

    impl = Integer
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:
        """Refuse a moment without a zone, which would mean something else on another machine."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment without a time zone")
        return (value - _EPOCH) // _MILLISECOND

    def process_result_value(self, value: int | None, dialect: Dialect) -> datetime | None:
        """Give the moment back in UTC."""
        return None if value is None else _EPOCH + value * _MILLISECOND


class Json(TypeDecorator[Any]):
    """A small structure as JSON text, readable by any SQLite tool."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:
        """Write it as `as_json` does."""
        return None if value is None else as_json(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> Any:
        """Read it back."""
        return None if value is None else json.loads(value)


class Readable(Json):
    """A structure that was written as an object; what a damaged disk made of it reads as an empty one."""

    cache_ok = True

    def process_result_value(self, value: str | None, dialect: Dialect) -> Any:
        """Read it back, so that one broken row does not hide all the others."""
        try:
            found = super().process_result_value(value, dialect)
        except (TypeError, ValueError):
            return {}
        return found if isinstance(found, dict) else {}


class UnreadableValue:
    """Stands for a value that a damaged disk has made unreadable."""


UNREADABLE = UnreadableValue()


class DoubtfulMoment(Moment):
    """A moment of a row that must not hide all the others where a damaged disk has altered it."""

    cache_ok = True

    def process_result_value(self, value: Any, dialect: Dialect) -> Any:
        """Give the moment back, or what says that it cannot be read."""
        if value is not None and not isinstance(value, int):
            return UNREADABLE
        try:
            return super().process_result_value(value, dialect)
        except OverflowError:
            return UNREADABLE


class DoubtfulJson(Json):
    """A structure of such a row."""

    cache_ok = True

    def process_result_value(self, value: Any, dialect: Dialect) -> Any:
        """Read it back, or give what says that it cannot be read."""
        try:
            return super().process_result_value(value, dialect)
        except (TypeError, ValueError, RecursionError):
            return UNREADABLE


def as_json(value: Any) -> str:
    """Write it compactly and with sorted keys, so that equal structures are equal texts; half a character as “?”."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    return text.encode("utf-8", "replace").decode()


def moment_column(*, nullable: bool = False) -> Any:
    """Return a column for a moment, kept as whole milliseconds."""
    return Field(sa_column=Column(Moment, nullable=nullable))


def doubtful_moment_column(*, nullable: bool = False) -> Any:
    """Return a column for a moment that the disk may have altered: what cannot be read does not raise."""
    return Field(sa_column=Column(DoubtfulMoment, nullable=nullable))


def json_column() -> Any:
    """Return a column for a structure, kept as JSON text."""
    return Field(sa_column=Column(Json, nullable=False))
