"""Compile the patterns that people write into a playbook, and refuse those that could take very long on some text.

Python tries one way after the other to split a text among the parts of a pattern, and a customer's text can be
anything. So the ways are counted from the pattern alone, and a pattern with too many is refused when the
playbook is read.
"""

import re
import re._constants as kind  # type: ignore[import-not-found] # the parser of `re` is not public, but has long been steady
import re._parser as parser  # type: ignore[import-not-found]
import string
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from csat_tui.toml_file import KeyPath, Table

ENDLESS = 4_000
"""The assumed number of runs of an endless repetition: as many characters of a text are searched."""
MOST_WAYS = 20_000
"""Ways to split a stretch of text among neighbouring parts; each position of a text may be tried with all of them."""
MOST_CHOICES = 10_000
"""Ways through the alternatives of a repeated group."""

_ALPHABET = frozenset(string.printable + "é–’")
_SINGLE = (kind.LITERAL, kind.NOT_LITERAL, kind.ANY, kind.IN)
_REPEATS = (kind.MAX_REPEAT, kind.MIN_REPEAT)


def _kinds() -> dict[Any, frozenset[str]]:
    """Return the characters of the classes such as `\\w`."""
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
    """A part of variable length: the characters that it takes, and the number of its lengths."""

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
    """Go through parts in order; returns those that can still exchange characters with what follows."""
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
    """Return the parts that can reach over a required character."""
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
    """Return the number of ways through the alternatives of a body."""
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
    """Return the characters of all parts of variable length in a body."""
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
    """Return the single characters that a body must begin or end with."""
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
    """Return which of the representative characters a position takes; capitals do not matter."""
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


def compile_words(
    table: Table, place: KeyPath, told: str, text: str, unfit: Callable[[re.Pattern[str]], str]
) -> re.Pattern[str] | None:
    """Return a compiled pattern that matches whole words (`late` does not match `chocolate`); None where it is refused.

    `told` begins the sentence of a problem; `unfit` returns the rest of it if the pattern cannot be used, or nothing.
    """
    try:
        pattern = re.compile(rf"(?<!\w)(?:{text})(?!\w)", re.IGNORECASE)
    except re.error as error:
        table.log.add(place, f"{told}, which is not a regular expression: {error.msg}")
        return None
    if wrong := unfit(pattern):
        table.log.add(place, f"{told}{wrong}")
        return None
    if slow := "" if table.log.proven else slowness(pattern.pattern):
        table.log.add(place, f"{told}, {slow}: it could take very long on some text")
        return None
    return pattern


_ATOM = re.compile(r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|.", re.DOTALL)
_ENDLESS = re.compile(r"[*+]|\{\d*,\}")
_LETTERS_ONLY = re.compile(r"\\[wd]|\[(?:\\[wd]|[A-Za-z0-9']|[A-Za-z]-[A-Za-z]|\d-\d)+\]|[A-Za-z0-9]")
_BY_NUMBER = re.compile(r"(?<!\\)\\[1-9]|\(\?P[<=]|\(\?\(")


def word_pattern(text: str) -> str:
    """Return a token's regular expression: a space in it is any one space or line break.

    Raises ValueError with the end of a sentence where it would be slow on a long text, or where it counts on groups
    that several tokens cannot share. Whether it is a regular expression at all is for `flaw_of`.
    """
    if _BY_NUMBER.search(text):
        raise ValueError("which refers to groups by name or number; wording rules cannot do that")
    written: list[str] = []
    last, at = "", 0
    while at < len(text):
        endless = _ENDLESS.match(text, at)
        if endless and last and last != "(":
            if not _LETTERS_ONLY.fullmatch(last):
                raise ValueError(
                    f"in which “{last}{endless[0]}” may run through a whole text; end it, as in “{last}{{0,40}}”"
                )
            written.append(endless[0])
            at = endless.end()
            continue
        atom = _ATOM.match(text, at)
        last = atom[0] if atom else text[at]
        written.append(r"\s" if last == " " else last)
        at += len(last)
    return "".join(written)


def flaw_of(pattern: str) -> str:
    """Return what is wrong with a regular expression as the end of a sentence; empty where nothing is."""
    try:
        compiled = re.compile(pattern, re.IGNORECASE | re.MULTILINE)
    except re.error as error:
        return f"which is not a regular expression: {error.msg}"
    return "which also matches no words at all" if compiled.match("") else slowness(pattern)
