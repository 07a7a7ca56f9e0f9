"""The periods of alerts: a whole year in two zones against a count by hand, and the days on which the clocks change."""

from bisect import bisect_right
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from csat_tui.domain.recovery.alerting import MOST_PERIODS, AlertPeriod, AlertSchedule, due_periods

NEW_YORK, BERLIN = ZoneInfo("America/New_York"), ZoneInfo("Europe/Berlin")
ZONES = [NEW_YORK, BERLIN]
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
YEAR = [date(2026, 1, 1) + n * DAY for n in range(365)]


def at_nine(zone: ZoneInfo = NEW_YORK, *, weekend: bool = True) -> AlertSchedule:
    return AlertSchedule(zone, time(9), weekend)


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def by_hand(zone: ZoneInfo, wanted: time) -> list[datetime]:
    """Return each day's alert by going through the year in steps of five minutes with a clock on the wall."""
    found, day = [], date(2026, 1, 1)
    minute = datetime(2025, 12, 31, tzinfo=UTC)
    while len(found) < 365:
        wall = minute.astimezone(zone)
        if (wall.date(), wall.time()) >= (day, wanted):
            found.append(minute)
            day += DAY
        minute += timedelta(minutes=5)
    return found


@pytest.mark.parametrize("zone", ZONES, ids=str)
@pytest.mark.parametrize("wanted", [time(9), time(2, 30), time(1, 30), time(0), time(23, 55)], ids=str)
def test_each_day_of_a_year_has_its_alert_when_a_clock_on_the_wall_says_so(zone: ZoneInfo, wanted: time) -> None:
    schedule = AlertSchedule(zone, wanted)
    assert [schedule.moment(day) for day in YEAR] == by_hand(zone, wanted)


@pytest.mark.parametrize(
    ("zone", "short", "long"),
    [(NEW_YORK, date(2026, 3, 8), date(2026, 11, 1)), (BERLIN, date(2026, 3, 29), date(2026, 10, 25))],
    ids=str,
)
def test_a_period_has_24_hours_but_for_the_days_on_which_the_clocks_change(
    zone: ZoneInfo, short: date, long: date
) -> None:
    moments = [at_nine(zone).moment(day) for day in [YEAR[0] - DAY, *YEAR]]
    lengths = dict(zip(YEAR, (after - before for before, after in pairwise(moments)), strict=True))
    assert {day: length for day, length in lengths.items() if length != 24 * HOUR} == {
        short: 23 * HOUR,
        long: 25 * HOUR,
    }


def test_an_alert_time_that_does_not_exist_moves_forward_to_the_first_that_does() -> None:
    assert AlertSchedule(NEW_YORK, time(2, 30)).moment(date(2026, 3, 8)) == utc("2026-03-08T07:00")
    assert AlertSchedule(BERLIN, time(2)).moment(date(2026, 3, 29)) == utc("2026-03-29T01:00")


def test_an_alert_time_that_exists_twice_is_its_first() -> None:
    assert AlertSchedule(NEW_YORK, time(1, 30)).moment(date(2026, 11, 1)) == utc("2026-11-01T05:30")


def test_a_day_that_a_country_leaves_out_loses_no_survey_and_doubles_none() -> None:
    schedule = AlertSchedule(ZoneInfo("Pacific/Apia"), time(0))  # after 29 December 2011 came the 31st
    start = schedule.moment(date(2011, 12, 28))
    periods = due_periods(schedule, start, schedule.moment(date(2012, 1, 1))).periods
    assert_they_follow_each_other(periods, start, schedule.moment(date(2012, 1, 1)))
    assert [(one.ends - one.begins) // HOUR for one in periods] == [24, 24, 24]


def assert_they_follow_each_other(periods: tuple[AlertPeriod, ...], begin: datetime, end: datetime) -> None:
    assert [one.begins for one in periods] == [begin, *(one.ends for one in periods[:-1])]
    assert periods[-1].ends == end
    assert all(one.begins < one.ends for one in periods)


moments_of_the_year = st.integers(2 * 24 * 60, 364 * 24 * 60).map(
    lambda n: utc("2026-01-01") + n * timedelta(minutes=1)
)


@given(st.sampled_from(ZONES), st.times(), moments_of_the_year)
def test_the_newest_period_is_the_one_that_ended_last(zone: ZoneInfo, wanted: time, now: datetime) -> None:
    schedule = AlertSchedule(zone, wanted.replace(second=0, microsecond=0))
    [period] = due_periods(schedule, None, now).periods
    assert period.begins < period.ends <= now
    assert schedule.moment(period.day + DAY) > now
    assert due_periods(schedule, period.ends, now).periods == ()


@given(st.sampled_from(ZONES), st.lists(moments_of_the_year, max_size=30), st.sampled_from([time(9), time(2, 30)]))
def test_each_survey_is_in_one_period_whenever_the_machine_was_on(
    zone: ZoneInfo, runs: list[datetime], wanted: time
) -> None:
    """Surveys come each 29 hours of the year; whoever counts them by the moments of the year finds the same."""
    schedule = AlertSchedule(zone, wanted)
    moments = [schedule.moment(day) for day in YEAR]
    last, told = moments[0], []
    for now in sorted(runs):
        due = due_periods(schedule, last, now)
        if due.periods and not due.skipped:
            assert_they_follow_each_other(due.periods, last, schedule.moment(schedule.latest_day(now)))
        assert len(due.periods) <= MOST_PERIODS
        told += due.periods
        last = due.periods[-1].ends if due.periods else last
    for survey in (moments[0] + n * HOUR for n in range(0, 364 * 24, 29)):
        place = bisect_right(moments, survey)
        inside = [one for one in told if one.begins <= survey < one.ends]
        assert len(inside) <= 1
        if inside:
            assert (inside[0].begins, inside[0].ends) == (moments[place - 1], moments[place])


def test_a_machine_that_was_off_for_three_days_catches_up_in_order() -> None:
    schedule = at_nine()
    last = schedule.moment(date(2026, 3, 6))
    due = due_periods(schedule, last, schedule.moment(date(2026, 3, 9)) + HOUR)
    assert [one.day.day for one in due.periods] == [7, 8, 9]
    assert due.skipped == 0
    assert_they_follow_each_other(due.periods, last, schedule.moment(date(2026, 3, 9)))


def test_how_far_back_a_machine_catches_up_is_bounded_and_what_is_skipped_is_counted() -> None:
    schedule = at_nine()
    last = schedule.moment(date(2026, 3, 1))
    due = due_periods(schedule, last, schedule.moment(date(2026, 4, 1)))
    assert len(due.periods) == MOST_PERIODS
    assert due.skipped == 31 - MOST_PERIODS
    assert due.periods[-1].day == date(2026, 4, 1)


def test_nothing_is_due_before_the_alert_time_or_where_the_clock_was_put_back() -> None:
    schedule = at_nine()
    last = schedule.moment(date(2026, 3, 6))
    for now in (last, last + 23 * HOUR, last - 3 * DAY):
        assert due_periods(schedule, last, now).periods == ()


@pytest.mark.parametrize("changed", [AlertSchedule(NEW_YORK, time(17)), at_nine(BERLIN)], ids=["time", "zone"])
def test_a_changed_alert_time_or_zone_neither_loses_nor_doubles_a_survey(changed: AlertSchedule) -> None:
    last = at_nine().moment(date(2026, 3, 6))
    now = changed.moment(date(2026, 3, 9))
    assert_they_follow_each_other(due_periods(changed, last, now).periods, last, now)


@pytest.mark.parametrize("zone", ZONES, ids=str)
def test_text_messages_of_a_weekend_wait_for_monday_each_on_its_own(zone: ZoneInfo) -> None:
    schedule = at_nine(zone, weekend=False)
    held = {}
    for day in YEAR:
        period = AlertPeriod(day, schedule.moment(day - DAY), schedule.moment(day))
        if (due := schedule.text_due_at(period)) != period.ends:
            held[day] = due
    assert held == {day: schedule.moment(day + (7 - day.weekday()) * DAY) for day in YEAR if day.weekday() >= 5}
    assert all(schedule.local(due).weekday() == 0 and schedule.local(due).hour == 9 for due in held.values())


def test_nothing_is_held_with_weekend_alerts() -> None:
    schedule = at_nine()
    for day in YEAR[:7]:
        period = AlertPeriod(day, schedule.moment(day - DAY), schedule.moment(day))
        assert schedule.text_due_at(period) == period.ends
