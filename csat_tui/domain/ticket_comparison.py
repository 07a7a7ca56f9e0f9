"""Compare two tickets: the same customer, the same order, the same concern (source document 004, merging)?

Each answer comes with the words that it rests on. What the texts do not say is unknown and never guessed.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

from csat_tui.domain.account import Order
from csat_tui.domain.merge_rules import MergeRules
from csat_tui.domain.playbook import Issue
from csat_tui.domain.ticket import Author, Message, Ticket

LISTENED = 1_500
"""Characters of a text that are searched: what it is about stands at the top."""
LISTENED_IN_ALL = 6_000
"""Characters of a ticket that are searched, its newest messages first; a long paste costs no time."""
SHARED = 2
"""Distinctive words that two texts must share to be about the same, if no pattern decides."""

_WORD = re.compile(r"[^\W\d_]{4,}")
_LETTER = """
about again also another answer around asked been before came cannot could customer dear does doing done even
ever from getting give good have hello help here hope into just kind know like mail many message more much need
never news number once only order other over please really regards reply said same send sent should since some
still such support tell thank thanks that their them then there these they thing things think this ticket told
very want were what when where which while will with would write writing wrote year your yours
"""
_LIGHT = frozenset(_LETTER.split())
"""Words that occur in any letter."""


class Same(StrEnum):
    """Whether two tickets have something in common."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Conversation:
    """A ticket with its messages; a `survey` is the ticket of a survey itself, which is never merged."""

    ticket: Ticket
    messages: Sequence[Message] = ()
    survey: bool = False

    @property
    def last(self) -> Message | None:
        """The newest message between customer and staff; internal notes do not count."""
        said = [one for one in self.messages if one.public and one.author is not Author.SYSTEM]
        return max(said, key=lambda one: (one.created_at, one.id), default=None)

    def texts(self, *authors: Author) -> Iterator[str]:
        """Yield the subject and what these authors wrote, newest first, each as a line, without internal notes."""
        yield plain_line(self.ticket.subject)
        if not self.messages:
            yield plain_line(self.ticket.description)
        left = LISTENED_IN_ALL
        for message in reversed(self.messages):
            if left > 0 and message.public and message.author in authors:
                text = plain_line(message.body)
                left -= len(text)
                yield text


@dataclass(frozen=True, slots=True)
class Comparison:
    """The result of a comparison, with a sentence that says what it rests on."""

    same: Same
    because: str


@dataclass(frozen=True, slots=True)
class IssueMention:
    """An issue, and the words that mention it."""

    issue: Issue
    words: str


class ConversationFacts:
    """What a conversation is about, found once: a customer's tickets are compared in pairs."""

    def __init__(self, one: Conversation, rules: MergeRules, issues: Sequence[Issue], orders: Sequence[Order]) -> None:
        self.conversation = one
        self._rules = rules
        self._issues = issues
        self.orders = orders

    @cached_property
    def numbers(self) -> frozenset[str]:
        """The orders and items that it names."""
        return order_numbers(self.conversation, self._rules, self.orders)

    @cached_property
    def raised(self) -> Mapping[str, IssueMention]:
        """The issues that the customer mentions."""
        return issues_mentioned(self.conversation.texts(Author.CUSTOMER), self._issues)

    @cached_property
    def weighty(self) -> frozenset[str]:
        """The customer's distinctive words."""
        return distinctive_words(self.conversation)


def plain_line(text: str) -> str:
    """Return the beginning of a text as one line with plain apostrophes."""
    return " ".join(text[:LISTENED].replace("’", "'").split())


def same_customer(one: Ticket, other: Ticket) -> Comparison:
    """Compare the customers: by the help desk's number, or by name if there are two addresses.

    A name alone is not enough for a merge: if the answer is unknown, the order must be the same, too.
    """
    if one.requester_id is not None and one.requester_id == other.requester_id:
        return Comparison(Same.YES, "both are the same customer's")
    names = {_folded(ticket.requester_name) for ticket in (one, other)}
    addresses = [ticket.requester_email or "an unknown address" for ticket in (one, other)]
    if len(names) == 1 and "" not in names:
        told = f"both are {one.requester_name}'s, under two addresses: {addresses[0]} and {addresses[1]}"
        return Comparison(Same.UNKNOWN, told)
    who = [ticket.requester_name or "nobody known" for ticket in (one, other)]
    return Comparison(Same.NO, f"one is {who[0]}'s, the other {who[1]}'s")


def same_order(one: ConversationFacts, other: ConversationFacts) -> Comparison:
    """Compare the orders: whether the tickets name the same order or item, and none from another store."""
    own, others = one.numbers, other.numbers
    if shared := own & others:
        several = sorted({order.store for order in one.orders if order.store and shared & _names(order)})
        if len(several) > 1:
            return Comparison(Same.NO, f"{_listed(shared)} was bought in more than one store: {', '.join(several)}")
        return Comparison(Same.YES, f"both name {_listed(shared)}")
    if own and others:
        return Comparison(Same.NO, f"one is about {_listed(own)}, the other about {_listed(others)}")
    silent = [which.conversation.ticket.id for which, found in ((one, own), (other, others)) if not found]
    return Comparison(
        Same.UNKNOWN, f"no order or item is named on {' and '.join(f'#{ticket_id}' for ticket_id in silent)}"
    )


def order_numbers(one: Conversation, rules: MergeRules, orders: Sequence[Order]) -> frozenset[str]:
    """Return the orders and items that a ticket names: by the playbook's patterns, or as the admin system has them."""
    known = set().union(*map(_names, orders))
    found: set[str] = set()
    for text in one.texts(Author.CUSTOMER, Author.AGENT):
        for pattern in rules.order:
            found |= {match[1].upper() for match in pattern.finditer(text) if match[1]}
        words = {word.strip(".,;:!?()[]\"'#").upper() for word in text.split()}
        found |= known & words
    return frozenset(found)


def issues_mentioned(texts: Iterable[str], issues: Sequence[Issue]) -> dict[str, IssueMention]:
    """Return the issues that texts mention, with the first words that do."""
    found: dict[str, IssueMention] = {}
    for text in texts:
        for issue in issues:
            if issue.id not in found:
                match = next((hit for pattern in issue.patterns() if (hit := pattern.search(text))), None)
                if match is not None:
                    found[issue.id] = IssueMention(issue, match[0])
    return found


def same_concern(one: ConversationFacts, other: ConversationFacts) -> Comparison:
    """Compare the concerns: by the playbook's issues, or by distinctive words."""
    own, others = one.raised, other.raised
    if shared := [issue_id for issue_id in own if issue_id in others]:
        first = shared[0]
        label = own[first].issue.label.lower()
        return Comparison(Same.YES, f"both are about “{label}”: “{own[first].words}” and “{others[first].words}”")
    if own and others:
        labels = [next(iter(found.values())) for found in (own, others)]
        told = " and ".join(f"“{mention.issue.label.lower()}” (“{mention.words}”)" for mention in labels)
        return Comparison(Same.NO, f"they speak of different things: {told}")
    words = one.weighty & other.weighty
    if len(words) >= SHARED:
        return Comparison(Same.YES, f"both speak of {', '.join(f'“{word}”' for word in sorted(words)[:4])}")
    return Comparison(Same.UNKNOWN, "the words do not show whether the concern is the same")


def distinctive_words(one: Conversation) -> frozenset[str]:
    """Return the customer's words that say what it is about: no ordinary words, and no names."""
    ticket = one.ticket
    names = f"{ticket.requester_name} {ticket.assignee_name} {' '.join(m.author_name for m in one.messages)}"
    light = _LIGHT | {word.casefold() for word in _WORD.findall(names)}
    found = {word.casefold() for text in one.texts(Author.CUSTOMER) for word in _WORD.findall(text)}
    return frozenset(found - light)


def _listed(found: Iterable[str]) -> str:
    some = sorted(found)
    return ", ".join(some[:3]) + (f" and {len(some) - 3} more" if len(some) > 3 else "")


def _names(order: Order) -> set[str]:
    return {word.upper() for word in (order.id, *order.skus) if word}


def _folded(name: str) -> str:
    return " ".join(name.casefold().split())
