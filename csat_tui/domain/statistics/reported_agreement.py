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


def report_agreement(table: RatingTable, categories: Collection[Hashable]) -> ReportedAgreement:
    """Return what can be said of the agreement on one question."""
    return _reported(percent_agreement(table), gwet_ac1(table, categories))


def report_pooled(tables: Sequence[RatingTable], categories: Sequence[Collection[Hashable]]) -> ReportedAgreement:
    """Return what can be said of the agreement on several questions about the same items."""
    return _reported(pooled_percent_agreement(tables), pooled_ac1(tables, categories))


def _reported(percent: Agreement, ac1: Agreement) -> ReportedAgreement:
    why_not = ""
    if percent.raters < 2:
        why_not = "Fewer than two people answered, so that there is no agreement to speak of."
    elif percent.items < FEWEST_ITEMS:
        what = "1 note was" if percent.items == 1 else f"{percent.items} notes were"
        why_not = f"Only {what} answered by two or more; figures of agreement begin at {FEWEST_ITEMS} notes."
    if why_not:
        nothing = replace(percent, coefficient=None, standard_error=None, low=None, high=None)
        return ReportedAgreement(nothing, nothing, why_not)
    return ReportedAgreement(percent, ac1)


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
