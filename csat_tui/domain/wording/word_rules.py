"""The rules that look for words: forbidden, required or too frequent words, unfilled places, saved replies, names.

Tokens match whole words in any capitals. A text counts as a saved reply by its runs of three words. Words in a place of
the saved reply count as well, together with the short bits of text between places: they are known by the words on both
sides. The time grows only with the text.
"""

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice

from csat_tui.domain.places import PLACE, fill
from csat_tui.domain.wording.names import first_name, fold, greeting_end, greetings, name_parts, words_with_case
from csat_tui.domain.wording.rules import Remark, SavedReply, WordingFacts, WordingRule

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


_SHOWN = 60


def existence(rule: WordingRule, reading: TextUnderRules) -> Iterator[Remark]:
    """Yield a remark on all words that must not be there."""
    for stretch in token_spans(rule, reading):
        yield remark_on(rule, reading, stretch.start, stretch.end)


def substitution(rule: WordingRule, reading: TextUnderRules) -> Iterator[Remark]:
    """Yield a remark on all words for which there are better ones, with those as fixes."""
    for stretch in token_spans(rule, reading):
        yield remark_on(rule, reading, stretch.start, stretch.end, _better(rule, reading, stretch))


def occurrence(rule: WordingRule, reading: TextUnderRules) -> Iterator[Remark]:
    """Yield a remark on all words that are there once too often."""
    for stretch in islice(token_spans(rule, reading), rule.most, None):
        yield remark_on(rule, reading, stretch.start, stretch.end)


def required(rule: WordingRule, reading: TextUnderRules) -> Iterator[Remark]:
    """Yield one remark where none of the words is there; what is offered goes after the greeting."""
    if has_token(rule, reading.whole):
        return
    at = greeting_end(reading.plain)
    names = {"customer-first-name": first_name(reading.facts.customer), "customer-name": reading.facts.customer}
    yield Remark(rule.id, rule.level, rule.message, at, at, tuple(fill(text, names) for text in rule.offer))


def remark_on(rule: WordingRule, reading: TextUnderRules, start: int, end: int, fixes: tuple[str, ...] = ()) -> Remark:
    """Return a remark on a stretch, its words named in the sentence where the message has a place for them."""
    found = " ".join(reading.text[start:end].split())
    shown = found if len(found) <= _SHOWN else f"{found[: _SHOWN - 1]}…"
    return Remark(rule.id, rule.level, fill(rule.message, {"found": shown}), start, end, fixes)


def _better(rule: WordingRule, reading: TextUnderRules, stretch: TokenSpan) -> tuple[str, ...]:
    """Return what could stand in a stretch's place, with a capital where it has one."""
    better = [words.strip() for words in rule.swap.get(stretch.token, "").split("|")]
    if reading.text[stretch.start].isupper():
        better = [words[:1].upper() + words[1:] for words in better]
    return tuple(words for words in better if words)


UNFILLED = re.compile(
    r"\{\{[^{}\n]{0,80}\}\}|\{[^{}\n]{0,80}\}"
    r"|\[(?:[A-Z][A-Z0-9 _/-]{1,40}|(?i:your|insert|enter|add|name|first|last|customer|agent|order|date|amount|link)"
    r"(?![a-z])[^\[\]\n]{0,40})\]"
    r"|<(?!(?:https?|mailto|tel):|www\.)[A-Za-z_][^<>@\n]{0,60}>"
    r"|(?<!\w)(?:X{3,}|x{4,}|TODO|TBD|TBC|FIXME)(?!\w)"
    r"|(?<![\w_])_{3,12}(?![\w_])"
)
"""A place as templates mark it: in braces or brackets of any sort, as a row of X or lines, or as a reminder."""


def unfilled_places(text: str) -> tuple[tuple[int, int], ...]:
    """Return where places are still to be filled in a text, in its order."""
    return tuple(found.span() for found in UNFILLED.finditer(text))


def placeholder(rule: WordingRule, reading: TextUnderRules) -> Iterator[Remark]:
    """Yield a remark on each place that is still empty, with the customer's name as a fix where it belongs there."""
    known = {
        "customer-first-name": first_name(reading.facts.customer),
        "customer-name": reading.facts.customer if first_name(reading.facts.customer) else "",
        "order": reading.facts.orders[0] if len(reading.facts.orders) == 1 else "",
    }
    for found in UNFILLED.finditer(reading.plain):
        place = PLACE.fullmatch(found[0])
        fix = known.get(place[1], "") if place else ""
        yield remark_on(rule, reading, *found.span(), (fix,) if fix else ())
    for stretch in token_spans(rule, reading):
        yield remark_on(rule, reading, stretch.start, stretch.end)


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


def similarity(rule: WordingRule, reading: TextUnderRules) -> Iterator[Remark]:
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


_OFFERED = 3
_BEGINNING = 25


def customer(rule: WordingRule, reading: TextUnderRules) -> Iterator[Remark]:
    """Yield one remark where the customer's name is known and no part of it is there."""
    own = {fold(part) for part in name_parts(reading.facts.customer)}
    greeted = {part for greeting in greetings(reading.whole) for part in greeting.whom}
    if not own or _is_named(own, reading.whole) or greeted & _own_parts(reading):
        return
    name = first_name(reading.facts.customer)
    for greeting in greetings(reading.plain[:_BEGINNING]):
        fix = f"{greeting.word} {name}"
        yield Remark(rule.id, rule.level, rule.message, greeting.start, greeting.end, (fix,))
        return
    yield Remark(rule.id, rule.level, rule.message, 0, 0, (f"Hi {name},",))


def _own_parts(reading: TextUnderRules) -> set[str]:
    """Return the parts, folded, of every name that the customer goes by."""
    return {fold(part) for name in (reading.facts.customer, *reading.facts.also) for part in name_parts(name)}


def _is_named(own: set[str], text: str) -> bool:
    """Return whether a name is there: somewhere with a capital, or at the beginning, where people greet."""
    words = words_with_case(text)
    beginning = words_with_case(text[:_BEGINNING])
    return any(words.get(part) or part in beginning for part in own)


def stranger(rule: WordingRule, reading: TextUnderRules) -> Iterator[Remark]:
    """Yield a remark on each name in a greeting and each order's number that is not this customer's."""
    yield from _wrong_greetings(rule, reading)
    yield from _wrong_names(rule, reading)
    yield from _wrong_orders(rule, reading)


def _wrong_greetings(rule: WordingRule, reading: TextUnderRules) -> Iterator[Remark]:
    own = _own_parts(reading) if name_parts(reading.facts.customer) else set[str]()
    others = {fold(part) for name in reading.facts.others for part in name_parts(name)}
    for greeting in greetings(reading.plain):
        named = set(greeting.whom)
        # Without a name to compare with, only those are strangers who are known to be.
        if not named or named & own or not (own or named & others):
            continue
        if greeting.end >= len(reading.text.rstrip()) and any(part.startswith(greeting.whom[-1]) for part in own):
            continue  # somebody is typing it just now
        name = first_name(reading.facts.customer)
        yield remark_on(rule, reading, greeting.whom_start, greeting.end, (name,) if name else ())


def _wrong_names(rule: WordingRule, reading: TextUnderRules) -> Iterator[Remark]:
    """Look for other customers' full names; a first name alone may be anybody's."""
    own = reading.facts.customer
    full = tuple(name for name in reading.facts.others if len(name_parts(name)) > 1 and fold(name) != fold(own))
    if not full:
        return
    greeted = CoveredSpans((greeting.whom_start, greeting.end) for greeting in greetings(reading.plain))
    for found in _any_name(full).finditer(reading.plain):
        start, end = found.span()
        if not greeted.cover(start, end):
            yield remark_on(rule, reading, start, end, (own,) if name_parts(own) else ())


@lru_cache(64)
def _any_name(names: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, names))})(?!\w)", re.IGNORECASE)


def _wrong_orders(rule: WordingRule, reading: TextUnderRules) -> Iterator[Remark]:
    """Look for order numbers as the rule's patterns have them: in their first group, or as a whole."""
    own = {fold(order) for order in reading.facts.orders}
    if not own:
        return
    told: set[int] = set()
    for token in rule.tokens:
        pattern = _whole_words(token)
        group = min(1, pattern.groups)
        for found in pattern.finditer(reading.plain):
            start, end = found.span(group)
            if start not in told and 0 <= start < end and fold(found[group]) not in own:
                told.add(start)
                yield remark_on(rule, reading, start, end, reading.facts.orders[:_OFFERED])


@lru_cache(64)
def _whole_words(pattern: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)(?:{pattern})(?!\w)", re.IGNORECASE | re.MULTILINE)
