"""What headers tell of limits, in every spelling, and what they do not."""

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from csat_tui.transport.rate_limits import Budget, RequestLimit, account_limit, named_limits


@pytest.mark.parametrize(
    ("headers", "told"),
    [
        ({"X-Rate-Limit": "700", "X-Rate-Limit-Remaining": "699"}, RequestLimit(700, 699, None)),
        ({"ratelimit-limit": "100", "ratelimit-remaining": "9", "ratelimit-reset": "41"}, RequestLimit(100, 9, 41)),
        ({"rate-limit": "100", "rate-limit-remaining": "9", "rate-limit-reset": "41"}, RequestLimit(100, 9, 41)),
        ({"X-Rate-Limit": "700", "ratelimit-limit": "200", "ratelimit-remaining": "20"}, RequestLimit(200, 20, None)),
        ({"X-Rate-Limit-Remaining": "12", "ratelimit-remaining": "11"}, RequestLimit(None, 11, None)),
        ({"ratelimit-remaining": " 5 ", "ratelimit-reset": "1767225600"}, RequestLimit(None, 5, None)),
        ({"ratelimit-limit": "many", "ratelimit-remaining": "5", "ratelimit-reset": "-3"}, RequestLimit(None, 5, None)),
        ({"ratelimit-limit": "10", "ratelimit-remaining": "50"}, None),
        ({"ratelimit-limit": "0", "ratelimit-remaining": "0"}, None),
        ({"ratelimit-limit": "100", "ratelimit-remaining": "-1"}, None),
        ({"ratelimit-limit": "100", "ratelimit-remaining": "1e3"}, None),
        ({"ratelimit-limit": "100", "ratelimit-remaining": "٣"}, None),
        ({"ratelimit-limit": "100", "ratelimit-remaining": "9" * 5000}, None),
        ({"ratelimit-limit": "100"}, None),
        ({}, None),
    ],
)
def test_the_accounts_limit(headers: dict[str, str], told: RequestLimit | None) -> None:
    assert account_limit(httpx.Headers(headers, encoding="utf-8")) == told


@pytest.mark.parametrize(
    ("headers", "told"),
    [
        (
            {"Zendesk-RateLimit-tickets-update": "total=20; remaining=19; resets=59"},
            {"tickets-update": RequestLimit(20, 19, 59)},
        ),
        (
            {"Zendesk-Rate-Limit-tickets-update": "total=20; remaining=19; resets=59"},
            {"tickets-update": RequestLimit(20, 19, 59)},
        ),
        ({"zendesk-ratelimit-x": "remaining=3;total=5"}, {"x": RequestLimit(5, 3, None)}),
        ({"zendesk-ratelimit-x": "total=5; resets=9"}, {}),
        ({"zendesk-ratelimit-x": "total=5; remaining=9"}, {}),
        ({"zendesk-ratelimit-x": "sorry"}, {}),
        ({"x-zendesk-api-version": "v2"}, {}),
    ],
)
def test_the_limits_with_a_name(headers: dict[str, str], told: dict[str, RequestLimit]) -> None:
    assert named_limits(httpx.Headers(headers)) == told


@given(st.dictionaries(st.sampled_from(["x-rate-limit", "ratelimit-remaining", "zendesk-ratelimit-x"]), st.text()))
def test_nothing_that_stands_in_a_header_is_an_error(headers: dict[str, str]) -> None:
    told = account_limit(headers)
    assert told is None or told.remaining >= 0
    named_limits(headers)


@pytest.mark.parametrize(("limit", "kept"), [(1, 0), (2, 1), (10, 1), (11, 2), (100, 10), (700, 70), (2500, 250)])
def test_a_tenth_is_the_persons_and_at_least_one(limit: int, kept: int) -> None:
    budget = Budget()
    budget.hear(RequestLimit(limit, limit, 60), budget.mark, now=0)
    assert budget.kept == kept


def test_what_is_told_of_one_window_only_falls_and_another_window_is_recognised() -> None:
    budget = Budget()
    early = budget.mark
    budget.hear(RequestLimit(100, 50, 30), early, now=0)
    budget.hear(RequestLimit(100, 53, 31), early, now=0.5)
    assert (budget.left, budget.ends) == (50, 30), "an answer that was overtaken"
    late = budget.mark
    budget.hear(RequestLimit(100, 49, 31), late, now=1)
    budget.hear(RequestLimit(100, 97, 60), late, now=2)
    assert (budget.left, budget.ends) == (49, 30), "it may have been asked before the one that tells less"
    budget.hear(RequestLimit(100, 98, 60), budget.mark, now=3)
    assert (budget.left, budget.ends) == (98, 63), "less is left after something was asked, in one window"


def test_a_window_of_which_nobody_tells_the_end_is_over_a_minute_after_it_was_seen() -> None:
    budget = Budget()
    for second in range(5):
        budget.hear(RequestLimit(100, 50 - second, None), budget.mark, now=second)
    assert budget.ends == 60
    budget.roll(59.9)
    assert budget.left == 46
    budget.roll(60)
    assert budget.left is None
    assert budget.room(0, person=False)
    assert not budget.room(1, person=False), "one asks first, and its answer tells how things stand"
    assert budget.room(1, person=True)
