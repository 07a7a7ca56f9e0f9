"""Business hours: when a team works, and spans of time that are counted in its hours only.

A day's hours are local times of one time zone. Each end of them is turned into an instant by itself, so that a day on
which the clocks change is as long as it is. A local time that a change leaves out is the moment of the change; one that
comes twice is its first.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from csat_tui.domain.clock import YEARS

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class OpenSpan:
    """Hours of one day, from a time until another that does not belong to it; both are spans since midnight."""

    start: timedelta
    end: timedelta


@dataclass(frozen=True, slots=True)
class BusinessHours:
    """When a team works: the spans of each weekday, Monday first, the days on which nobody works, and the time zone.

    An empty time zone is the help desk's; `in_zone` puts it in.
    """

    week: tuple[tuple[OpenSpan, ...], ...]
    holidays: frozenset[date] = frozenset()
    time_zone: str = ""

    @property
    def zone(self) -> ZoneInfo:
        """The time zone; UTC where none is known."""
        return ZoneInfo(self.time_zone or "UTC")

    def moment_after(self, since: datetime, span: timedelta) -> datetime:
        """Return the first moment until which so much time has passed within the hours; never one before `since`."""
        if span <= timedelta(0):
            return since
        for year in range(_local_year(since, self), YEARS.stop):
            opened = _opened(self, year)
            had = opened.until(since)
            if opened.total - had >= span:
                return opened.when(had + span)
            span -= opened.total - had
        return datetime(YEARS.stop, 1, 1, tzinfo=UTC)

    def time_between(self, since: datetime, until: datetime) -> timedelta:
        """Return how much time passes within the hours between two moments; none where the second is not later."""
        if until <= since:
            return timedelta(0)
        passed = timedelta(0)
        for year in range(_local_year(since, self), _local_year(until, self) + 2):
            opened = _opened(self, year)
            passed += opened.until(until) - opened.until(since)
        return passed


def moment_after(since: datetime, span: timedelta, hours: BusinessHours | None) -> datetime:
    """Return the moment at which a span has passed, counted in these hours; around the clock if there are none."""
    return since + span if hours is None else hours.moment_after(since, span)


def time_between(since: datetime, until: datetime, hours: BusinessHours | None) -> timedelta:
    """Return how much time passes between two moments, counted in the same way; none where the second is not later."""
    return max(timedelta(0), until - since) if hours is None else hours.time_between(since, until)


def length(span: timedelta) -> str:
    """Return a length of time in its largest unit: “3 h”; a minute at least, as “0 min late” is not late."""
    minutes = max(1, int(span.total_seconds()) // 60)
    for size, unit in ((24 * 60, "d"), (60, "h")):
        if minutes >= 2 * size or (unit == "h" and minutes >= size):
            return f"{minutes // size} {unit}"
    return f"{minutes} min"


@dataclass(frozen=True, slots=True)
class _OpenYear:
    """The hours of one local year as intervals of instants in their order; none of them holds its end.

    A span is found in it by halving, so that a case of years ago costs no more than one of today.
    """

    starts: Sequence[datetime]
    ends: Sequence[datetime]
    before: Sequence[timedelta]
    """How much of the year's hours has passed at each start."""
    total: timedelta

    def until(self, moment: datetime) -> timedelta:
        """Return how much of the year's hours has passed at a moment."""
        place = bisect_right(self.starts, moment) - 1
        if place < 0:
            return timedelta(0)
        return self.before[place] + min(moment, self.ends[place]) - self.starts[place]

    def when(self, passed: timedelta) -> datetime:
        """Return the first moment at which so much, and not nothing, of the year's hours has passed."""
        place = bisect_left(self.before, passed) - 1
        return self.starts[place] + (passed - self.before[place])


@lru_cache(maxsize=256)
def _opened(hours: BusinessHours, year: int) -> _OpenYear:
    starts: list[datetime] = []
    ends: list[datetime] = []
    before: list[timedelta] = []
    total = timedelta(0)
    zone = hours.zone
    for number in range(date(year, 1, 1).toordinal(), date(year + 1, 1, 1).toordinal()):
        day = date.fromordinal(number)
        if day in hours.holidays:
            continue
        for span in hours.week[day.weekday()]:
            start, end = (instant_of(day, since_midnight, zone) for since_midnight in (span.start, span.end))
            if start < end:  # a change of the clocks may leave out all of it
                starts.append(start)
                ends.append(end)
                before.append(total)
                total += end - start
    return _OpenYear(starts, ends, before, total)


def _local_year(moment: datetime, hours: BusinessHours) -> int:
    """Return the year in which counting begins: no hours of an earlier one end after the moment."""
    return min(max((moment - DAY).astimezone(hours.zone).year, YEARS.start), YEARS.stop - 1)


def instant_of(day: date, since_midnight: timedelta, zone: ZoneInfo) -> datetime:
    """Return when a local time comes: its first coming where it comes twice, the change where it is left out."""
    local = datetime.combine(day, time()) + since_midnight
    early = local.replace(tzinfo=zone).astimezone(UTC)
    if early.astimezone(zone).replace(tzinfo=None) == local:
        return early
    # The clocks go forward over it: the change is a whole second between what the two offsets make of it.
    sooner = local.replace(tzinfo=zone, fold=1).astimezone(UTC)
    before = sooner.astimezone(zone).utcoffset()
    seconds = range(int((early - sooner).total_seconds()) + 1)
    first = bisect_left(
        seconds, True, key=lambda second: (sooner + timedelta(seconds=second)).astimezone(zone).utcoffset() != before
    )
    return sooner + timedelta(seconds=first)
