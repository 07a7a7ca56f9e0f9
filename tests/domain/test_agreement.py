"""Agreement between raters: published examples, and what holds for any ratings."""

import math
from collections.abc import Sequence
from fractions import Fraction
from itertools import product
from random import Random

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from csat_tui.domain.statistics.agreement import (
    Agreement,
    RatingTable,
    gwet_ac1,
    percent_agreement,
    pooled_ac1,
    pooled_percent_agreement,
)
from csat_tui.domain.statistics.student_t import t_quantile


def by_rater(*columns: str) -> list[list[str | None]]:
    """Return a table from a column of letters for each rater; a dot is a missing rating."""
    return [[None if rating == "." else rating for rating in row] for row in zip(*columns, strict=True)]


def by_counts(rows: Sequence[Sequence[int]]) -> list[list[int]]:
    """Return a table from how many raters put each item into each category."""
    return [[category for category, count in enumerate(row) for _ in range(count)] for row in rows]


def by_contingency(rows: Sequence[Sequence[int]]) -> list[list[int]]:
    """Return a table from the numbers of items that the first rater put into the row and the second into the column."""
    return [[first, second] for first, row in enumerate(rows) for second, count in enumerate(row) for _ in range(count)]


FOUR_RATERS = by_rater("123321412...", "1233224125..", ".33323422513", "12332441251.")
"""12 units, 5 categories: Gwet (2014), Handbook of Inter-Rater Reliability, 4th ed., page 120; irrCAC's
cac.raw4raters."""

FIVE_OBSERVERS = by_rater("112.001122.0131", "1130000.2110231", "203000222100221", ".13....0.10022.", "2..0001.2....31")
"""15 units, 4 categories: from Gwet (2014), page 125; irrCAC's cac.raw5obser."""

TWO_GROUPS = by_rater("abccbadab...bb", "abccbbdabe..ba", ".cccbcdbbeaccc", "abccbddabea.bb")
"""14 units, 5 categories: irrCAC's cac.raw.g1g2."""

MEN_AND_WOMEN = by_rater("aaaaabbbcaaaaab", "aaaababccaaaaba", "abbcaabbcabbcaa", "ccccaabbcccccaa")
"""15 persons, 3 categories, none missing: irrCAC's cac.raw.gender."""

BEN_AND_GERRY = by_rater("aabbdcccedda", "babbbccce.dd")
"""12 units, 5 categories, 2 raters: irrCAC's cac.ben.gerry."""

SIX_PSYCHIATRISTS = by_counts([
    (0, 0, 0, 6, 0), (0, 3, 0, 0, 3), (0, 1, 4, 0, 1), (0, 0, 0, 0, 6), (0, 3, 0, 3, 0), (2, 0, 4, 0, 0),
    (0, 0, 4, 0, 2), (2, 0, 3, 1, 0), (2, 0, 0, 4, 0), (0, 0, 0, 0, 6), (1, 0, 0, 5, 0), (1, 1, 0, 4, 0),
    (0, 3, 3, 0, 0), (1, 0, 0, 5, 0), (0, 2, 0, 3, 1),
])  # fmt: skip
"""15 patients, 5 diagnoses: from Fleiss (1971), Psychological Bulletin 76, 378-382; irrCAC's distrib.6raters."""

FOUR_CATEGORIES_OF_THREE = by_counts([
    (3, 0, 1), (2, 1, 1), (2, 1, 1), (2, 0, 2), (3, 1, 0), (3, 1, 0), (0, 4, 0), (0, 3, 1), (0, 0, 4), (3, 1, 0),
    (0, 4, 0), (0, 3, 1), (0, 2, 2), (0, 0, 4), (3, 1, 0),
])  # fmt: skip
"""15 subjects, 3 categories, 4 raters: irrCAC's cac.dist4cat."""

ABSTRACTORS = by_contingency([(13, 0, 0), (0, 20, 7), (0, 4, 56)])
"""100 pregnancies, 3 kinds, 2 raters: Gwet (2014); irrCAC's cont3x3abstractors."""

RARE_NO = by_contingency([(118, 5), (2, 0)])
"""125 items that are nearly all "yes": Cohen's kappa is below zero though the raters agree on 118 of them."""


@pytest.mark.parametrize(
    ("table", "items", "raters", "expected"),
    [
        # The README of irrCAC by Gwet prints these.
        pytest.param(FOUR_RATERS, 11, 4, "0.77544 0.14295 0.461 1", id="cac.raw4raters"),
        pytest.param(SIX_PSYCHIATRISTS, 15, 6, "0.4448007 0.08418757 0.264 0.625", id="distrib.6raters"),
        # The tests of irrCAC for Python by Fergadis hold these.
        pytest.param(FIVE_OBSERVERS, 15, 5, "0.497 0.122 0.235 0.758", id="cac.raw5obser"),
        pytest.param(TWO_GROUPS, 13, 4, "0.685 0.134 0.396 0.973", id="cac.raw.g1g2"),
        pytest.param(MEN_AND_WOMEN, 15, 4, "0.208 0.091 0.014 0.403", id="cac.raw.gender"),
        pytest.param(BEN_AND_GERRY, 11, 2, "0.661 0.184 0.257 1", id="cac.ben.gerry"),
        # irrCAC 0.4.4 for Python prints this.
        pytest.param(RARE_NO, 125, 2, "0.9407763 0.0230570 0.8951401 0.9864125", id="rare no"),
    ],
)
def test_ac1_of_published_examples(table: RatingTable, items: int, raters: int, expected: str) -> None:
    assert_printed(gwet_ac1(table), expected, items, raters)


@pytest.mark.parametrize(
    ("table", "items", "raters", "expected"),
    [
        # The README of irrCAC by Gwet prints this.
        pytest.param(FOUR_RATERS, 11, 4, "0.8181818 0.12561 0.542 1", id="cac.raw4raters"),
    ],
)
def test_percent_agreement_of_published_examples(table: RatingTable, items: int, raters: int, expected: str) -> None:
    assert_printed(percent_agreement(table), expected, items, raters)


@pytest.mark.parametrize(
    ("table", "expected"),
    [
        # The tests of irrCAC for Python by Fergadis hold these; irrCAC's README the longer one.
        (FIVE_OBSERVERS, "0.616"),
        (TWO_GROUPS, "0.744"),
        (MEN_AND_WOMEN, "0.456"),
        (BEN_AND_GERRY, "0.727"),
        (SIX_PSYCHIATRISTS, "0.5511111"),
    ],
)
def test_percent_agreement_that_ac1_of_published_examples_starts_from(table: RatingTable, expected: str) -> None:
    assert percent_agreement(table).coefficient == printed(expected)


def test_a_contingency_table_has_the_published_variance_for_two_raters() -> None:
    """irrCAC's README prints errors by the formula for two raters, which divides by n and not by n - 1."""
    of_a_table = math.sqrt(99 / 100)
    ac1, percent = gwet_ac1(ABSTRACTORS), percent_agreement(ABSTRACTORS)
    assert (ac1.coefficient, percent.coefficient) == (printed("0.8493305"), printed("0.89"))
    assert ac1.standard_error is not None
    assert percent.standard_error is not None
    assert ac1.standard_error * of_a_table == printed("0.04321747")
    assert percent.standard_error * of_a_table == printed("0.03128898")


def test_ac1_of_raters_by_category() -> None:
    """The README of irrCAC says this figure in its text."""
    assert gwet_ac1(FOUR_CATEGORIES_OF_THREE).coefficient == printed("0.3518903")


def test_intervals_of_a_contingency_table_are_those_that_the_readme_of_irrcac_prints() -> None:
    """By the same formula for two raters, which divides by n."""
    for found, low, high in (
        (gwet_ac1(ABSTRACTORS), "0.764", "0.935"),
        (percent_agreement(ABSTRACTORS), "0.828", "0.952"),
    ):
        assert found.coefficient is not None
        assert found.low is not None
        reach = (found.coefficient - found.low) * math.sqrt(99 / 100)
        assert (found.coefficient - reach, found.coefficient + reach) == (printed(low), printed(high))


def test_ac1_of_a_table_by_hand() -> None:
    share_of_yes = Fraction(123 + 120, 250)
    by_chance = 2 * share_of_yes * (1 - share_of_yes)
    expected = (Fraction(118, 125) - by_chance) / (1 - by_chance)
    assert gwet_ac1(RARE_NO).coefficient == pytest.approx(float(expected), rel=1e-12)


def test_a_wider_confidence_widens_the_interval() -> None:
    usual, wider = gwet_ac1(FIVE_OBSERVERS), gwet_ac1(FIVE_OBSERVERS, confidence=0.99)
    assert wider.standard_error == usual.standard_error
    assert wider.coefficient is not None
    assert wider.low is not None
    assert wider.standard_error is not None
    # 2.977 is t with 14 degrees of freedom at 0.995 in the table of the NIST handbook.
    assert (wider.coefficient - wider.low) / wider.standard_error == printed("2.977")


def test_an_interval_stays_inside_the_range_of_its_coefficient() -> None:
    mostly_apart = [["a", "b"], ["b", "a"], ["a", "a"]]
    assert (gwet_ac1(mostly_apart).low, gwet_ac1(mostly_apart).high) == (-1.0, 1.0)
    assert (percent_agreement(mostly_apart).low, percent_agreement(mostly_apart).high) == (0.0, 1.0)


def test_categories_that_nobody_chose_count_for_ac1() -> None:
    """With four categories to choose from, raters agree less often by chance than with two."""
    of_two, of_four = gwet_ac1(RARE_NO), gwet_ac1(RARE_NO, range(4))
    assert of_two.coefficient is not None
    assert of_four.coefficient is not None
    assert of_four.coefficient > of_two.coefficient
    by_chance = Fraction(243, 250) * Fraction(7, 250) * 2 / 3
    assert of_four.coefficient == pytest.approx(float((Fraction(118, 125) - by_chance) / (1 - by_chance)), rel=1e-12)
    assert gwet_ac1(RARE_NO, [0, 1]) == of_two


@pytest.mark.parametrize(
    ("table", "items", "raters"),
    [
        pytest.param([], 0, 0, id="nothing"),
        pytest.param([[], []], 0, 0, id="no raters"),
        pytest.param([[None, None], [None, None]], 0, 0, id="no ratings"),
        pytest.param([["a"], ["b"], ["a"]], 0, 1, id="one rater"),
        pytest.param([["a", None], [None, "b"], ["a", None]], 0, 2, id="never the same item"),
        pytest.param([["a", "b"]], 1, 2, id="one item"),
        pytest.param([["a", "a"], ["b", None], [None, "b"]], 1, 2, id="one item that two raters rated"),
    ],
)
def test_too_small_a_sample_says_nothing(table: RatingTable, items: int, raters: int) -> None:
    nothing = Agreement(None, None, None, None, items, raters)
    assert percent_agreement(table) == nothing
    assert gwet_ac1(table) == nothing


def test_one_category_is_full_agreement_and_no_ac1() -> None:
    table = [["a", "a"], ["a", "a"], ["a", "a"]]
    assert percent_agreement(table) == Agreement(1.0, None, None, None, 3, 2)
    assert gwet_ac1(table) == Agreement(None, None, None, None, 3, 2)
    assert gwet_ac1(table, ["a"]) == Agreement(None, None, None, None, 3, 2)
    assert gwet_ac1(table, ["a", "b"]) == Agreement(1.0, None, None, None, 3, 2)


def test_full_disagreement_is_the_lowest_coefficient() -> None:
    table = [["a", "b"], ["b", "a"], ["a", "b"]]
    assert percent_agreement(table) == Agreement(0.0, None, None, None, 3, 2)
    assert gwet_ac1(table) == Agreement(-1.0, None, None, None, 3, 2)


def test_what_is_no_table_is_refused() -> None:
    for measure in (percent_agreement, gwet_ac1):
        with pytest.raises(ValueError, match="one place for each rater"):
            measure([["a", "b"], ["a"]])
        for confidence in (0.0, 1.0, -0.5, 95.0):
            with pytest.raises(ValueError, match="between 0 and 1"):
                measure([["a", "b"]], confidence=confidence)
    with pytest.raises(ValueError, match=r"outside the categories: \['c'\]"):
        gwet_ac1([["a", "b"], ["a", "c"]], ["a", "b"])


TABLES = st.integers(1, 5).flatmap(
    lambda raters: st.lists(
        st.lists(st.sampled_from([None, "a", "b", "c", "d"]), min_size=raters, max_size=raters), max_size=12
    )
)


@given(TABLES, st.randoms(use_true_random=False))
def test_the_order_of_items_and_raters_does_not_matter(table: list[list[str | None]], chance: Random) -> None:
    columns = list(range(len(table[0]))) if table else []
    chance.shuffle(columns)
    shuffled = [[row[column] for column in columns] for row in table]
    chance.shuffle(shuffled)
    assert gwet_ac1(shuffled) == gwet_ac1(table)
    assert percent_agreement(shuffled) == percent_agreement(table)


@given(TABLES, st.permutations(["a", "b", "c", "d"]))
def test_the_names_of_categories_do_not_matter(table: list[list[str | None]], names: list[str]) -> None:
    renamed = [[None if rating is None else names["abcd".index(rating)] for rating in row] for row in table]
    numbered = [[None if rating is None else "abcd".index(rating) for rating in row] for row in table]
    assert gwet_ac1(renamed) == gwet_ac1(numbered) == gwet_ac1(table)
    assert percent_agreement(renamed) == percent_agreement(numbered) == percent_agreement(table)


@given(st.lists(st.tuples(st.sampled_from("abcd"), st.integers(2, 5)), min_size=2, max_size=12))
def test_perfect_agreement_is_one(items: list[tuple[str, int]]) -> None:
    table = [[category] * ratings + [None] * (5 - ratings) for category, ratings in items]
    raters = max(ratings for _, ratings in items)
    assert percent_agreement(table) == Agreement(1.0, None, None, None, len(items), raters)
    assert gwet_ac1(table, "abcd") == Agreement(1.0, None, None, None, len(items), raters)


@given(TABLES)
def test_raters_and_items_without_ratings_do_not_matter(table: list[list[str | None]]) -> None:
    wider = [[*row, None] for row in table]
    longer = [*wider, [None] * len(wider[0])] if wider else []
    assert gwet_ac1(longer) == gwet_ac1(table)
    assert percent_agreement(longer) == percent_agreement(table)


@given(TABLES)
def test_an_interval_contains_its_coefficient(table: list[list[str | None]]) -> None:
    for lowest, found in ((-1, gwet_ac1(table)), (0, percent_agreement(table))):
        known = [number is not None for number in (found.standard_error, found.low, found.high)]
        assert all(known) or not any(known)
        if found.coefficient is not None:
            assert lowest <= found.coefficient <= 1
        if found.coefficient is not None and found.low is not None and found.high is not None:
            assert lowest <= found.low <= found.coefficient <= found.high <= 1


@given(st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from("abc")), min_size=2, max_size=40))
def test_the_variance_is_that_of_two_raters(pairs: list[tuple[str, str]]) -> None:
    """The general variance is Gwet's (2008) for two raters, which is written otherwise and divides by n."""
    count, categories = len(pairs), sorted({rating for pair in pairs for rating in pair})
    assume(len(categories) > 1)
    others = len(categories) - 1
    cell = {pair: Fraction(pairs.count(pair), count) for pair in product(categories, repeat=2)}
    share = {one: sum(cell[one, two] + cell[two, one] for two in categories) / 2 for one in categories}
    observed = sum(cell[one, one] for one in categories)
    by_chance = sum(share[one] * (1 - share[one]) for one in categories) / others
    apart = 1 - (observed - by_chance) / (1 - by_chance)
    on_diagonal = sum(cell[one, one] * (1 - share[one]) for one in categories) / others
    everywhere = sum(cell[one, two] * (1 - (share[one] + share[two]) / 2) ** 2 for one, two in cell) / others**2
    variance = (
        observed * (1 - observed)
        - 4 * apart * (on_diagonal - observed * by_chance)
        + 4 * apart**2 * (everywhere - by_chance**2)
    ) / ((count - 1) * (1 - by_chance) ** 2)
    error = gwet_ac1(pairs).standard_error
    assert (error or 0.0) == pytest.approx(math.sqrt(variance), rel=1e-9, abs=1e-12)


LINES = st.integers(2, 3).flatmap(
    lambda raters: st.integers(1, 8).flatmap(
        lambda items: st.lists(
            st.lists(
                st.lists(st.sampled_from([None, "a", "b", "c"]), min_size=raters, max_size=raters),
                min_size=items, max_size=items,
            ),
            min_size=1, max_size=3,
        )
    )
)  # fmt: skip


@given(LINES)
def test_the_same_questions_asked_twice_make_no_figure_more_certain(lines: list[list[list[str | None]]]) -> None:
    """The items are the sample: a second set of the same questions has nothing new to say about them."""
    once, twice = pooled_ac1(lines, ["abc"] * len(lines)), pooled_ac1(lines * 2, ["abc"] * len(lines) * 2)
    assert approximately(twice) == approximately(once)
    assert approximately(pooled_percent_agreement(lines * 2)) == approximately(pooled_percent_agreement(lines))


def approximately(found: Agreement) -> list[object]:
    """Return a coefficient with its precision, as far as the order of additions leaves it."""
    numbers = (found.coefficient, found.standard_error, found.low, found.high)
    return [None if one is None else pytest.approx(one, abs=1e-9) for one in numbers] + [found.items, found.raters]


def test_several_questions_are_pooled_before_chance_is_taken_out() -> None:
    """By hand, as de Vries et al. (2008) pool kappa: the means of pa and of pe, and then the coefficient."""
    easy, hard = by_rater("aaaab", "aaaab"), by_rater("abcab", "abbba")
    assert pooled_percent_agreement([easy, hard]).coefficient == pytest.approx((1 + 2 / 5) / 2)
    pe_easy = 2 * Fraction(8, 10) * Fraction(2, 10)
    pe_hard = (Fraction(4, 10) * Fraction(6, 10) + Fraction(5, 10) * Fraction(5, 10) + Fraction(9, 100)) / 2
    pa, pe = Fraction(7, 10), (pe_easy + pe_hard) / 2
    pooled = pooled_ac1([easy, hard], ["ab", "abc"])
    assert pooled.coefficient == pytest.approx(float((pa - pe) / (1 - pe)))
    assert (pooled.items, pooled.raters) == (5, 2)


def test_a_question_that_says_nothing_is_left_out_of_the_pool() -> None:
    unanswered = [[None, None]] * len(BEN_AND_GERRY)
    assert pooled_ac1([BEN_AND_GERRY, unanswered], [None, "ab"]) == gwet_ac1(BEN_AND_GERRY)
    assert pooled_percent_agreement([BEN_AND_GERRY, unanswered]) == percent_agreement(BEN_AND_GERRY)
    with pytest.raises(ValueError, match="one row for each item"):
        pooled_percent_agreement([BEN_AND_GERRY, []])


T_TABLE = """
      0.90  0.95  0.975  0.99   0.995  0.999
1     3.078 6.314 12.706 31.821 63.657 318.309
2     1.886 2.920 4.303  6.965  9.925  22.327
3     1.638 2.353 3.182  4.541  5.841  10.215
4     1.533 2.132 2.776  3.747  4.604  7.173
5     1.476 2.015 2.571  3.365  4.032  5.893
7     1.415 1.895 2.365  2.998  3.499  4.785
10    1.372 1.812 2.228  2.764  3.169  4.144
11    1.363 1.796 2.201  2.718  3.106  4.025
14    1.345 1.761 2.145  2.624  2.977  3.787
20    1.325 1.725 2.086  2.528  2.845  3.552
25    1.316 1.708 2.060  2.485  2.787  3.450
30    1.310 1.697 2.042  2.457  2.750  3.385
40    1.303 1.684 2.021  2.423  2.704  3.307
60    1.296 1.671 2.000  2.390  2.660  3.232
100   1.290 1.660 1.984  2.364  2.626  3.174
"""
"""Critical values of t as statistical tables print them, such as section 1.3.6.7.2 of the NIST/SEMATECH e-Handbook of
Statistical Methods; at 0.999 with the last digits of newer tables, since the handbook's are wrong by a few."""


def test_quantiles_of_t_are_those_of_published_tables() -> None:
    head, *rows = (line.split() for line in T_TABLE.strip().splitlines())
    for degrees, *values in rows:
        for probability, value in zip(head, values, strict=True):
            assert t_quantile(float(probability), int(degrees)) == printed(value), (degrees, probability)


@pytest.mark.parametrize("probability", [0.5001, 0.6, 0.9, 0.975, 0.9999])
def test_quantiles_of_t_with_one_and_two_degrees_of_freedom_have_closed_forms(probability: float) -> None:
    beyond = 2 * probability - 1
    assert t_quantile(probability, 1) == pytest.approx(math.tan(math.pi * beyond / 2), rel=1e-8)
    assert t_quantile(probability, 2) == pytest.approx(beyond * math.sqrt(2 / (1 - beyond**2)), rel=1e-8)


def test_quantiles_of_t_go_to_the_normal_ones_and_are_symmetric() -> None:
    assert t_quantile(0.975, 100_000) == pytest.approx(1.959988, abs=1e-6)
    assert t_quantile(0.5, 3) == 0
    for lower in (0.025, 0.45):
        assert t_quantile(lower, 7) == pytest.approx(-t_quantile(1 - lower, 7), rel=1e-12)
    for probability, degrees in ((0.0, 3), (1.0, 3), (0.9, 0)):
        with pytest.raises(ValueError, match=r"probability|degree of freedom"):
            t_quantile(probability, degrees)


def assert_printed(found: Agreement, expected: str, items: int, raters: int) -> None:
    coefficient, error, low, high = map(printed, expected.split())
    assert (found.coefficient, found.standard_error, found.low, found.high) == (coefficient, error, low, high)
    assert (found.items, found.raters) == (items, raters)


def printed(number: str) -> object:
    """Return what equals each number that is rounded to this one, up to half of its last digit."""
    digits = len(number.partition(".")[2])
    return pytest.approx(float(number), rel=0, abs=0.5000001 * 10**-digits if digits else 0)
