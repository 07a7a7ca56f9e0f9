"""Check whether what a customer was given is what the accommodation guide allows.

The guide names alternatives: one of them may be given, once within its period, up to its amount (source document 000,
step 5).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from csat_tui.domain.account import Accommodation, LoggedIssue, Money
from csat_tui.domain.case import Answer, Case, Suggestion
from csat_tui.domain.concern import (
    accommodation_text,
    accommodations_given,
    concerns,
    logged_issues,
    no_account,
    why_not_judged,
)
from csat_tui.domain.playbook import Allowance, Issue, Playbook
from csat_tui.domain.speech import LanguageDetector, no_detector


@dataclass(frozen=True, slots=True)
class _Verdict:
    """The result of a comparison: objections to what was given, doubts where it could not be compared, and facts."""

    objections: tuple[str, ...] = ()
    doubts: tuple[str, ...] = ()
    facts: tuple[str, ...] = ()


def accommodation_within_guide(case: Case, playbook: Playbook, detect: LanguageDetector = no_detector) -> Suggestion:
    """Suggest whether the guide allows what the customer was given, for what was logged and for what they say.

    If the answers differ, both are shown and neither is suggested.
    """
    if case.account is None:
        return no_account(case)
    logged = logged_issues(case)
    given = accommodations_given(case, logged)
    found = concerns(case, playbook, detect)
    filed = _entry(logged, playbook)
    said = tuple(one.issue for one in found.unlogged)
    weighed = [_weigh(case, given, logged, filed, playbook, "as logged" if said else "")] if logged else []
    weighed += [_weigh(case, given, (), entry, playbook, "by the customer's words") for entry in said]
    evidence = [f"given: {accommodation_text(one)}" for one in given] or ["given: nothing"]
    answers = {one.answer for one in weighed}
    if len(answers) > 1:  # said first, for it is what a person has to look at
        evidence.append("; ".join(f"{one.by}: {_VERDICTS[one.answer]}" for one in weighed))
    evidence += [line for one in weighed for line in one.lines]
    if not weighed:
        evidence.append("guide: nothing was logged, and no concern is recognised")
        return Suggestion(None, tuple(evidence))
    if len(answers) > 1 or None in answers:
        return Suggestion(None, tuple(evidence))
    answer = weighed[0].answer
    if answer is not Answer.NO and not (found.logged or found.unlogged):
        # What was logged may be wrong, and with it the entry of the guide: nobody has said so, nor otherwise.
        reason = why_not_judged(case, playbook, detect) or "no concern is recognised"
        return Suggestion(None, (*evidence, f"held against what was logged alone: {reason}"))
    if answer is not Answer.NO and (reason := why_not_judged(case, playbook, detect)):
        return Suggestion(None, (*evidence, reason))
    return Suggestion(answer, tuple(evidence))


_VERDICTS = {
    Answer.YES: "within the guide",
    Answer.NO: "not within the guide",
    Answer.NOT_APPLICABLE: "nothing was due",
    None: "not settled",
}


@dataclass(frozen=True, slots=True)
class _Weighed:
    """What the guide says for a concern; `by` says how the concern was determined."""

    answer: Answer | None
    lines: tuple[str, ...]
    by: str


def _weigh(
    case: Case,
    given: Sequence[Accommodation],
    logged: Sequence[LoggedIssue],
    usual: Issue | None,
    playbook: Playbook,
    by: str,
) -> _Weighed:
    """Compare what was given with the guide: by the issue that it was given for, else by the usual entry."""
    if not given:
        return _nothing_given(usual, by)
    by_issue: dict[str, list[Accommodation]] = {}
    entries: dict[str, Issue | None] = {}
    for one in given:
        entry = _entry_of(one, logged, playbook) or usual
        key = "" if entry is None else entry.id
        entries[key] = entry
        by_issue.setdefault(key, []).append(one)
    lines: list[str] = []
    objections: list[str] = []
    doubts: list[str] = []
    for key, together in by_issue.items():
        entry = entries[key]
        if entry is None:
            doubts.append("guide: no entry for what was logged")
            continue
        lines.append(_guide_line(entry, by))
        account = case.account
        earlier = [one for one in account.accommodations if one not in given] if account else []
        verdict = _judge(together, entry.allows, earlier)
        lines.extend(verdict.facts)
        objections.extend(verdict.objections)
        doubts.extend(verdict.doubts)
    answer = Answer.NO if objections else None if doubts else Answer.YES
    return _Weighed(answer, (*lines, *objections, *doubts), by)


def _guide_line(entry: Issue, by: str) -> str:
    return f"guide for {entry.label.lower()}{f', {by}' if by else ''}: {allowed_in_words(entry.allows)}"


def _nothing_given(entry: Issue | None, by: str) -> _Weighed:
    """Say whether anything was due; a person decides whether it should have been given."""
    if entry is None:
        return _Weighed(None, ("guide: no entry for what was logged",), by)
    line = _guide_line(entry, by)
    if not entry.allows:
        return _Weighed(Answer.NOT_APPLICABLE, (line,), by)
    return _Weighed(None, (line, "something may have been due"), by)


def _entry(logged: Sequence[LoggedIssue], playbook: Playbook) -> Issue | None:
    """Return the guide's entry for the first logged issue that it knows."""
    return next((entry for one in logged if (entry := entry_for(one.category, playbook)) is not None), None)


def _entry_of(one: Accommodation, logged: Iterable[LoggedIssue], playbook: Playbook) -> Issue | None:
    """Return the guide's entry for the issue that something was given for; None if it names none."""
    named = next((issue for issue in logged if one.issue_id and issue.id == one.issue_id), None)
    return None if named is None else entry_for(named.category, playbook)


def entry_for(category: str, playbook: Playbook) -> Issue | None:
    """Return the guide's entry for a category of the admin system; None if there is none."""
    wanted = category.casefold()
    return next((issue for issue in playbook.issues if issue.category.casefold() == wanted), None)


def _judge(given: Sequence[Accommodation], allows: Sequence[Allowance], earlier: Sequence[Accommodation]) -> _Verdict:
    """Compare what was given for an issue with the guide, kind by kind and all together."""
    objections: list[str] = []
    doubts: list[str] = []
    facts: list[str] = []
    kinds: dict[str, list[Accommodation]] = {}
    for one in given:
        kinds.setdefault(one.kind.casefold(), []).append(one)
    for kind, same in kinds.items():
        allowance = next((entry for entry in allows if entry.kind.casefold() == kind), None)
        if allowance is None:
            objections.append(f"the guide gives no {same[0].kind} for this")
            continue
        if len(same) > 1 and (total := _sum(same)) is not None:
            facts.append(f"together: {same[0].kind} {total}")
        if allowance.up_to is not None:
            objection, doubt = _amount(same, allowance.up_to)
            objections.extend(filter(None, [objection]))
            doubts.extend(filter(None, [doubt]))
        if allowance.once_per is not None:
            objections.extend(filter(None, [_too_soon(same, allowance.once_per, earlier)]))
    if len(kinds) > 1 and not objections:
        both = " and ".join(same[0].kind for same in kinds.values())
        objections.append(f"{both} given together, the guide allows one or the other")
    return _Verdict(tuple(objections), tuple(doubts), tuple(facts))


def _amount(same: Sequence[Accommodation], limit: Money) -> tuple[str, str]:
    """Return an objection to an amount, and a doubt if it cannot be compared."""
    other = next((one.amount for one in same if one.amount and one.amount.currency != limit.currency), None)
    if other is not None:
        return "", f"the guide speaks of {limit.currency}, this was {other.currency}: not comparable"
    total = _sum(same)
    if total is None:
        return "", f"how much {same[0].kind} it was is not told; the guide allows {limit.amount:.2f}"
    if total.amount <= limit.amount:
        return "", ""
    if len(same) > 1:
        return f"{same[0].kind} {total} given in {len(same)} parts, guide allows {limit.amount:.2f}", ""
    return f"{accommodation_text(same[0])} given, guide allows {limit.amount:.2f}", ""


def _too_soon(same: Sequence[Accommodation], once_per: timedelta, earlier: Sequence[Accommodation]) -> str:
    """Name the earlier accommodation of this kind within the period, and their sum."""
    first = min(same, key=lambda one: one.given_at)
    before = [
        one
        for one in earlier
        if one.kind.casefold() == first.kind.casefold() and timedelta(0) <= first.given_at - one.given_at < once_per
    ]
    if not before:
        return ""
    nearest = max(before, key=lambda one: one.given_at)
    said = f"{accommodation_text(nearest)} already given {_days(first.given_at - nearest.given_at)} before"
    if nearest.reason:
        said += f" ({nearest.reason})"
    said += f", guide allows one in {_days(once_per)}"
    total = _sum([*before, *same])
    return f"{said}; together {total}" if total is not None and total.amount else said


def _sum(several: Sequence[Accommodation]) -> Money | None:
    """Return the sum of several accommodations; None if an amount is missing or in another currency."""
    amounts = [one.amount for one in several]
    known = [amount for amount in amounts if amount is not None]
    if len(known) != len(amounts) or len({amount.currency for amount in known}) != 1:
        return None
    return Money(sum((amount.amount for amount in known), Decimal(0)), known[0].currency)


def allowed_in_words(allows: Sequence[Allowance]) -> str:
    """Say what an entry of the guide allows."""
    parts = []
    for allowance in allows:
        part = f"{allowance.kind} up to {allowance.up_to}" if allowance.up_to else allowance.kind
        if allowance.once_per:
            part += f", once in {_days(allowance.once_per)}"
        parts.append(part)
    return " or ".join(parts) or "nothing"


def _days(span: timedelta) -> str:
    return f"{span.days} d"
