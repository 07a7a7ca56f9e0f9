"""What the first agent promised, held against what the account shows (source document 000: missed opportunities)."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from csat_tui.domain.account import Account
from csat_tui.domain.case import Case
from csat_tui.domain.check import Answer, Suggestion
from csat_tui.domain.concern import heard, in_words, no_account, one_line
from csat_tui.domain.playbook import Issue, Playbook
from csat_tui.domain.speech import Said, spoken
from csat_tui.domain.ticket import Author

BEFORE = timedelta(days=1)
"""How long before the promise it may have been carried out: agents write “I have credited you” a little later."""
NEAR = 30
"""Characters behind a promise in which its amount may stand."""
QUOTED = 90
"""Characters of a promise that are quoted."""
_WILL = r"(?:'ll|'ve|\swill|\shave|\sam\sgoing\sto|\sare\sgoing\sto|\scan\sconfirm)"
_SELF = rf"(?<!\w)(?:i|we){_WILL}\s(?:(?!not\b|never\b)\w+\s){{0,4}}"
_AMOUNT = re.compile(r"[$€£]\s?(?P<figure>\d{1,6}(?:[.,]\d{2})?)(?![\d,.]*\d)")
_DONE = r"(?:(?:is|are|has\sbeen|have\sbeen|was|were)\s(?:now\s|already\s)?)"


@dataclass(frozen=True, slots=True)
class _Found:
    """One promise: its words, who gave it when, and whether the account shows it (None where that cannot be told)."""

    quote: str
    by: Said
    kept: bool | None
    shown: str


Look = Callable[[Account, re.Match[str], datetime], tuple[bool | None, str]]


def _subscription(*states: str) -> Look:
    """Return a look at whether the subscription is in one of some states."""

    def look(account: Account, _said: re.Match[str], _at: datetime) -> tuple[bool | None, str]:
        state = account.subscription_status.casefold()
        return (
            any(re.search(rf"\b{word}", state) for word in states) if state else None
        ), f"subscription: {state or 'not told'}"

    return look


def _plan(account: Account, said: re.Match[str], _at: datetime) -> tuple[bool | None, str]:
    """Look whether the plan has the number that was promised."""
    there = re.search(r"\d+", account.plan)
    kept = there[0] == said["number"] if there else None
    return kept, f"plan: {account.plan or 'not told'}"


def _order_cancelled(account: Account, _said: re.Match[str], _at: datetime) -> tuple[bool | None, str]:
    """Look whether any order is cancelled; which one was meant is for a person to see."""
    states = [order.status for order in account.orders[:3]]
    kept = any("cancel" in order.status.casefold() for order in account.orders) if states else None
    return kept, f"orders: {', '.join(states) or 'none'}"


def _given(kind: str) -> Look:
    """Return a look at whether something of a kind was given about then, or later, and as much as was promised."""

    def look(account: Account, said: re.Match[str], at: datetime) -> tuple[bool | None, str]:
        same = [one for one in account.accommodations if one.kind.casefold() == kind and one.given_at >= at - BEFORE]
        if not same:
            return False, f"{kind} since then: nothing"
        amount = _AMOUNT.search(said.string, said.start(), said.end() + NEAR)
        promised = None if amount is None else Decimal(amount["figure"].replace(",", "."))
        as_much = promised is None or any(one.amount is not None and one.amount.amount >= promised for one in same)
        return as_much, f"{kind} since then: {in_words(same[-1])} on {same[-1].given_at:%d %b}"

    return look


def _pattern(*ways: str) -> re.Pattern[str]:
    return re.compile(rf"(?:{'|'.join(ways)})(?!\w)", re.IGNORECASE)


_PLAN = r"(?<!\w)(?:subscription|plan|account|membership)\s"
_ORDER = r"(?:order|box|delivery|shipment)"
_OF_ORDER = rf"\s(?:(?:the|your|this|that|next)\s){{0,2}}{_ORDER}"
_CANCEL = _pattern(rf"{_SELF}cancel(?:l?ed)?(?!{_OF_ORDER})", rf"{_PLAN}{_DONE}cancell?ed")
_CANCEL_ORDER = _pattern(
    rf"{_SELF}cancel(?:l?ed)?{_OF_ORDER}", rf"(?<!\w){_ORDER}\s(?:#?\w{{1,20}}\s)?{_DONE}cancell?ed"
)
_PAUSE = _pattern(rf"{_SELF}paused?", rf"{_PLAN}{_DONE}paused")
_MEALS = r"(?P<number>\d{1,2})\smeals"
_PLAN_FROM = _pattern(rf"(?<!\w)from\s(?:\w+\s){{1,4}}on,?\syou\s(?:will\s)?(?:get|have|receive)\s{_MEALS}")
_PLAN_TO = _pattern(rf"{_SELF}(?:changed?|updated?|moved?|switch(?:ed)?)\s(?:\w+\s){{0,4}}to\s{_MEALS}")
_REFUND = _pattern(rf"{_SELF}(?:refund(?:ed)?|issued?\s(?:\w+\s){{0,2}}refund)")
_CREDIT = _pattern(rf"{_SELF}(?:credit(?:ed)?|(?:issued?|add(?:ed)?|appl(?:y|ied)|put)\s(?:\S{{1,20}}\s){{0,4}}credit)")
_REPLACEMENT = _pattern(rf"{_SELF}(?:replaced?|sen[dt]\s(?:\w+\s){{0,3}}(?:replacement|new\sbox))")

PROMISES: tuple[tuple[re.Pattern[str], Look], ...] = (
    (_CANCEL, _subscription("cancel", "ended", "inactive")),
    (_CANCEL_ORDER, _order_cancelled),
    (_PAUSE, _subscription("paus", "hold", "cancel")),
    (_PLAN_FROM, _plan),
    (_PLAN_TO, _plan),
    (_REFUND, _given("refund")),
    (_CREDIT, _given("credit")),
    (_REPLACEMENT, _given("replacement")),
)
"""Words that promise something, and how the account shows that it was done."""


def promise_kept(case: Case, _playbook: Playbook) -> Suggestion:
    """Tell whether the account shows what the first agent promised: cancellation, pause, plan, money, replacement."""
    if case.account is None:
        return no_account(case)
    found = _found(case, case.account)
    if not found:
        return Suggestion(None, ("no promise recognised in what the agent wrote; read it for others",))
    evidence: list[str] = []
    for one in found:
        evidence.append(f"{one.by.name} {one.by.at:%d %b %H:%M}: “{one.quote}”")
        evidence.append(one.shown if one.kept is not False else f"{one.shown}: not as promised")
    if any(one.kept is False for one in found):
        return Suggestion(Answer.NO, tuple(evidence))
    return Suggestion(None if any(one.kept is None for one in found) else Answer.YES, tuple(evidence))


def _found(case: Case, account: Account) -> list[_Found]:
    """Return the promises in the agent's messages to the customer, broken ones first, each kind of look once."""
    latest: dict[int, _Found] = {}
    for said_then in spoken(case):
        if said_then.author is not Author.AGENT or not said_then.public:
            continue
        text = one_line(said_then.text)
        for place, (pattern, look) in enumerate(PROMISES):
            if said := pattern.search(text):
                kept, shown = look(account, said, said_then.at)
                latest[place] = _Found(_quote(text, said), said_then, kept, shown)
    return sorted(latest.values(), key=lambda one: (one.kept is not False, one.kept is not None))


def _quote(text: str, said: re.Match[str]) -> str:
    """Return the sentence of a promise, cut to what fits a line."""
    begin = max(text.rfind(mark, 0, said.start()) for mark in (". ", "! ", "? ")) + 1
    ends = [at for mark in (". ", "! ", "? ") if (at := text.find(mark, said.end())) >= 0]
    sentence = text[begin : min(ends) + 1 if ends else len(text)].strip()
    if len(sentence) <= QUOTED:
        return sentence
    return f"{text[said.start() : said.start() + QUOTED - 1].strip()}…"


def repeated_concern(case: Case, playbook: Playbook) -> Suggestion:
    """Tell whether the survey repeats a concern that was answered before (source document 000: non-actionable)."""
    now = _heard_in(case.survey.comment, playbook)
    if not now:
        return Suggestion(None, ("no concern recognised in the survey",))
    issue, words = now
    evidence = [f"survey: {issue.label.lower()} — “{words}”"]
    everything = tuple(spoken(case))
    before = [
        (place, said, match[0])
        for place, said in enumerate(everything)
        if said.author is Author.CUSTOMER
        for pattern in issue.match
        if (match := pattern.search(one_line(said.text)))
    ]
    if not before:
        others = [one.issue.label.lower() for one in heard(case, playbook) if one.issue.id != issue.id]
        evidence.append(f"ticket: nothing of it{f', but {others[0]}' if others else ''}")
        return Suggestion(Answer.NO if case.messages else None, tuple(evidence))
    place, asked, quoted = before[-1]
    evidence.append(f"ticket {asked.at:%d %b %H:%M}: “{quoted}”")
    after = next((one for one in everything[place:] if one.author is Author.AGENT and one.public), None)
    if after is None:
        return Suggestion(Answer.NO, (*evidence, "nobody answered it after that"))
    return Suggestion(Answer.YES, (*evidence, f"{after.name} answered {after.at:%d %b %H:%M}"))


def _heard_in(text: str, playbook: Playbook) -> tuple[Issue, str] | None:
    """Return the first issue of the playbook that one text speaks of, with its words."""
    line = one_line(text)
    for issue in playbook.issues:
        for pattern in issue.match:
            if match := pattern.search(line):
                return issue, match[0]
    return None
