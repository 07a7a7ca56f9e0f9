"""Amounts that are typed for a refund or credit, held against the order, the guide and what was given before."""

from datetime import timedelta
from decimal import Decimal

import pytest

from csat_tui.domain.account import Money
from csat_tui.domain.amount_checks import AmountRemark, amount_remarks, refused_amounts
from csat_tui.domain.case import Case
from csat_tui.domain.composing import asked_fields
from csat_tui.domain.decide import blockers
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


@pytest.mark.parametrize(
    ("text", "orders", "sentence"),
    [
        ("70 USD for 4711 and 4712", (TOTAL, TOTAL), ""),
        (
            "121 USD for 4711 and 4712", (TOTAL, TOTAL),
            "credit 121 USD is more than order #4711 and #4712 came to, 120.00 USD",
        ),
        ("70 USD for 4711", (TOTAL, TOTAL), "credit 70 USD is more than order #4711 came to, 60.00 USD"),
        ("70 USD for 4712", (TOTAL, TOTAL), "credit 70 USD is more than order #4712 came to, 60.00 USD"),
        (
            "10 USD for 4711 and 4712", (TOTAL, Money(Decimal(60), "EUR")),
            "credit 10 USD cannot be held against order #4711 and #4712, which is in USD",
        ),
        (
            "10 USD for 4711 and 4712", (TOTAL, None),
            "credit 10 USD cannot be held against the order: what it came to is not known",
        ),
        ("60 USD", (TOTAL,), ""),
        ("60.01 USD", (TOTAL,), "credit 60.01 USD is more than order #4711 came to, 60.00 USD"),
    ],
)  # fmt: skip
def test_an_amount_is_held_against_the_orders_that_its_text_names(
    text: str, orders: tuple[Money | None, ...], sentence: str
) -> None:
    known = tuple(an_order(id=f"471{number}", total=total) for number, total in enumerate(orders, 1))
    found = [one.sentence for one in held(text, case=case_of(orders=known)) if "guide" not in one.sentence]
    assert found == ([sentence] if sentence else [])


NO_AMOUNT = "names no amount: it cannot be held against the guide and the order"


def test_every_remark_is_about_the_field_in_which_the_amount_stands() -> None:
    cases = (case_of(), case_of(orders=()), case_of(accommodations=(an_accommodation(order_id="4711"),)))
    for case in cases:
        for text in ("70 USD", "50 USD", "10 USD", "the usual", "0", "1,500", "12 EUR"):
            for kind in ("credit", "refund"):
                assert {one.field_id for one in held(text, kind, case)} <= {kind}


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("1.234,567", "credit 1.234,567 can be read in two ways"),
        ("0", "credit 0 is nothing that could be given"),
        ("-5 USD", "credit -5 USD is nothing that could be given"),
        (f"as {'x' * 50}", f"credit “as {'x' * 36}…” {NO_AMOUNT}"),
        ("as\n always", f"credit “as always” {NO_AMOUNT}"),
        ("on 12.03.2026 at 10:30", f"credit “on 12.03.2026 at 10:30” {NO_AMOUNT}"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_for_certain_is_said(text: str, sentence: str) -> None:
    assert held(text)[0].sentence == sentence


@pytest.mark.parametrize("text", ["", "  ", "\n"])
def test_nothing_typed_is_nothing_to_say(text: str) -> None:
    assert held(text) == ()
    assert amount_remarks(case_of(), FOLLOW_UP, {}, ("credit-issued",), BOOK) == ()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("5 USD of 70 USD", "credit 70 USD"),
        ("70 boxes for $5", ""),
        ("$5 and €70", "credit €70"),
        ("$5 for #4711", ""),
        ("$5 for ticket 7300001", ""),
        ("$5 for 9900001", ""),
        ("$5 for invoice no. 8000", ""),
    ],
)
def test_the_largest_amount_that_says_it_is_money_counts(text: str, said: str) -> None:
    found = [one.sentence for one in held(text)]
    assert all(one.startswith(said) for one in found) if said else found == []


def test_what_was_given_for_the_contact_or_the_order_is_added_to_it() -> None:
    for over in ({"issue_id": "I-1"}, {"issue_id": None, "order_id": "4711"}, {"issue_id": "I-9", "order_id": "4711"}):
        before = an_accommodation(**{"kind": "refund", "amount": Money(Decimal("40.00"), "USD")} | over)
        found = [one.sentence for one in held("30 USD", "refund", case_of(accommodations=(before,)))]
        assert any("what was already given (refund 40.00 USD)" in one for one in found), over
        assert not any(
            "already given" in one.sentence for one in held("20 USD", "refund", case_of(accommodations=(before,)))
        )


@pytest.mark.parametrize(
    "over",
    [
        {"issue_id": "I-9", "order_id": "O-9"},
        {"amount": Money(Decimal("40.00"), "EUR")},
        {"amount": None, "kind": "replacement"},
    ],
)
def test_what_was_given_elsewhere_or_in_another_currency_is_not_added(over: dict[str, object]) -> None:
    before = an_accommodation(**{"kind": "refund", "amount": Money(Decimal("40.00"), "USD")} | over)
    assert not any(
        "already given" in one.sentence for one in held("30 USD", "refund", case_of(accommodations=(before,)))
    )


@pytest.mark.parametrize(
    ("days", "kind", "soon"), [(0, "credit", True), (29, "credit", True), (30, "credit", False), (12, "refund", False)]
)
def test_one_of_a_kind_is_allowed_within_its_period(days: int, kind: str, soon: bool) -> None:
    before = an_accommodation(kind=kind, issue_id="I-0", order_id="O-0", given_at=NOON - timedelta(days=days))
    found = [one.sentence for one in held("10 USD", case=case_of(accommodations=(before,)))]
    assert any("the guide allows one in 30 d" in one for one in found) is soon


def test_only_what_is_refused_is_looked_for_at_each_key() -> None:
    asked = asked_fields(case_of(), FOLLOW_UP, ("credit-issued",), BOOK)
    for text, refused in (
        ("70 USD", True),
        ("0", True),
        ("50 USD", False),
        ("the usual", False),
        ("", False),
        (" ", False),
    ):
        found = refused_amounts(case_of(), asked, {"credit": text})
        assert [one.blocks for one in found] == ([True] if refused else [])
    assert refused_amounts(case_of(), asked, {}) == ()
