"""Means before and after, against published worked examples; and where there is too little for an interval."""

import pytest

from csat_tui.domain.statistics.two_groups import ENOUGH_SCORES, compare_groups, mean_estimate

# Student (1908), The probable error of a mean, Biometrika 6, 1-25: hours of sleep gained with two drugs. R ships it as
# `sleep`; its manual's Welch test `t.test(extra ~ group, data = sleep)` gives t = -1.8608, df = 17.776 and the interval
# -3.3654832 to 0.2054832 for the first mean less the second. `t.test(sleep$extra[1:10])` gives 0.75 and -0.5297804 to
# 2.0297804.
FIRST = [0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0]
SECOND = [1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4]


def test_a_mean_has_the_interval_of_students_sleep_data() -> None:
    found = mean_estimate(FIRST)
    assert (found.count, found.mean) == (10, pytest.approx(0.75))
    assert (found.low, found.high) == (pytest.approx(-0.5297804), pytest.approx(2.0297804))


def test_a_difference_has_welchs_interval_a_little_wider_by_whole_degrees_of_freedom() -> None:
    found = compare_groups(FIRST, SECOND)
    assert found.difference == pytest.approx(1.58)
    assert found.low is not None
    assert found.high is not None
    assert -0.2054832 - 0.01 < found.low <= -0.2054832
    assert 3.3654832 <= found.high < 3.3654832 + 0.01
    assert not found.is_clear


def test_a_difference_that_chance_hardly_makes_is_clear() -> None:
    found = compare_groups([60, 62, 58, 61, 59], [80, 84, 79, 81, 82])
    assert found.is_clear
    assert found.difference == pytest.approx(21.2)


@pytest.mark.parametrize("few", [0, 1, ENOUGH_SCORES - 1])
def test_too_few_scores_have_a_mean_and_no_interval(few: int) -> None:
    found = compare_groups(FIRST[:few], SECOND)
    assert (found.before.count, found.before.mean is None) == (few, few == 0)
    assert (found.difference is None) == (few == 0)
    assert (found.before.low, found.low, found.high, found.is_clear) == (None, None, None, False)
    assert found.after.low is not None


def test_scores_that_do_not_differ_claim_no_certainty() -> None:
    found = compare_groups([90] * 6, [100] * 6)
    assert (found.difference, found.low, found.before.low, found.is_clear) == (10, None, None, False)
