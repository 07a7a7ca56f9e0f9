"""Promises in the agent's words against what the account shows, and concerns that come again."""

from datetime import timedelta
from decimal import Decimal
from unittest.mock import patch

import pytest

from csat_tui.domain.account import Money
from csat_tui.domain.case import Answer, Suggestion
from csat_tui.domain.promises import reading
from csat_tui.domain.promises.kept import promise_kept, repeated_concern
from csat_tui.domain.promises.reading import SENTENCE_LIMIT, TEXT_LIMIT, promises_in
from csat_tui.domain.ticket import Author, Message
from tests.builders import NOON, a_case, a_message, a_survey, an_accommodation, an_account, an_order, the_playbook


def said(body: str, minutes: int = 0, **over: object) -> Message:
    when = NOON + timedelta(minutes=minutes)
    return a_message(id=500 + minutes, author=Author.AGENT, author_name="Sol", body=body, created_at=when, **over)


def kept(body: str, **account: object) -> Suggestion:
    return promise_kept(a_case(messages=(a_message(), said(body, 5)), account=an_account(**account)), the_playbook())


CREDIT, REFUND, BOX = (an_accommodation(kind=kind) for kind in ("credit", "refund", "replacement"))


@pytest.mark.parametrize(
    ("body", "account", "answer", "shown"),
    [
        ("I will cancel the subscription for you.", {}, Answer.NO, "subscription: active"),
        ("I will cancel the subscription for you.", {"subscription_status": "suspended"}, Answer.NO, "suspended"),
        ("I’ll go ahead and cancel it.", {"subscription_status": "cancelled"}, Answer.YES, "subscription: cancelled"),
        ("Your subscription has been cancelled!", {"subscription_status": "CANCELED"}, Answer.YES, "subscription"),
        ("Your plan is paused for four weeks", {"subscription_status": "paused"}, Answer.YES, "subscription: paused"),
        ("Your plan is now paused.", {"subscription_status": "active"}, Answer.NO, "not as promised"),
        ("I have paused it", {"subscription_status": ""}, None, "subscription: not told"),
        ("Sure, from the next box on you get 4 meals a week.", {"plan": "6 meals a week"}, Answer.NO, "plan: 6 meals"),
        ("From the next box on, you will get 4 meals.", {"plan": "4 meals a week"}, Answer.YES, "plan: 4 meals"),
        ("I have changed your plan to 12 meals", {"plan": "12 meals"}, Answer.YES, "plan: 12"),
        ("I have updated your plan to 12 meals", {"plan": "large"}, None, "plan: large"),
        ("I have issued a credit of $15", {"accommodations": (CREDIT,)}, Answer.YES, "credit since then: credit 15.00"),
        ("I have issued a credit of $20", {"accommodations": (CREDIT,)}, Answer.NO, "credit 15.00 USD"),
        ("I will cancel your order", {"orders": (an_order(status="delivered"),)}, Answer.NO, "orders: delivered"),
        ("I’ve cancelled the next box", {"orders": (an_order(status="Cancelled"),)}, Answer.YES, "orders: Cancelled"),
        ("Order 17 has been cancelled", {"orders": ()}, None, "orders: none"),
        ("We will add $15 in store credit", {"accommodations": ()}, Answer.NO, "credit since then: nothing"),
        ("I’ve refunded the order.", {"accommodations": (CREDIT,)}, Answer.NO, "refund since then: nothing"),
        ("We have refunded you.", {"accommodations": (REFUND,)}, Answer.YES, "refund since then"),
        ("I will send you a new box", {"accommodations": (BOX,)}, Answer.YES, "replacement since then"),
    ],
)
def test_a_promise_is_held_against_the_account(body: str, account: object, answer: Answer | None, shown: str) -> None:
    found = kept(body, **account)  # type: ignore[arg-type]
    assert found.answer is answer
    assert any(shown in line for line in found.evidence)


@pytest.mark.parametrize(
    "body",
    [
        "You can cancel at any time under Plan in your profile.",
        "I will not cancel it before you say so.",
        "We will never refund without asking.",
        "The credit is meant to cover all of it.",
        "Did you cancel the subscription?",
    ],
)
def test_what_is_no_promise_is_none(body: str) -> None:
    assert kept(body).answer is None
    assert "no promise recognised" in kept(body).evidence[0]


def test_the_promise_is_quoted_with_who_gave_it_and_when() -> None:
    found = kept("Of course. I will cancel the subscription for you right after this chat. Bye!")
    assert found.evidence == (
        "Sol 10 Mar 12:05: “I will cancel the subscription for you right after this chat.”",
        "subscription: active: not as promised",
    )


def test_one_broken_promise_counts_more_than_a_kept_one_and_comes_first() -> None:
    messages = (said("I have issued a credit of $15", 1), said("I will cancel the plan", 2))
    found = promise_kept(a_case(messages=messages), the_playbook())
    assert found.answer is Answer.NO
    assert "cancel" in found.evidence[0]


@pytest.mark.parametrize("over", [{"public": False}, {"author": Author.CUSTOMER}])
def test_only_what_the_agent_told_the_customer_is_a_promise(over: dict[str, object]) -> None:
    message = a_message(**{"author": Author.AGENT, "body": "I will cancel the subscription"} | over)
    assert promise_kept(a_case(messages=(message,)), the_playbook()).answer is None


def test_a_credit_from_before_the_promise_is_not_the_promised_one() -> None:
    old = an_accommodation(given_at=NOON - timedelta(days=3))
    assert kept("I will add a credit", accommodations=(old,)).answer is Answer.NO


@pytest.mark.parametrize(
    ("bodies", "given", "answer"),
    [
        (
            ("I have applied a $20 credit for the delay.", "I will also add a $15 credit for the soup."),
            ("15",),
            Answer.NO,
        ),
        (("A $20 credit is on its way.", "I will also add a $15 credit for the soup."), ("20",), None),
        (("I have issued a $20 credit.", "I will also add a $15 credit for the soup."), ("20", "15"), Answer.YES),
        (("I have issued a $15 credit.", "I will add another $15 credit."), ("15",), None),
        (("I will add a $15 credit.", "I have issued a $15 credit."), ("15",), Answer.YES),
        (("I will add a credit for you.", "I have issued a $15 credit."), ("15",), Answer.YES),
        (("I will add a $15 credit.", "I have now made it a $25 credit: I have issued a $25 credit."), ("25",), None),
    ],
)
def test_sums_of_one_kind_are_held_against_the_account_together(
    bodies: tuple[str, ...], given: tuple[str, ...], answer: Answer | None
) -> None:
    messages = tuple(said(body, minute) for minute, body in enumerate(bodies, 5))
    given_then = tuple(an_accommodation(kind="credit", amount=Money(Decimal(one), "USD")) for one in given)
    found = promise_kept(a_case(messages=messages, account=an_account(accommodations=given_then)), the_playbook())
    assert found.answer is answer, found.evidence


def test_a_refund_in_full_and_one_of_the_shipping_are_not_shown_by_a_small_one() -> None:
    bodies = ("I will refund order 17 in full.", "I will refund the $5 shipping too.")
    messages = tuple(said(body, minute) for minute, body in enumerate(bodies, 5))
    found = promise_kept(a_case(messages=messages, account=an_account(accommodations=(REFUND,))), the_playbook())
    assert found.answer is None


CALL, MAIL = "I will call you back tomorrow.", "I will email you an update tomorrow."
NOBODY = "nothing in this ticket shows that anybody got in touch after it"


@pytest.mark.parametrize(
    ("body", "after", "answer", "shown"),
    [
        (CALL, (), None, NOBODY),
        (CALL, (said("Hello?", 9, channel="voice"),), Answer.YES, "Sol got in touch 10 Mar 12:09"),
        (CALL, (said("Any news?", 9),), None, "Sol got in touch 10 Mar 12:09, but not by phone as far as the ticket"),
        (
            CALL,
            (said("Any news?", 9), said("Hello?", 10, channel="voice")),
            Answer.YES,
            "Sol got in touch 10 Mar 12:09",
        ),
        (MAIL, (said("Here is the update.", 9),), Answer.YES, "Sol got in touch 10 Mar 12:09"),
        (MAIL, (said("Hello?", 9, channel="voice"),), Answer.YES, "Sol got in touch 10 Mar 12:09"),
        # An internal note reaches nobody, the customer is not the one who promised, and before is not after.
        (MAIL, (said("I must write to Pat.", 9, public=False),), None, NOBODY),
        (MAIL, (a_message(id=509, created_at=NOON + timedelta(minutes=9), body="Well?"),), None, NOBODY),
        (MAIL, (said("Good morning.", 1),), None, NOBODY),
    ],
)
def test_a_promise_to_get_in_touch_is_held_against_what_was_said_after_it(
    body: str, after: tuple[Message, ...], answer: Answer | None, shown: str
) -> None:
    messages = sorted((said(body, 5), *after), key=lambda one: one.created_at)
    found = promise_kept(a_case(messages=tuple(messages)), the_playbook())
    assert found.answer is answer
    assert found.evidence[0] == f"Sol 10 Mar 12:05: “{body}”"
    assert found.evidence[1].startswith(shown)


def test_without_an_account_nothing_is_suggested() -> None:
    assert promise_kept(a_case(account=None), the_playbook()).answer is None


def test_a_promise_is_looked_for_in_one_short_sentence_at_a_time() -> None:
    """The work grows with the text alone: no pattern ever sees more than a sentence, and no text is read for ever."""
    seen: list[int] = []
    with patch.object(reading, "promise_spans", side_effect=lambda sentence: seen.append(len(sentence)) or iter(())):
        for text in ("I will " * 20_000, "refund\n" * 20_000, "you will get the " * 9_000, "x" * 90_000):
            promises_in(text)
    assert seen
    assert max(seen) <= SENTENCE_LIMIT + 1
    assert sum(seen) <= 4 * (TEXT_LIMIT + TEXT_LIMIT // SENTENCE_LIMIT + 1)


@pytest.mark.parametrize(
    ("comment", "messages", "answer", "last"),
    [
        ("Days late!", (a_message(body="It is two days late"), said("Sorry to hear", 9)), Answer.YES, "Sol answered"),
        ("Days late!", (a_message(body="It is two days late"),), Answer.NO, "nobody answered it after that"),
        ("Days late!", (a_message(body="The soup was bland"),), Answer.NO, "ticket: nothing of it, but quality"),
        ("Days late!", (), None, "ticket: nothing of it"),
        ("Hm.", (a_message(),), None, "no concern recognised in the survey"),
    ],
)
def test_a_concern_that_comes_again_after_an_answer_is_repeated(
    comment: str, messages: tuple[Message, ...], answer: Answer | None, last: str
) -> None:
    found = repeated_concern(a_case(survey=a_survey(comment=comment), messages=messages), the_playbook())
    assert found.answer is answer
    assert found.evidence[-1].startswith(last)
