"""Find amounts of money in texts: “$20”, “20.00 USD”, “1.234,50 €”, “EUR 15,-”, “twenty dollars”."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

DOLLARS = frozenset({"USD", "AUD", "CAD", "NZD", "SGD", "HKD", "MXN"})
"""The currencies that are called dollars or written with their sign; “$” alone may be any of them."""
DOLLAR = "$"
"""The currency of an amount in dollars of an unknown country."""
_SIGNS = {
    "US$": "USD", "A$": "AUD", "AU$": "AUD", "C$": "CAD", "CA$": "CAD", "NZ$": "NZD", "S$": "SGD", "HK$": "HKD",
    "$": DOLLAR, "€": "EUR", "£": "GBP", "¥": "JPY", "₹": "INR",
}  # fmt: skip
_WORDS = {
    "dollar": DOLLAR, "dollars": DOLLAR, "buck": DOLLAR, "bucks": DOLLAR, "euro": "EUR", "euros": "EUR",
    "pound": "GBP", "pounds": "GBP", "quid": "GBP", "francs": "CHF", "yen": "JPY", "rupees": "INR",
}  # fmt: skip
_NUMBERS = {
    word: figure
    for figure, words in {
        1: "one", 2: "two", 3: "three", 4: "four", 5: "five", 6: "six", 7: "seven", 8: "eight", 9: "nine", 10: "ten",
        11: "eleven", 12: "twelve", 15: "fifteen", 20: "twenty", 25: "twenty-five", 30: "thirty", 35: "thirty-five",
        40: "forty", 45: "forty-five", 50: "fifty", 60: "sixty", 75: "seventy-five", 80: "eighty", 90: "ninety",
        100: "hundred",
    }.items()
    for word in (words, words.replace("-", " "))
}  # fmt: skip
_CODES = "USD|EUR|GBP|AUD|CAD|NZD|SGD|HKD|MXN|CHF|JPY|INR|SEK|NOK|DKK|PLN|CZK|HUF|RON|BRL|ZAR"
_FIGURE = (
    r"\d{1,3}(?:[ \u00a0\u202f'’]\d{3}){1,4}(?:[.,]\d{1,2})?(?!\d)|\d{1,3}(?:[.,]\d{3}){1,4}(?:[.,]\d{1,2})?(?!\d)"
    r"|\d{1,12}(?:[.,]\d{1,2}(?!\d))?"
)
_SIGN = "|".join(re.escape(sign) for sign in sorted(_SIGNS, key=len, reverse=True))
_AMOUNT = re.compile(
    rf"(?<![\w.,#])(?P<minus>[-–−]\s?)?(?:(?P<sign>{_SIGN})\s?|"
    rf"(?P<code>{_CODES})\s?)?(?P<figure>{_FIGURE})(?:,-|\.-|,–)?"
    rf"(?:\s?(?P<sign_after>[$€£¥₹])|\s?(?P<code_after>{_CODES})\b|\s(?P<word>{'|'.join(_WORDS)})\b)?(?![\w%])",
    re.IGNORECASE,
)
_IN_WORDS = re.compile(
    (
        rf"\b(?P<number>{'|'.join(sorted(_NUMBERS, key=len, reverse=True))})\s(?P<word>{'|'.join(_WORDS)})"
        rf"\b"
    ),
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Amount:
    """A figure with its currency as it was written; `start` is where it begins, `text` how it reads there.

    `currency` is empty where none is written. `marked` means that it is money for certain: a currency stands with it.
    `certain` is not set where the figure can be read in two ways, such as “1.234,567”.
    """

    value: Decimal
    currency: str
    start: int
    text: str
    certain: bool = True

    @property
    def marked(self) -> bool:
        """Whether a currency stands with it."""
        return bool(self.currency)

    def may_be(self, currency: str) -> bool:
        """Whether it may be in a currency: the same, or dollars of an unknown country."""
        return self.currency == currency or (self.currency == DOLLAR and currency in DOLLARS)


def amounts(text: str) -> tuple[Amount, ...]:
    """Return the figures that may be money, in their order."""
    return tuple(sorted(_found(text), key=lambda one: one.start))


def _found(text: str) -> Iterator[Amount]:
    for match in _AMOUNT.finditer(text):
        value, certain = _read(match["figure"])
        sign, code = match["sign"] or match["sign_after"], match["code"] or match["code_after"]
        currency = (
            _SIGNS.get((sign or "").upper(), "")
            or (code or "").upper()
            or _WORDS.get((match["word"] or "").lower(), "")
        )
        if sign == DOLLAR and code:  # “$20 USD” says it twice
            currency = code.upper()
        yield Amount(-value if match["minus"] else value, currency, match.start(), match[0].strip(), certain)
    for match in _IN_WORDS.finditer(text):
        figure = _NUMBERS[match["number"].lower()]
        yield Amount(Decimal(figure), _WORDS[match["word"].lower()], match.start(), match[0])


def _read(figure: str) -> tuple[Decimal, bool]:
    """Return a figure's value, and whether it can be read in one way only."""
    plain = re.sub(r"[ \u00a0\u202f'’]", "", figure)
    marks = [mark for mark in plain if mark in ".,"]
    if not marks:
        return Decimal(plain), True
    last = marks[-1]
    whole, behind = plain.rsplit(last, 1)
    if len(behind) == 3:
        # Three digits behind the only mark: a thousand, or a fraction that no currency has.
        twice = len(marks) > 1 and len(set(marks)) > 1
        return Decimal(whole.replace(".", "").replace(",", "") + behind), not twice
    return Decimal(f"{whole.replace('.', '').replace(',', '')}.{behind}"), True
