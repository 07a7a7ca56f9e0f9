"""Regular expressions that people write into a playbook: which of them could take very long on some text.

Python tries one way after the other to split a text among the parts of a pattern, and a customer's text is anybody's.
So the ways are counted from the pattern alone, and one with too many is refused when the playbook is read.
"""

import re
import re._constants as kind  # type: ignore[import-not-found] # the parser of `re` is not public, but has long been steady
import re._parser as parser  # type: ignore[import-not-found]
import string
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

ENDLESS = 4_000
"""How often a repetition without end is taken to run: as many characters of a text are looked at."""
MOST_WAYS = 20_000
"""Ways to split one stretch of text among neighbouring parts; each place of a text may be tried with all of them."""
MOST_CHOICES = 10_000
"""Ways through the alternatives of a repeated group."""

_ALPHABET = frozenset(string.printable + "é–’")
_SINGLE = (kind.LITERAL, kind.NOT_LITERAL, kind.ANY, kind.IN)
_REPEATS = (kind.MAX_REPEAT, kind.MIN_REPEAT)


def _kinds() -> dict[Any, frozenset[str]]:
    """Return what the classes such as `\\w` take."""
    tests: dict[str, Callable[[str], bool]] = {
        "WORD": lambda char: char.isalnum() or char == "_",
        "DIGIT": str.isdigit,
        "SPACE": str.isspace,
    }
    found = {}
    for name, test in tests.items():
        taken = frozenset(filter(test, _ALPHABET))
        found[getattr(kind, f"CATEGORY_{name}")] = taken
        found[getattr(kind, f"CATEGORY_NOT_{name}")] = _ALPHABET - taken
    return found


_CATEGORIES = _kinds()

Node = tuple[Any, Any]


class _Slow(Exception):
    """The pattern could take very long; its text says why, as the end of a sentence."""


@dataclass(frozen=True, slots=True)
class _Run:
    """A part that may be longer or shorter: which characters it takes, and how many of its lengths there are."""

    chars: frozenset[str]
    lengths: int


def slowness(pattern: str) -> str:
    """Return why a pattern that compiles could take very long, as the end of a sentence; empty where it could not."""
    if not set("*+{") & set(pattern):
        return ""
    try:
        _sequence(parser.parse(pattern, re.IGNORECASE), [])
    except _Slow as error:
        return str(error)
    return ""


def _sequence(nodes: Iterable[Node], runs: list[_Run]) -> list[_Run]:
    """Go through parts in order; returns those that can still trade characters with what follows."""
    for node in nodes:
        runs = _part(node, runs)
    return runs


def _part(node: Node, runs: list[_Run]) -> list[_Run]:
    what, given = node
    if what in _SINGLE:
        return _behind(runs, _chars(node))
    if what in _REPEATS:
        return _repeat(given[0], _count(given[1]), list(given[2]), runs)
    if what is kind.SUBPATTERN:
        return _sequence(given[3], runs)
    if what is kind.BRANCH:
        return max((_sequence(way, runs) for way in given[1]), key=_ways)
    if what in (kind.ASSERT, kind.ASSERT_NOT):
        _sequence(given[1], [])
        return runs
    if what is kind.AT:
        return runs
    raise _Slow("which uses back references or the like; write it without")


def _repeat(least: int, most: int, body: list[Node], runs: list[_Run]) -> list[_Run]:
    single = _is_single(body)
    if most <= 1 and not single:
        inside = _sequence(body, runs)
        return max(runs, inside, key=_ways)
    if single:
        chars = _chars(body[0])
        before = _behind(runs, chars) if least else runs
        return before if least == most else _joined(before, _Run(chars, most - least + 1))
    if most >= ENDLESS:
        raise _Slow("which repeats a group without end; give it one, as in “(?:\\w+\\s){0,6}”")
    _sequence(body, [])
    if _choices(body) ** most > MOST_CHOICES:
        raise _Slow("which repeats a group of alternatives too often; give it a lower end")
    changing = _changing(body)
    if changing and not any(_chars(edge).isdisjoint(changing) for edge in _edges(body)):
        raise _Slow(
            "in which nothing tells where one repetition of a group ends and the next begins; end it with “\\s”"
        )
    return _joined(_behind(runs, _all_chars(body)) if least else runs, _Run(_all_chars(body), most - least + 1))


def _is_single(body: Sequence[Node]) -> bool:
    return len(body) == 1 and body[0][0] in _SINGLE


def _behind(runs: list[_Run], chars: frozenset[str]) -> list[_Run]:
    """Return the parts that reach over a character that has to be there."""
    return [run for run in runs if not run.chars.isdisjoint(chars)]


def _joined(runs: list[_Run], new: _Run) -> list[_Run]:
    """Add a part, and count the ways in which it shares a stretch of text with those before it."""
    after = [*runs, new]
    if _ways([run for run in after if not run.chars.isdisjoint(new.chars)]) > MOST_WAYS:
        raise _Slow("in which neighbours share the same text in too many ways; end them, as in “\\w{1,20}”")
    return after


def _ways(runs: Sequence[_Run]) -> int:
    ways = 1
    for run in runs:
        ways *= run.lengths
    return ways


def _choices(nodes: Iterable[Node]) -> int:
    """Return how many ways lead through the alternatives of a body."""
    choices = 1
    for what, given in nodes:
        if what is kind.BRANCH:
            choices *= sum(_choices(way) for way in given[1])
        elif what is kind.SUBPATTERN:
            choices *= _choices(given[3])
        elif what in _REPEATS:
            body = list(given[2])
            inner = _choices(body) + (
                1 if given[0] != given[1] and not (len(body) == 1 and body[0][0] in _SINGLE) else 0
            )
            choices *= min(inner ** min(_count(given[1]), 20), MOST_CHOICES + 1)
    return choices


def _changing(nodes: Iterable[Node]) -> frozenset[str]:
    """Return the characters of everything in a body that may be longer or shorter."""
    found: frozenset[str] = frozenset()
    for what, given in nodes:
        if what in _REPEATS and given[0] != given[1]:
            found |= _all_chars(given[2])
        elif what is kind.SUBPATTERN:
            found |= _changing(given[3])
        elif what is kind.BRANCH:
            for way in given[1]:
                found |= _changing(way)
    return found


def _edges(body: Sequence[Node]) -> list[Node]:
    """Return the single characters that a body has to begin or end with."""
    found = []
    for at in (0, -1):
        nodes = [node for node in body if node[0] not in (kind.ASSERT, kind.ASSERT_NOT, kind.AT)]
        while nodes and nodes[at][0] is kind.SUBPATTERN:
            nodes = list(nodes[at][1][3])
        if nodes and nodes[at][0] in _SINGLE:
            found.append(nodes[at])
    return found


def _all_chars(nodes: Iterable[Node]) -> frozenset[str]:
    found: frozenset[str] = frozenset()
    for node in nodes:
        what, given = node
        if what in _SINGLE:
            found |= _chars(node)
        elif what in _REPEATS:
            found |= _all_chars(given[2])
        elif what is kind.SUBPATTERN:
            found |= _all_chars(given[3])
        elif what is kind.BRANCH:
            for way in given[1]:
                found |= _all_chars(way)
    return found


def _chars(node: Node) -> frozenset[str]:
    """Return the characters that one place takes, among those that stand for all; capitals do not matter."""
    what, given = node
    if what is kind.ANY:
        return _ALPHABET
    if what is kind.LITERAL:
        return _either_case(chr(given))
    if what is kind.NOT_LITERAL:
        return _ALPHABET - _either_case(chr(given))
    found: set[str] = set()
    negated = False
    for inner, value in given:
        if inner is kind.NEGATE:
            negated = True
        elif inner is kind.LITERAL:
            found |= _either_case(chr(value))
        elif inner is kind.RANGE:
            found |= _between(*value)
        else:
            found |= _CATEGORIES[value]
    return _ALPHABET - found if negated else frozenset(found)


@lru_cache
def _between(low: int, high: int) -> frozenset[str]:
    return frozenset(char for char in _ALPHABET if any(low <= ord(one) <= high for one in _either_case(char)))


def _either_case(char: str) -> frozenset[str]:
    return frozenset((char, *(one for one in (char.lower(), char.upper()) if len(one) == 1)))


def _count(most: Any) -> int:
    return ENDLESS if most is kind.MAXREPEAT else min(int(most), ENDLESS)
