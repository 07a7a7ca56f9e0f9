"""Agreement between raters who put the same items into categories: percent agreement and Gwet's AC1.

Ratings are a table: a row is an item, a column is a rater, and None is a missing rating. Rows without any rating are
left out. Categories are nominal: they have no order, and two ratings agree only if they are equal.

Sources of the formulas:

- Gwet, K. L. (2008). Computing inter-rater reliability and its variance in the presence of high agreement. British
  Journal of Mathematical and Statistical Psychology, 61, 29-48.
- Gwet, K. L. (2014). Handbook of Inter-Rater Reliability (4th ed.). Advanced Analytics. Its chapters on missing ratings
  and on the unconditional variance.

The notation is Gwet's. There are `n` items with a rating, of which `n2` have two or more, and `q` categories. Of the
`r_i` ratings of item i, `r_ik` are category k. Then

    pa   = mean over the n2 items of pa_i,  pa_i = sum over k of r_ik (r_ik - 1) / (r_i (r_i - 1))
    pi_k = mean over the n items of r_ik / r_i
    pe   = sum over k of pi_k (1 - pi_k) / (q - 1)
    AC1  = (pa - pe) / (1 - pe)

The variance is Gwet's unconditional one without finite population correction: the items are a sample from many, while
the raters are fixed. It is the sample variance of the items' linearised values, divided by n. Each coefficient is the
mean of its values:

    percent agreement:  (n / n2) pa_i
    AC1:                (n / n2) (pa_i - pe) / (1 - pe) - 2 (1 - AC1) (pe_i - pe) / (1 - pe),
                        where pe_i = sum over k of (1 - pi_k) (r_ik / r_i) / (q - 1)

The term with pa_i is 0 for an item with one rating. The interval is the coefficient plus and minus the standard error
times the quantile of Student's t with n - 1 degrees of freedom, clipped to the range of the coefficient.
"""

import math
from collections import Counter
from collections.abc import Collection, Hashable, Sequence
from dataclasses import dataclass
from statistics import fmean, stdev

from csat_tui.domain.statistics.student_t import t_quantile

RatingTable = Sequence[Sequence[Hashable | None]]
"""A row for each item, a column for each rater; None is a missing rating."""

_NO_VARIATION = 1e-12
"""A standard error below it is zero but for rounding."""


@dataclass(frozen=True, slots=True)
class Agreement:
    """A coefficient of agreement with its standard error and the ends of its confidence interval.

    `items` counts the items that two or more raters rated, `raters` those who rated any item.

    `coefficient` is None where it is not defined, or fewer than two items have two ratings. The other three are None
    there too, and also where the estimated variance is zero, as in perfect agreement: an interval without width would
    claim certainty however few items there are.
    """

    coefficient: float | None
    standard_error: float | None
    low: float | None
    high: float | None
    items: int
    raters: int


def percent_agreement(table: RatingTable, *, confidence: float = 0.95) -> Agreement:
    """Return the share of pairs of ratings that are equal, as the mean over items with two or more ratings.

    The coefficient is between 0 and 1. It is not corrected for agreement by chance.

    Raises:
        ValueError: The rows differ in length, or the confidence is not between 0 and 1.
    """
    sample = _Sample(table, confidence)
    if sample.paired < 2:
        return sample.unknown()
    return sample.agreement(sample.observed, [sample.scale * agreeing for agreeing in sample.agreeing], lowest=0.0)


def gwet_ac1(
    table: RatingTable, categories: Collection[Hashable] | None = None, *, confidence: float = 0.95
) -> Agreement:
    """Return Gwet's AC1: agreement beyond chance, which stays steady where one category is much more frequent.

    `categories` are all that the raters could choose from. Without them, those that occur are counted; AC1 depends on
    their number. With a single category it is not defined.

    Raises:
        ValueError: The rows differ in length, a rating is none of the categories, or the confidence is
            not between 0 and 1.
    """
    sample = _Sample(table, confidence)
    occurring = {category for counts in sample.items for category in counts}
    possible = occurring if categories is None else set(categories)
    if not occurring <= possible:
        raise ValueError(f"ratings outside the categories: {sorted(map(str, occurring - possible))}")
    if sample.paired < 2 or len(possible) < 2:
        return sample.unknown()
    prevalence = {
        category: fmean(counts[category] / counts.total() for counts in sample.items) for category in occurring
    }
    others = len(possible) - 1
    by_chance = math.fsum(share * (1 - share) for share in prevalence.values()) / others
    beyond_chance = 1 - by_chance
    coefficient = (sample.observed - by_chance) / beyond_chance
    values = []
    for counts, agreeing in zip(sample.items, sample.agreeing, strict=True):
        ratings = counts.total()
        value = sample.scale * (agreeing - by_chance) / beyond_chance if ratings > 1 else 0.0
        chance = math.fsum((1 - prevalence[category]) * count / ratings for category, count in counts.items()) / others
        values.append(value - 2 * (1 - coefficient) * (chance - by_chance) / beyond_chance)
    return sample.agreement(coefficient, values, lowest=-1.0)


class _Sample:
    """The rated items of a table, and how far the raters of each agree."""

    def __init__(self, table: RatingTable, confidence: float) -> None:
        if len({len(row) for row in table}) > 1:
            raise ValueError("each item needs one place for each rater")
        if not 0 < confidence < 1:
            raise ValueError(f"a confidence is between 0 and 1: {confidence}")
        self.confidence = confidence
        self.raters = sum(any(rating is not None for rating in column) for column in zip(*table, strict=True))
        counted = (Counter(rating for rating in row if rating is not None) for row in table)
        self.items = [counts for counts in counted if counts]
        self.paired = sum(counts.total() > 1 for counts in self.items)
        self.agreeing = [_agreeing_pairs(counts) for counts in self.items]

    @property
    def scale(self) -> float:
        """n / n2: how many rated items there are for each one with two or more ratings."""
        return len(self.items) / self.paired

    @property
    def observed(self) -> float:
        """pa: the mean agreement of the items with two or more ratings."""
        return math.fsum(self.agreeing) / self.paired

    def unknown(self) -> Agreement:
        """Return what is known where the coefficient is not: the numbers of items and raters."""
        return Agreement(None, None, None, None, self.paired, self.raters)

    def agreement(self, coefficient: float, values: Sequence[float], *, lowest: float) -> Agreement:
        """Return the coefficient with the precision that its linearised values give it."""
        error = stdev(values) / math.sqrt(len(values))
        if error < _NO_VARIATION:
            return Agreement(coefficient, None, None, None, self.paired, self.raters)
        reach = error * t_quantile((1 + self.confidence) / 2, len(values) - 1)
        low, high = max(lowest, coefficient - reach), min(1.0, coefficient + reach)
        return Agreement(coefficient, error, low, high, self.paired, self.raters)


def _agreeing_pairs(counts: Counter[Hashable]) -> float:
    """Return the share of an item's pairs of ratings that are equal; 0 without a pair."""
    ratings = counts.total()
    if ratings < 2:
        return 0.0
    return sum(count * (count - 1) for count in counts.values()) / (ratings * (ratings - 1))
