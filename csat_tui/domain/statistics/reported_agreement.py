"""What is said of agreement and of means, and where a sample is too small to say it."""

import math
from collections.abc import Collection, Hashable, Sequence
from dataclasses import dataclass, replace
from statistics import fmean, stdev

from csat_tui.domain.statistics.agreement import (
    Agreement,
    RatingTable,
    gwet_ac1,
    percent_agreement,
    pooled_ac1,
    pooled_percent_agreement,
)
from csat_tui.domain.statistics.student_t import t_quantile

FEWEST_ITEMS = 5
"""Items from which figures are shown: of fewer, a single answer moves an agreement by a quarter or more."""


@dataclass(frozen=True, slots=True)
class ReportedAgreement:
    """Both coefficients, or the reason in a sentence why there are none; the numbers of items and raters always."""

    percent: Agreement
    ac1: Agreement
    why_not: str = ""

    @property
    def items(self) -> int:
        """How many items two or more raters answered."""
        return self.percent.items


@dataclass(frozen=True, slots=True)
class MeanDifference:
    """The mean of paired differences with the ends of its 95 % interval; None where the sample is too small for them.

    An interval is also None where all differences are equal.
    """

    mean: float | None
    low: float | None
    high: float | None
    pairs: int


def report_agreement(table: RatingTable, categories: Collection[Hashable], *, what: str = "note") -> ReportedAgreement:
    """Return what can be said of the agreement on one question; `what` is an item in words."""
    return _reported(percent_agreement(table), gwet_ac1(table, categories), what)


def report_pooled(
    tables: Sequence[RatingTable], categories: Sequence[Collection[Hashable]], *, what: str = "note"
) -> ReportedAgreement:
    """Return what can be said of the agreement on several questions about the same items."""
    return _reported(pooled_percent_agreement(tables), pooled_ac1(tables, categories), what)


def _reported(percent: Agreement, ac1: Agreement, what: str) -> ReportedAgreement:
    if percent.items >= FEWEST_ITEMS:
        return ReportedAgreement(percent, ac1)
    if percent.items:
        known = f"Only {percent.items} {what}{' has' if percent.items == 1 else 's have'} two answers to compare"
        why_not = f"{known}; figures of agreement begin at {FEWEST_ITEMS} {what}s."
    else:
        why_not = f"No {what} has two answers to compare, so that there is no agreement to speak of."
    nothing = replace(percent, coefficient=None, standard_error=None, low=None, high=None)
    return ReportedAgreement(nothing, nothing, why_not)


def mean_difference(differences: Sequence[float]) -> MeanDifference:
    """Return the mean of paired differences with the 95 % interval of Student's t."""
    count = len(differences)
    if count < FEWEST_ITEMS:
        return MeanDifference(None, None, None, count)
    mean, error = fmean(differences), stdev(differences) / math.sqrt(count)
    if not error:
        return MeanDifference(mean, None, None, count)
    reach = error * t_quantile(0.975, count - 1)
    return MeanDifference(mean, mean - reach, mean + reach, count)
