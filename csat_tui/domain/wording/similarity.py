"""The rule about saved replies: how much of a text is still the template's, counted in words.

A run of three words that the template has as well is the template's. What fills one of its places is too, together
with the short bits of text between places: it is known by the words on both sides. The time grows with the text alone.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from csat_tui.domain.wording.matching import Reading
from csat_tui.domain.wording.rules import Remark, WordingRule
from csat_tui.domain.wording.unfilled import UNFILLED

RUN = 3
"""Words in a row that are the template's if the template has them in this order."""
FILLING = 8
"""Words that may fill one place."""
_WORD = re.compile(r"\w+(?:'\w+)*")
_EDGE = ""
"""Stands for the beginning and the end of a text where a place is first or last."""


@dataclass(frozen=True, slots=True)
class _Template:
    """A saved reply as it is compared: its runs of words, and between which words how many may stand in its gaps."""

    length: int
    runs: frozenset[tuple[str, ...]]
    gaps: dict[tuple[str, str], int]


def similarity(rule: WordingRule, reading: Reading) -> Iterator[Remark]:
    """Yield one remark where a text is a saved reply to a share of `share` or more, and most of that reply is there."""
    words = _words(reading.plain)
    runs = _runs(words)
    if words and any(_share(words, runs, _template(one.text)) >= rule.share for one in reading.saved):
        yield Remark(rule.id, rule.level, rule.message)


def _share(words: list[str], runs: list[tuple[str, ...]], template: _Template) -> float:
    """Return how much of the words is the template's, 0 to 1; 0 where less than half of the template is left."""
    if not template.runs:
        return 0.0
    own = [False] * len(words)
    for index, run in enumerate(runs):
        if run in template.runs:
            own[index : index + RUN] = [True] * RUN
    if 2 * sum(own) < template.length:
        return 0.0
    index = 0
    while index < len(words):
        end = index
        while end < len(words) and not own[end]:
            end += 1
        if end > index:
            around = (words[index - 1] if index else _EDGE, words[end] if end < len(words) else _EDGE)
            if end - index <= template.gaps.get(around, 0):
                own[index:end] = [True] * (end - index)
        index = end + 1
    return sum(own) / len(words)


@lru_cache(128)
def _template(text: str) -> _Template:
    """Cut a saved reply at its places; bits too short to be known again belong to the gap that they stand in."""
    runs: set[tuple[str, ...]] = set()
    gaps: dict[tuple[str, str], int] = {}
    before, room, length = _EDGE, 0, 0
    bits = [_words(bit) for bit in UNFILLED.split(text)]
    for number, words in enumerate(bits):
        if len(words) >= RUN:
            if number:
                gaps[before, words[0]] = room + FILLING
            length += len(words)
            runs.update(_runs(words))
            before, room = words[-1], 0
        else:
            room += len(words) + (FILLING if number else 0)
    if room:
        gaps[before, _EDGE] = room
    return _Template(length, frozenset(runs), gaps)


def _runs(words: list[str]) -> list[tuple[str, ...]]:
    return list(zip(*(words[index:] for index in range(RUN)), strict=False))


def _words(text: str) -> list[str]:
    return _WORD.findall(text.casefold())
