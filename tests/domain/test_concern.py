"""What the customer complains of, and what was logged and given for it."""

from datetime import timedelta
from typing import Any

import pytest

from csat_tui.domain.case import Case, Suggestion
from csat_tui.domain.concern import (
    TEXT_LIMIT,
    accommodation_text,
    accommodations_given,
    concerns,
    customer_texts,
    issues_in_comment,
    issues_in_survey,
    logged_issues,
    no_account,
    plain_beginning,
    recognised_issues,
    why_not_judged,
)
from csat_tui.domain.ticket import Author
from tests.builders import (
    NOON,
    SOURCE_TICKET,
    a_case,
    a_message,
    a_survey,
    a_ticket,
    an_accommodation,
    an_account,
    an_issue,
    the_playbook,
)

LATE, COLD, DAMAGED = "My box was two days late.", "The food arrived warm.", "The box was damaged."


def said(comment: str, *words: str, logged: tuple[str, ...] = ("late-delivery",)) -> Case:
    """Return a case with a comment, and what the customer and an agent wrote in the contact."""
    messages = tuple(a_message(id=500 + number, body=body) for number, body in enumerate(words))
    issues = tuple(an_issue(id=f"I-{number}", category=category) for number, category in enumerate(logged))
    return a_case(survey=a_survey(comment=comment), messages=messages, account=an_account(issues=issues))


def names(found: Any) -> list[str]:
    return [one.issue.id for one in found]


def test_a_text_is_looked_at_as_one_line_with_plain_apostrophes_and_only_at_its_beginning() -> None:
    assert plain_beginning(" It didn’t\n\n come ") == "It didn't come"
    assert plain_beginning("x" * (TEXT_LIMIT - 1) + "yz") == "x" * (TEXT_LIMIT - 1) + "y"


def test_the_customer_s_texts_are_the_comment_and_then_their_own_words() -> None:
    case = a_case(
        survey=a_survey(comment=LATE),
        messages=(
            a_message(body="Hello"),
            a_message(id=2, author=Author.AGENT, body="Hi"),
            a_message(id=3, body=" \n"),
        ),
    )
    assert [(one.text, one.survey) for one in customer_texts(case)] == [(LATE, True), ("Hello", False)]


@pytest.mark.parametrize(
    ("comment", "found"),
    [
        ("", []),
        ("Hm.", []),
        (LATE, ["late-delivery"]),
        (f"{COLD} {LATE}", ["spoiled-food", "late-delivery"]),
        ("It didn’t\narrive", ["late-delivery"]),
    ],
)
def test_a_comment_by_itself_is_read_as_on_the_screen(comment: str, found: list[str]) -> None:
    assert names(issues_in_comment(comment, the_playbook())) == found
    assert names(issues_in_survey(said(comment, LATE), the_playbook())) == found


def test_the_survey_speaks_before_the_contact_and_no_words_are_told_twice() -> None:
    found = recognised_issues(said(DAMAGED, LATE, "Days late! And two days LATE."), the_playbook())
    assert [(one.issue.id, one.words) for one in found] == [
        ("damaged-box", ("box was damaged",)),
        ("late-delivery", ("days late",)),
    ]


@pytest.mark.parametrize(
    ("case", "logged", "unlogged", "elsewhere"),
    [
        # The survey names a concern: what it names counts, and what was only spoken of in the contact stands elsewhere.
        (said(LATE), ["late-delivery"], [], []),
        (said(LATE, logged=()), [], ["late-delivery"], []),
        (said(LATE, logged=("Late-Delivery",)), ["late-delivery"], [], []),
        (said(DAMAGED, LATE), [], ["damaged-box"], ["late-delivery"]),
        (said(f"{DAMAGED} {LATE}"), ["late-delivery"], ["damaged-box"], []),
        # The survey names none: the contact speaks, and another concern only where it has more of the words.
        (said("Hm.", LATE), ["late-delivery"], [], []),
        (said("Hm.", LATE, DAMAGED), ["late-delivery"], [], []),
        (said("Hm.", LATE, DAMAGED, "It came in a crushed box."), ["late-delivery"], ["damaged-box"], []),
        (said("Hm.", LATE, COLD, logged=()), [], ["late-delivery"], []),
        (said("Hm.", LATE, logged=()), [], ["late-delivery"], []),
        (said("Hm.", logged=()), [], [], []),
        (said("Hm.", "Hm?"), [], [], []),
    ],
)
def test_concerns_are_held_against_what_was_logged(
    case: Case, logged: list[str], unlogged: list[str], elsewhere: list[str]
) -> None:
    found = concerns(case, the_playbook())
    assert (names(found.logged), names(found.unlogged), names(found.elsewhere)) == (logged, unlogged, elsewhere)


def test_a_comment_in_a_language_without_patterns_is_not_judged() -> None:
    case = a_case(survey=a_survey(comment="Meine Kiste kam zwei Tage zu spät und niemand wusste warum."))
    assert why_not_judged(case, the_playbook(), lambda _: "de") == (
        "the comment is in German, no patterns for it: cannot be judged"
    )
    assert why_not_judged(case, the_playbook(), lambda _: "en") == ""


@pytest.mark.parametrize(
    ("tickets", "ours"),
    [
        ((SOURCE_TICKET,), [0]),
        ((None,), [0]),
        ((SOURCE_TICKET, None), [0]),
        ((1, None, None), [1, 2]),
        ((1,), []),
        ((), []),
    ],
)
def test_the_issues_of_the_source_ticket_count_or_else_those_without_a_ticket(
    tickets: tuple[Any, ...], ours: list[int]
) -> None:
    issues = tuple(an_issue(id=f"I-{number}", ticket_id=ticket) for number, ticket in enumerate(tickets))
    case = a_case(account=an_account(issues=issues))
    assert [one.id for one in logged_issues(case)] == [f"I-{number}" for number in ours]


def test_without_a_source_ticket_an_issue_without_a_ticket_is_the_survey_s() -> None:
    issues = (an_issue(id="I-1", ticket_id=None), an_issue(id="I-2", ticket_id=1))
    case = a_case(survey=a_survey(source_ticket_id=None), account=an_account(issues=issues))
    assert [one.id for one in logged_issues(case)] == ["I-1"]


HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("given", "counts"),
    [
        ({}, True),
        ({"issue_id": "I-2"}, False),
        ({"issue_id": None}, True),
        ({"issue_id": None, "order_id": "O-2"}, True),
        ({"issue_id": None, "order_id": "O-2", "given_at": NOON - HOUR}, False),
        ({"issue_id": None, "order_id": None, "given_at": NOON - HOUR}, False),
        ({"issue_id": None, "order_id": None, "given_at": NOON + 2 * HOUR}, True),
        ({"issue_id": None, "order_id": None, "given_at": NOON + 3 * HOUR}, False),
        ({"issue_id": None, "order_id": "O-1", "given_at": NOON - HOUR}, True),
        ({"issue_id": "I-2", "order_id": "O-1"}, False),
    ],
)
def test_what_was_given_for_the_issue_its_order_or_during_the_contact_counts(
    given: dict[str, Any], counts: bool
) -> None:
    case = a_case(
        survey=a_survey(received_at=NOON + 2 * HOUR),
        source_ticket=a_ticket(created_at=NOON),
        account=an_account(accommodations=(an_accommodation(**given),)),
    )
    assert bool(accommodations_given(case, logged_issues(case))) is counts


def test_without_the_source_ticket_nothing_is_known_to_be_given_on_the_way() -> None:
    given = (an_accommodation(issue_id=None, order_id=None),)
    case = a_case(source_ticket=None, account=an_account(accommodations=given))
    assert accommodations_given(case, logged_issues(case)) == ()
    assert accommodations_given(a_case(account=None), ()) == ()
    assert logged_issues(a_case(account=None)) == ()


def test_what_was_given_is_said_with_its_amount_where_it_is_money() -> None:
    assert accommodation_text(an_accommodation()) == "credit 15.00 USD"
    assert accommodation_text(an_accommodation(kind="replacement", amount=None)) == "replacement"


@pytest.mark.parametrize(
    ("missing", "why"),
    [
        ((), "the admin system has not answered yet"),
        (("ticket #1 is not here",), "the admin system has not answered yet"),
        (("ticket #1 is not here", "the admin system refused"), "the admin system refused"),
    ],
)
def test_without_an_account_it_is_said_why(missing: tuple[str, ...], why: str) -> None:
    assert no_account(a_case(account=None, missing=missing)) == Suggestion(None, (why,))
