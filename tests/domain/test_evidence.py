"""Suggestions: what the records say, with the facts beside it."""

from datetime import timedelta
from decimal import Decimal

import pytest

from csat_tui.domain.account import Money
from csat_tui.domain.case import Answer
from csat_tui.domain.concern import best_issues
from csat_tui.domain.evidence import suggest
from csat_tui.domain.ticket import Author
from tests.builders import (
    NOON,
    a_case,
    a_message,
    a_survey,
    a_ticket,
    an_accommodation,
    an_account,
    an_issue,
    the_playbook,
)


def asked(check, **over):
    return suggest(a_case(**over), check, the_playbook())


def usd(amount):
    return Money(Decimal(amount), "USD")


def given(**over):
    return {"account": an_account(accommodations=(an_accommodation(**over),))}


def logged(**over):
    return {"account": an_account(issues=(an_issue(**over),))}


@pytest.mark.parametrize(
    ("over", "answer"),
    [
        ({}, Answer.YES),
        (logged(category="Late-Delivery"), Answer.YES),
        (logged(category="quality"), Answer.NO),
        ({"account": an_account(issues=())}, Answer.NO),
        ({"survey": a_survey(comment="hm"), "messages": ()}, None),
        ({"account": None}, None),
    ],
)
def test_an_issue_is_logged_correctly_if_it_is_what_the_customer_says(over, answer):
    assert asked("issue-logged", **over).answer is answer


def test_the_evidence_names_the_agent_and_the_customer_s_words():
    assert asked("issue-logged").evidence[:2] == (
        "logged: late-delivery by Sol",
        "concern: late or lost delivery — “days late”",
    )


def test_where_two_concerns_are_heard_the_nearer_one_is_named_with_its_words():
    survey = a_survey(comment="The box was damaged. It was two days late, and never arrived in one piece.")
    said = asked("issue-logged", survey=survey, messages=(), **logged(category="damaged-box"))
    assert said.answer is None
    assert said.evidence[-2:] == (
        "nearer: late or lost delivery (“days late”, “never arrived”), 2 to 1",
        "the customer speaks of late or lost delivery too, which was not logged",
    )


def test_what_was_logged_and_nobody_spoke_of_is_said():
    assert asked("issue-logged", **logged(category="quality")).evidence[-1] == (
        "nothing that the customer wrote speaks of what was logged"
    )


def test_an_issue_of_another_ticket_says_nothing():
    assert asked("issue-logged", **logged(ticket_id=1)).answer is Answer.NO


def test_a_curly_apostrophe_and_a_line_break_are_heard_through():
    case = a_case(survey=a_survey(comment="My box\ndidn’t   arrive"), messages=())
    assert [issue.id for issue, _ in best_issues(case, the_playbook())] == ["late-delivery"]


def test_the_agent_s_words_are_not_the_customer_s():
    case = a_case(survey=a_survey(comment=""), messages=(a_message(author=Author.AGENT, body="Your late box"),))
    assert best_issues(case, the_playbook()) == ()


@pytest.mark.parametrize(
    ("over", "answer", "fact"),
    [
        ({}, Answer.YES, "given: credit 15.00 USD"),
        (given(amount=usd("15.01")), Answer.NO, "credit 15.01 USD given, guide allows 15.00"),
        (given(amount=Money(Decimal("5"), "EUR")), None, "the guide speaks of USD, this was EUR: not comparable"),
        (given(kind="refund"), Answer.NO, "the guide gives no refund for this"),
        ({"account": an_account(accommodations=())}, None, "something may have been due"),
        (
            {
                "account": an_account(accommodations=(), issues=(an_issue(category="general-question"),)),
                "survey": a_survey(comment="How long do I heat it?"),
            },
            Answer.NOT_APPLICABLE,
            "given: nothing",
        ),
        ({"account": None}, None, "the admin system has not answered yet"),
        ({"account": None, "missing": ("the admin system is offline",)}, None, "the admin system is offline"),
    ],
)
def test_an_accommodation_is_measured_by_the_guide(over, answer, fact):
    suggestion = asked("within-guide", **over)
    assert suggestion.answer is answer
    assert fact in suggestion.evidence


@pytest.mark.parametrize(("days", "answer"), [(29, Answer.NO), (30, Answer.YES), (31, Answer.YES)])
def test_a_credit_once_in_thirty_days_is_once(days, answer):
    before = an_accommodation(id="A-0", issue_id="I-0", order_id="O-0", given_at=NOON - timedelta(days=days))
    account = an_account(accommodations=(an_accommodation(), before))
    assert asked("within-guide", account=account).answer is answer


def test_what_was_given_without_logging_anything_is_still_seen():
    loose = an_accommodation(issue_id="", order_id="", amount=usd("40.00"), given_at=NOON)
    account = an_account(issues=(), accommodations=(loose,))
    suggestion = asked("within-guide", account=account, source_ticket=a_ticket(created_at=NOON - timedelta(hours=2)))
    assert suggestion.answer is Answer.NO
    assert "given: credit 40.00 USD" in suggestion.evidence


def chat(minutes, author=Author.CUSTOMER, channel="chat", public=True):
    return a_message(
        id=minutes,
        created_at=NOON + timedelta(minutes=minutes),
        author=author,
        channel=channel,
        public=public,
        author_name="Sol",
    )


@pytest.mark.parametrize(
    ("messages", "answer"),
    [
        ((), None),
        ((a_message(),), Answer.NOT_APPLICABLE),
        ((chat(1), chat(2, Author.AGENT)), None),
        ((chat(1), chat(9, Author.AGENT, "email", public=False)), Answer.NO),
        ((chat(1), chat(9, Author.CUSTOMER, "email")), Answer.NO),
        ((chat(1), chat(9, Author.AGENT, "email")), Answer.YES),
        ((chat(9), chat(1, Author.AGENT, "email")), Answer.NO),
    ],
)
def test_a_customer_who_left_the_chat_is_owed_a_mail(messages, answer):
    assert asked("mail-after-chat", messages=messages).answer is answer


def test_a_check_without_an_evaluator_gets_no_suggestion():
    assert asked("coaching-needed") is None
