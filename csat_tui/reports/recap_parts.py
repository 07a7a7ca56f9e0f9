"""The parts of a recap as the store fills them in, in Markdown; what customers wrote stays words and no markup."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import timedelta
from itertools import pairwise

from csat_tui.domain.concern import issues_in_comment
from csat_tui.domain.playbook import Playbook
from csat_tui.domain.reconciling import LineState, ReconciledLine
from csat_tui.domain.shift import DecidedCase, ShiftFacts
from csat_tui.domain.speech import LanguageDetector, no_detector
from csat_tui.reports.comparing import compared
from csat_tui.reports.markdown import escaped, quoted

BREAK = timedelta(minutes=45)
"""A longer gap between two decisions is a break and no work on a case."""

SHOWN = 5
QUOTE = 200


def parts(
    facts: ShiftFacts,
    lists: Sequence[tuple[str, Sequence[ReconciledLine]]],
    playbook: Playbook,
    tell: LanguageDetector = no_detector,
) -> dict[str, str]:
    """Return the parts that can be filled in, by the id of their section."""
    fillers: Mapping[str, Callable[[], Iterable[str]]] = {
        "numbers": lambda: _numbers(facts, playbook),
        "trends": lambda: _trends(facts, playbook, tell),
        "highlights": lambda: _highlights(facts, playbook),
        "evaluation": lambda: _evaluation(facts, playbook),
        "low-scores": lambda: _low_scores(lists),
    }
    return {section: "\n".join(lines()) for section, lines in fillers.items()}


def minutes_a_case(worked: Sequence[DecidedCase]) -> float | None:
    """Return the average minutes between two decisions, breaks left out; None where there are no two."""
    gaps = [later.decided_at - one.decided_at for one, later in pairwise(worked)]
    counted = [gap for gap in gaps if gap <= BREAK]
    return sum(gap.total_seconds() for gap in counted) / 60 / len(counted) if counted else None


def _numbers(facts: ShiftFacts, playbook: Playbook) -> Iterable[str]:
    worked = facts.worked
    if not worked:
        yield "No case was decided in this shift."
    else:
        labels = {outcome.id: outcome.label for outcome in playbook.outcomes}
        paths = {path.id: path.label for path in playbook.paths}
        yield f"- Cases decided: **{len(worked)}**"
        yield from _counted((labels.get(one.outcome_id, one.outcome_id) for one in worked), "  - ")
        yield f"- By path: {_listed(paths.get(one.path, one.path) for one in worked)}"
        rated = [one.rating for one in worked if one.rating is not None]
        if rated:
            spread = Counter(f"{rating:.0f}" for rating in rated)
            said = ", ".join(f"{stars}★ {spread[stars]}" for stars in sorted(spread))
            yield f"- Ratings seen: {said}; {sum(rated) / len(rated):.1f} on average of {len(rated)}"
        pace = minutes_a_case(worked)
        if pace is not None:
            left_out = f"breaks over {int(BREAK.total_seconds() // 60)} minutes left out"
            yield f"- Minutes a case: {pace:.1f} on average, {left_out}"
        sent = facts.deliveries
        yield f"- Follow-ups: {sent.follow_ups}, of them {sent.confirmed} confirmed as sent"
        if sent.needs_person:
            yield f"- Stopped in the outbox, waiting for a person: {_effects(sent.needs_person)}"
        if sent.unsettled:
            yield f"- Still being sent: {_effects(sent.unsettled)}"
    yield f"- Left on the desk: {facts.open} open, {facts.snoozed} snoozed, {len(facts.parked)} waiting for an answer"


def _trends(facts: ShiftFacts, playbook: Playbook, tell: LanguageDetector) -> Iterable[str]:
    now, before = facts.worked, facts.before
    if not now:
        yield "Nothing was decided in this shift, so there is nothing to compare."
        return
    labels = {finding.id: finding.label for finding in playbook.findings.values()}

    def concerns(cases: Sequence[DecidedCase]) -> Counter[str]:
        return Counter(label for one in cases for label in _concerns(one, playbook, tell))

    def findings(cases: Sequence[DecidedCase]) -> Counter[str]:
        return Counter(labels.get(name, name) for one in cases for name in one.findings)

    said = False
    for title, mine, earlier in (
        ("Concerns", concerns(now), concerns(before)),
        ("Findings", findings(now), findings(before)),
        ("First agents with coaching", Counter(facts.coached), Counter(facts.coached_before)),
    ):
        if not mine:
            continue
        said = True
        yield f"**{title}**"
        yield ""
        for name, count in mine.most_common(SHOWN):
            line = f"- {escaped(name)}: {count} of {len(now)}"
            if before:
                then = earlier[name]
                said_of = compared(min(count, len(now)), len(now), min(then, len(before)), len(before))
                line += f", before {then} of {len(before)}: {said_of}"
            yield line
        yield ""
    if not said:
        yield "No concern of the playbook was recognised, and nothing was found."
    if before:
        shifts = "the shift before" if facts.shifts_before == 1 else f"the {facts.shifts_before} shifts before"
        yield f"Compared with {shifts}."
    else:
        yield "There is no earlier shift to compare with."


def _highlights(facts: ShiftFacts, playbook: Playbook) -> Iterable[str]:
    commented = [one for one in facts.worked if one.comment.strip() and one.rating is not None]
    if not commented:
        yield "No customer of this shift has written anything."
        return
    replying = {outcome.id for outcome in playbook.outcomes if outcome.replies}
    worst = sorted(commented, key=lambda one: (one.rating or 0, -len(one.comment)))
    best = [one for one in reversed(worst) if (one.rating or 0) > playbook.low]
    recovered = [one for one in worst if one.outcome_id in replying]
    for title, chosen in (
        ("What hurt most", worst[:2]), ("What customers praised", best[:2]), ("Put right", recovered[:2])
    ):  # fmt: skip
        if not chosen:
            continue
        yield f"**{title}**"
        yield ""
        for one in chosen:
            rating = "" if one.rating is None else f", {one.rating:g}★"
            yield f"- {_ticket(one.ticket_id)}{rating}: {quoted(one.comment, QUOTE)}"
            if title == "Put right" and (how := _last_words(one, playbook)):
                yield f"  {escaped(' '.join(how.split())[:QUOTE])}"
        yield ""


def _evaluation(facts: ShiftFacts, playbook: Playbook) -> Iterable[str]:
    unfinished = {outcome.id for outcome in playbook.outcomes if outcome.unfinished}
    found = [one for one in facts.worked if one.outcome_id in unfinished]
    waiting = {one.survey_id: one.question for one in facts.parked}
    for one in found:
        asked = waiting.get(one.survey_id) or _last_words(one, playbook)
        state = " (waits for an answer)" if one.survey_id in waiting else ""
        yield f"- {_ticket(one.ticket_id)}, {escaped(one.customer) or 'no name'}{state}: {quoted(asked, QUOTE)}"
    seen = {one.survey_id for one in found}
    for two in facts.parked:
        if two.survey_id not in seen:
            said = quoted(two.question, QUOTE)
            yield f"- {_ticket(two.ticket_id)}, {escaped(two.customer) or 'no name'} (from an earlier shift): {said}"
    if not found and not facts.parked:
        yield "No case needs more evaluation."


def _last_words(one: DecidedCase, playbook: Playbook) -> str:
    """Return what was typed last for an outcome: how it was put right, or what is still open.

    Words that were typed for another outcome are kept with the decision, too, and are not looked at.
    """
    asked = next((outcome.fields for outcome in playbook.outcomes if outcome.id == one.outcome_id), ())
    typed = [one.words.get(field.id, "").strip() for field in asked if field.required]
    return next((words for words in reversed(typed) if words), "")


def _low_scores(lists: Sequence[tuple[str, Sequence[ReconciledLine]]]) -> Iterable[str]:
    if not lists:
        yield "No list of low scores was added."
    for name, lines in lists:
        left = [line for line in lines if not line.standing.accounted]
        yield f"**{escaped(name)}**: {len(lines) - len(left)} of {len(lines)} tickets accounted for"
        yield ""
        yield from _counted((_SAID[line.standing] for line in lines if line.standing.accounted), "- ")
        for line in lines:
            if line.standing is LineState.SETTLED:
                yield f"- {_ticket(line.line.ticket_id)} settled: {escaped(line.line.settled[:QUOTE])}"
        for line in left:
            yield f"- **{_ticket(line.line.ticket_id)} is not accounted for**: {escaped(line.sentence)}"
        yield ""


_SAID = {
    LineState.DECIDED: "decided here",
    LineState.PARKED: "decided, waiting for an answer",
    LineState.REPLIED: "answered by us",
    LineState.SETTLED: "settled in words",
}


def _concerns(one: DecidedCase, playbook: Playbook, tell: LanguageDetector) -> list[str]:
    return [found.issue.label for found in issues_in_comment(one.comment, playbook, tell)]


def _counted(names: Iterable[str], lead: str) -> Iterable[str]:
    for name, count in Counter(names).most_common():
        yield f"{lead}{escaped(name)}: {count}"


def _listed(names: Iterable[str]) -> str:
    return ", ".join(f"{escaped(name)} {count}" for name, count in Counter(names).most_common())


def _effects(count: int) -> str:
    return f"{count} effect" if count == 1 else f"{count} effects"


def _ticket(number: int | None) -> str:
    return f"Ticket {number}" if number else "No ticket"
