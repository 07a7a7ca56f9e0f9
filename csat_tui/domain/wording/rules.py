"""Wording rules as data, what they need to know of a case, and their remarks with quick fixes."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Level(StrEnum):
    """The weight of a remark: an error blocks a public text, a warning does not."""

    ERROR = "error"
    WARNING = "warning"


class WordingKind(StrEnum):
    """What a rule looks for."""

    EXISTENCE = "existence"
    """Words that must not be there."""
    SUBSTITUTION = "substitution"
    """Words for which there are better ones."""
    REQUIRED = "required"
    """Words of which some must be there."""
    OCCURRENCE = "occurrence"
    """Words that may be there only so often."""
    PLACEHOLDER = "placeholder"
    """Places of a template that nobody has filled."""
    STRANGER = "stranger"
    """A name or an order's number that is another customer's."""
    CUSTOMER = "customer"
    """The customer's own name must be there."""
    SIMILARITY = "similarity"
    """A saved reply must have been personalised."""
    ADMISSION = "admission"
    """A text must not say that our side has failed."""


TEXT_SORTS = ("reply", "mail", "note")
"""The sorts of texts that rules can apply to: replies on the ticket, mails, and private notes."""


@dataclass(frozen=True, slots=True)
class WordingRule:
    """A rule: `on` are the sorts of texts ("reply", "mail", "note") that it applies to.

    `tokens` are regular expressions that match whole words in any capitals; they are compiled when a text is first
    checked, as that takes longer than reading all the rest. `swap` maps a token to what to write instead, several
    separated by `|`, or nothing where it takes thought; what a pattern of `exceptions` covers is left alone, and so is
    the customer's name. `offer` are words to put in where required ones are missing.
    `bad` and `good` are examples, which the rule itself is tested by. `channels`: only for cases whose conversation
    came by one of these; empty for all. `most` is how often an occurrence may be there; `share` from which
    similarity to a saved reply (0 to 1) it needs a personal touch. In `message`, `{found}` is what was found.
    """

    id: str
    kind: WordingKind
    level: Level
    on: tuple[str, ...]
    message: str
    tokens: tuple[str, ...] = ()
    swap: Mapping[str, str] = field(default_factory=dict)
    exceptions: tuple[str, ...] = ()
    offer: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()
    most: int = 0
    share: float = 1.0
    source: str = ""
    bad: tuple[str, ...] = ()
    good: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SavedReply:
    """A text to begin a reply with; it may have places such as `{customer-first-name}`.

    `suits` are the ids of the issues and findings that it is for.
    """

    id: str
    label: str
    text: str
    suits: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class WordingFacts:
    """What the rules need to know about the case: the customer's name, orders and channel, and other people's names."""

    customer: str = ""
    """The customer's name; empty or an address if it is not known, and then no rule requires it."""
    orders: tuple[str, ...] = ()
    channel: str = ""
    others: tuple[str, ...] = ()
    """Names that would be a mistake: those of customers who were written to a moment ago."""
    also: tuple[str, ...] = ()
    """Other names of the customer, from what they wrote and signed."""
    agents: tuple[str, ...] = ()
    """Names of our agents: the one whom the survey rates, and those who wrote to the customer."""


@dataclass(frozen=True, slots=True)
class Remark:
    """A rule's remark on a stretch of a text, with possible fixes.

    `start` and `end` are character positions; they are the same if something is missing or the whole text
    is meant. A fix replaces the stretch, or is inserted if it is empty: see `apply_fix`.
    """

    rule_id: str
    level: Level
    sentence: str
    start: int = 0
    end: int = 0
    fixes: tuple[str, ...] = ()


def apply_fix(text: str, remark: Remark, index: int) -> tuple[str, int]:
    """Apply a remark's fix; returns the text, and the position after the fix.

    A fix for a stretch replaces it. A fix for something that is missing becomes a paragraph of its own. IndexError
    if the remark has no such fix.
    """
    fix = remark.fixes[index]
    before, after = text[: remark.start], text[remark.end :]
    if remark.start < remark.end:
        return before + fix + after, remark.start + len(fix)
    before, after = before.rstrip(), after.lstrip()
    upto = f"{before}\n\n{fix}" if before else fix
    return (f"{upto}\n\n{after}" if after else upto), len(upto)
