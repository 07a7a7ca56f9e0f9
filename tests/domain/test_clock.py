"""Days and times as they are said to a person, and which shift begins at a time."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from csat_tui.domain.clock import SystemClock, day_and_month, day_and_time, plausible
from csat_tui.domain.shift import shift_name


@pytest.mark.parametrize(
    ("year", "is_plausible"), [(1969, False), (1970, True), (2026, True), (2199, True), (2200, False), (9999, False)]
)
def test_a_record_is_from_a_year_that_can_be(year: int, is_plausible: bool) -> None:
    assert plausible(datetime(year, 6, 1, tzinfo=UTC)) is is_plausible


def test_a_moment_is_said_in_the_person_s_own_time(in_chicago: None) -> None:
    moment = datetime(2026, 3, 10, 3, 5, tzinfo=UTC)
    assert (day_and_time(moment), day_and_month(moment)) == ("09 Mar 22:05", "09 Mar")


def test_the_machine_s_clock_tells_utc() -> None:
    before = datetime.now(UTC)
    now = SystemClock().now()
    assert before <= now <= datetime.now(UTC)
    assert now.utcoffset() == timedelta(0)


@pytest.mark.parametrize(
    ("names", "hour", "minute", "name"),
    [
        ((), 12, 0, ""),
        (("All day",), 23, 59, "All day"),
        (("AM", "PM"), 0, 0, "AM"),
        (("AM", "PM"), 11, 59, "AM"),
        (("AM", "PM"), 12, 0, "PM"),
        (("AM", "PM"), 23, 59, "PM"),
        (("Early", "Late", "Night"), 7, 59, "Early"),
        (("Early", "Late", "Night"), 8, 0, "Late"),
        (("Early", "Late", "Night"), 16, 0, "Night"),
    ],
)
def test_the_names_of_the_shifts_divide_the_day_evenly(
    names: tuple[str, ...], hour: int, minute: int, name: str
) -> None:
    assert shift_name(names, datetime(2026, 3, 10, hour, minute, tzinfo=UTC)) == name


def test_a_shift_is_named_by_the_clock_on_the_wall(in_chicago: None) -> None:
    assert shift_name(("AM", "PM"), datetime(2026, 3, 10, 12, 0, tzinfo=UTC)) == "AM"


@given(count=st.integers(1, 9), minute=st.integers(0, 1439))
def test_each_shift_is_as_long_as_any_other(count: int, minute: int) -> None:
    names = [str(number) for number in range(count)]
    began = int(shift_name(names, datetime(2026, 3, 10, tzinfo=UTC) + timedelta(minutes=minute)))
    assert began * 1440 <= minute * count < (began + 1) * 1440
