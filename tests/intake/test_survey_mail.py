"""Survey tickets: what the survey tool wrote, in whatever order it wrote it."""

import time
from random import Random

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from csat_tui.intake import parse_survey
from tests.builders import MAIL, NOON, SOURCE_TICKET, SURVEY_TICKET, a_survey_ticket, ratings, the_playbook

QUESTIONS = [
    "The Larder Customer Experience team",
    "How quickly we responded to your request",
    "How easy it was for you to connect with us",
    "The resolution that was provided to you",
    "How knowledgeable our team member was",
    "How valued as a customer our team member made you feel",
]
HEAD = "Ticket #7300001\n\nCustomer pat@example.com\n\nAgent Sol\n\n"
SIX = (1, 2, 3, 1, 1, 2)


def parsed(text):
    return parse_survey(a_survey_ticket(description=text), the_playbook())


def rated(form="{q} {n}", figures=SIX, between="\n\n"):
    return between.join(form.format(q=question, n=figure) for question, figure in zip(QUESTIONS, figures, strict=True))


def test_a_survey_ticket_becomes_a_survey():
    survey = parsed(MAIL)
    assert survey.source == f"ticket:{SURVEY_TICKET}"
    assert survey.received_at == NOON
    assert (survey.survey_ticket_id, survey.source_ticket_id) == (SURVEY_TICKET, SOURCE_TICKET)
    assert (survey.customer, survey.agent) == ("pat@example.com", "Sol")
    assert survey.ratings == ratings(*SIX)
    assert survey.rating == 1.0
    assert survey.comment == "My box was two days late and nobody could tell me why."
    assert survey.problem == ""
    assert survey.raw == MAIL


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
        "{q} {n} - Disappointed",
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


def test_questions_are_known_by_their_words_and_not_by_their_place():
    lines = rated(between="\n").split("\n")
    Random(4).shuffle(lines)
    assert parsed(HEAD + "\n".join(lines)).ratings == ratings(*SIX)


@pytest.mark.parametrize(
    "wording",
    [
        "The Other Brand Customer Experience team 4",
        "the other brand CUSTOMER   EXPERIENCE team 4",
        "4 The Customer Care team",
    ],
)
def test_another_brand_asks_the_same(wording):
    assert parsed(HEAD + wording).ratings == ratings(4)


@pytest.mark.parametrize("wording", ["How knowledgeable our team was", "How knowledgeable our team member was"])
def test_wordings_vary(wording):
    assert parsed(HEAD + f"{wording} 2").ratings == {the_playbook().factors[4].id: 2}


@pytest.mark.parametrize(
    "comment",
    [
        "",
        "One line.",
        "Two lines\nof words",
        "A gap\n\n\nin the middle",
        "5 stars for the food, 1 for this",
        "5",
        "2 weeks late\n\n3 calls\n\n4",
        "How quickly we responded to your request 5",
        "I waited.\nHow easy it was for you to connect with us 5\nreally?",
        "Ticket #42\nCustomer of ten years\nAgent unknown",
        "Customer service is a joke",
        "\x1b[31mred\x1b[0m [bold]loud[/bold] \u202eback",
        "שלום, הקופסה לא הגיעה",
        "箱が遅れて届きました。",
    ],
)
def test_the_comment_is_the_customer_s_own_whatever_it_looks_like(comment):
    survey = parsed(HEAD + rated() + "\n\n" + comment + "\n")
    assert survey.comment == comment
    assert survey.ratings == ratings(*SIX)
    assert (survey.source_ticket_id, survey.customer, survey.agent) == (SOURCE_TICKET, "pat@example.com", "Sol")


@pytest.mark.parametrize(
    "invitation",
    ["Is there anything else you'd like to share about your experience?", "Comment:", "Comments", "Your feedback:"],
)
def test_the_invitation_to_comment_is_no_comment(invitation):
    assert parsed(HEAD + rated() + f"\n\n{invitation}\n\nToo slow.").comment == "Too slow."
    assert parsed(HEAD + rated() + f"\n\n{invitation}").comment == ""


def test_noise_around_does_no_harm():
    noisy = (
        "-- response received 2026-03-10 12:00 UTC --\n\nSurvey language: EN\n"
        + HEAD.replace("Agent", "Response id: R_1\nAgent")
        + "What was your overall level of satisfaction with the below?\n"
        + rated(between="\n· · ·\n")
        + "\n\nToo slow."
    )
    survey = parsed(noisy)
    assert (survey.problem, survey.comment, survey.ratings) == ("", "Too slow.", ratings(*SIX))


@pytest.mark.parametrize(
    ("head", "ticket", "customer", "agent"),
    [
        ("Ticket #7300001\nCustomer pat@example.com\nAgent Sol\n", 7300001, "pat@example.com", "Sol"),
        ("Ticket ID: 7300001\nCustomer: Pat Doe\nAgent: Sol Ray\n", 7300001, "Pat Doe", "Sol Ray"),
        ("Agent Sol\nCustomer pat@example.com\nTicket 6130907993114\n", 6130907993114, "pat@example.com", "Sol"),
        ("Ticket #7300001\nCustomer\nAgent\n", 7300001, "", ""),
        ("TICKET NUMBER #7300001\nCustomer email pat@example.com\n", 7300001, "pat@example.com", ""),
    ],
)
def test_ticket_customer_and_agent_are_read_from_the_head(head, ticket, customer, agent):
    survey = parsed(head + "\n" + rated())
    assert (survey.source_ticket_id, survey.customer, survey.agent) == (ticket, customer, agent)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "could not be read: no ticket number; no ratings"),
        ("hello", "could not be read: no ticket number; no ratings"),
        (HEAD, "could not be read: no ratings"),
        (rated(), "could not be read: no ticket number"),
        (
            HEAD + rated().replace("How quickly we responded to your request 2\n\n", ""),
            "could not be read: no rating for Speed of the answer",
        ),
        (
            HEAD + rated(figures=(1, 7, 3, 1, 0, 2)),
            "could not be read: Speed of the answer rated 7, expected 1 to 5;"
            " Knowledge of the team rated 0, expected 1 to 5",
        ),
        (
            HEAD + rated(figures=(1, 2.5, 3, 1, 1, 2)),
            "could not be read: Speed of the answer rated 2.5, expected 1 to 5",
        ),
        (HEAD + rated("{q} ${{q://QID1}}"), "could not be read: no ratings"),
    ],
)
def test_what_cannot_be_read_is_named(text, problem):
    assert parsed(text).problem == problem


def test_a_question_left_open_is_an_answer_too():
    survey = parsed(HEAD + rated().replace("How quickly we responded to your request 2", "How quickly we responded"))
    assert survey.problem == ""
    assert len(survey.ratings) == 5


def test_what_could_be_read_of_a_broken_survey_is_kept():
    survey = parsed("Ticket #${missing}\nCustomer pat@example.com\nAgent Sol\n\n" + rated() + "\n\nToo slow.")
    assert survey.problem == "could not be read: no ticket number"
    assert (survey.customer, survey.agent, survey.rating, survey.comment) == (
        "pat@example.com",
        "Sol",
        1.0,
        "Too slow.",
    )


def test_the_words_of_a_survey_without_ratings_are_kept():
    survey = parsed(HEAD + "Nobody helped me.\nAgent was rude.")
    assert (survey.comment, survey.agent) == ("Nobody helped me.\nAgent was rude.", "Sol")


@given(st.text())
@example("\ud800")
@example("9" * 5000)
@example("Ticket #" + "9" * 5000)
@example("How quickly " + "1" * 5000)
@example("\r\r\n\x00")
def test_no_text_makes_it_stumble(text):
    survey = parsed(text)
    assert survey.raw == text
    assert survey.problem


lines = st.sampled_from(
    [*QUESTIONS, "1", "2 ", " 5", "7", "", "Ticket #1", "Customer x", "Agent y", "Comment:", "words"]
)


@given(st.lists(st.tuples(lines, lines).map(" ".join), max_size=30).map("\n".join))
def test_no_heap_of_lines_makes_it_stumble(text):
    survey = parsed(text)
    assert all(1 <= rating <= 5 for rating in survey.ratings.values())


@given(
    st.lists(st.integers(1, 5), min_size=6, max_size=6),
    st.permutations(range(6)),
    st.lists(st.booleans(), min_size=6, max_size=6),
)
def test_any_order_and_any_side_reads_the_same(figures, order, sides):
    body = [f"{figures[n]} {QUESTIONS[n]}" if sides[n] else f"{QUESTIONS[n]} {figures[n]}" for n in order]
    assert parsed(HEAD + "\n\n".join(body)).ratings == ratings(*figures)


@given(st.text(max_size=200))
def test_a_comment_comes_back_as_it_was_written(words):
    comment = "It was: " + words
    assert parsed(HEAD + rated() + "\n\n" + comment).comment == comment.replace("\r\n", "\n").rstrip()


@pytest.mark.parametrize(
    "text",
    [
        "1 " * 30_000,
        "How quickly " * 5_000,
        "\n".join(["How quickly we responded to your request"] * 1_500),
        "\n" * 60_000,
        "Customer " + " " * 60_000 + "x",
        pytest.param(f"ticket{' ' * 230}x\n" * 260, id="headings with room in them"),
        "anything else you would like to " * 2_000,
        HEAD + rated() + "\n\n" + "no end of words 1 2 3 " * 3_000,
        "\n".join("noise 1 and 2" for _ in range(5_000)),
        "9" * 60_000,
        "(" * 60_000,
    ],
)
def test_a_survey_of_sixty_kilobytes_is_read_at_once(text):
    began = time.perf_counter()
    parsed(text)
    assert time.perf_counter() - began < 0.5
