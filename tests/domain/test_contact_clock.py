"""Due soon, overdue, met and contacted late are four things, and each has its own word."""

from datetime import timedelta

import pytest

from csat_tui.domain.business_hours import BusinessHours, OpenSpan
from csat_tui.domain.case import Stage
from csat_tui.domain.contact_clock import ContactClock, ContactState
from tests.builders import NOON  # a Saturday

HOUR = timedelta(hours=1)
DUE = NOON
DAY = OpenSpan(9 * HOUR, 17 * HOUR)
OFFICE = BusinessHours(((DAY,),) * 5 + ((), ()), time_zone="UTC")


@pytest.mark.parametrize(
    ("stage", "contacted", "now", "state", "words"),
    [
        (Stage.OPEN, None, DUE - 5 * HOUR, ContactState.RUNNING, "due in 5 h"),
        (Stage.OPEN, None, DUE - 4 * HOUR, ContactState.DUE_SOON, "due soon, in 4 h"),
        (Stage.OPEN, None, DUE - timedelta(seconds=30), ContactState.DUE_SOON, "due soon, in 1 min"),
        (Stage.OPEN, None, DUE, ContactState.OVERDUE, "overdue by 1 min"),
        (Stage.SNOOZED, None, DUE + 3 * HOUR, ContactState.OVERDUE, "overdue by 3 h"),
        (Stage.PARKED, None, DUE + 100 * HOUR, ContactState.OVERDUE, "overdue by 4 d"),
        (Stage.OPEN, DUE - HOUR, DUE + 100 * HOUR, ContactState.MET, "met"),
        (Stage.DECIDED, DUE, DUE + 100 * HOUR, ContactState.MET, "met"),
        (Stage.DECIDED, DUE + 3 * HOUR, DUE + 100 * HOUR, ContactState.LATE, "contacted 3 h late"),
        (Stage.OPEN, DUE + 3 * HOUR, DUE + 100 * HOUR, ContactState.LATE, "contacted 3 h late"),
        (Stage.DECIDED, None, DUE + 100 * HOUR, ContactState.ENDED, ""),
        (Stage.GONE, None, DUE + 100 * HOUR, ContactState.ENDED, ""),
        (Stage.SUPERSEDED, None, DUE - HOUR, ContactState.ENDED, ""),
    ],
)
def test_each_state_has_its_word(stage, contacted, now, state, words) -> None:
    clock = ContactClock(stage, DUE, contacted)
    assert clock.state(now, None) is state
    assert clock.words(now, None) == words


def test_what_is_left_and_how_late_it_is_are_counted_in_business_hours() -> None:
    friday = NOON.replace(day=NOON.day - NOON.weekday() + 4) if NOON.weekday() != 4 else NOON
    friday = friday.replace(hour=16, minute=0)
    monday = friday + timedelta(days=3)
    due = monday.replace(hour=11)
    assert ContactClock(Stage.OPEN, due).words(friday, OFFICE) == "due soon, in 3 h"
    assert ContactClock(Stage.OPEN, due).state(friday, None) is ContactState.RUNNING
    late = ContactClock(Stage.DECIDED, friday, monday.replace(hour=10))
    assert late.words(monday, OFFICE) == "contacted 2 h late"
