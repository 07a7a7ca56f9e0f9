"""Amounts that are typed for a refund or credit, held against the order, the guide and what was given before."""

from datetime import timedelta
from decimal import Decimal

import pytest

from csat_tui.domain.account import Money
from csat_tui.domain.case import Case
from csat_tui.domain.decide import blockers
from csat_tui.domain.held_amounts import AmountRemark, amount_remarks
from tests.builders import (
    ALIGNED,
    NOON,
    a_case,
    a_survey,
    an_accommodation,
    an_account,
    an_issue,
    an_order,
    answered,
    the_playbook,
)

BOOK = the_playbook()
FOLLOW_UP = BOOK.outcome("follow-up")
TOTAL = Money(Decimal("60.00"), "USD")


def case_of(**over: object) -> Case:
    account = {
        "accommodations": (),
        "orders": (an_order(id="4711", total=TOTAL),),
        "issues": (an_issue(order_id="4711"),),
    }
    return a_case(answers=answered(**ALIGNED), account=an_account(**account | over))


def held(text: str, kind: str = "credit", case: Case | None = None) -> tuple[AmountRemark, ...]:
    return amount_remarks(case or case_of(), FOLLOW_UP, {kind: text}, (f"{kind}-issued",), BOOK)


@pytest.mark.parametrize(
    "text", ["9999.00 USD", "9,999.00 USD", "9.999,00 USD", "$9999", "USD 9 999.00", "9999", "9'999.00 dollars"]
)
def test_more_than_the_order_came_to_is_refused_in_any_way_of_writing(text: str) -> None:
    (first, *_) = held(text)
    assert first.blocks
    assert "is more than order #4711 came to, 60.00 USD" in first.sentence
    missing = blockers(case_of(), FOLLOW_UP, {"credit": text}, BOOK, findings=("credit-issued",))
    assert any(one.field_id == "credit" and "more than order #4711" in one.sentence for one in missing)


@pytest.mark.parametrize(
    "text", ["15.00 USD", "$15", "15", "15,00 USD for order 4711", "$15.00 for #4711, ticket 7300001"]
)
def test_what_the_guide_allows_needs_no_word(text: str) -> None:
    assert held(text) == ()


@pytest.mark.parametrize(
    ("text", "kind", "over", "sentence"),
    [
        ("15.01 USD", "credit", {}, "credit 15.01 USD is more than the guide allows for late or lost delivery, 15.00 USD"),  # noqa: E501
        ("20 USD", "refund", {}, "refund 20 USD: the guide gives no refund for late or lost delivery"),
        ("12 EUR", "credit", {}, "credit 12 EUR cannot be held against order #4711, which is in USD"),
        ("12 EUR", "credit", {}, "credit 12 EUR cannot be held against the guide, which speaks of USD"),
        ("the usual", "credit", {}, "credit “the usual” names no amount: it cannot be held against the guide and the order"),  # noqa: E501
        ("12 USD", "credit", {"orders": ()}, "credit 12 USD cannot be held against the order: what it came to is not known"),  # noqa: E501
        (
            "12 USD", "credit", {"orders": (an_order(id="4711", total=None),)},
            "credit 12 USD cannot be held against the order: what it came to is not known",
        ),
        (
            "10 USD", "credit", {"accommodations": (an_accommodation(order_id="4711"),)},
            "credit 10 USD comes on top of credit 15.00 USD: 25.00 USD, and the guide allows 15.00 USD for late or lost delivery",  # noqa: E501
        ),
        (
            "10 USD", "credit",
            {"accommodations": (an_accommodation(issue_id="I-0", order_id="O-0", given_at=NOON - timedelta(days=12)),)},
            "credit 10 USD: credit 15.00 USD was given 12 d before, the guide allows one in 30 d",
        ),
    ],
)  # fmt: skip
def test_what_is_not_allowed_or_cannot_be_held_is_said_to_be_confirmed(
    text: str, kind: str, over: dict[str, object], sentence: str
) -> None:
    found = held(text, kind, case_of(**over))
    assert sentence in [one.sentence for one in found]
    assert not any(one.blocks for one in found)


def test_nothing_is_converted_and_a_foreign_amount_is_never_refused_by_its_figure() -> None:
    assert not any(one.blocks for one in held("9999 JPY"))


def test_where_neither_guide_nor_order_is_known_both_are_said() -> None:
    case = a_case(answers=answered(**ALIGNED), account=None, survey=a_survey(comment="hm"), messages=())
    assert [one.sentence for one in held("12 USD", case=case)] == [
        "credit 12 USD cannot be held against the order: what it came to is not known",
        "credit 12 USD cannot be held against the guide: it has no entry for this concern",
    ]


def test_a_refund_with_what_was_given_before_is_said_where_it_is_more_than_the_order() -> None:
    before = an_accommodation(kind="refund", amount=Money(Decimal("40.00"), "USD"), order_id="4711")
    sentences = [one.sentence for one in held("30 USD", "refund", case_of(accommodations=(before,)))]
    assert (
        "refund 30 USD and what was already given (refund 40.00 USD) is more than order #4711 came to, 60.00 USD"
        in sentences
    )


def test_the_number_of_a_ticket_or_a_date_is_no_amount() -> None:
    (only,) = held("As the records say of 9900001, see #7300001 of 2026-03-01")
    assert "names no amount" in only.sentence


def test_nothing_that_could_be_given_is_refused() -> None:
    assert [one.blocks for one in held("0 USD")] == [True]


def test_a_field_that_is_not_asked_for_is_not_looked_at() -> None:
    assert amount_remarks(case_of(), FOLLOW_UP, {"credit": "9999 USD"}, ("issue-relogged",), BOOK) == ()
