"""What counts as a rating in a survey ticket, and which question it answers."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.builders import ratings
from tests.intake.survey_tickets import HEAD, QUESTIONS, SIX, parsed, rated


@pytest.mark.parametrize(
    "form",
    [
        "{q} {n}",
        "{n} {q}",
        "{q}: {n}",
        "{q} - {n}",
        "{n} - {q}",
        "{n}: {q}",
        "{q} ({n})",
        "[{n}] {q}",
        "{q} {n}/5",
        "{q}\t{n}",
        "  {q}   {n}  ",
        "1. {q} {n}",
        "{q} {n} - stars",
        "{q}\n{n}",
        "{n}\n{q}",
        "{q}\n\n  {n}",
    ],
)
@pytest.mark.parametrize("between", ["\n", "\n\n", "\r\n"])
def test_a_rating_may_stand_before_or_behind_its_question(form, between):
    survey = parsed(HEAD + rated(form, between=between) + "\n\nToo slow.")
    assert survey.problem == ""
    assert survey.ratings == ratings(*SIX)
    assert survey.comment == "Too slow."


def test_a_question_left_open_is_an_answer_too():
    survey = parsed(HEAD + rated().replace("How quickly we responded to your request 2", "How quickly we responded"))
    assert survey.problem == ""
    assert len(survey.ratings) == 5


@given(
    st.lists(st.integers(1, 5), min_size=6, max_size=6),
    st.permutations(range(6)),
    st.lists(st.booleans(), min_size=6, max_size=6),
)
def test_any_order_and_any_side_reads_the_same(figures, order, sides):
    body = [f"{figures[n]} {QUESTIONS[n]}" if sides[n] else f"{QUESTIONS[n]} {figures[n]}" for n in order]
    assert parsed(HEAD + "\n\n".join(body)).ratings == ratings(*figures)


@pytest.mark.parametrize(
    "form",
    [
        "{q} {n} out of 5",
        "{q} {n} of 5",
        "{q} {n} (scale 1-5)",
        "{q} {n} (out of 5)",
        "{q} {n} stars out of 5",
        "{q} {n} von 5",
        "{q} {n} [1-5]",
        "{q} (1-5): {n}",
        "{q} {n} (1 = worst, 5 = best)",
        "{q}: {n}.0",
        "{q}? {n}.",
        "**{q}:** {n}",
        "| {q} | {n} |",
        "- {q}: {n}",
        "> {q} {n}",
        "> > * {q} – {n}/5",
        "{q} {n}\ufe0f\u20e3",
        "{q}\u200b {n}\u200b",
        "{q}\u00a0{n}",
        "<tr><td>{q}</td><td>{n}</td></tr>",
        "{q}<br>",
        "What was your overall level of satisfaction with the below? - {q}: {n}",
        "Rating {n}: {q}",
    ],
)
def test_a_rating_is_read_however_it_is_dressed(form):
    form = form if "{n}" in form else "{q} <b>{n}</b><br>"
    survey = parsed(HEAD + rated(form, between="\n") + "\n\nToo slow.")
    assert (survey.problem, survey.ratings) == ("", ratings(*SIX))
    assert survey.comment == "Too slow."


@pytest.mark.parametrize(
    ("beside", "said"),
    [
        ("5 - Disappointed", "rated “5 - Disappointed”, where the words contradict the figure"),
        ("1 - Outstanding", "rated “1 - Outstanding”, where the words contradict the figure"),
        ("2 - nobody cared", "beside Speed of the answer stands “2 - nobody cared”, which is not a rating"),
        ("nobody cared", "no rating for Speed of the answer"),
        (": nobody cared", "beside Speed of the answer stands “: nobody cared”, which is not a rating"),
        ("10 of 10", "rated “10 of 10”, which is not a rating on the scale of 1 to 5"),
        ("1 (1 = best, 5 = worst)", "which is not a rating on the scale of 1 to 5"),
        ("1 2", "rated “1 2”, which has more than one number"),
        ("★★★★★★★", "which is not a rating on the scale of 1 to 5"),
        ("Disappointed", "no rating for Speed of the answer"),
    ],
)
def test_what_stands_beside_a_question_and_is_no_rating_is_told(beside, said):
    survey = parsed(HEAD + rated().replace("your request 2", f"your request {beside}") + "\n\nToo slow.")
    assert said in survey.problem
    assert "speed" not in survey.ratings


@pytest.mark.parametrize("mark", ["-", "–", "n/a", "N/A", "skipped", "(skipped)", "-99", ": -", "- n/a"])
def test_a_mark_for_no_answer_is_a_question_left_open(mark):
    survey = parsed(HEAD + rated().replace("your request 2", f"your request {mark}"))
    assert (survey.problem, len(survey.ratings)) == ("", 5)


def test_the_first_rating_above_its_question_may_be_missing_and_then_nothing_is_guessed():
    survey = parsed(HEAD + "\n".join(rated("{n}\n{q}", between="\n").split("\n")[1:]) + "\n\nToo slow.")
    assert survey.ratings == {}
    assert survey.problem == "could not be read: no ratings; it is not clear which figure belongs to which question"
    assert survey.comment == "Too slow."


@pytest.mark.parametrize("form", ["{q} {n}", "{q}\n\n{n}", "{n}\n\n{q}"])
def test_a_comment_that_begins_with_a_figure_is_no_rating_of_the_question_left_open_above_it(form):
    whole = rated(form)
    cut = whole[: whole.rindex("How valued")] + QUESTIONS[-1]
    survey = parsed(HEAD + cut + "\n\n5\n\nNever again.")
    assert survey.ratings.get("valued") is None
    assert survey.problem


def test_a_survey_that_is_rated_twice_is_held():
    survey = parsed(HEAD + rated() + "\n\n" + rated(figures=(5, 5, 5, 5, 5, 5)))
    assert "Customer experience team is asked twice" in survey.problem


def test_a_scale_that_runs_the_other_way_is_told():
    survey = parsed(HEAD + "Scale: 1 = Outstanding, 5 = Disappointed\n\n" + rated())
    assert survey.problem.startswith("could not be read: “Scale: 1 = Outstanding, 5 = Disappointed” reverses the scale")
    assert parsed(HEAD + "1 = Disappointed, 5 = Outstanding\n\n" + rated()).problem == ""


@pytest.mark.parametrize(
    "line",
    ["On a scale of 1 to 10, please rate:", "Rate us (0-10):", "All answers are out of 10.", "1 (best) to 5 (worst)"],
)
def test_another_scale_is_told_wherever_it_is_named_above_the_ratings(line):
    assert f"“{line}”" in parsed(HEAD + line + "\n\n" + rated()).problem


@pytest.mark.parametrize("words", ["Our support team 5", "Our support team 5\nis all I hear about."])
def test_a_line_that_stands_apart_is_not_taken_for_the_question_that_is_missing(words):
    lines = rated(between="\n").split("\n", 1)[1]
    survey = parsed(HEAD + lines + "\n\n" + words)
    assert survey.problem == "could not be read: Customer experience team is separate from the other questions"


@pytest.mark.parametrize(
    "row", ["{q} 1 2 [{n}] 4 5", "{q} (x) ( ) ( ) ( ) ( )", "| {q} | x | | | | |", "{q} <del>5</del> {n}"]
)
def test_what_only_a_picture_would_show_is_held(row):
    survey = parsed(HEAD + rated(row, between="\n"))
    assert survey.ratings == {}
    assert survey.problem.startswith("could not be read: no ratings; ")


def test_a_last_rating_without_the_label_that_the_others_have_is_never_passed_over():
    labelled = rated("{q}\n{n} - Disappointed", figures=(1, 1, 1, 1, 1, 1), between="\n\n")
    survey = parsed(HEAD + labelled.removesuffix("1 - Disappointed") + "4\n\nToo slow.")
    assert survey.problem == "could not be read: no ratings; it is not clear which figure belongs to which question"
