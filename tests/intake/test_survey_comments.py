"""The customer's comment in a survey ticket: where it begins and ends, and that it stays as it was written."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.builders import SOURCE_TICKET, ratings
from tests.intake.survey_tickets import HEAD, QUESTIONS, SIX, parsed, rated


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


def test_the_words_of_a_survey_without_ratings_are_kept():
    survey = parsed(HEAD + "Nobody helped me.\nAgent was rude.")
    assert (survey.comment, survey.agent) == ("Nobody helped me.\nAgent was rude.", "Sol")


@given(st.text(max_size=200))
def test_a_comment_comes_back_as_it_was_written(words):
    comment = "It was: " + words
    assert parsed(HEAD + rated() + "\n\n" + comment).comment == comment.replace("\r\n", "\n").rstrip()


@pytest.mark.parametrize(
    "comment",
    [
        "The resolution you gave me was worth a credit of $5",
        "The resolution you gave us was useless 1",
        "How quickly you forget your customers: 5",
        "The support team was rude 2",
    ],
)
def test_a_customer_s_sentence_is_no_question_however_it_begins(comment):
    survey = parsed(HEAD + rated() + "\n\n" + comment)
    assert (survey.problem, survey.ratings, survey.comment) == ("", ratings(*SIX), comment)
    question = next(one for one in QUESTIONS if one.split()[1] in comment or one.split()[-1] in comment.split())
    without = parsed(
        HEAD + rated().replace(f"{question} {SIX[QUESTIONS.index(question)]}", "").strip() + "\n\n" + comment
    )
    assert without.problem.startswith("could not be read: ")
    assert comment in without.comment


@pytest.mark.parametrize("invitation", ["", "Is there anything else you'd like to share about your experience?\n\n"])
def test_a_comment_before_the_ratings_is_kept(invitation):
    survey = parsed(HEAD + invitation + "My box was late.\n\nNobody called.\n\n" + rated())
    assert (survey.problem, survey.ratings) == ("", ratings(*SIX))
    assert survey.comment == "My box was late.\n\nNobody called."


def test_a_comment_may_stand_on_the_line_of_its_invitation():
    survey = parsed(HEAD + rated() + "\n\nIs there anything else you'd like to share? My box was late.")
    assert (survey.problem, survey.comment) == ("", "My box was late.")


@pytest.mark.parametrize(
    "comment", ["It says <br> and <p> everywhere.", "a =20 b = c", "> quoted\n> words", "**loud** & clear"]
)
def test_what_looks_like_markup_in_a_comment_stays(comment):
    assert parsed(HEAD + rated() + "\n\n" + comment).comment == comment


def test_words_below_each_rating_go_into_the_comment():
    survey = parsed(HEAD + rated("{q}: {n}\nThey took their time.", between="\n"))
    assert (survey.problem, survey.ratings) == ("", ratings(*SIX))
    assert survey.comment.count("They took their time.") == 6
