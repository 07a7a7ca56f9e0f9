"""The clock port, and short forms of dates and times."""

from datetime import UTC, datetime
from typing import Protocol

YEARS = range(1970, 2200)
"""Years that a record can be from; any other year is a mistake, and not every computation or display can take it."""


def plausible(moment: datetime) -> bool:
    """Return whether a time that was read somewhere is plausible."""
    return moment.year in YEARS


def day_and_time(moment: datetime) -> str:
    """Return a time in the person's own zone, as evidence and the transcript show it: “27 Nov 19:03”."""
    return f"{moment.astimezone():%d %b %H:%M}"


def day_and_month(moment: datetime) -> str:
    """Return the day of a moment in the person's own time: “27 Nov”."""
    return f"{moment.astimezone():%d %b}"


class Clock(Protocol):
    """Gives the time; tests have a clock that stands still."""

    def now(self) -> datetime:
        """Return the present moment, aware, in UTC."""
        ...


class SystemClock:
    """The machine's own clock."""

    def now(self) -> datetime:
        """Return the present moment, aware, in UTC."""
        return datetime.now(UTC)
