"""The rules about people: this customer is named, and nobody else is (source documents 000 and 004)."""

import re
from collections.abc import Iterator
from functools import lru_cache

from csat_tui.domain.wording.matching import Covered, Reading
from csat_tui.domain.wording.names import first_name, fold, greetings, parts, words_of
from csat_tui.domain.wording.rules import Remark, WordingRule
from csat_tui.domain.wording.words import remark_on

_OFFERED = 3
_BEGINNING = 25


def customer(rule: WordingRule, reading: Reading) -> Iterator[Remark]:
    """Yield one remark where the customer's name is known and no part of it is there."""
    own = {fold(part) for part in parts(reading.facts.customer)}
    greeted = {part for greeting in greetings(reading.whole) for part in greeting.whom}
    if not own or _is_named(own, reading.whole) or greeted & _own_parts(reading):
        return
    name = first_name(reading.facts.customer)
    for greeting in greetings(reading.plain[:_BEGINNING]):
        fix = f"{greeting.word} {name}"
        yield Remark(rule.id, rule.level, rule.message, greeting.start, greeting.end, (fix,))
        return
    yield Remark(rule.id, rule.level, rule.message, 0, 0, (f"Hi {name},",))


def _own_parts(reading: Reading) -> set[str]:
    """Return the parts, folded, of every name that the customer goes by."""
    return {fold(part) for name in (reading.facts.customer, *reading.facts.also) for part in parts(name)}


def _is_named(own: set[str], text: str) -> bool:
    """Tell whether a name is there: somewhere with a capital, or at the beginning, where people greet."""
    words = words_of(text)
    beginning = words_of(text[:_BEGINNING])
    return any(words.get(part) or part in beginning for part in own)


def stranger(rule: WordingRule, reading: Reading) -> Iterator[Remark]:
    """Yield a remark on each name in a greeting and each order's number that is not this customer's."""
    yield from _wrong_greetings(rule, reading)
    yield from _wrong_names(rule, reading)
    yield from _wrong_orders(rule, reading)


def _wrong_greetings(rule: WordingRule, reading: Reading) -> Iterator[Remark]:
    own = _own_parts(reading) if parts(reading.facts.customer) else set[str]()
    others = {fold(part) for name in reading.facts.others for part in parts(name)}
    for greeting in greetings(reading.plain):
        named = set(greeting.whom)
        # Without a name to compare with, only those are strangers who are known to be.
        if not named or named & own or not (own or named & others):
            continue
        if greeting.end >= len(reading.text.rstrip()) and any(part.startswith(greeting.whom[-1]) for part in own):
            continue  # somebody is typing it just now
        name = first_name(reading.facts.customer)
        yield remark_on(rule, reading, greeting.whom_start, greeting.end, (name,) if name else ())


def _wrong_names(rule: WordingRule, reading: Reading) -> Iterator[Remark]:
    """Look for other customers' full names; a first name alone may be anybody's."""
    own = reading.facts.customer
    full = tuple(name for name in reading.facts.others if len(parts(name)) > 1 and fold(name) != fold(own))
    if not full:
        return
    greeted = Covered((greeting.whom_start, greeting.end) for greeting in greetings(reading.plain))
    for found in _any_name(full).finditer(reading.plain):
        start, end = found.span()
        if not greeted.cover(start, end):
            yield remark_on(rule, reading, start, end, (own,) if parts(own) else ())


@lru_cache(64)
def _any_name(names: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, names))})(?!\w)", re.IGNORECASE)


def _wrong_orders(rule: WordingRule, reading: Reading) -> Iterator[Remark]:
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
