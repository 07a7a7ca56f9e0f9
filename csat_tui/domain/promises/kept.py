"""Check whether the account shows what the first agent promised (source document 000: missed opportunities)."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from csat_tui.domain.account import Accommodation, Account
from csat_tui.domain.amounts import Amount
from csat_tui.domain.case import Answer, Case, Suggestion
from csat_tui.domain.clock import day_and_month, day_and_time
from csat_tui.domain.concern import accommodation_text, no_account, plain_beginning, recognised_issues, why_not_judged
from csat_tui.domain.playbook import Issue, Playbook
from csat_tui.domain.promises.phrases import PromiseKind
from csat_tui.domain.promises.reading import LANGUAGES, TEXT_LIMIT, Promise, promises_in
from csat_tui.domain.speech import (
    LanguageDetector,
    Utterance,
    is_judged,
    language_name,
    language_of,
    no_detector,
    utterances,
)
from csat_tui.domain.ticket import Author

BEFORE = timedelta(days=1)
"""How long before the promise it may have been kept: agents write “I have credited you” a little later."""
_ON_TOP = re.compile(
    r"\b(?:also|too|as\swell|another|additional(?:ly)?|in\saddition|on\stop|plus|besides|second|further|extra)\b",
    re.IGNORECASE,
)
"""Words that add a promise to another promise of its kind."""
_WHOLE = re.compile(r"\b(?:in\sfull|fully|(?:whole|entire|full)\s(?:order|box|amount|price|refund))\b", re.IGNORECASE)
"""Words that make a promise without a figure worth more than any figure beside it."""
_IN_SUMS = frozenset({PromiseKind.REFUND, PromiseKind.CREDIT, PromiseKind.REPLACEMENT})
"""Kinds whose promises can add up."""
QUOTED = 90
"""Characters of a promise that are quoted."""
_UNDONE = re.compile(
    r"(?:(?:promised|(?:was|were|been|got)\s(?:told|promised)|(?:you|they|he|she|agent|chat)\s(?:said|"
    r"told|wrote|confirmed|promised)|told\s(?:me|us)|confirmed(?=\sbut)|"
    r"confirmed\s(?:in\swriting|it)|wrote\sdone|as\sagreed|supposed\sto)\b[^.!?]{0,120}?\b(?:but|"
    r"never|not|no|still|yet|without|nothing|anyway|days?|instead)\b|"
    r"\b(?:never|still\s(?:no|not|waiting|haven't|hasn't|charged)|where\s(?:is|are)|no\s(?:sign|"
    r"trace)\sof|not\s(?:received|gotten|got|seen)|(?:haven|hasn|didn|wasn|isn)'?t)\b"
    r"[^.!?]{0,60}?\b(?:refund\w*|credit\w*|money|code|discount|replacement|swap\w*|cancel\w*|"
    r"promised|dollars|call(?:ed)?\s?back|mailed|applied|made)\b|"
    r"\b(?:refund|credit|money|code|discount|replacement|swap|change|cancellation|call-?back|"
    r"mail)\b(?:\s(?!that\b|who\b|which\b)\w+){0,5}?\s(?:never|nowhere|not\s(?:yet|there|done|made|"
    r"applied|come|arrived)|"
    r"(?:hasn|haven|didn|wasn|isn)'?t|and\snot\sdone|does\snot\sexist)\b|does\snot\sexist|"
    r"\bnothing\s(?:was|has|is|happened|changed)\b)",
    re.IGNORECASE,
)
"""A customer's words for something promised or due that was not done."""


@dataclass(frozen=True, slots=True)
class _Given:
    """A promise, who gave it, and whether the account shows that it was kept (None if that cannot be known)."""

    promise: Promise
    by: Utterance
    kept: bool | None
    shown: str


def promise_kept(case: Case, _playbook: Playbook, detect: LanguageDetector = no_detector) -> Suggestion:
    """Suggest whether the account shows what the first agent promised: cancellation, change, money, replacement.

    Yes only if each recognised promise is shown, everything could be read, and the customer does not say otherwise:
    that no promise is recognised proves nothing.
    """
    if case.account is None:
        return no_account(case)
    if not case.messages:
        return Suggestion(None, ("no transcript here: csat-tui cannot say what was promised",))
    said = [one for one in utterances(case) if one.author is Author.AGENT and one.public]
    found = _held(said, case, case.account)
    unread = tuple(_unread(said, detect))
    complaint = _complaint(case, found[0].by.at if found else None)
    evidence: list[str] = []
    for one in sorted(found, key=lambda one: (one.kept is not False, one.kept is not None)):
        evidence.append(f"{one.by.name} {day_and_time(one.by.at)}: “{_cut(one.promise.sentence, one.promise.words)}”")
        evidence.append(one.shown if one.kept is not False else f"{one.shown}: not as promised")
    if not found:
        evidence.append("no promise recognised in what the agent wrote; read it for others")
    evidence += [*unread, *complaint]
    if any(one.kept is False for one in found):
        return Suggestion(Answer.NO, tuple(evidence))
    certain = bool(found) and all(one.kept for one in found) and not unread and not complaint
    silent = not found and not unread and not complaint and bool(said)
    return Suggestion(Answer.YES if certain else None, tuple(evidence), silent=silent)


def _held(said: Sequence[Utterance], case: Case, account: Account) -> list[_Given]:
    """Compare the agent's promises with the account, each kind once: as last said, from the first time on.

    Sums of one kind that differ, or that come on top of another, count together.
    """
    first: dict[tuple[PromiseKind, bool, bool], datetime] = {}
    latest: dict[tuple[PromiseKind, bool, bool], tuple[Promise, Utterance]] = {}
    sums: dict[tuple[PromiseKind, bool, bool], list[Amount | None]] = {}
    for one in said:
        for promise in promises_in(one.text):
            key = (promise.kind, promise.order and promise.kind not in _IN_SUMS, promise.pause)
            first.setdefault(key, one.at)
            before = latest.get(key)
            if before is None or promise.amount is not None or before[0].amount is None:
                latest[key] = (promise, one)
            _add(sums.setdefault(key, []), promise, further=before is not None)
    found = []
    for key, (promise, by) in latest.items():
        kept, shown = _look(promise, account, case, first[key], by, sums[key])
        found.append(_Given(promise, by, kept, shown))
    return found


def _add(sums: list[Amount | None], promise: Promise, *, further: bool) -> None:
    """Add the amount of a promise unless it only repeats another promise; None stands for an unknown sum."""
    on_top = further and _ON_TOP.search(promise.sentence) is not None
    known = {one.value for one in sums if one is not None}
    if promise.amount is None:
        if on_top or _WHOLE.search(promise.sentence):
            sums.append(None)
    elif promise.amount.value not in known or on_top:
        sums.append(promise.amount)


def _look(
    promise: Promise, account: Account, case: Case, since: datetime, by: Utterance, sums: Sequence[Amount | None]
) -> tuple[bool | None, str]:
    """Return whether the account or the ticket shows what was promised."""
    match promise.kind:
        case PromiseKind.CANCEL if promise.order:
            return _order_cancelled(account)
        case PromiseKind.CANCEL:
            return _subscription(account, "cancel", "ended", "inactive")
        case PromiseKind.CHANGE if promise.pause:
            return _subscription(account, "paus", "hold", "cancel")
        case PromiseKind.CHANGE if promise.number is not None:
            return _plan(account, promise.number)
        case PromiseKind.REFUND | PromiseKind.CREDIT | PromiseKind.REPLACEMENT:
            return _given(account, promise, since, sums)
        case PromiseKind.CALLBACK:
            return _contact(case, promise, by)
    what = "change" if promise.kind is PromiseKind.CHANGE else "thing"
    return None, f"whether this {what} was made, the records do not show: look at the account"


def _subscription(account: Account, *states: str) -> tuple[bool | None, str]:
    state = account.subscription_status.casefold()
    kept = any(re.search(rf"\b{word}", state) for word in states) if state else None
    return kept, f"subscription: {state or 'not told'}"


def _plan(account: Account, number: int) -> tuple[bool | None, str]:
    there = re.search(r"\d+", account.plan)
    return (int(there[0]) == number if there else None), f"plan: {account.plan or 'not told'}"


def _order_cancelled(account: Account) -> tuple[bool | None, str]:
    """Return whether any order is cancelled; a person has to see which order was meant."""
    states = [order.status for order in account.orders[:3]]
    kept = any("cancel" in order.status.casefold() for order in account.orders) if states else None
    return kept, f"orders: {', '.join(states) or 'none'}"


def _given(
    account: Account, promise: Promise, since: datetime, sums: Sequence[Amount | None]
) -> tuple[bool | None, str]:
    """Return whether something of the kind was given about then or later, and as much as was promised."""
    kind = promise.kind.value
    same = [one for one in account.accommodations if one.kind.casefold() == kind and one.given_at >= since - BEFORE]
    if not same:
        return False, f"{kind} since then: nothing"
    shown = f"{kind} since then: {accommodation_text(same[-1])} on {day_and_month(same[-1].given_at)}"
    if len(sums) > 1:
        return _given_together(same, sums, kind)
    if promise.amount is None:
        return True, shown
    known = [one.amount for one in same if one.amount is not None and promise.amount.may_be(one.amount.currency)]
    if not known or not promise.amount.certain:
        return None, f"{shown}; {promise.amount.text} was promised, which cannot be compared"
    return sum((money.amount for money in known), Decimal(0)) >= promise.amount.value, shown


def _given_together(
    given: Sequence[Accommodation], sums: Sequence[Amount | None], kind: str
) -> tuple[bool | None, str]:
    """Return whether what was given adds up to what was promised; a sum may also have replaced another."""
    named = [one for one in sums if one is not None]
    shown = (
        f"{kind} since then: {', '.join(accommodation_text(one) for one in given)}; promised: "
        f"{', '.join('a sum that is not named' if one is None else one.text for one in sums)}"
    )
    amounts = [one.amount for one in given if one.amount is not None]
    comparable = all(one.certain and one.may_be(money.currency) for one in named for money in amounts)
    if not named or not amounts or not comparable:
        return None, f"{shown}, which cannot be compared"
    there = sum((money.amount for money in amounts), Decimal(0))
    if there < max(one.value for one in named):
        return False, shown
    whole = len(named) == len(sums) and there >= sum(one.value for one in named)
    return (True, shown) if whole else (None, f"{shown}; whether they are one or add up is for you to see")


def _contact(case: Case, promise: Promise, by: Utterance) -> tuple[bool | None, str]:
    """Return whether the ticket shows that somebody got in touch afterwards; a call may leave no trace."""
    after = [one for one in case.messages if one.author is Author.AGENT and one.public and one.created_at > by.at]
    if not after:
        return None, "nothing in this ticket shows that anybody got in touch after it"
    shown = f"{after[0].author_name} got in touch {day_and_time(after[0].created_at)}"
    spoke = any(one.channel == "voice" for one in after)
    by_phone = re.search(r"\b(?:call|phone|ring|buzz)", promise.words, re.IGNORECASE)
    return (True, shown) if spoke or not by_phone else (None, f"{shown}, but not by phone as far as the ticket shows")


def _unread(said: Iterable[Utterance], detect: LanguageDetector) -> Iterable[str]:
    """Yield which texts could not be searched for promises, and why; each reason once."""
    reasons: dict[str, None] = {}
    for one in said:
        if not is_judged(language := language_of(plain_beginning(one.text), detect), LANGUAGES):
            reasons[f"{one.name} wrote in {language_name(language)}: promises in it cannot be recognised"] = None
        if len(one.text) > TEXT_LIMIT:
            reasons[
                f"{one.name} {day_and_time(one.at)}: only the first {TEXT_LIMIT:,} characters were looked through"
            ] = None
    return reasons


def _complaint(case: Case, since: datetime | None) -> tuple[str, ...]:
    """Return the customer's complaint that something was not done: in the survey, or after the first promise."""
    after = [
        (f"{one.name} {day_and_time(one.at)}", one.text)
        for one in utterances(case)
        if one.author is Author.CUSTOMER and since is not None and one.at > since
    ]
    for where, text in (("the survey", case.survey.comment), *after):
        if found := _UNDONE.search(line := plain_beginning(text)):
            return (f"{where} says otherwise: “{_sentence(line, found)}”",)
    return ()


def _sentence(text: str, said: re.Match[str]) -> str:
    """Return the sentence around a match, cut to what fits a line."""
    begin = max(text.rfind(mark, 0, said.start()) for mark in (". ", "! ", "? ")) + 1
    ends = [at for mark in (". ", "! ", "? ") if (at := text.find(mark, said.end())) >= 0]
    return _cut(text[begin : min(ends) + 1 if ends else len(text)].strip(), said[0])


def _cut(sentence: str, words: str) -> str:
    """Return a sentence cut to fit a line: from the important words on if it is too long."""
    if len(sentence) <= QUOTED:
        return sentence
    return f"{sentence[max(0, sentence.find(words)) :][: QUOTED - 1].strip()}…"


def repeated_concern(case: Case, playbook: Playbook, detect: LanguageDetector = no_detector) -> Suggestion:
    """Suggest whether the survey repeats a concern that was answered before (source document 000: non-actionable)."""
    if reason := why_not_judged(case, playbook, detect):
        return Suggestion(None, (reason,))
    now = _heard_in(case.survey.comment, playbook, detect)
    if not now:
        return Suggestion(None, ("no concern recognised in the survey",), silent=bool(case.messages))
    issue, words = now
    evidence = [f"survey: {issue.label.lower()} — “{words}”"]
    everything = tuple(utterances(case))
    before = [
        (place, said, match[0])
        for place, said in enumerate(everything)
        if said.author is Author.CUSTOMER
        for pattern in issue.patterns(language_of(plain_beginning(said.text), detect), playbook.language)
        if (match := pattern.search(plain_beginning(said.text)))
    ]
    if not before:
        others = [
            one.issue.label.lower() for one in recognised_issues(case, playbook, detect) if one.issue.id != issue.id
        ]
        evidence.append(f"ticket: nothing of it{f', but {others[0]}' if others else ''}")
        return Suggestion(Answer.NO if case.messages else None, tuple(evidence))
    place, asked, quoted = before[-1]
    evidence.append(f"ticket {day_and_time(asked.at)}: “{quoted}”")
    after = next((one for one in everything[place:] if one.author is Author.AGENT and one.public), None)
    if after is None:
        return Suggestion(Answer.NO, (*evidence, "nobody answered it after that"))
    return Suggestion(Answer.YES, (*evidence, f"{after.name} answered {day_and_time(after.at)}"))


def _heard_in(text: str, playbook: Playbook, detect: LanguageDetector) -> tuple[Issue, str] | None:
    """Return the first issue of the playbook that a text mentions, with its words."""
    line = plain_beginning(text)
    for issue in playbook.issues:
        for pattern in issue.patterns(language_of(line, detect), playbook.language):
            if match := pattern.search(line):
                return issue, match[0]
    return None
