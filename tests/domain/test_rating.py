"""From six factors to one rating."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from csat_tui.domain.ids import FactorId
from csat_tui.domain.playbook import Band, RatingRule
from csat_tui.domain.survey import overall_rating, path_of, rated_again, rating_band
from tests.builders import a_survey, ratings, the_playbook

LOWEST = the_playbook()
MEAN = replace(LOWEST, rating=RatingRule.MEAN, low=2.9)
TEAM = replace(MEAN, rating=RatingRule.FACTOR, rating_factor=FactorId("team"))


@pytest.mark.parametrize(
    ("figures", "mean", "lowest", "team"),
    [
        ((1, 2, 3, 1, 1, 2), 1.7, 1.0, 1.0),
        ((5, 5, 5, 5, 5, 1), 4.3, 1.0, 5.0),
        ((3, 3, 3, 3, 3, 3), 3.0, 3.0, 3.0),
        ((4,), 4.0, 4.0, 4.0),
        ((), None, None, None),
    ],
)
def test_the_playbook_says_how_factors_become_one_rating(figures, mean, lowest, team):
    own = ratings(*figures)
    assert (overall_rating(own, MEAN), overall_rating(own, LOWEST), overall_rating(own, TEAM)) == (mean, lowest, team)


def test_a_factor_that_counts_and_was_not_rated_gives_no_rating():
    assert overall_rating({FactorId("speed"): 1}, TEAM) is None


@given(st.lists(st.integers(1, 5), min_size=1, max_size=6))
def test_a_rating_lies_between_its_lowest_and_highest_factor(figures):
    rating = overall_rating(ratings(*figures), MEAN)
    assert rating is not None
    assert min(figures) <= rating <= max(figures)


@pytest.mark.parametrize(
    ("rating", "side"), [(1.0, Band.LOW), (2.9, Band.LOW), (3.0, Band.HIGH), (5.0, Band.HIGH), (None, Band.NONE)]
)
def test_below_three_is_low(rating, side):
    assert rating_band(rating, MEAN) is side


@given(st.lists(st.integers(1, 5), min_size=6, max_size=6), st.booleans())
def test_one_answer_of_1_or_2_makes_a_survey_low_and_only_3_to_5_throughout_is_acceptable(figures, commented):
    comment = "my refund never came" if commented else ""
    low = "low-with-comment" if commented else "low-without-comment"
    taken = path_of(a_survey(ratings=ratings(*figures), comment=comment), LOWEST).id
    assert taken == (low if {1, 2} & {*figures} else "acceptable")


def test_the_factors_decide_and_not_a_rating_that_was_kept_with_them():
    mixed = replace(a_survey(ratings=ratings(1, 5, 5, 1, 5, 5)), rating=3.7)
    assert path_of(mixed, LOWEST).id == "low-with-comment"
    assert rated_again(mixed, LOWEST).rating == 1.0


def test_a_comment_of_blanks_is_no_comment():
    assert path_of(a_survey(comment=" \n\t "), MEAN).id == "low-without-comment"


def test_a_playbook_without_a_path_for_a_survey_is_a_programmer_s_mistake():
    with pytest.raises(LookupError, match="no path for a low rating"):
        path_of(a_survey(), replace(MEAN, paths=()))
