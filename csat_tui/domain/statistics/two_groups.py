"""Means of two independent groups of scores, and how far one lies above the other, each with its interval.

The difference is Welch's: the groups may vary differently. Source of the formulas:

- Welch, B. L. (1947). The generalization of Student's problem when several different population variances are involved.
  Biometrika, 34, 28-35. With the degrees of freedom of Satterthwaite, F. E. (1946). An approximate distribution of
  estimates of variance components. Biometrics Bulletin, 2, 110-114.

For groups of n scores with the sample variance v, and u = v / n,

    standard error of a mean        sqrt(u)                 with n - 1 degrees of freedom
    standard error of a difference  sqrt(u1 + u2)           with (u1 + u2)^2 / (u1^2 / (n1 - 1) + u2^2 / (n2 - 1))

Those degrees of freedom are seldom whole. They are rounded down, which makes the interval a little wider.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean, variance

from csat_tui.domain.statistics.student_t import t_quantile

CONFIDENCE = 0.95
"""The confidence of an interval."""

ENOUGH_SCORES = 5
"""The least number of scores in a group for an interval: with fewer, it says next to nothing and looks as if it did."""

_NEARLY_WHOLE = 1e-9
"""So that whole degrees of freedom are not rounded down for a rounding of their sum."""


@dataclass(frozen=True, slots=True)
class MeanEstimate:
    """The mean of a group; None without scores. The ends of its interval are None where it has none."""

    count: int
    mean: float | None
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True)
class GroupComparison:
    """Two groups, and how far the mean of the second lies above that of the first.

    `difference` is None where a group has no scores. There is no interval where a group has fewer than `ENOUGH_SCORES`
    or no two scores of a group differ: an interval without width would claim certainty.
    """

    before: MeanEstimate
    after: MeanEstimate
    difference: float | None
    low: float | None = None
    high: float | None = None

    @property
    def is_clear(self) -> bool:
        """Whether the difference is more than chance makes of the same mean."""
        return self.low is not None and self.high is not None and not self.low <= 0 <= self.high


def mean_estimate(scores: Sequence[float]) -> MeanEstimate:
    """Return the mean of some scores with its interval."""
    if not scores:
        return MeanEstimate(0, None)
    mean = fmean(scores)
    if len(scores) < ENOUGH_SCORES or not (spread := variance(scores)):
        return MeanEstimate(len(scores), mean)
    half = _t(len(scores) - 1) * math.sqrt(spread / len(scores))
    return MeanEstimate(len(scores), mean, mean - half, mean + half)


def compare_groups(before: Sequence[float], after: Sequence[float]) -> GroupComparison:
    """Return how far the mean of `after` lies above that of `before`, with Welch's interval."""
    first, second = mean_estimate(before), mean_estimate(after)
    if first.mean is None or second.mean is None:
        return GroupComparison(first, second, None)
    difference = second.mean - first.mean
    if min(len(before), len(after)) < ENOUGH_SCORES:
        return GroupComparison(first, second, difference)
    one, other = variance(before) / len(before), variance(after) / len(after)
    if not one + other:
        return GroupComparison(first, second, difference)
    freedom = (one + other) ** 2 / (one**2 / (len(before) - 1) + other**2 / (len(after) - 1))
    half = _t(int(freedom + _NEARLY_WHOLE)) * math.sqrt(one + other)
    return GroupComparison(first, second, difference, difference - half, difference + half)


def _t(degrees_of_freedom: int) -> float:
    return t_quantile(1 - (1 - CONFIDENCE) / 2, degrees_of_freedom)
