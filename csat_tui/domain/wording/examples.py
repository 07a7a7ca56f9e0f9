"""A rule's own tests: each bad example has to be caught by it, no good one may be."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from csat_tui.domain.wording.checking import remarks
from csat_tui.domain.wording.rules import SavedReply, WordingFacts, WordingRule

PERSON = WordingFacts(customer="Pat Miller", orders=("4711",), others=("Sam Jones",), agents=("Cass Lind",))
"""Whom the examples are written to: Pat Miller with order 4711, a moment after Sam Jones; Cass Lind had answered."""


@dataclass(frozen=True, slots=True)
class FailedExample:
    """An example that its rule gets wrong: where it stands, and what was expected."""

    bad: bool
    index: int
    sentence: str


def failed_examples(rule: WordingRule, saved: Sequence[SavedReply] = ()) -> tuple[FailedExample, ...]:
    """Return the examples that a rule gets wrong; none is what every shipped rule must have."""
    found = []
    for index, example in enumerate(rule.bad):
        if not _caught(rule, example, saved):
            sentence = f"wording “{rule.id}” does not catch its bad example “{_short(example)}”"
            found.append(FailedExample(True, index, sentence))
    for index, example in enumerate(rule.good):
        if _caught(rule, example, saved):
            sentence = f"wording “{rule.id}” catches its good example “{_short(example)}”"
            found.append(FailedExample(False, index, sentence))
    return tuple(found)


def _caught(rule: WordingRule, example: str, saved: Sequence[SavedReply]) -> bool:
    channel = rule.channels[0] if rule.channels else ""
    facts = replace(PERSON, channel=channel)
    return bool(remarks(example, rule.on[0], facts, (rule,), saved))


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= 60 else f"{line[:59]}…"
