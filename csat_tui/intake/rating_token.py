"""Read what stands beside a question: a rating, a mark for no answer, or something else.

A rating is read only if every character of it is understood, so that no figure is taken out of a sentence. Worded
labels count by the figures that each of them can stand beside.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from csat_tui.domain.survey import HIGHEST, LOWEST
from csat_tui.intake.plain_text import word_list

_WORST = word_list(
    """
    disappointed disappointing dissatisfied unsatisfied unsatisfactory unhappy poor bad terrible awful horrible
    worst unacceptable difficult hard slow frustrated frustrating angry rude useless low lowest disagree weak
    unfriendly inadequate insufficient unlikely upset enttäuscht unzufrieden schlecht mangelhaft ungenügend
    insatisfait déçu déçue mauvais insatisfecho decepcionado malo deluso insoddisfatto ontevreden teleurgesteld
    slecht
    """
)
_MIDDLE = word_list(
    """
    neutral average mixed moderate medium indifferent middling mediocre neither befriedigend mittel
    durchschnittlich moyen neutre regular medio neutraal
    """
)
_FAIR = ["fair", "ok", "okay", "acceptable", "adequate", "sufficient", "so-so", "satisfactory", "ausreichend"]
_BEST = word_list(
    """
    outstanding excellent great amazing fantastic superb exceptional perfect best delighted highest wonderful
    awesome brilliant hervorragend ausgezeichnet exzellent excelente eccellente uitstekend
    """
)
_GOOD = word_list(
    """
    good satisfied happy pleased high easy fast quick agree likely strong friendly zufrieden gut satisfait
    satisfaite bon bien satisfecho bueno soddisfatto tevreden goed
    """
)
_MORE = word_list(
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

_LABEL_WORDS = re.compile(r"[^\W\d_]+(?:[ '/-]{1,3}[^\W\d_]+){0,4}")
_NEXT = re.compile(r"[ '/-]{1,3}[^\W\d_]+$")

BEGINNINGS = frozenset(re.split(r"[ '/-]", label)[0] for label in LABELS)
"""The first word of each label."""


def label_at(text: str, at: int = 0) -> str:
    """Return the label that stands at a place of a text, the longest; empty where none does."""
    match = _LABEL_WORDS.match(text, at)
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


LONGEST_TOKEN = 120
"""Characters; no way of writing a rating is longer."""


@dataclass(frozen=True, slots=True)
class Token:
    """A rating (`value`), a question left open (`value` None), or what is no rating of this scale (`odd`)."""

    value: int | None = None
    odd: str = ""
    """The text that is no rating, and why; the end of a sentence."""


SKIPPED = Token()

_WORDS = {"one": 1, "two": 2, "three": 3, "four": 4, "five": 5}
_UNANSWERED = frozenset(
    {
        "-99", "n/a", "n.a", "na", "n. a", "skipped", "skip", "not answered", "no answer", "no response", "not rated",
        "unanswered", "not applicable", "blank", "left blank", "empty", "no rating", "did not answer", "null",
        "prefer not to say", "prefer not to answer", "seen but unanswered", "keine angabe", "k.a", "nicht beantwortet",
    }
)  # fmt: skip
_RANGE_SIGN = r"\s*(?:-|–|to|bis|à|until|through|\.{2,3}|…)\s*"
_BETWEEN = re.compile(r"[\s:;,.|=()\[\]{}\"'→➔⇒>•·…–-]+")
_POLE = re.compile(r"([15])\s{0,3}(?:[=:–-]|is\b|means\b)?\s{0,3}\(?(?=[^\W\d_])", re.IGNORECASE)
_POLES_APART = re.compile(r"\)?\s{0,3}[,;/|–-]{0,2}\s{0,3}(?:(?:and|to|bis)\b)?\s{0,3}", re.IGNORECASE)
_RANGE = re.compile(
    r"(?:(?:on|from)\s+)?(?:(?:a|an|the)\s+)?(?:scale|skala|échelle|escala|range)?\s*(?:of|from|von|de|:)?\s*"
    rf"(?<![\d.,])(\d{{1,3}}){_RANGE_SIGN}(\d{{1,3}})(?![\d.,]*\d|\w|\s*%)",
    re.IGNORECASE,
)
_OF = re.compile(
    r"(?:/|(?:out\s?of|of|von|sur|de|di|su|van|av|af|aus|auf|max(?:imum|\.)?|por)(?![^\W\d_]))\s*(\d{1,4}|five|ten)"
    r"(?:[.,]0{1,3})?(?![\w%]|[.,]\d)",
    re.IGNORECASE,
)
_UNIT = re.compile(
    r"-?(?:stars?|points?|pts?|sternen?|sterne?|punkten?|étoiles?|estrellas?|stelle|[★⭐])(?![^\W\d_])", re.IGNORECASE
)
_SHAPES = re.compile(r"[★⭐🌟☆✩●○](?:\s?[★⭐🌟☆✩●○]){0,19}")
_FILLED = "★⭐🌟●"
_FIGURE = re.compile(r"\d{1,6}(?:[.,]\d{1,6})?(?![\w%]|[.,]\d)")
_WORD = re.compile(r"(?:one|two|three|four|five)(?![^\W\d_])", re.IGNORECASE)
_LEAD = re.compile(
    r"(?:(?:your|their|customer|customer's|the)\s)?"
    r"(?:rating|rated|score|scored|answer|answered|value|response|result|points|bewertung|valoración)(?![^\W\d_])",
    re.IGNORECASE,
)
_FIRST = re.compile(r"[\W_]*([^\W\d_]+)")
_BEGINNINGS = BEGINNINGS | {
    *(re.split(r"[^a-z]", mark)[0] for mark in _UNANSWERED), *_WORDS, "your", "their", "customer", "the", "rating",
    "rated",
    "score", "scored", "answer", "answered", "value", "response", "result", "points", "bewertung", "valoración", "on",
    "from", "a", "an", "scale", "skala", "échelle", "escala", "range", "of", "out", "outof", "von", "sur", "de", "di",
    "su", "van", "av", "af", "aus", "auf", "max", "maximum", "por", "star", "stars", "point", "pt", "pts", "stern",
    "sterne", "sternen", "punkt", "punkten", "étoile", "étoiles", "estrella", "estrellas", "stelle", "bis",
}  # fmt: skip
"""The first words of everything that is read as a part of a rating."""
_WHOLE = re.compile(r"0*([1-9])(?:[.,]0{1,6})?")


@dataclass(slots=True)
class _Parts:
    figures: list[str]
    shapes: list[str]
    labels: list[str]
    others: str = ""
    """The parts that belong to another scale."""
    scaled: bool = False


def unanswered(text: str) -> bool:
    """Return whether a text says that nothing was answered: a dash, or words to that effect."""
    bare = text.strip().strip("()[]<>\"'").strip()
    return bare in ("-", "–", "--", "---") or bare.casefold().rstrip(".") in _UNANSWERED


def parse_token(text: str) -> Token | None:
    """Return what a text says as an answer on the scale; None where it is not written like one. Blank is no answer."""
    text = text.strip()
    if not text.strip(" :?|=.…·>"):
        return SKIPPED
    if len(text) > LONGEST_TOKEN:
        return None
    first = _FIRST.match(text)
    if first and first[1].casefold() not in _BEGINNINGS:
        return None
    bare = text.lstrip(" :?|=.…·>")
    if unanswered(bare) or unanswered(bare.lstrip("-– ")):
        return SKIPPED
    parts = _parts(text)
    return None if parts is None else _judged(parts, bare)


def _parts(text: str) -> _Parts | None:
    """Divide a text into the parts of a rating; None where something is left over."""
    parts = _Parts([], [], [])
    at = 0
    while at < len(text):
        if match := _BETWEEN.match(text, at):
            # “team - 1” and “1-Disappointed” divide; “team -1” and “(-1)” may be a figure below zero.
            signed = match[0][-1] in "-–" and text[match.end() : match.end() + 1].isdigit()
            if signed and not text[: match.end() - 1][-1:].isalnum():
                parts.others = text.strip()
            at = match.end()
            continue
        at = _part(text, at, parts)
        if at < 0:
            return None
    return parts


def _part(text: str, at: int, parts: _Parts) -> int:
    """Take one part at a place; returns where it ends, or -1."""
    if end := _poles(text, at, parts):
        return end
    if (match := _RANGE.match(text, at)) or (match := _OF.match(text, at)):
        parts.scaled = True
        if match.groups() not in ((str(LOWEST), str(HIGHEST)), (str(HIGHEST),), ("five",)):
            parts.others = match[0]
        return match.end()
    if match := _SHAPES.match(text, at):
        # One star behind a figure is its unit.
        if not (len(match[0]) == 1 and parts.figures):
            parts.shapes.append(match[0])
        return match.end()
    if match := _FIGURE.match(text, at) or _WORD.match(text, at):
        parts.figures.append(match[0].casefold())
        return match.end()
    if match := _UNIT.match(text, at) or _LEAD.match(text, at):
        return match.end()
    if label := label_at(text, at):
        parts.labels.append(label)
        return at + len(label)
    return -1


def _poles(text: str, at: int, parts: _Parts) -> int:
    """Take what the ends of a scale mean, as in “1 = worst, 5 = best”; returns where it ends, or 0."""
    end, labels = at, []
    for figure in (LOWEST, HIGHEST):
        match = _POLE.match(text, end)
        label = label_at(text, match.end()) if match and match[1] == str(figure) else ""
        if not (match and label):
            return 0
        labels.append((figure, label))
        end = match.end() + len(label)
        if figure == LOWEST and (apart := _POLES_APART.match(text, end)):
            end = apart.end()
    parts.scaled = True
    if not all(figure in figures_of(label) for figure, label in labels):
        parts.others = text[at:end]
    return end


def _judged(parts: _Parts, text: str) -> Token:
    shown = f"“{text if len(text) <= 40 else text[:39] + '…'}”"
    if parts.others or (parts.scaled and not (parts.figures or parts.shapes)):
        return Token(odd=f"{shown}, which is not a rating on the scale of {LOWEST} to {HIGHEST}")
    if len(parts.figures) > 1 or len(parts.shapes) > 1 or (parts.shapes and parts.figures and not _agree(parts)):
        return Token(odd=f"{shown}, which has more than one number")
    if parts.figures:
        figure = _WORDS.get(parts.figures[0]) or _whole(parts.figures[0])
        if figure is None:
            lone = text.strip("()[]. ") == parts.figures[0]
            return Token(odd=f"{parts.figures[0] if lone else shown}, expected {LOWEST} to {HIGHEST}")
    elif parts.shapes:
        figure = _stars(parts.shapes[0])
        if figure is None:
            return Token(odd=f"{shown}, which is not a rating on the scale of {LOWEST} to {HIGHEST}")
    else:
        return Token(odd=f"{shown}, which has no figure")
    for label in parts.labels:
        if figure not in figures_of(label):
            return Token(odd=f"{shown}, where the words contradict the figure")
    return Token(figure)


def _agree(parts: _Parts) -> bool:
    return (_WORDS.get(parts.figures[0]) or _whole(parts.figures[0])) == _stars(parts.shapes[0])


def _whole(figure: str) -> int | None:
    match = _WHOLE.fullmatch(figure)
    return int(match[1]) if match and LOWEST <= int(match[1]) <= HIGHEST else None


def _stars(shapes: str) -> int | None:
    """Return how many of five stars are filled; they come first, and without empty ones five are meant."""
    signs = shapes.replace(" ", "")
    filled = sum(sign in _FILLED for sign in signs)
    whole = all(sign in _FILLED for sign in signs[:filled])
    return filled if whole and filled >= LOWEST and len(signs) in (filled, HIGHEST) and filled <= HIGHEST else None
