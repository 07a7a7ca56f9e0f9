"""A clock that runs ahead makes nothing old: time is what the help desk and the surveys say."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from csat_tui.domain.case import Stage
from csat_tui.store import named_values
from csat_tui.store.database import Database
from csat_tui.store.ledger.soundness import COPIES_KEPT, back_up_ledger, backups_of
from csat_tui.store.retention import known_time, what_waits
from csat_tui.store.retention.known_time import LEAP, OBSERVED_FOR, believe, note_desk_time
from csat_tui.store.retention.purging import FEW_CASES
from csat_tui.store.retention.upkeep import upkeep
from tests.builders import NOON
from tests.store.shelf import Shelf, arriving, new_database, put, value
from tests.store.test_retention import set_stage

DAY = timedelta(days=1)
AHEAD = NOON + 400 * DAY


def settle(database: Database, numbers: range, *, at: datetime = NOON, of_file: bool = False) -> None:
    """Let surveys come in at a moment and be finished by somebody else."""
    for number in numbers:
        over = {"source": f"qualtrics:R_{number}"} if of_file else {}
        [survey_id] = put(database, arriving(number, received_at=at, **over))
        set_stage(database, survey_id, Stage.GONE)


def told(database: Database, at: datetime) -> None:
    with database.write() as connection:
        note_desk_time(connection, at, at)


def count(database: Database) -> int:
    return int(value(database, "SELECT count(*) FROM survey"))


@pytest.mark.parametrize("by_help_desk", [True, False])
def test_a_clock_that_leaps_ahead_removes_nothing_and_says_so(database: Database, by_help_desk: bool) -> None:
    settle(database, range(5))
    if by_help_desk:
        told(database, NOON)
    upkeep(database, NOON, 180)
    upkeep(database, AHEAD, 180)
    assert count(database) == 5
    assert "clock is 400 days ahead" in what_waits(database)
    upkeep(database, NOON + DAY, 180)
    assert what_waits(database) == ""


def test_the_help_desks_time_counts_also_where_the_clock_is_behind_by_a_little(database: Database) -> None:
    settle(database, range(3))
    told(database, NOON + 200 * DAY)
    upkeep(database, NOON + 200 * DAY, 180)
    assert count(database) == 0


def test_work_done_under_a_wrong_clock_does_not_vouch_for_it(database: Database) -> None:
    settle(database, range(3), of_file=True)
    upkeep(database, NOON, 180)
    [late] = put(database, arriving(9, received_at=NOON))
    with database.write() as connection:
        connection.exec_driver_sql(
            "INSERT INTO decision (survey_id, outcome_id, fields, answers, findings, decided_by, decided_at) "
            "VALUES (?, 'x', '{}', '{}', '[]', 'Ana', ?)",
            (late, int(AHEAD.timestamp() * 1000)),
        )
    upkeep(database, AHEAD, 180)
    assert count(database) == 4


def test_a_survey_from_the_future_does_not_vouch_for_the_clock(database: Database) -> None:
    settle(database, range(3))
    put(database, arriving(9, received_at=NOON + 4000 * DAY))
    upkeep(database, NOON, 180)
    upkeep(database, AHEAD, 180)
    assert count(database) == 4


def test_without_a_help_desk_a_clock_that_goes_on_day_by_day_is_believed(database: Database) -> None:
    settle(database, range(3), of_file=True)
    for day in range(0, 200, 10):
        upkeep(database, NOON + day * DAY, 180)
    assert count(database) == 0


def test_without_a_help_desk_a_leap_is_believed_once_the_clock_has_gone_on_for_a_week(database: Database) -> None:
    settle(database, range(3), of_file=True)
    upkeep(database, NOON, 180)
    day = 0
    while timedelta(days=day) < OBSERVED_FOR:
        upkeep(database, AHEAD + day * DAY, 180)
        assert count(database) == 3
        day += 1
    upkeep(database, AHEAD + OBSERVED_FOR, 180)
    assert (count(database), what_waits(database)) == (0, "")


def test_a_second_leap_begins_the_week_anew(database: Database) -> None:
    settle(database, range(3), of_file=True)
    for at in (NOON, AHEAD, AHEAD + 2 * LEAP, AHEAD + 2 * LEAP + DAY):
        upkeep(database, at, 180)
    assert count(database) == 3


def test_who_says_that_the_clock_is_right_is_believed(database: Database) -> None:
    settle(database, range(3))
    told(database, NOON)
    with database.write() as connection:
        believe(connection, AHEAD)
    upkeep(database, AHEAD, 180)
    assert count(database) == 0


def test_an_unusual_share_waits_for_a_person(database: Database) -> None:
    settle(database, range(FEW_CASES + 1))
    told(database, NOON + 200 * DAY)
    upkeep(database, NOON + 200 * DAY, 180)
    assert count(database) == FEW_CASES + 1
    assert f"{FEW_CASES + 1} of {FEW_CASES + 1} settled cases" in what_waits(database)


def test_a_usual_share_does_not(database: Database) -> None:
    settle(database, range(FEW_CASES + 1))
    settle(database, range(100, 100 + 4 * FEW_CASES), at=NOON + 100 * DAY)
    told(database, NOON + 200 * DAY)
    upkeep(database, NOON + 200 * DAY, 180)
    assert (count(database), what_waits(database)) == (4 * FEW_CASES, "")


def test_a_clock_that_runs_ahead_pushes_out_no_copy_of_the_ledger(tmp_path: Path) -> None:
    database = new_database(tmp_path)
    put(database, arriving(1))
    told(database, NOON)
    for day in range(COPIES_KEPT):
        upkeep(database, NOON - (COPIES_KEPT - day) * DAY, 180)
    before = [one.name for one in backups_of(database.file)]
    for day in range(2 * COPIES_KEPT):
        upkeep(database, AHEAD + day * DAY, 180)
    after = [one.name for one in backups_of(database.file)]
    assert after == [f"ledger-{NOON.astimezone():%Y-%m-%d}", *before[:-1]]
    database.close()


def test_copies_from_days_to_come_give_way_to_true_ones(tmp_path: Path) -> None:
    database = new_database(tmp_path)
    put(database, arriving(1))
    for day in range(COPIES_KEPT):
        back_up_ledger(database.file, AHEAD + day * DAY)
    back_up_ledger(database.file, NOON)
    assert f"ledger-{NOON.astimezone():%Y-%m-%d}" in [one.name for one in backups_of(database.file)]
    database.close()


@settings(max_examples=30)
@given(leaps=st.lists(st.integers(-600, 600), max_size=6), damage=st.text(max_size=20))
def test_however_the_clock_leaps_the_help_desks_time_keeps_everything(leaps: list[int], damage: str) -> None:
    with Shelf() as database:
        settle(database, range(3))
        told(database, NOON)
        with database.write() as connection:
            named_values.remember(connection, known_time.BELIEVED_TIME, damage, NOON)
        for leap in leaps:
            upkeep(database, NOON + leap * DAY, 180)
        assert count(database) == 3


@settings(max_examples=30)
@given(leap=st.integers(-600, 600), times=st.integers(1, 3), damage=st.text(max_size=20))
def test_one_leap_of_the_clock_is_survived_without_a_help_desk(leap: int, times: int, damage: str) -> None:
    with Shelf() as database:
        settle(database, range(3), of_file=True)
        upkeep(database, NOON, 180)
        for hour in range(times):
            upkeep(database, NOON + leap * DAY + timedelta(hours=hour), 180)
        with database.write() as connection:
            named_values.remember(connection, known_time.BELIEVED_TIME, damage, NOON)
        upkeep(database, NOON + leap * DAY + timedelta(hours=times), 180)
        assert count(database) == 3
