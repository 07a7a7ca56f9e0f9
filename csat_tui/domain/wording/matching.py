"""Find a rule's words in a text: whole words, in any capitals, in a time that grows only with the text."""

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from csat_tui.domain.wording.rules import SavedReply, WordingFacts, WordingRule

MOST_REMARKS = 20
"""The most remarks of a rule on a text; nobody reads more, and a pasted book must not cost more."""

_SIGNS = str.maketrans({"’": "'", "‘": "'", "ʼ": "'", "\u00a0": " ", "\u202f": " "})
_ENDLESS = re.compile(r"\S{300,}")


@dataclass(frozen=True, slots=True)
class TextUnderRules:
    """A text that is checked: `plain` is the same text, letter for letter, with uniform apostrophes and spaces.

    `whole` is what the customer will read if the text is only a part of it; required words may stand anywhere in it.
    """

    text: str
    plain: str
    whole: str
    facts: WordingFacts
    saved: tuple[SavedReply, ...]


def plain_text(text: str) -> str:
    """Return a text of the same length in the form that rules read.

    A run of hundreds of characters without a space is no word but an address or an accident, and patterns would
    search it again and again: it is blanked out.
    """
    return _ENDLESS.sub(lambda found: " " * len(found[0]), text.translate(_SIGNS))


@dataclass(frozen=True, slots=True)
class TokenSpan:
    """The place of a token in a text."""

    start: int
    end: int
    token: str


class CoveredSpans:
    """Stretches of a text with a fast search: a pasted book has thousands of them."""

    def __init__(self, spans: Iterable[tuple[int, int]]) -> None:
        self._begins: list[int] = []
        self._ends: list[int] = []
        for begin, end in sorted(spans):
            if self._ends and begin <= self._ends[-1]:
                self._ends[-1] = max(end, self._ends[-1])
            else:
                self._begins.append(begin)
                self._ends.append(end)

    def cover(self, start: int, end: int) -> bool:
        """Return whether a stretch lies within one of them, or within several that touch."""
        index = bisect_right(self._begins, start) - 1
        return index >= 0 and end <= self._ends[index]


def token_spans(rule: WordingRule, reading: TextUnderRules) -> Iterator[TokenSpan]:
    """Yield the places of a rule's tokens, except those that its exceptions or the customer's name cover."""
    if not rule.tokens:
        return
    passed_over: CoveredSpans | None = None
    for found in token_pattern(rule.tokens).finditer(reading.plain):
        if passed_over is None:
            passed_over = CoveredSpans(excepted_spans(rule, reading))
        start, end = found.span()
        if start < end and not passed_over.cover(start, end):
            yield TokenSpan(start, end, rule.tokens[int((found.lastgroup or "t0")[1:])])


def has_token(rule: WordingRule, even: str) -> bool:
    """Return whether a plain text has any of a rule's tokens."""
    return token_pattern(rule.tokens).search(even) is not None


def compile_rules(rules: Sequence[WordingRule]) -> None:
    """Compile the rules' patterns before the first key, off the screen's thread: it takes some 30 ms."""
    for rule in rules:
        for tokens in (rule.tokens, rule.exceptions):
            if tokens:
                token_pattern(tokens)


@lru_cache(256)
def token_pattern(tokens: tuple[str, ...]) -> re.Pattern[str]:
    """Return a pattern for all of a rule's tokens, so that a text is read once; groups `t0`, `t1` … name the token."""
    choices = "|".join(f"(?P<t{number}>{token})" for number, token in enumerate(tokens))
    return re.compile(rf"(?<!\w)(?:{choices})(?!\w)", re.IGNORECASE | re.MULTILINE)


def excepted_spans(rule: WordingRule, reading: TextUnderRules) -> Iterator[tuple[int, int]]:
    """Yield the stretches that a rule ignores: its exceptions, and the customer's name."""
    if rule.exceptions:
        for found in token_pattern(rule.exceptions).finditer(reading.plain):
            yield found.span()
    if reading.facts.customer:
        for found in re.finditer(re.escape(plain_text(reading.facts.customer)), reading.plain, re.IGNORECASE):
            yield found.span()
