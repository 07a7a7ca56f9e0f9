"""Whether what a customer was given is what the accommodation guide allows, and which limit says otherwise.

The guide names alternatives: one of them may be given, once within its period, up to its amount (source document 000,
step 5).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from csat_tui.domain.account import Accommodation, LoggedIssue, Money
from csat_tui.domain.case import Case
from csat_tui.domain.check import Answer, Suggestion
from csat_tui.domain.concern import given_for, in_words, logged_for, no_account, recognise
from csat_tui.domain.playbook import Allowance, Issue, Playbook


@dataclass(frozen=True, slots=True)
class _Verdict:
    """What speaks against what was given, and what keeps it from being compared; each one short line."""

    objections: tuple[str, ...] = ()
    doubts: tuple[str, ...] = ()
    facts: tuple[str, ...] = ()


def accommodation_within_guide(case: Case, playbook: Playbook) -> Suggestion:
    """Tell whether what the customer was given is what the accommodation guide allows for the logged issue."""
    if case.account is None:
        return no_account(case)
    logged = logged_for(case)
    given = given_for(case, logged)
    usual = _entry(case, logged, playbook)
    if not given:
        return _nothing_given(usual)
    by_issue: dict[str, list[Accommodation]] = {}
    entries: dict[str, Issue | None] = {}
    for one in given:
        entry = _entry_of(one, logged, playbook) or usual
        key = "" if entry is None else entry.id
        entries[key] = entry
        by_issue.setdefault(key, []).append(one)
    evidence = [f"given: {in_words(one)}" for one in given]
    objections: list[str] = []
    doubts: list[str] = []
    for key, together in by_issue.items():
        entry = entries[key]
        if entry is None:
            doubts.append("guide: no entry for what was logged")
            continue
        evidence.append(f"guide for {entry.label.lower()}: {_in_words(entry.allows)}")
        earlier = [one for one in case.account.accommodations if one not in given]
        verdict = _judge(together, entry.allows, earlier)
        evidence.extend(verdict.facts)
        objections.extend(verdict.objections)
        doubts.extend(verdict.doubts)
    answer = Answer.NO if objections else None if doubts else Answer.YES
    return Suggestion(answer, (*evidence, *objections, *doubts))


def _nothing_given(entry: Issue | None) -> Suggestion:
    """Say whether anything was due; whether it should have been given is for a person to say."""
    if entry is None or not entry.allows:
        return Suggestion(Answer.NOT_APPLICABLE, ("given: nothing",))
    allowed = f"guide for {entry.label.lower()}: {_in_words(entry.allows)}"
    return Suggestion(None, ("given: nothing", allowed, "something may have been due"))


def _entry(case: Case, logged: Sequence[LoggedIssue], playbook: Playbook) -> Issue | None:
    """Return the guide's entry for what was logged, or else for what the customer complains of."""
    for issue in logged:
        if (entry := _by_category(issue.category, playbook)) is not None:
            return entry
    concerns = recognise(case, playbook)
    return concerns[0][0] if concerns else None


def _entry_of(one: Accommodation, logged: Iterable[LoggedIssue], playbook: Playbook) -> Issue | None:
    """Return the guide's entry for the issue that something was given for; None where it names none."""
    named = next((issue for issue in logged if one.issue_id and issue.id == one.issue_id), None)
    return None if named is None else _by_category(named.category, playbook)


def _by_category(category: str, playbook: Playbook) -> Issue | None:
    wanted = category.casefold()
    return next((issue for issue in playbook.issues if issue.category.casefold() == wanted), None)


def _judge(given: Sequence[Accommodation], allows: Sequence[Allowance], earlier: Sequence[Accommodation]) -> _Verdict:
    """Hold what was given for one issue against the guide, kind by kind and all together."""
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
    """Return what speaks against an amount, and what keeps it from being compared."""
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
    return f"{in_words(same[0])} given, guide allows {limit.amount:.2f}", ""


def _too_soon(same: Sequence[Accommodation], once_per: timedelta, earlier: Sequence[Accommodation]) -> str:
    """Name the earlier accommodation of this kind within the period, and what they come to together."""
    first = min(same, key=lambda one: one.given_at)
    before = [
        one
        for one in earlier
        if one.kind.casefold() == first.kind.casefold() and timedelta(0) <= first.given_at - one.given_at < once_per
    ]
    if not before:
        return ""
    nearest = max(before, key=lambda one: one.given_at)
    said = f"{in_words(nearest)} already given {_days(first.given_at - nearest.given_at)} before"
    if nearest.reason:
        said += f" ({nearest.reason})"
    said += f", guide allows one in {_days(once_per)}"
    total = _sum([*before, *same])
    return f"{said}; together {total}" if total is not None and total.amount else said


def _sum(several: Sequence[Accommodation]) -> Money | None:
    """Return what several come to; None where one has no amount or another currency."""
    amounts = [one.amount for one in several]
    known = [amount for amount in amounts if amount is not None]
    if len(known) != len(amounts) or len({amount.currency for amount in known}) != 1:
        return None
    return Money(sum((amount.amount for amount in known), Decimal(0)), known[0].currency)


def _in_words(allows: Sequence[Allowance]) -> str:
    parts = []
    for allowance in allows:
        part = f"{allowance.kind} up to {allowance.up_to}" if allowance.up_to else allowance.kind
        if allowance.once_per:
            part += f", once in {_days(allowance.once_per)}"
        parts.append(part)
    return " or ".join(parts) or "nothing"


def _days(span: timedelta) -> str:
    return f"{span.days} d"
