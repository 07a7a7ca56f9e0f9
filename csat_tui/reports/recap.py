"""The recap of a shift: numbers, trends and highlights in Markdown to edit, as HTML, and as a mail with both.

What customers wrote stays words and never becomes markup. Trends are compared without reading anything into small
numbers.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from html import escape
from itertools import pairwise
from math import comb

from csat_tui.domain.business_hours import length
from csat_tui.domain.concern import issues_in_comment
from csat_tui.domain.contact_clock import ContactClock
from csat_tui.domain.effect import Mail
from csat_tui.domain.places import fill
from csat_tui.domain.playbook import Playbook
from csat_tui.domain.reconciliation import LineState, ReconciledLine
from csat_tui.domain.safe_text import visible
from csat_tui.domain.shift import DEFAULT_RECAP, DecidedCase, Shift, ShiftFacts
from csat_tui.domain.speech import LanguageDetector, no_detector
from csat_tui.reports.markdown import as_html, escaped, quoted_words

ENOUGH = 5
"""The least number of cases on each side for a comparison."""

RARE = 0.05
"""The significance level: how often chance alone may make a difference that is reported."""


def compare_shares(now: int, of_now: int, before: int, of_before: int) -> str:
    """Return in words whether `now` of `of_now` is more or less than `before` of `of_before`."""
    if of_now < ENOUGH or of_before < ENOUGH:
        return "too few cases to compare"
    if chance(now, of_now, before, of_before) >= RARE:
        return "about as often as by chance"
    return "more often than before" if now * of_before > before * of_now else "less often than before"


def chance(now: int, of_now: int, before: int, of_before: int) -> float:
    """Return the probability of so large a difference if nothing has changed (Fisher's exact test, two-sided)."""
    total, hits = of_now + of_before, now + before
    whole = comb(total, hits)

    def weight(here: int) -> int:
        return comb(of_now, here) * comb(of_before, hits - here)

    seen = weight(now)
    possible = range(max(0, hits - of_before), min(hits, of_now) + 1)
    return sum(one for here in possible if (one := weight(here)) <= seen) / whole


BREAK = timedelta(minutes=45)
"""A longer gap between two decisions counts as a break."""

SHOWN = 5
QUOTE = 200


def fresh_parts(
    facts: ShiftFacts,
    lists: Sequence[tuple[str, Sequence[ReconciledLine]]],
    playbook: Playbook,
    detect: LanguageDetector = no_detector,
) -> dict[str, str]:
    """Return the parts that are filled in from the store, by the id of their section."""
    fillers: Mapping[str, Callable[[], Iterable[str]]] = {
        "numbers": lambda: _numbers(facts, playbook),
        "trends": lambda: _trends(facts, playbook, detect),
        "highlights": lambda: _highlights(facts, playbook),
        "evaluation": lambda: _evaluation(facts, playbook),
        "low-scores": lambda: _low_scores(lists),
    }
    return {section: "\n".join(lines()) for section, lines in fillers.items()}


def minutes_a_case(worked: Sequence[DecidedCase]) -> float | None:
    """Return the average minutes between two decisions, without breaks; None if there are fewer than two."""
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
        rated = [one.rating for one in worked if one.rating is not None and not one.set_aside]
        aside = _aside(sum(one.set_aside for one in worked))
        if rated:
            spread = Counter(f"{rating:.0f}" for rating in rated)
            said = ", ".join(f"{stars}★ {spread[stars]}" for stars in sorted(spread))
            yield f"- Ratings seen: {said}; {sum(rated) / len(rated):.1f} on average of {len(rated)}{aside}"
        elif aside:
            yield f"- Ratings seen: none{aside}"
        pace = minutes_a_case(worked)
        if pace is not None:
            left_out = f"breaks over {int(BREAK.total_seconds() // 60)} minutes left out"
            yield f"- Minutes a case: {pace:.1f} on average, {left_out}"
        sent = facts.deliveries
        yield f"- Follow-ups: {sent.follow_ups}, of them {sent.confirmed} confirmed as sent"
        yield from _contacts([one.contact for one in worked if one.contact is not None], playbook)
        if sent.needs_person:
            yield f"- Stopped in the outbox, waiting for a person: {_effects(sent.needs_person)}"
        if sent.unsettled:
            yield f"- Still being sent: {_effects(sent.unsettled)}"
    due = [f"{facts.overdue} overdue"] if facts.overdue else []
    due += [f"{facts.due_soon} due soon"] if facts.due_soon else []
    told = f" ({', '.join(due)})" if due else ""
    beside = f"{facts.snoozed} snoozed, {len(facts.parked)} waiting for an answer"
    yield f"- Left on the desk: {facts.open} open{told}, {beside}"


def _contacts(clocks: Sequence[ContactClock], playbook: Playbook) -> Iterable[str]:
    """Say how many customers were contacted within the contact clock, and how late the others were."""
    hours = playbook.business_hours
    late = [one.late_by(hours) for one in clocks if one.contacted_at is not None and one.contacted_at > one.due_at]
    met = sum(one.contacted_at is not None for one in clocks) - len(late)
    if not met and not late:
        return
    worst = f", at most {length(max(late))}" if late else ""
    yield f"- First contact: {met} met, {len(late)} contacted late{worst}"


def _trends(facts: ShiftFacts, playbook: Playbook, detect: LanguageDetector) -> Iterable[str]:
    now, before = facts.worked, facts.before
    if not now:
        yield "Nothing was decided in this shift, so there is nothing to compare."
        return
    labels = {finding.id: finding.label for finding in playbook.findings.values()}

    def concerns(cases: Sequence[DecidedCase]) -> Counter[str]:
        return Counter(label for one in cases for label in _concerns(one, playbook, detect))

    def findings(cases: Sequence[DecidedCase]) -> Counter[str]:
        return Counter(labels.get(name, name) for one in cases for name in one.findings)

    said = False
    coached, coached_before = facts.coached, facts.coached_before
    for title, mine, earlier, aside in (
        ("Concerns", concerns(now), concerns(before), 0),
        ("Findings", findings(now), findings(before), 0),
        ("First agents with coaching", Counter(coached.agents), Counter(coached_before.agents), coached.set_aside),
    ):
        if not mine and not aside:
            continue
        said = True
        yield f"**{title}**"
        yield ""
        for name, count in mine.most_common(SHOWN):
            line = f"- {escaped(name)}: {count} of {len(now)}"
            if before:
                then = earlier[name]
                said_of = compare_shares(min(count, len(now)), len(now), min(then, len(before)), len(before))
                line += f", before {then} of {len(before)}: {said_of}"
            yield line
        if aside:
            yield f"- {aside} set aside"
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
            yield f"- {_ticket(one.ticket_id)}{rating}: {quoted_words(one.comment, QUOTE)}"
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
        yield f"- {_ticket(one.ticket_id)}, {escaped(one.customer) or 'no name'}{state}: {quoted_words(asked, QUOTE)}"
    seen = {one.survey_id for one in found}
    for two in facts.parked:
        if two.survey_id not in seen:
            said = quoted_words(two.question, QUOTE)
            yield f"- {_ticket(two.ticket_id)}, {escaped(two.customer) or 'no name'} (from an earlier shift): {said}"
    if not found and not facts.parked:
        yield "No case needs more evaluation."


def _last_words(one: DecidedCase, playbook: Playbook) -> str:
    """Return the last typed words of an outcome: how it was corrected, or what is still open.

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


def _concerns(one: DecidedCase, playbook: Playbook, detect: LanguageDetector) -> list[str]:
    return [found.issue.label for found in issues_in_comment(one.comment, playbook, detect)]


def _counted(names: Iterable[str], lead: str) -> Iterable[str]:
    for name, count in Counter(names).most_common():
        yield f"{lead}{escaped(name)}: {count}"


def _listed(names: Iterable[str]) -> str:
    return ", ".join(f"{escaped(name)} {count}" for name, count in Counter(names).most_common())


def _aside(count: int) -> str:
    return f"; {count} set aside" if count else ""


def _effects(count: int) -> str:
    return f"{count} effect" if count == 1 else f"{count} effects"


def _ticket(number: int | None) -> str:
    return f"Ticket {number}" if number else "No ticket"


_STYLE = (
    "body{font:15px/1.5 sans-serif;color:#23272f;background:#fff;max-width:46em;margin:1em auto;padding:0 1em}"
    "h1{font-size:1.3em}h2{font-size:1.05em;border-bottom:1px solid #ddd;padding-bottom:.2em;margin-top:1.6em}"
    "table{border-collapse:collapse}td,th{border:1px solid #ccc;padding:.2em .6em;text-align:left}"
)


@dataclass(frozen=True, slots=True)
class RecapPart:
    """A part of a recap; `edited` means that a person has replaced the text from the store."""

    id: str
    label: str
    text: str
    fresh: str
    hint: str = ""
    edited: bool = False


@dataclass(frozen=True, slots=True)
class RecapDocument:
    """A complete recap: recipients, subject and parts."""

    to: tuple[str, ...]
    subject: str
    parts: tuple[RecapPart, ...]


def recap_document(shift: Shift, fresh: Mapping[str, str], playbook: Playbook) -> RecapDocument:
    """Return a shift's recap: edited parts stay as written, the others are filled in from the store."""
    recap = playbook.recap or DEFAULT_RECAP
    places = {
        "date": shift.started_at.astimezone().strftime("%Y-%m-%d"),
        "shift": _plain(shift.name), "agent": _plain(shift.agent), "team": _plain(playbook.title),
    }  # fmt: skip
    parts = [
        RecapPart(
            section.id,
            section.label,
            shift.texts.get(section.id, fresh.get(section.id, "")),
            fresh.get(section.id, ""),
            section.hint,
            section.id in shift.texts,
        )
        for section in recap.sections
    ]
    # What was written under a part that the playbook has no more is not lost.
    known = {section.id for section in recap.sections}
    parts += [RecapPart(name, name, text, "", "", True) for name, text in shift.texts.items() if name not in known]
    return RecapDocument(recap.to, _plain(fill(recap.subject, places)), tuple(parts))


def markdown_of(recap: RecapDocument) -> str:
    """Return the recap as Markdown."""
    said = [f"# {recap.subject}"]
    said += [f"## {part.label}\n\n{part.text.strip() or '(nothing)'}" for part in recap.parts]
    return visible("\n\n".join(said)) + "\n"


def html_of(recap: RecapDocument) -> str:
    """Return the recap as an HTML page that loads nothing and runs nothing."""
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">"
        f"<title>{escape(visible(recap.subject))}</title><style>{_STYLE}</style></head>\n"
        f"<body>\n{as_html(markdown_of(recap))}</body></html>\n"
    )


def mail_of(recap: RecapDocument) -> Mail:
    """Return the recap as a mail, in text and in HTML."""
    return Mail(recap.to, recap.subject, markdown_of(recap), html_of(recap))


def _plain(text: str) -> str:
    return " ".join(visible(text).split())
