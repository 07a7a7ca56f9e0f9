"""Amounts of money as people write them."""

from decimal import Decimal

import pytest

from csat_tui.domain.amounts import DOLLAR, amounts


@pytest.mark.parametrize(
    ("text", "value", "currency"),
    [
        ("$20", "20", DOLLAR),
        ("$ 20.5", "20.5", DOLLAR),
        ("US$20", "20", "USD"),
        ("au$20", "20", "AUD"),
        ("20$", "20", DOLLAR),
        ("$20 USD", "20", "USD"),
        ("$20 cad", "20", "CAD"),
        ("€20 USD", "20", "EUR"),
        ("20 usd", "20", "USD"),
        ("EUR 15,-", "15", "EUR"),
        ("15.- CHF", "15", "CHF"),
        ("20 Dollars", "20", DOLLAR),
        ("20 bucks", "20", DOLLAR),
        ("20 quid", "20", "GBP"),
        ("twenty dollars", "20", DOLLAR),
        ("Twenty-five euros", "25", "EUR"),
        ("thirty five pounds", "35", "GBP"),
        ("1.234,50 €", "1234.50", "EUR"),
        ("1,234.50 €", "1234.50", "EUR"),
        ("1 234,50 €", "1234.50", "EUR"),
        ("1\u00a0234.50 €", "1234.50", "EUR"),
        ("1\u202f234 €", "1234", "EUR"),
        ("1'234 CHF", "1234", "CHF"),
        ("1’234.00 CHF", "1234.00", "CHF"),
        ("1.234.567 €", "1234567", "EUR"),
        ("1,234,567.89 €", "1234567.89", "EUR"),
        ("-5 €", "-5", "EUR"),
        ("– 5 €", "-5", "EUR"),
        ("0,50 €", "0.50", "EUR"),
        ("20", "20", ""),
    ],
)
def test_an_amount_is_read_with_its_currency(text: str, value: str, currency: str) -> None:
    for around in ("{}", "I give {}.", "({})"):
        (found,) = amounts(around.format(text))
        assert (found.value, found.currency, found.marked) == (Decimal(value), currency, bool(currency)), around
        assert found.certain
        assert around.format(text)[found.start :].startswith(found.text)


@pytest.mark.parametrize("text", ["20%", "20x", "#20", "v1.2.3x", "no money", "a20", "20.123456 x"])
def test_what_is_no_amount_of_money_is_not_marked(text: str) -> None:
    assert not any(one.marked for one in amounts(text))


@pytest.mark.parametrize(
    ("text", "certain"), [("1.234,567", False), ("1,234.567", False), ("1,234", True), ("1.50", True)]
)
def test_a_figure_with_two_marks_before_three_digits_can_be_read_in_two_ways(text: str, certain: bool) -> None:
    assert [one.certain for one in amounts(text)] == [certain]


def test_amounts_come_in_the_order_in_which_they_stand() -> None:
    assert [one.text for one in amounts("ten dollars, $5, five euros and 7 €")] == [
        "ten dollars",
        "$5",
        "five euros",
        "7 €",
    ]


@pytest.mark.parametrize(
    ("text", "currency", "may_be"),
    [
        ("$5", "USD", True),
        ("$5", "AUD", True),
        ("$5", "EUR", False),
        ("5 EUR", "EUR", True),
        ("5 USD", "AUD", False),
        ("5", "USD", False),
    ],
)
def test_a_dollar_sign_may_be_any_country_s_dollars(text: str, currency: str, may_be: bool) -> None:
    (found,) = amounts(text)
    assert found.may_be(currency) is may_be
