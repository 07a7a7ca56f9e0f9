"""The time that a review takes rests half a minute after the last key, and goes on with the next."""

from datetime import UTC, datetime, timedelta

from csat_tui.domain.review.time_taken import TimeTaken

NOON = datetime(2026, 10, 31, 12, 0, tzinfo=UTC)


def at(seconds: float) -> datetime:
    return NOON + timedelta(seconds=seconds)


def counted(taken: TimeTaken, seconds: float) -> float:
    return taken.until(at(seconds)).total_seconds()


def test_nothing_counts_before_the_note_is_shown_and_a_draft_brings_its_time() -> None:
    assert counted(TimeTaken(), 500) == 0
    assert counted(TimeTaken(timedelta(seconds=40)), 500) == 40


def test_it_counts_while_keys_come_and_rests_after_thirty_seconds_without_one() -> None:
    taken = TimeTaken()
    taken.go_on(at(0))
    for key in (10, 25, 50):
        taken.go_on(at(key))
    assert counted(taken, 60) == 60
    assert counted(taken, 80) == 80
    assert counted(taken, 900) == 80
    taken.go_on(at(1000))
    assert counted(taken, 1010) == 90


def test_it_rests_while_the_note_is_not_shown() -> None:
    taken = TimeTaken()
    taken.go_on(at(0))
    taken.rest(at(20))
    assert counted(taken, 500) == 20
    taken.go_on(at(600))
    assert counted(taken, 605) == 25


def test_a_clock_that_is_put_back_takes_nothing_away() -> None:
    taken = TimeTaken()
    taken.go_on(at(100))
    taken.go_on(at(110))
    taken.go_on(at(50))
    assert counted(taken, 55) == 15
