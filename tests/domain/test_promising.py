"""What is a promise and of which kind, and what only sounds like one."""

from decimal import Decimal
from pathlib import Path

import pytest

from csat_tui.domain.amounts import amounts
from csat_tui.domain.promises.reading import promises_in

LINES = (Path(__file__).parent / "promise_sentences.txt").read_text("utf-8").splitlines()
SENTENCES = [tuple(part.strip() for part in line.split("|", 1)) for line in LINES if not line.startswith("#")]
PROMISES = [(kind, text) for kind, text in SENTENCES if kind != "-"]
NONE = [text for kind, text in SENTENCES if kind == "-"]


@pytest.mark.parametrize(("kinds", "text"), PROMISES)
def test_a_promise_is_recognised_with_its_kind(kinds: str, text: str) -> None:
    assert set(kinds.split("+")) <= {one.kind.value for one in promises_in(text)}


@pytest.mark.parametrize("text", NONE)
def test_conditions_questions_denials_offers_and_policies_are_no_promises(text: str) -> None:
    assert promises_in(text) == ()


@pytest.mark.parametrize(
    ("text", "value", "currency"),
    [
        ("I will apply the $20.00 right now", "20.00", "$"),
        ("I'll refund 1.234,50 € today", "1234.50", "EUR"),
        ("A credit of 15 USD has been added.", "15", "USD"),
        ("I have refunded £1,050.", "1050", "GBP"),
        ("I will credit you twenty dollars.", "20", "$"),
    ],
)
def test_the_amount_is_read_with_it(text: str, value: str, currency: str) -> None:
    (promise,) = promises_in(text)
    assert promise.amount is not None
    assert (promise.amount.value, promise.amount.currency) == (Decimal(value), currency)


def test_what_is_quoted_or_cited_is_not_the_writer_s_own() -> None:
    assert (
        promises_in("You wrote “I will refund you”.\n> I will cancel it\n\nOn Monday Sol wrote:\nI will refund it.")
        == ()
    )


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("9999.00 USD", ["9999.00"]),
        ("9,999.00 and 9.999,00 and 9 999,00 and 9'999.00", ["9999.00"] * 4),
        ("€15,- or 15.- CHF", ["15", "15"]),
        ("-5 USD", ["-5"]),
        ("order #4711 of 2026-03-01, 15%", []),
        ("ten dollars", ["10"]),
    ],
)
def test_amounts_are_read_as_people_write_them(text: str, values: list[str]) -> None:
    found = [one.value for one in amounts(text)]
    assert [one for one in found if one not in (2026, 3, 1)][: len(values)] == [Decimal(value) for value in values]
