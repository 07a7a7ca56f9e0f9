"""The rules about words: those that must not, should not, must, or may only so often be in a text."""

from collections.abc import Iterator
from itertools import islice

from csat_tui.domain.places import fill
from csat_tui.domain.wording.matching import Reading, Stretch, stands_in, stretches
from csat_tui.domain.wording.names import first_name, greeting_end
from csat_tui.domain.wording.rules import Remark, WordingRule

_SHOWN = 60


def existence(rule: WordingRule, reading: Reading) -> Iterator[Remark]:
    """Yield a remark on all words that must not be there."""
    for stretch in stretches(rule, reading):
        yield remark_on(rule, reading, stretch.start, stretch.end)


def substitution(rule: WordingRule, reading: Reading) -> Iterator[Remark]:
    """Yield a remark on all words for which there are better ones, with those as fixes."""
    for stretch in stretches(rule, reading):
        yield remark_on(rule, reading, stretch.start, stretch.end, _better(rule, reading, stretch))


def occurrence(rule: WordingRule, reading: Reading) -> Iterator[Remark]:
    """Yield a remark on all words that are there once too often."""
    for stretch in islice(stretches(rule, reading), rule.most, None):
        yield remark_on(rule, reading, stretch.start, stretch.end)


def required(rule: WordingRule, reading: Reading) -> Iterator[Remark]:
    """Yield one remark where none of the words is there; what is offered goes after the greeting."""
    if stands_in(rule, reading.whole):
        return
    at = greeting_end(reading.plain)
    names = {"customer-first-name": first_name(reading.facts.customer), "customer-name": reading.facts.customer}
    yield Remark(rule.id, rule.level, rule.message, at, at, tuple(fill(text, names) for text in rule.offer))


def remark_on(rule: WordingRule, reading: Reading, start: int, end: int, fixes: tuple[str, ...] = ()) -> Remark:
    """Return a remark on a stretch, its words named in the sentence where the message has a place for them."""
    found = " ".join(reading.text[start:end].split())
    shown = found if len(found) <= _SHOWN else f"{found[: _SHOWN - 1]}…"
    return Remark(rule.id, rule.level, fill(rule.message, {"found": shown}), start, end, fixes)


def _better(rule: WordingRule, reading: Reading, stretch: Stretch) -> tuple[str, ...]:
    """Return what could stand in a stretch's place, with a capital where it has one."""
    better = [words.strip() for words in rule.swap.get(stretch.token, "").split("|")]
    if reading.text[stretch.start].isupper():
        better = [words[:1].upper() + words[1:] for words in better]
    return tuple(words for words in better if words)
