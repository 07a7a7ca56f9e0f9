"""Worded labels of a scale from 1 to 5, and the figures that each of them can stand beside."""

import re
from collections.abc import Iterable

from csat_tui.intake.questions import words_of

_WORST = words_of(
    """
    disappointed disappointing dissatisfied unsatisfied unsatisfactory unhappy poor bad terrible awful horrible
    worst unacceptable difficult hard slow frustrated frustrating angry rude useless low lowest disagree weak
    unfriendly inadequate insufficient unlikely upset enttäuscht unzufrieden schlecht mangelhaft ungenügend
    insatisfait déçu déçue mauvais insatisfecho decepcionado malo deluso insoddisfatto ontevreden teleurgesteld
    slecht
    """
)
_MIDDLE = words_of(
    """
    neutral average mixed moderate medium indifferent middling mediocre neither befriedigend mittel
    durchschnittlich moyen neutre regular medio neutraal
    """
)
_FAIR = ["fair", "ok", "okay", "acceptable", "adequate", "sufficient", "so-so", "satisfactory", "ausreichend"]
_BEST = words_of(
    """
    outstanding excellent great amazing fantastic superb exceptional perfect best delighted highest wonderful
    awesome brilliant hervorragend ausgezeichnet exzellent excelente eccellente uitstekend
    """
)
_GOOD = words_of(
    """
    good satisfied happy pleased high easy fast quick agree likely strong friendly zufrieden gut satisfait
    satisfaite bon bien satisfecho bueno soddisfatto tevreden goed
    """
)
_MORE = words_of(
    """
    very extremely completely totally highly really strongly absolutely entirely so sehr äußerst très muy molto
    zeer
    """
)
_LESS = [
    "quite",
    "somewhat",
    "slightly",
    "rather",
    "fairly",
    "mostly",
    "pretty",
    "a-little",
    "eher",
    "ziemlich",
    "plutôt",
]

LABELS: dict[str, frozenset[int]] = {}


def _add(words: Iterable[str], figures: Iterable[int]) -> None:
    LABELS.update((word, frozenset(figures)) for word in words)


_add(_WORST, (1, 2))
_add(_MIDDLE, (3,))
_add(_FAIR, (3,))
_add(["fair"], (2, 3))
_add(["ok", "okay", "acceptable", "adequate", "satisfactory"], (3, 4))
_add(_GOOD, (3, 4, 5))
_add(_BEST, (4, 5))
_add((f"{more} {word}" for more in _MORE for word in _WORST), (1, 2))
_add((f"{more} {word}" for more in _MORE for word in (*_GOOD, *_BEST)), (4, 5))
_add((f"{less} {word}" for less in _LESS for word in _WORST), (1, 2, 3))
_add((f"{less} {word}" for less in _LESS for word in _GOOD), (3, 4, 5))
_add((f"{no} {word}" for no in ("not", "not at all", "nicht", "pas") for word in _GOOD), (1, 2))
_add((f"{no} {word}" for no in ("not very", "not so") for word in _GOOD), (1, 2, 3))
_add(["neither satisfied nor dissatisfied", "neither agree nor disagree", "neither good nor bad"], (3,))
_add(["neither nor", "meets expectations", "met expectations", "teils teils", "teils/teils"], (3, 4))
_add(["needs improvement", "below average", "below expectations"], (1, 2, 3))
_add(["did not meet expectations", "far below expectations"], (1, 2))
_add(["above average", "above expectations", "exceeds expectations", "exceeded expectations"], (4, 5))

_WORDS = re.compile(r"[^\W\d_]+(?:[ '/-]{1,3}[^\W\d_]+){0,4}")
_NEXT = re.compile(r"[ '/-]{1,3}[^\W\d_]+$")

BEGINNINGS = frozenset(re.split(r"[ '/-]", label)[0] for label in LABELS)
"""The first word of each label."""


def label_at(text: str, at: int = 0) -> str:
    """Return the label that stands at a place of a text, the longest; empty where none does."""
    match = _WORDS.match(text, at)
    words = match[0] if match else ""
    while words and not figures_of(words):
        shorter = _NEXT.sub("", words)
        words = shorter if shorter != words else ""
    return words


SENTIMENTS = frozenset([*_WORST, *_MIDDLE, *_FAIR, *_BEST, *_GOOD, "nice", "lovely", "stupid", "incompetent", "lazy"])
"""Words that praise or blame, which no name of a brand or a team is made of."""


def figures_of(label: str) -> frozenset[int]:
    """Return the figures that a label can stand beside."""
    return LABELS.get(" ".join(label.casefold().split()), frozenset())
