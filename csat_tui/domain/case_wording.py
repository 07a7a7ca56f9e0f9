"""Apply the wording rules to a case: collect what they need to know, and find the remarks that block a text."""

import re
from collections.abc import Iterator, Sequence

from csat_tui.domain.case import Case
from csat_tui.domain.concern import recognised_issues
from csat_tui.domain.facts import customer_name, facts
from csat_tui.domain.places import fill_known, places
from csat_tui.domain.playbook import EffectTemplate, Outcome, Playbook
from csat_tui.domain.ticket import Author, Message
from csat_tui.domain.wording import TEXT_SORTS, Level, Remark, SavedReply, WordingFacts, remarks

_NUMBER = re.compile(r"[A-Za-z]{0,3}-?\d{3,18}")
_LISTENED = 2_000
_MESSAGES = 10
_OUR_MESSAGES = 40
_ENDING = 200
_LINES = 3
_SIGNED = 3
"""How much of the customer's own words is searched, because it happens at each key while somebody types."""


def wording_facts(case: Case, others: Sequence[str] = ()) -> WordingFacts:
    """Return what the rules need to know about a case; `others` are the customers written to a moment ago."""
    ticket = case.source_ticket
    orders = tuple(order.id for order in case.account.orders) if case.account else ()
    if orders:  # what the customer has named is theirs too: no admin system knows every order
        orders = tuple(
            dict.fromkeys((*orders, *(found for text in _own_texts(case) for found in _NUMBER.findall(text))))
        )
    names = (ticket.requester_name if ticket else "", case.survey.customer, *_signed(case))
    also = tuple(name for name in dict.fromkeys(names) if name and "@" not in name)
    channel = ticket.channel if ticket else ""
    return WordingFacts(customer_name(case), orders, channel, tuple(others), also, _agents(case))


def _agents(case: Case) -> tuple[str, ...]:
    """Return the names of our agents in the case: the rated one, and those who wrote to the customer."""
    wrote = (message.author_name for message in case.messages[-_OUR_MESSAGES:] if message.author is Author.AGENT)
    return tuple(name for name in dict.fromkeys((case.survey.agent, *wrote)) if name and "@" not in name)


def _own_texts(case: Case) -> Iterator[str]:
    """Yield the customer's texts, each up to the length that is searched."""
    yield case.survey.comment[:_LISTENED]
    if case.source_ticket is not None:
        yield case.source_ticket.subject[:_LISTENED]
    for message in _own_messages(case):
        yield message.body[:_LISTENED]


def _own_messages(case: Case) -> tuple[Message, ...]:
    return tuple(message for message in case.messages if message.author is Author.CUSTOMER)[-_MESSAGES:]


def _signed(case: Case) -> Iterator[str]:
    """Yield the names that the customer used: the sender's, and short last lines, which may be signatures."""
    for message in _own_messages(case):
        yield message.author_name
        for line in message.body[-_ENDING:].split("\n")[-_LINES:]:
            if len(line.split()) <= _SIGNED:
                yield line.strip()


def sort_of(field_id: str, outcome: Outcome, playbook: Playbook) -> str:
    """Return the sort of text that a field's words go into, the one that most people read; empty where no rule looks.

    What the customer reads counts before what stays inside.
    """
    written = {template.wording_sort for template in outcome.effects if _writes(template, field_id, playbook)}
    return next((sort for sort in TEXT_SORTS if sort in written), "")


def _writes(template: EffectTemplate, field_id: str, playbook: Playbook) -> bool:
    if not template.wording_sort:
        return False
    return any(field_id in places(line) for line in playbook.formats[template.format_id].lines)


def wording_of(
    case: Case, on: str, text: str, playbook: Playbook, *, others: Sequence[str] = (), whole: str | None = None
) -> tuple[Remark, ...]:
    """Return the remarks of a playbook's rules on a text of a case; `whole` is the text that it becomes a part of."""
    return remarks(text, on, wording_facts(case, others), playbook.wording, playbook.saved_replies, whole=whole)


def wording_errors(
    case: Case, on: str, body: str, playbook: Playbook, others: Sequence[str] = ()
) -> tuple[Remark, ...]:
    """Return the remarks that block a reply or mail: the errors."""
    grave = tuple(rule for rule in playbook.wording if rule.level is Level.ERROR)
    return remarks(body, on, wording_facts(case, others), grave, playbook.saved_replies) if grave else ()


def saved_replies_for(
    case: Case, findings: Sequence[str], playbook: Playbook
) -> tuple[tuple[SavedReply, ...], tuple[SavedReply, ...]]:
    """Return the saved replies written for what was found or for the customer's concern, and all others."""
    wanted = (*findings, *(one.issue.id for one in recognised_issues(case, playbook)))
    places = {name: place for place, name in reversed(list(enumerate(wanted)))}
    rank = {
        saved.id: min((places[name] for name in saved.suits if name in places), default=-1)
        for saved in playbook.saved_replies
    }
    suited = sorted((one for one in playbook.saved_replies if rank[one.id] >= 0), key=lambda one: rank[one.id])
    return tuple(suited), tuple(one for one in playbook.saved_replies if rank[one.id] < 0)


def begin_with(saved: SavedReply, case: Case, outcome: Outcome, playbook: Playbook, *, by: str) -> str:
    """Return a saved reply with its places filled; a place whose fact is not known stays, and the rules ask for it."""
    wanted = frozenset(places(saved.text))
    return fill_known(saved.text, facts(case, outcome, (), playbook, wanted=wanted, by=by)).strip()
