"""A playbook as lines of text."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import timedelta

from csat_tui.cli.console import duration
from csat_tui.domain.business_hours import WEEKDAYS, BusinessHours
from csat_tui.domain.escalation import EscalationStep
from csat_tui.domain.playbook import Allowance, Check, Field, Outcome, Path, Playbook, RatingRule, StatusGuard
from csat_tui.domain.wording import WordingRule
from csat_tui.effects.registry import template_kind

_BANDS = {"low": "low", "high": "higher", "none": "unreadable"}


def in_short(playbook: Playbook) -> str:
    """Return how much of what there is, in one line."""
    tried = sum(len(rule.bad) + len(rule.good) for rule in playbook.wording)
    counts = [
        (len(playbook.paths), "path"),
        (len(playbook.checks), "check"),
        (len(playbook.issues), "issue"),
        (len(playbook.findings), "finding"),
        (len(playbook.outcomes), "outcome"),
        (len(playbook.formats), "format"),
        (len(playbook.wording), "wording rule"),
    ]
    told = ", ".join(f"{count} {noun}{'' if count == 1 else 's'}" for count, noun in counts)
    return told + (f" with {tried} examples that hold" if tried else "")


def procedure_lines(playbook: Playbook) -> Iterator[str]:
    """Yield the whole procedure line by line."""
    yield f"{playbook.title} ({playbook.id})"
    yield f"  A survey's rating is {_rating(playbook)}; {playbook.low:g} or less is low."
    undo = duration(playbook.undo)
    within = "" if playbook.business_hours is None else " within the business hours"
    yield f"  Overdue after {duration(playbook.contact_within)}{within}; a decision can be taken back for {undo}."
    if playbook.business_hours is not None:
        yield from _under("Business hours", _business_hours(playbook.business_hours))
    yield from _under("Escalation", map(_escalation, playbook.escalations))
    if playbook.answer_within is not None:
        yield f"  A case that waits for an answer comes back after {duration(playbook.answer_within)}."
    yield from _under("Questions", (f"{one.label}: {', '.join(one.match)}" for one in playbook.factors))
    for path in playbook.paths:
        yield from _under(_surveys(path), _checks(path, playbook))
    for outcome in playbook.outcomes:
        yield from _under(f"{outcome.label} — {outcome.key}", _outcome(outcome, playbook))
    yield from _under("Findings", _findings(playbook))
    yield from _under("Guide", _guide(playbook))
    for form in playbook.formats.values():
        yield from _under(f"{form.label} ({form.id})", form.lines)
    yield from _under("Statuses", map(_guard, playbook.guards))
    yield from _under("Wording", map(_rule, playbook.wording))
    yield from _under("Saved replies", (one.label for one in playbook.saved_replies))
    yield from _under("Merging", _merging(playbook))
    yield from _under("Tracker", (f"{column}: {head}" for column, head in playbook.tracker_columns.items()))
    yield from _under("Recap", _recap(playbook))


def _under(heading: str, lines: Iterable[str]) -> Iterator[str]:
    told = list(lines)
    if told:
        yield f"\n{heading}"
        yield from (f"  {line}".rstrip() for line in told)


def _rating(playbook: Playbook) -> str:
    if playbook.rating is RatingRule.FACTOR:
        label = next(one.label for one in playbook.factors if one.id == playbook.rating_factor)
        return f"that of “{label}”"
    return "the mean of its questions" if playbook.rating is RatingRule.MEAN else "its lowest"


def _surveys(path: Path) -> str:
    comment = {None: "", True: ", with a comment", False: ", without a comment"}[path.comment]
    return f"{path.label}: surveys rated {_BANDS[path.band]}{comment}"


def _checks(path: Path, playbook: Playbook) -> Iterator[str]:
    steps = {step.id: step for step in playbook.steps}
    for check_id in path.checks:
        check = playbook.checks[check_id]
        step = steps.get(check.step)
        source = f" ({step.source})" if step is not None and step.source else ""
        yield f"{f'{step.label}{source} — ' if step else ''}{check.ask}{_beside(check)}"
    if not path.checks:
        yield "no checks"


def _beside(check: Check) -> str:
    told = [f"suggested by {check.suggest}"] if check.suggest else []
    told += [check.link] if check.link else []
    told += [f"link in ticket field {check.link_field}"] if check.link_field is not None else []
    return f" [{', '.join(told)}]" if told else ""


def _outcome(outcome: Outcome, playbook: Playbook) -> Iterator[str]:
    if outcome.summary:
        yield outcome.summary
    for check_id, answers in outcome.needs.items():
        yield f"needs {answers.replace('|', ' or ')}: {playbook.checks[check_id].ask}"
    if outcome.needs_conversations:
        yield "needs conversations with the client and the employee, with prevention discussed in both"
    if outcome.needs_findings:
        yield f"needs a finding: {' or '.join(outcome.needs_findings)}"
    elif outcome.findings:
        yield f"may have findings: {', '.join(outcome.findings)}"
    for field in outcome.fields:
        yield f"{'asks for' if field.required else 'may have'}: {_field(field)}"
    for effect in outcome.effects:
        yield f"→ {template_kind(effect).line(effect)}{_when(effect.when)}"
    if outcome.parks:
        yield "→ the case waits for the answer"


def _field(field: Field) -> str:
    return field.label.lower() + _when(field.when)


def _when(condition: Mapping[str, str]) -> str:
    told = " and ".join(f"{check} is {answers.replace('|', ' or ')}" for check, answers in condition.items())
    return f", where {told}" if told else ""


def _findings(playbook: Playbook) -> Iterator[str]:
    for finding in playbook.findings.values():
        fields = ", ".join(map(_field, finding.fields))
        told = ", ".join(
            [one.shown for one in finding.to] + [f"whom “{one}” names" for one in [finding.to_field] if one]
        )
        asks = f" (asks for {fields})" if fields else ""
        yield f"{finding.group}: {finding.label}{asks}{f', told to {told}' if told else ''}"


def _guide(playbook: Playbook) -> Iterator[str]:
    for issue in playbook.issues:
        yield f"{issue.label}: {' or '.join(map(_allowance, issue.allows)) or 'nothing'}"


def _allowance(allowance: Allowance) -> str:
    amount = f" up to {allowance.up_to}" if allowance.up_to is not None else ""
    return allowance.kind + amount + (f" once in {duration(allowance.once_per)}" if allowance.once_per else "")


def _business_hours(hours: BusinessHours) -> Iterator[str]:
    yield f"time zone: {hours.time_zone or 'of the help desk'}"
    for weekday, spans in zip(WEEKDAYS, hours.week, strict=True):
        if spans:
            told = ", ".join(f"{_clock(one.start)}–{_clock(one.end)}" for one in spans)
            yield f"{weekday.capitalize()}: {told}"
    if hours.holidays:
        yield f"holidays: {', '.join(day.isoformat() for day in sorted(hours.holidays))}"


def _escalation(step: EscalationStep) -> str:
    return f"{step.id}: after {duration(step.after)} without a contact, to {', '.join(step.to)} by {step.by}"


def _clock(since_midnight: timedelta) -> str:
    minutes = int(since_midnight.total_seconds()) // 60
    return f"{minutes // 60:02}:{minutes % 60:02}"


def _guard(guard: StatusGuard) -> str:
    named = f"“{guard.label}” ({guard.status}) on the {guard.on} ticket"
    if guard.by_system:
        return f"{named}: only the system sets it"
    told = ["only with a reply"] if guard.only_with_reply else []
    told += [f"not from {', '.join(guard.not_from)} without a reply"] if guard.not_from else []
    free = f", but for what is tagged {' '.join(guard.unless_tagged)}" if guard.unless_tagged else ""
    return f"{named}: {' and '.join(told)}{free}"


def _rule(rule: WordingRule) -> str:
    return f"{rule.level}, {rule.kind} on {', '.join(rule.on)}: {rule.message}" + (
        f" ({rule.source})" if rule.source else ""
    )


def _merging(playbook: Playbook) -> Iterator[str]:
    rules = playbook.merging
    if rules is not None:
        for name in ("new", "awaiting_reply", "customer_reply", "in_progress", "resolved"):
            yield f"{name.replace('_', ' ')}: {', '.join(getattr(rules, name)) or 'no status'}"


def _recap(playbook: Playbook) -> Iterator[str]:
    if playbook.recap is not None:
        yield f"{playbook.recap.subject} → {', '.join(playbook.recap.to) or 'nobody yet'}"
        yield from (section.label for section in playbook.recap.sections)
