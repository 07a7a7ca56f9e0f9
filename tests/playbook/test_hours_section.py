"""The section on business hours, and what can be wrong with it."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from csat_tui.domain.business_hours import OpenSpan
from csat_tui.playbook import PlaybookError, load_builtin, parse_playbook

BUILTIN = (Path(__file__).parents[2] / "csat_tui/playbook/builtin/strike-team.toml").read_text("utf-8")
FILE = Path("strike-team.toml")


def with_hours(*lines: str) -> str:
    head, rest = BUILTIN.split("\n[[factor]]", 1)
    return "\n".join([head, "[business_hours]", *lines, "", "[[factor]]"]) + rest


def test_hours_days_and_time_zone_are_read() -> None:
    hours = parse_playbook(
        with_hours(
            'time_zone = "Europe/Berlin"', 'monday = ["13:00-17:30", "9:00 – 12:00"]', 'sunday = ["00:00-24:00"]',
            'holidays = [2026-12-25, "2027-01-01"]',
        ), FILE,
    ).business_hours  # fmt: skip
    assert hours is not None
    morning = OpenSpan(timedelta(hours=9), timedelta(hours=12))
    assert hours.week[0] == (morning, OpenSpan(timedelta(hours=13), timedelta(hours=17.5)))
    assert hours.week[1:6] == ((), (), (), (), ())
    assert hours.week[6] == (OpenSpan(timedelta(0), timedelta(days=1)),)
    assert (hours.time_zone, hours.holidays) == ("Europe/Berlin", {date(2026, 12, 25), date(2027, 1, 1)})


def test_without_the_section_hours_run_on() -> None:
    assert parse_playbook(BUILTIN, FILE).business_hours is None


def test_the_service_desk_has_24_hours_of_working_days() -> None:
    playbook = load_builtin("service-desk")
    hours = playbook.business_hours
    assert hours is not None
    friday_noon = datetime(2026, 11, 20, 12, tzinfo=UTC)
    assert hours.moment_after(friday_noon, playbook.contact_within) == datetime(2026, 11, 23, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (
            'time_zone = "America/New_Yrok"',
            "“time_zone” of [business_hours] is “America/New_Yrok”, which does not exist; expected the name of a"
            " time zone such as “Europe/Berlin” or “UTC”; did you mean “America/New_York”?",
        ),
        ('time_zone = "America"', "“time_zone” of [business_hours] is “America”, which does not exist"),
        ('time_zone = "../etc/passwd"', "“time_zone” of [business_hours] is “../etc/passwd”, which does not exist"),
        (
            'tuesday = ["09:00-13:00", "12:00-17:00"]',
            "“tuesday” of [business_hours] has “12:00-17:00”, which overlaps “09:00-13:00”: join the two, or leave a",
        ),
        (
            'tuesday = ["22:00-06:00"]',
            "“tuesday” of [business_hours] has “22:00-06:00”, which ends before it begins; over midnight write"
            " “22:00-24:00” here and “00:00-06:00” on the next day",
        ),
        (
            'tuesday = ["09:00-09:00"]',
            "“tuesday” of [business_hours] has “09:00-09:00”, which begins and ends at the same time; a whole day is",
        ),
        ('tuesday = ["9-17"]', "“tuesday” of [business_hours] has “9-17”, expected hours such as “09:00-17:00”"),
        ('tuesday = ["09:60-17:00"]', "“tuesday” of [business_hours] has “09:60-17:00”, expected times from 00:00"),
        ('tuesday = ["09:00-24:30"]', "“tuesday” of [business_hours] has “09:00-24:30”, expected times from 00:00"),
        ('tusday = ["09:00-17:00"]', "[business_hours] has an unknown key “tusday”; did you mean “tuesday”?"),
        (
            'holidays = ["2026-02-30"]',
            "“holidays” of [business_hours] has “2026-02-30”, which is no date; expected one such as 2026-12-25",
        ),
        ('holidays = ["Christmas"]', "“holidays” of [business_hours] has “Christmas”, which is no date"),
        ("holidays = 2026-12-25", "“holidays” of [business_hours] is no list, expected dates such as [2026-12-25]"),
    ],
)
def test_a_mistake_is_told_with_its_line_and_what_is_expected(line: str, said: str) -> None:
    text = with_hours('monday = ["09:00-17:00"]', line)
    with pytest.raises(PlaybookError) as broken:
        parse_playbook(text, FILE)
    (problem,) = broken.value.problems
    assert problem.line == text.split("\n").index(line) + 1
    assert problem.sentence.startswith(said)


def test_a_week_without_hours_is_told() -> None:
    text = with_hours("monday = []", "holidays = [2026-12-25]")
    with pytest.raises(PlaybookError) as broken:
        parse_playbook(text, FILE)
    (problem,) = broken.value.problems
    assert problem.line == text.split("\n").index("[business_hours]") + 1
    assert "has a week without hours, so that nothing would ever be due" in problem.sentence
