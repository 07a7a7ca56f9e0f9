"""Bodies of survey tickets by a grammar that knows the truth: what is not certain is held, never misread."""

from functools import cache
from random import Random

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from csat_tui.domain.survey import Survey
from csat_tui.intake import parse_survey
from tests.builders import a_survey_ticket, the_playbook
from tests.intake.survey_bodies import (
    COMMENTS,
    DEBRIS,
    LAYOUTS,
    OMISSIONS,
    PLACES,
    STYLES,
    TICKETS,
    WRONG,
    Body,
    drawn,
)

SAMPLE = 1_500
FORMS = 400
"""Distinct forms that the sample has to hold at least."""
READ = 0.9
"""The share of readable bodies that is read."""


def parsed(body: Body) -> Survey:
    return parse_survey(a_survey_ticket(description=body.text), the_playbook())


@cache
def sample() -> list[tuple[Body, Survey]]:
    chance = Random(20_260_310)
    return [(body, parsed(body)) for body in (drawn(chance) for _ in range(SAMPLE))]


def belied(body: Body, survey: Survey) -> str:
    """Say what a survey claims that its sender did not say; empty where it is held or true."""
    if survey.problem:
        return ""
    figures = {name: figure for name, figure in survey.ratings.items() if (name, figure) not in body.spare.items()}
    if figures != body.ratings:
        return f"{figures} for {body.ratings}"
    if survey.source_ticket_id != body.ticket:
        return f"ticket {survey.source_ticket_id} for {body.ticket}"
    if "absent" in body.form:
        return "a question that is not there counts as left open"
    return ""


def squeezed(text: str) -> str:
    return "".join(text.replace("\u200b", "").replace("\u200d", "").split())


def test_the_sample_has_hundreds_of_forms() -> None:
    bodies = [body for body, _ in sample()]
    ways = {(layout, style, omission) for layout, style, omission, *_ in (body.form for body in bodies)}
    assert len(ways) >= FORMS
    for place, among in enumerate((LAYOUTS, [*STYLES, *WRONG], OMISSIONS, COMMENTS, PLACES, TICKETS, DEBRIS)):
        assert {body.form[place] for body in bodies} == set(among)


def test_no_survey_is_read_as_something_that_its_sender_did_not_say() -> None:
    wrong = [(body.form, said, body.text) for body, survey in sample() if (said := belied(body, survey))]
    assert wrong == []


def test_most_of_what_a_person_can_read_is_read(record_property) -> None:
    readable = [survey for body, survey in sample() if body.readable]
    read = sum(not survey.problem for survey in readable)
    record_property("share of readable surveys that are read", f"{read / len(readable):.3f}")
    print(f"{read} of {len(readable)} readable surveys are read: {read / len(readable):.1%}")
    assert read >= READ * len(readable)


def test_no_word_of_a_comment_is_lost() -> None:
    lost = [
        (body.form, body.comment, survey.comment)
        for body, survey in sample()
        if not survey.problem and squeezed(body.comment) not in squeezed(survey.comment)
    ]
    assert lost == []


@settings(max_examples=300)
@given(
    seed=st.integers(0, 2**32),
    form=st.fixed_dictionaries(
        {
            "layout": st.sampled_from(LAYOUTS),
            "style": st.sampled_from([*STYLES, *WRONG]),
            "omission": st.sampled_from(OMISSIONS),
            "comment": st.sampled_from(sorted(COMMENTS)),
            "place": st.sampled_from(PLACES),
            "ticket": st.sampled_from(TICKETS),
            "debris": st.sampled_from(DEBRIS),
        }
    ),
)
@example(
    seed=1,
    form={
        "layout": "above even", "style": "plain", "omission": "first", "comment": "lone figure", "place": "after",
        "ticket": "hash", "debris": "none",
    },
)  # fmt: skip
@example(
    seed=1,
    form={
        "layout": "below close", "style": "plain", "omission": "last", "comment": "figure first", "place": "after",
        "ticket": "hash", "debris": "none",
    },
)  # fmt: skip
@example(
    seed=2306,
    form={
        "layout": "below grouped", "style": "ends", "omission": "none", "comment": "agent", "place": "after",
        "ticket": "hash", "debris": "none",
    },
)  # fmt: skip
def test_no_form_is_read_as_something_that_its_sender_did_not_say(seed: int, form: dict[str, str]) -> None:
    body = drawn(Random(seed), **form)
    assert belied(body, parsed(body)) == "", body.text


@pytest.mark.parametrize("style", sorted(WRONG))
def test_what_is_no_rating_of_the_scale_is_told_with_its_words(style: str) -> None:
    body = drawn(
        Random(3),
        layout="colon",
        style=style,
        omission="none",
        comment="words",
        place="after",
        ticket="hash",
        debris="none",
    )
    assert style == "remark" or parsed(body).ratings == body.ratings
    assert parsed(body).problem.startswith("could not be read: ")
