"""The clock port, and short forms of dates and times."""

from datetime import UTC, datetime
from typing import Protocol

YEARS = range(1970, 2200)
"""Years that a record can be from; any other is a mistake, and could be neither added to nor shown everywhere."""


def plausible(moment: datetime) -> bool:
    """Tell whether something can have happened at a moment that was read somewhere."""
    return moment.year in YEARS


def day_and_time(moment: datetime) -> str:
    """Return a moment as evidence names it, in the person's own time, as the transcript shows it: “27 Nov 19:03”."""
    return f"{moment.astimezone():%d %b %H:%M}"


def day_and_month(moment: datetime) -> str:
    """Return the day of a moment in the person's own time: “27 Nov”."""
    return f"{moment.astimezone():%d %b}"


class Clock(Protocol):
    """Tells the time, so that tests can hold it still."""

    def now(self) -> datetime:
        """Return the present moment, aware, in UTC."""
        ...


class SystemClock:
    """The machine's own clock."""

    def now(self) -> datetime:
        """Return the present moment, aware, in UTC."""
        return datetime.now(UTC)
