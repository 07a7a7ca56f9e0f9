"""What a survey becomes when it comes in: its path, when it is due, and its place in “worst first”."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from csat_tui.domain.playbook import RatingRule
from csat_tui.domain.survey import (
    LISTED,
    UNRATED,
    Arrival,
    Mending,
    SurveyReading,
    as_arrival,
    due_at,
    measured_again,
    rank,
)
from tests.builders import NOON, SOURCE_TICKET, a_survey, ratings, the_playbook


@pytest.mark.parametrize(
    ("figures", "comment", "problem", "path"),
    [
        ((1, 5), "late", "", "low-with-comment"),
        ((2,), "late", "", "low-with-comment"),
        ((1, 5), " \n", "", "low-without-comment"),
        ((3, 5), "late", "", "acceptable"),
        ((3, 5), "", "", "acceptable"),
        ((), "late", "", "needs-fixing"),
        ((1, 5), "late", "no ticket number", "needs-fixing"),
    ],
)
def test_a_survey_takes_the_path_of_its_ratings_and_is_due_in_a_day(
    figures: tuple[int, ...], comment: str, problem: str, path: str
) -> None:
    survey = replace(a_survey(ratings=ratings(*figures), comment=comment), problem=problem)
    arrived = as_arrival(survey, the_playbook())
    assert (arrived.path, arrived.due_at, arrived.playbook) == (path, NOON + timedelta(days=1), the_playbook())
    assert arrived.survey is survey


def test_a_survey_is_due_as_long_after_it_came_in_as_its_playbook_gives() -> None:
    survey = a_survey(received_at=NOON - timedelta(hours=5))
    assert due_at(survey, replace(the_playbook(), contact_within=timedelta(hours=8))) == NOON + timedelta(hours=3)
    assert as_arrival(survey, replace(the_playbook(), contact_within=timedelta(minutes=1))).due_at == (
        survey.received_at + timedelta(minutes=1)
    )


@pytest.mark.parametrize(
    ("figures", "place"),
    [
        ((), UNRATED),
        ((1, 1), 1.0101),
        ((1, 5), 1.0301),
        ((1, 2, 2), 1.0171),
        ((5, 5, 5, 5, 5, 5), 5.0505),
    ],
)
def test_the_place_is_the_rating_then_the_mean_then_the_lowest(figures: tuple[int, ...], place: float) -> None:
    survey = a_survey(ratings=ratings(*figures))
    assert rank(survey) == place == as_arrival(survey, the_playbook()).rank


def test_a_figure_from_a_list_alone_has_its_place_too() -> None:
    assert rank(replace(a_survey(ratings={LISTED: 2}), rating=2.0)) == 2.0202
    assert rank(replace(a_survey(ratings={}), rating=2.0)) == 2.0


FIGURES = st.lists(st.integers(1, 5), min_size=1, max_size=6)


@given(one=FIGURES, other=FIGURES, by_mean=st.booleans())
def test_the_order_is_that_of_rating_mean_and_lowest_in_turn(one: list[int], other: list[int], by_mean: bool) -> None:
    playbook = replace(the_playbook(), rating=RatingRule.MEAN if by_mean else RatingRule.LOWEST)

    def parts(figures: list[int]) -> tuple[float, float, int]:
        mean = round(sum(figures) / len(figures), 1)
        return (mean if by_mean else min(figures), mean, min(figures))

    def place(figures: list[int]) -> float:
        return measured_again(a_survey(ratings=ratings(*figures)), playbook).rank

    assert (place(one) < place(other)) == (parts(one) < parts(other))
    assert place(one) > UNRATED


def test_another_playbook_measures_only_the_ratings_that_it_knows() -> None:
    survey = a_survey(ratings=ratings(1, 4) | {"gone": 1, LISTED: 3})
    fewer = replace(the_playbook(), factors=the_playbook().factors[1:])
    again = measured_again(survey, fewer)
    assert (again.survey.rating, again.path, again.playbook) == (3.0, "low-with-comment", fewer)
    assert again.survey.ratings == survey.ratings, "what was answered is kept whatever counts"
    assert measured_again(a_survey(ratings={"gone": 1}), fewer).survey.rating is None


def test_a_survey_mended_by_hand_takes_the_path_of_what_was_read_and_stays_due() -> None:
    held = replace(a_survey(ratings={}, source_ticket_id=None), problem="no ratings", raw="the text")
    arrived = as_arrival(held, the_playbook())
    last = Mending(
        NOON, "Ana", SurveyReading(SOURCE_TICKET, ratings(1, 5), "late"), SurveyReading(), "no ratings", "the text"
    )
    now = arrived.mended(last)
    assert (arrived.path, now.path, now.due_at) == ("needs-fixing", "low-with-comment", arrived.due_at)
    assert (now.survey.rating, now.survey.source_ticket_id, now.playbook) == (1.0, SOURCE_TICKET, the_playbook())


def test_a_mending_without_the_playbook_that_measures_it_is_refused_by_the_survey_s_name() -> None:
    last = Mending(NOON, "Ana", SurveyReading(), SurveyReading(), "", "")
    with pytest.raises(LookupError) as refused:
        Arrival(a_survey(), "acceptable", NOON).mended(last)
    assert str(refused.value) == ("ticket:9900001 was fixed by hand, and comes without the playbook that measures it")
