"""All rules over one text."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import islice

from csat_tui.domain.wording.fault import admission
from csat_tui.domain.wording.matching import MOST_FOUND, Reading, plain
from csat_tui.domain.wording.people import customer, stranger
from csat_tui.domain.wording.rules import Level, Remark, SavedReply, WordingFacts, WordingKind, WordingRule
from csat_tui.domain.wording.similarity import similarity
from csat_tui.domain.wording.unfilled import placeholder
from csat_tui.domain.wording.words import existence, occurrence, required, substitution

_LOOKS: Mapping[WordingKind, Callable[[WordingRule, Reading], Iterator[Remark]]] = {
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
    """Return what the rules have to say about a text, errors first, then in the order of the text.

    `whole` is what will be read where the text is a part of it, such as one field of a mail: what stands there is
    not missed. Nothing is said about a text in which nobody has written anything.
    """
    if not text.strip():
        return ()
    even = plain(text)
    reading = Reading(text, even, even if whole is None else plain(whole), facts, tuple(saved))
    found = [
        remark
        for rule in rules
        if on in rule.on and (not rule.channels or facts.channel in rule.channels)
        for remark in islice(_LOOKS[rule.kind](rule, reading), MOST_FOUND)
    ]
    return tuple(sorted(found, key=lambda remark: (remark.level is not Level.ERROR, remark.start)))
