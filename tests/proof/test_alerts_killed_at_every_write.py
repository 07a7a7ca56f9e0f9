"""Alerts of many days, killed at every point at which something is kept or sent: each message arrives exactly once.

`make campaign` goes through a whole year in two time zones.
"""

import os
from collections import Counter
from datetime import date, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from csat_tui.store.database import Database
from tests.proof.alert_year import DAY, AlertYear, ProcessPoints, in_a_process, processes_at_once
from tests.store.shelf import new_database

WHOLE_YEAR = "CSAT_TUI_EXAMPLES" in os.environ
SEED = int(os.environ.get("CSAT_TUI_SEED", "1"))
NEW_YORK, BERLIN = ZoneInfo("America/New_York"), ZoneInfo("Europe/Berlin")
CHANGES = {NEW_YORK: (date(2026, 3, 8), date(2026, 11, 1)), BERLIN: (date(2026, 3, 29), date(2026, 10, 25))}
"""The Sundays on which the clocks change."""


def spans(zone: ZoneInfo) -> list[list[date]]:
    """Return the days to go through: a year, or in the suite the days around each change of the clocks."""
    if WHOLE_YEAR:
        return [[date(2026, 1, 2) + n * DAY for n in range(364)]]
    return [[sunday + n * DAY for n in range(-4, 6)] for sunday in CHANGES[zone]]


@pytest.mark.parametrize(
    ("zone", "number"),
    [(zone, number) for zone in CHANGES for number in range(len(spans(zone)))],
    ids=lambda given: str(given),
)
def test_each_message_of_each_day_arrives_once_and_those_of_a_weekend_on_monday(
    tmp_path: Path, zone: ZoneInfo, number: int
) -> None:
    """Each day's run is killed at another point; five minutes later the machine runs it again."""
    days = spans(zone)[number]
    year = AlertYear(tmp_path, new_database(tmp_path), zone, seed=SEED + number)
    year.clock.at = year.alert_time(days[0] - DAY)
    year.run()
    kills = 0
    for place, day in enumerate(days):
        year.surveys_come(day)
        year.clock.at = year.alert_time(day) - timedelta(minutes=5)
        year.run()
        year.clock.at = year.alert_time(day)
        # Coprime to how many points a day has, so that sooner or later each is the last.
        kills += year.run(kill_at=1 + (place * 7 + number * 3) % 47)
        year.run_and_settle()
    year.clock.at = year.alert_time(days[-1] + 3 * DAY)
    year.run()
    assert year.arrived() == year.expected(days)
    assert set(year.arrived().values()) == {1}
    assert kills >= len(days) * 2 // 3
    year.database.close()


@pytest.fixture
def one_day(tmp_path: Path) -> AlertYear:
    """A Monday on which the text messages of a weekend are due, too; nobody has run the alerts since Friday."""
    database = new_database(tmp_path)
    year = AlertYear(tmp_path, database, BERLIN, points=ProcessPoints())
    year.clock.at = year.alert_time(date(2026, 3, 27))
    year.run()
    year.surveys_come(date(2026, 3, 29), 10)  # on this Sunday the clocks go forward
    year.surveys_come(date(2026, 3, 30), 10)
    year.clock.at = year.alert_time(date(2026, 3, 30))
    database.close()
    return year


def test_a_process_that_is_killed_at_any_point_leaves_each_message_to_arrive_once(one_day: AlertYear) -> None:
    """Each process is killed one point further than the one before, until one gets to its end."""
    file = one_day.database.file
    days = [date(2026, 3, 28), date(2026, 3, 29), date(2026, 3, 30)]
    kept = {one: one.read_bytes() for one in one_day.folder.iterdir() if one.is_file()}
    now, step = one_day.clock.at, 1 if WHOLE_YEAR else 3
    ended = at = 0
    while not ended:
        for one in one_day.folder.iterdir():
            one.unlink()
        for one, content in kept.items():
            one.write_bytes(content)
        at += step
        one_day.clock.at = now
        ended = in_a_process(lambda: _once(one_day, file, at)) != 9  # noqa: B023 - it is called at once
        _again(one_day, file)
        expected = {(to, kind, about, count) for to, kind, _, about, count in one_day.expected(days)}
        arrived = Counter((to, kind, about, count) for to, kind, _, about, count in one_day.arrived().elements())
        assert arrived == Counter(expected), f"killed at point {at}"
    assert at > 40


def _once(year: AlertYear, file: Path, kill_at: int) -> None:
    year.database = Database.open(file)
    year.run(kill_at)


def _again(year: AlertYear, file: Path) -> None:
    year.database = Database.open(file)
    year.run_and_settle()
    year.database.close()


def test_processes_that_run_at_once_over_one_database_send_each_message_once(one_day: AlertYear) -> None:
    """As where two machines alert for one team: whoever comes second leaves the messages to the first."""
    file = one_day.database.file

    def runs() -> None:
        one_day.database = Database.open(file)
        one_day.run()

    assert processes_at_once([runs] * 4) == [0, 0, 0, 0]
    _again(one_day, file)
    assert set(one_day.arrived().values()) == {1}
    days = [date(2026, 3, 28), date(2026, 3, 29), date(2026, 3, 30)]
    assert len(one_day.arrived()) == len(one_day.expected(days))
