"""Apply all rules to a text, and test each rule by its own examples."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice

from csat_tui.domain.wording.fault import admission
from csat_tui.domain.wording.rules import Level, Remark, SavedReply, WordingFacts, WordingKind, WordingRule
from csat_tui.domain.wording.word_rules import (
    MOST_REMARKS,
    TextUnderRules,
    customer,
    existence,
    occurrence,
    placeholder,
    plain_text,
    required,
    similarity,
    stranger,
    substitution,
)

_LOOKS: Mapping[WordingKind, Callable[[WordingRule, TextUnderRules], Iterator[Remark]]] = {
    WordingKind.EXISTENCE: existence,
    WordingKind.SUBSTITUTION: substitution,
    WordingKind.REQUIRED: required,
    WordingKind.OCCURRENCE: occurrence,
    WordingKind.PLACEHOLDER: placeholder,
    WordingKind.STRANGER: stranger,
    WordingKind.CUSTOMER: customer,
    WordingKind.SIMILARITY: similarity,
    WordingKind.ADMISSION: admission,
}


def remarks(
    text: str,
    on: str,
    facts: WordingFacts,
    rules: Sequence[WordingRule],
    saved: Sequence[SavedReply] = (),
    *,
    whole: str | None = None,
) -> tuple[Remark, ...]:
    """Return the rules' remarks on a text, errors first, then in the order of the text.

    `whole` is the text that will be read if `text` is a part of it, such as a field of a mail: what it has is
    not missing. An empty text has no remarks.
    """
    if not text.strip():
        return ()
    even = plain_text(text)
    reading = TextUnderRules(text, even, even if whole is None else plain_text(whole), facts, tuple(saved))
    found = [
        remark
        for rule in rules
        if on in rule.on and (not rule.channels or facts.channel in rule.channels)
        for remark in islice(_LOOKS[rule.kind](rule, reading), MOST_REMARKS)
    ]
    return tuple(sorted(found, key=lambda remark: (remark.level is not Level.ERROR, remark.start)))


PERSON = WordingFacts(customer="Pat Miller", orders=("4711",), others=("Sam Jones",), agents=("Cass Lind",))
"""The customer of the examples: Pat Miller with order 4711, a moment after Sam Jones; Cass Lind had answered."""


@dataclass(frozen=True, slots=True)
class FailedExample:
    """An example that its rule gets wrong: its place, and what was expected."""

    bad: bool
    index: int
    sentence: str


def failed_examples(rule: WordingRule, saved: Sequence[SavedReply] = ()) -> tuple[FailedExample, ...]:
    """Return the examples that a rule gets wrong; a shipped rule must have none."""
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
