"""Time is counted in business hours: over nights, weekends, holidays, and both changes of the clocks."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from csat_tui.domain import business_hours
from csat_tui.domain.business_hours import BusinessHours, OpenSpan, instant_of, moment_after, time_between

MINUTE = timedelta(minutes=1)


def hours_of(*spans: tuple[float, float]) -> tuple[OpenSpan, ...]:
    return tuple(OpenSpan(timedelta(hours=start), timedelta(hours=end)) for start, end in spans)


OFFICE = hours_of((9, 17))
NEW_YORK = BusinessHours(
    (OFFICE, OFFICE, hours_of((9, 12), (13, 17)), OFFICE, OFFICE, (), ()), frozenset({date(2026, 11, 26)}),
    "America/New_York",
)  # fmt: skip


def local(text: str, zone: str = "America/New_York") -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


@pytest.mark.parametrize(
    ("since", "hours", "until"),
    [
        ("2026-11-16 10:00", 4, "2026-11-16 14:00"),  # within a Monday
        ("2026-11-16 16:00", 4, "2026-11-17 12:00"),  # over a night
        ("2026-11-16 03:00", 4, "2026-11-16 13:00"),  # before the day begins
        ("2026-11-18 11:00", 4, "2026-11-18 16:00"),  # over a lunch
        ("2026-11-20 16:00", 4, "2026-11-23 12:00"),  # over a weekend
        ("2026-11-21 12:00", 4, "2026-11-23 13:00"),  # on a Saturday
        ("2026-11-25 16:00", 4, "2026-11-27 12:00"),  # over Thanksgiving
        ("2026-11-16 13:00", 4, "2026-11-16 17:00"),  # to the end of a day, and not to the next morning
        ("2026-11-16 10:00", 0, "2026-11-16 10:00"),
        ("2026-11-16 22:00", 0, "2026-11-16 22:00"),
        ("2026-12-31 16:00", 4, "2027-01-01 12:00"),  # over a new year
        ("2026-11-23 09:00", 24, "2026-11-27 10:00"),  # 8 + 8 + 7 hours, and one after the holiday
    ],
)
def test_a_span_passes_in_working_hours_only(since: str, hours: int, until: str) -> None:
    assert NEW_YORK.moment_after(local(since), timedelta(hours=hours)) == local(until)
    assert NEW_YORK.time_between(local(since), local(until)) == timedelta(hours=hours)


def test_without_business_hours_the_clock_runs_on() -> None:
    since = local("2026-11-20 16:00")
    assert moment_after(since, timedelta(hours=24), None) == since + timedelta(hours=24)
    assert time_between(since, since + timedelta(hours=30), None) == timedelta(hours=30)
    assert time_between(since, since - timedelta(hours=30), None) == timedelta(0)


@pytest.mark.parametrize(
    ("zone", "day", "text", "comes"),
    [
        ("America/New_York", "2026-03-08", "02:30", "2026-03-08 07:00"),  # left out: the moment of the change
        ("America/New_York", "2026-03-08", "03:00", "2026-03-08 07:00"),
        ("America/New_York", "2026-11-01", "01:30", "2026-11-01 05:30"),  # twice: the first
        ("Europe/Berlin", "2026-03-29", "02:10", "2026-03-29 01:00"),
        ("Europe/Berlin", "2026-10-25", "02:10", "2026-10-25 00:10"),
        ("Australia/Lord_Howe", "2026-10-04", "02:15", "2026-10-03 15:30"),  # by half an hour
        ("Pacific/Apia", "2011-12-30", "12:00", "2011-12-30 10:00"),  # a day that never came
    ],
)
def test_a_local_time_at_a_change_of_the_clocks(zone: str, day: str, text: str, comes: str) -> None:
    hour, minute = map(int, text.split(":"))
    since_midnight = timedelta(hours=hour, minutes=minute)
    assert instant_of(date.fromisoformat(day), since_midnight, ZoneInfo(zone)) == local(comes, "UTC")


def open_minutes(hours: BusinessHours, since: datetime, until: datetime) -> Iterator[datetime]:
    """Look at each minute, as somebody with a wall clock would: open once it has shown the start, until the end."""
    zone = ZoneInfo(hours.time_zone)
    minute = since - timedelta(days=2)
    begun: set[tuple[date, OpenSpan]] = set()
    over: set[tuple[date, OpenSpan]] = set()
    while minute < until:
        wall = minute.astimezone(zone).replace(tzinfo=None)
        open_now = False
        for day in (wall.date() - timedelta(days=1), wall.date()):
            for span in () if day in hours.holidays else hours.week[day.weekday()]:
                midnight = datetime.combine(day, time())
                if wall >= midnight + span.start:
                    begun.add((day, span))
                if wall >= midnight + span.end:
                    over.add((day, span))
                open_now = open_now or ((day, span) in begun and (day, span) not in over)
        if open_now and minute >= since:
            yield minute
        minute += MINUTE


def spans() -> st.SearchStrategy[tuple[OpenSpan, ...]]:
    """One day's hours: some quarters of an hour of it, in order."""
    quarters = st.lists(st.integers(0, 96), min_size=2, max_size=6, unique=True).map(sorted)
    return quarters.map(
        lambda some: tuple(
            OpenSpan(timedelta(minutes=15 * start), timedelta(minutes=15 * end))
            for start, end in zip(some[::2], some[1::2], strict=False)
        )
    )


CHANGES = [
    ("America/New_York", datetime(2026, 3, 7, 12, tzinfo=UTC)),
    ("America/New_York", datetime(2026, 10, 31, 12, tzinfo=UTC)),
    ("Europe/Berlin", datetime(2026, 3, 28, 12, tzinfo=UTC)),
    ("Europe/Berlin", datetime(2026, 10, 24, 12, tzinfo=UTC)),
]


@settings(max_examples=40, deadline=None)
@given(
    change=st.sampled_from(CHANGES),
    week=st.tuples(*[spans()] * 7),
    holiday=st.integers(0, 5),
    minutes=st.integers(0, 24 * 60),
    length=st.integers(1, 36 * 60),
)
def test_it_is_what_counting_each_minute_gives(
    change: tuple[str, datetime], week: tuple[tuple[OpenSpan, ...], ...], holiday: int, minutes: int, length: int
) -> None:
    zone, around = change
    hours = BusinessHours(week, frozenset({around.date() + timedelta(days=holiday)}), zone)
    since = around + timedelta(minutes=minutes)
    until = since + timedelta(minutes=length)
    counted = list(open_minutes(hours, since, until))
    assert hours.time_between(since, until) == len(counted) * MINUTE
    for passed in {1, len(counted) // 2, len(counted)} - {0}:
        if passed <= len(counted):
            assert hours.moment_after(since, passed * MINUTE) == counted[passed - 1] + MINUTE


@settings(max_examples=60, deadline=None)
@given(
    since=st.datetimes(datetime(2000, 1, 1), datetime(2060, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001
    span=st.timedeltas(timedelta(0), timedelta(days=900)),
)
def test_a_span_and_its_end_say_the_same_over_years(since: datetime, span: timedelta) -> None:
    due = NEW_YORK.moment_after(since, span)
    assert due >= since
    assert NEW_YORK.time_between(since, due) == span


def test_hours_that_a_span_never_fills_end_with_the_years() -> None:
    rare = replace(NEW_YORK, week=(hours_of((9, 9.25)), (), (), (), (), (), ()))
    assert rare.moment_after(local("2026-11-16 10:00"), timedelta(days=900_000)).year == 2200


def test_due_times_of_many_surveys_look_at_each_day_once(monkeypatch: pytest.MonkeyPatch) -> None:
    looked = []
    instant = business_hours.instant_of

    def counted(*args: object) -> datetime:
        looked.append(args)
        return instant(*args)  # type: ignore[arg-type]

    monkeypatch.setattr(business_hours, "instant_of", counted)
    hours = replace(NEW_YORK, holidays=frozenset({date(2020, 2, 3)}))
    begin = datetime(2020, 1, 1, tzinfo=UTC)
    for number in range(20_000):
        hours.moment_after(begin + timedelta(minutes=150 * number), timedelta(hours=400))
    assert len(looked) <= 2 * (7 * 366) * 2, "each day's ends once, however many surveys there are"
