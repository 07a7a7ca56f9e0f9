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

Several questions about the same items are pooled by averaging pa and pe over the questions before chance is taken out.
De Vries, H., Elliott, M. N., Kanouse, D. E., Teleki, S. S. (2008) do so for kappa: Using pooled kappa to summarize
interrater agreement across many items. Field Methods, 20, 272-282. The items stay the sample: the answers to all
questions about one item are one observation, so that more questions about the same items do not narrow the interval as
more items would.
"""

import math
from collections import Counter
from collections.abc import Callable, Collection, Hashable, Sequence
from dataclasses import dataclass, replace
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
    return pooled_percent_agreement([table], confidence=confidence)


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
    return pooled_ac1([table], [categories], confidence=confidence)


def pooled_percent_agreement(tables: Sequence[RatingTable], *, confidence: float = 0.95) -> Agreement:
    """Return the percent agreement over several questions: the mean of theirs, with the items as the sample.

    The tables have the same items and raters in the same places. Questions with fewer than two items that two raters
    rated are left out. Raises ValueError as `percent_agreement` does.
    """
    questions, unknown = _questions(tables, confidence)
    if not questions:
        return unknown
    observed = fmean(one.observed for one in questions)
    values = _over_questions(questions, lambda one: one.agreeing_values())
    return _with_precision(observed, values, unknown, confidence, lowest=0.0)


def pooled_ac1(
    tables: Sequence[RatingTable], categories: Sequence[Collection[Hashable] | None], *, confidence: float = 0.95
) -> Agreement:
    """Return AC1 over several questions, each with its own categories; see `pooled_percent_agreement`.

    A question with a single category is left out as well. Raises ValueError as `gwet_ac1` does.
    """
    questions, unknown = _questions(tables, confidence, categories)
    if not questions:
        return unknown
    by_chance = fmean(one.by_chance for one in questions)
    beyond_chance = 1 - by_chance
    coefficient = (fmean(one.observed for one in questions) - by_chance) / beyond_chance
    agreeing = _over_questions(questions, lambda one: one.agreeing_values(beyond=one.by_chance))
    chance = _over_questions(questions, lambda one: one.chance_values())
    values = [
        (agrees - 2 * (1 - coefficient) * expected) / beyond_chance
        for agrees, expected in zip(agreeing, chance, strict=True)
    ]
    return _with_precision(coefficient, values, unknown, confidence, lowest=-1.0)


class _Question:
    """How several raters answer one question about the items of a table.

    What it gives item by item is None for items that nobody rated.
    """

    def __init__(self, table: RatingTable, categories: Collection[Hashable] | None) -> None:
        if len({len(row) for row in table}) > 1:
            raise ValueError("each item needs one place for each rater")
        self.raters = {place for row in table for place, rating in enumerate(row) if rating is not None}
        counted = (Counter(rating for rating in row if rating is not None) for row in table)
        self.items = [counts or None for counts in counted]
        self.rated = [counts for counts in self.items if counts]
        occurring = {category for counts in self.rated for category in counts}
        self.possible = occurring if categories is None else set(categories)
        if not occurring <= self.possible:
            raise ValueError(f"ratings outside the categories: {sorted(map(str, occurring - self.possible))}")
        self.paired = {place for place, counts in enumerate(self.items) if counts and counts.total() > 1}
        self.prevalence = {
            category: fmean(counts[category] / counts.total() for counts in self.rated) for category in occurring
        }

    @property
    def observed(self) -> float:
        """pa: the mean agreement of the items with two or more ratings."""
        return math.fsum(map(_agreeing_pairs, self.rated)) / len(self.paired)

    @property
    def by_chance(self) -> float:
        """pe."""
        others = len(self.possible) - 1
        return math.fsum(share * (1 - share) for share in self.prevalence.values()) / others

    def agreeing_values(self, *, beyond: float = 0.0) -> list[float | None]:
        """(n / n2) (pa_i - beyond), whose mean over the rated items is pa - beyond; 0 for items with one rating."""
        scale = len(self.rated) / len(self.paired)
        return [
            None if counts is None else scale * (_agreeing_pairs(counts) - beyond) if counts.total() > 1 else 0.0
            for counts in self.items
        ]

    def chance_values(self) -> list[float | None]:
        """pe_i - pe."""
        others, by_chance = len(self.possible) - 1, self.by_chance
        return [
            None
            if counts is None
            else math.fsum((1 - self.prevalence[one]) * count / counts.total() for one, count in counts.items())
            / others
            - by_chance
            for counts in self.items
        ]


def _questions(
    tables: Sequence[RatingTable], confidence: float, categories: Sequence[Collection[Hashable] | None] = ()
) -> tuple[list[_Question], Agreement]:
    """Return the questions that have a coefficient, and what is known where none has.

    With `categories`, a coefficient needs two of them.
    """
    if not 0 < confidence < 1:
        raise ValueError(f"a confidence is between 0 and 1: {confidence}")
    if len({len(table) for table in tables}) > 1:
        raise ValueError("each table needs one row for each item")
    pairs = zip(tables, categories or [None] * len(tables), strict=True)
    questions = [_Question(table, possible) for table, possible in pairs]
    paired = {place for one in questions for place in one.paired}
    raters = {place for one in questions for place in one.raters}
    bearing = [one for one in questions if len(one.paired) > 1 and (not categories or len(one.possible) > 1)]
    return bearing, Agreement(None, None, None, None, len(paired), len(raters))


def _over_questions(
    questions: Sequence[_Question], values: Callable[[_Question], Sequence[float | None]]
) -> list[float]:
    """Return each rated item's mean value over the questions; its mean over the items is the questions' mean.

    A question counts as much however many of the items were rated for it.
    """
    by_question = [values(one) for one in questions]
    rated = [any(value is not None for value in of_item) for of_item in zip(*by_question, strict=True)]
    shares = [sum(rated) / len(one.rated) / len(questions) for one in questions]
    return [
        math.fsum(share * value for share, value in zip(shares, of_item, strict=True) if value is not None)
        for of_item, known in zip(zip(*by_question, strict=True), rated, strict=True)
        if known
    ]


def _with_precision(
    coefficient: float, values: Sequence[float], counted: Agreement, confidence: float, *, lowest: float
) -> Agreement:
    """Return the coefficient with the precision that its linearised values give it."""
    error = stdev(values) / math.sqrt(len(values))
    if error < _NO_VARIATION:
        return replace(counted, coefficient=coefficient)
    reach = error * t_quantile((1 + confidence) / 2, len(values) - 1)
    low, high = max(lowest, coefficient - reach), min(1.0, coefficient + reach)
    return Agreement(coefficient, error, low, high, counted.items, counted.raters)


def _agreeing_pairs(counts: Counter[Hashable]) -> float:
    """Return the share of an item's pairs of ratings that are equal; 0 without a pair."""
    ratings = counts.total()
    if ratings < 2:
        return 0.0
    return sum(count * (count - 1) for count in counts.values()) / (ratings * (ratings - 1))
