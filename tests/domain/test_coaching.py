"""Where a coaching item stands, what can be done next, and in which order items are worked on."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from csat_tui.domain.ids import SurveyId, UserId
from csat_tui.domain.review.coaching import (
    LONGEST_TEXT,
    CoachingDeed,
    CoachingItem,
    CoachingState,
    CoachingStep,
    by_need,
    why_no_step,
)
from tests.builders import NOON

TODAY = date(2026, 3, 10)
TALK, AGREED, FOLLOW_UP, CLOSED = CoachingDeed
ITEM = CoachingItem("1", SurveyId(1), NOON, UserId(7), "Robin", UserId(8), "Mei", "Say what was done.")


def after(*deeds: tuple[CoachingDeed, int]) -> CoachingItem:
    """The item after steps, each with its day counted from today."""
    steps = tuple(
        CoachingStep(str(n), NOON + timedelta(minutes=n), UserId(7), "Robin", deed, TODAY + timedelta(days=day), "So.")
        for n, (deed, day) in enumerate(deeds)
    )
    return replace(ITEM, steps=steps)


@pytest.mark.parametrize(
    ("deeds", "state", "due"),
    [
        ((), CoachingState.OPEN, None),
        (((TALK, -3),), CoachingState.TALKED, None),
        (((TALK, -3), (AGREED, 1)), CoachingState.AGREED, 1),
        (((TALK, -3), (AGREED, 0)), CoachingState.DUE, 0),
        (((TALK, -30), (AGREED, -9)), CoachingState.DUE, -9),
        (((TALK, -3), (AGREED, 1), (AGREED, 5)), CoachingState.AGREED, 5),
        (((TALK, -3), (AGREED, 1), (TALK, 0)), CoachingState.AGREED, 1),
        (((TALK, -3), (AGREED, 0), (FOLLOW_UP, 0)), CoachingState.FOLLOWED_UP, None),
        (((TALK, -3), (AGREED, 0), (FOLLOW_UP, 0), (TALK, 0)), CoachingState.TALKED, None),
        (((TALK, -3), (AGREED, 0), (FOLLOW_UP, 0), (AGREED, 7)), CoachingState.AGREED, 7),
        (((TALK, -3), (AGREED, -1), (CLOSED, 0)), CoachingState.CLOSED, None),
    ],
)
def test_where_an_item_stands_follows_from_its_steps_and_the_day(
    deeds: tuple[tuple[CoachingDeed, int], ...], state: CoachingState, due: int | None
) -> None:
    item = after(*deeds)
    assert item.state(TODAY) is state
    assert item.due_on == (None if due is None else TODAY + timedelta(days=due))


@pytest.mark.parametrize(
    ("item", "deed", "day", "text", "why_not"),
    [
        (after(), TALK, 0, "So.", ""),
        (after(), TALK, 1, "So.", "2026-03-11 has not come yet"),
        (after(), AGREED, 7, "So.", "note the talk first"),
        (after((TALK, 0)), AGREED, 7, "So.", ""),
        (after((TALK, 0)), AGREED, 0, "So.", ""),
        (after((TALK, 0)), AGREED, -1, "So.", "2026-03-09 is over"),
        (after((TALK, 0)), FOLLOW_UP, 0, "So.", "Nothing is agreed"),
        (after((TALK, 0), (AGREED, 3)), FOLLOW_UP, 0, "So.", ""),
        (after((TALK, 0), (AGREED, 3), (FOLLOW_UP, 0)), FOLLOW_UP, 0, "So.", "Nothing is agreed"),
        (after(), CLOSED, 0, "So.", ""),
        (after((CLOSED, 0)), TALK, 0, "So.", "This item is closed"),
        (after(), TALK, 0, "", "Say what"),
        (after(), TALK, 0, "x" * (LONGEST_TEXT + 1), "at most"),
    ],
)
def test_what_can_be_done_next(item: CoachingItem, deed: CoachingDeed, day: int, text: str, why_not: str) -> None:
    said = why_no_step(item, deed, TODAY + timedelta(days=day), text, TODAY)
    assert (why_not in said) if why_not else said == ""


def test_what_is_due_longest_stands_first_and_what_is_closed_last() -> None:
    items = [
        replace(after((CLOSED, 0)), id="closed"),
        replace(after((TALK, -1)), id="talked"),
        replace(after((TALK, -9), (AGREED, -1)), id="due"),
        replace(after(), id="open"),
        replace(after((TALK, -9), (AGREED, -5)), id="due longest"),
        replace(after((TALK, -9), (AGREED, 5)), id="agreed"),
        replace(after((TALK, -9), (AGREED, 0), (FOLLOW_UP, 0)), id="followed up"),
    ]
    assert [item.id for item in by_need(items, TODAY)] == [
        "due longest", "due", "open", "talked", "agreed", "followed up", "closed",
    ]  # fmt: skip


def test_the_first_talk_parts_what_was_before_from_what_came_after() -> None:
    assert ITEM.talked_on is None
    assert after((TALK, -9), (AGREED, -1), (TALK, -2)).talked_on == TODAY - timedelta(days=9)
