"""Draw the lines around the note: its destination, changes of the case elsewhere, its blockers, or that it is ready."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from textual.content import Content

from csat_tui.domain.case import Case, Stage
from csat_tui.domain.composing import BODY_LIMIT, Reach, applies, offered_findings
from csat_tui.domain.decide import Blocker
from csat_tui.domain.facts import customer_name
from csat_tui.domain.places import places
from csat_tui.domain.playbook import Field, Outcome, Playbook
from csat_tui.domain.told_findings import told_findings
from csat_tui.effects.registry import template_kind
from csat_tui.tui.base.keymap import InKeys
from csat_tui.tui.base.text import clock_time, safe, safe_line


def public_fields(outcome: Outcome, fields: Sequence[Field], playbook: Playbook) -> frozenset[str]:
    """Return the ids of the fields whose words the customer will read."""
    formats = [playbook.formats[template.format_id] for template in outcome.effects if template.read_by_customer]
    written = {place for form in formats for line in form.lines for place in places(line)}
    return frozenset(field.id for field in fields if field.id in written)


def destination(
    case: Case,
    outcome: Outcome,
    findings: Sequence[str],
    playbook: Playbook,
    reach: Reach,
    typed: Mapping[str, str] | None = None,
) -> Content:
    """Return a line about the effects that the customer will see, and a line about all other effects.

    `typed` are the fields' words, which may name to whom a finding goes.
    """
    name = customer_name(case)
    done = [template for template in outcome.effects if applies(case, template, findings, playbook)]
    sentences = [
        (template.read_by_customer, template_kind(template).sentence(template, case, reach))
        for template in done
        if not template.tells_findings
    ]
    parts = [safe(sentence, "$public") for read, sentence in sentences if read]
    if any(template.tells_findings for template in done):
        offered = offered_findings(outcome, findings, playbook)
        told = told_findings(offered, typed or {}, playbook)
        sentences += [(False, f"tells “{one.finding.label}” to {one.addressee.shown}") for one in told]
    if others := [sentence for read, sentence in sentences if not read]:
        if outcome.parks:
            others.append("parks the case until it is answered")
        rest = " · ".join(others)
        whose = "" if parts or not name else f"For {name} · "
        parts.append(safe(f"{whose}{rest[:1].upper()}{rest[1:]}", "$muted"))
    return Content("\n").join(parts)


def lacking(blockers: Sequence[Blocker], case: Case, fields: Sequence[Field]) -> list[Content]:
    """Return the blockers in few lines: empty fields share a line, and so do open checks."""
    labels = {field.id: field.label.lower() for field in fields}
    empty = [labels[blocker.field_id] for blocker in blockers if _is_empty(blocker, labels)]
    open_checks = [blocker for blocker in blockers if blocker.check_id and blocker.check_id not in case.answers]
    lines = [safe_line(blocker.sentence) for blocker in blockers if blocker.message_id]
    if empty:
        lines.append(safe_line(f"{_listed(empty)} {'is' if len(empty) == 1 else 'are'} empty"))
    if len(open_checks) > 1:
        lines.append(Content(f"{len(open_checks)} checks are not answered"))
    listed = [blocker for blocker in blockers if _is_empty(blocker, labels) or blocker.message_id]
    rest = [
        blocker
        for blocker in blockers
        if blocker not in listed and (len(open_checks) < 2 or blocker not in open_checks)
    ]
    return lines + [safe_line(blocker.sentence) for blocker in rest]


def _is_empty(blocker: Blocker, labels: Mapping[str, str]) -> bool:
    """Whether a blocker only says that a field is empty."""
    return blocker.field_id in labels and blocker.sentence == f"{labels[blocker.field_id]} is empty"


def _listed(words: Sequence[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"


def what_happened(case: Case, playbook: Playbook, agent: str, now: datetime | None) -> str:
    """Return why the case is no longer in the queue, or who has claimed it; empty if neither is so."""

    def when(moment: datetime) -> str:
        return clock_time(moment, now or moment)

    match case.stage:
        case Stage.DECIDED if case.decided is not None:
            one = case.decided
            by = f" by {one.by}" if one.by else ""
            return f"This case was decided{by} at {when(one.at)}: {playbook.label_of(one.outcome_id)}."
        case Stage.DECIDED:
            return "This case is decided."
        case Stage.SUPERSEDED:
            return "A later survey for the same ticket has replaced this case and has its words."
        case Stage.GONE:
            return "Somebody has finished this case at the help desk; its survey is no longer in the view."
        case Stage.PARKED if case.decided is not None:
            one = case.decided
            by = f"{one.by} asked" if one.by else "Somebody asked"
            return f"{by} a question about this case at {when(one.at)}; the case waits for the answer."
        case Stage.SNOOZED:
            until = f" until {when(case.snoozed_until)}" if case.snoozed_until is not None else ""
            return f"This case is snoozed{until}."
    if case.claimed_by and case.claimed_by != agent:
        return f"{case.claimed_by} has claimed this case."
    return ""


def why_not_sent(case: Case, happened: str) -> str:
    """Return why a decision about the case cannot be sent; empty if it can."""
    if case.stage in (Stage.DECIDED, Stage.SUPERSEDED):
        return f"{happened} Your words are kept here."
    return ""


BLOCKERS_SHOWN = 4
"""Blockers shown under the note; a key lists all."""


def outcome_list(case: Case, playbook: Playbook, keys: InKeys, chosen: str = "") -> Content:
    """Return the list of outcomes, before one is chosen; `chosen` is an outcome that the playbook no longer has."""
    lines = []
    if chosen:
        warning = f"“{chosen}” is no longer in the playbook. Choose another outcome; your words are kept."
        lines = [Content.styled("! ", "bold $fair") + safe_line(warning), Content("")]
    lines.append(Content.assemble((keys("{case.decide}"), "bold $accent"), (" decides:", "$muted")))
    for outcome in playbook.outcomes:
        line = Content.assemble("  ", (outcome.key, "bold"), "  ") + safe_line(outcome.label)
        lines.append(line)
    if case.stage is Stage.PARKED:
        lines += [
            Content(""),
            safe_line(keys("It waits for the answer to its question; {case.answer} enters one."), "$muted"),
        ]
    if case.earlier:
        word = "once" if len(case.earlier) == 1 else f"{len(case.earlier)} times"
        lines += [Content(""), safe_line(f"This ticket was decided {word} before.", "$muted")]
    return Content("\n").join(lines)


def under(happened: str, below: Content, keys: InKeys, *, closed: bool, sent_back: int = 0) -> Content:
    """Return the lines under the note, after lines about a review and about changes of the case elsewhere."""
    if sent_back:
        what = "A note of yours was sent back" if sent_back == 1 else f"{sent_back} notes of yours were sent back"
        line = Content.styled("↩ ", "bold $fair") + safe(keys(f"{what}: {{case.answer}} shows why, and answers."))
        rest = under(happened, below, keys, closed=closed)
        return Content("\n").join([line, rest]) if rest else line
    if not happened:
        return below
    if closed and not below:
        return safe(f"{happened} {keys('{case.undo} takes it back while it waits; {app.outbox} shows it.')}", "$muted")
    line = Content.styled("! ", "bold $fair") + safe(happened)
    return Content("\n").join([line, below]) if below else line


def refused_line(reason: str) -> Content:
    """Return why the words cannot be sent."""
    return Content.styled("✘ ", "bold $bad") + safe(f"Cannot be sent: {reason[:1].lower()}{reason[1:]}")


def still_open(case: Case, unread: Iterable[Blocker]) -> Content:
    """Return the blockers before an outcome is chosen."""
    lines = [safe_line(blocker.sentence) for blocker in unread]
    if missing := sum(check_id not in case.answers for check_id in case.path.checks):
        total = len(case.path.checks)
        what = "The check is" if total == 1 else f"{missing} of {total} checks {'is' if missing == 1 else 'are'}"
        lines.append(Content(f"{what} open"))
    return Content("\n").join([Content.styled("! ", "bold $fair") + line for line in lines])


def missing_lines(missing: Sequence[Content], height: int, key: str) -> Content:
    """Return as many blockers as fit into a pane of that height."""
    room = max(1, min(BLOCKERS_SHOWN, (height - 10) // 2))
    lines = [Content.styled("! ", "bold $fair") + line for line in missing[:room]]
    if (more := len(missing) - room) > 0:
        parts = ((f"  and {more} more, ", "$muted"), (key, "bold $accent"), (" lists all", "$muted"))
        lines.append(Content.assemble(*parts))
    return Content("\n").join(lines)


def ready_line(send: str, texts: Iterable[str]) -> Content:
    """Return that the note is ready, and its size if it is long."""
    ready = Content.assemble(("✔ ", "bold $good"), "ready — ", (send, "bold $accent"), " send")
    size = sum(len(text.encode()) for text in texts)
    if size * 2 > BODY_LIMIT:
        ready = ready + safe(f"  {size:,} of {BODY_LIMIT:,} bytes", "$muted")
    return ready


def picked_lines(findings: Sequence[str], playbook: Playbook, offered: Sequence[str], key: str) -> Content:
    """Return the picked findings, or a hint that there are some to pick; empty if none is offered."""
    if not offered:
        return Content("")
    labels = [playbook.findings[finding_id] for finding_id in findings if finding_id in playbook.findings]
    if not labels:
        return Content.assemble((key, "bold $accent"), (f" picks: {', '.join(offered)}", "$muted"))
    lines = [Content.styled("▪ ", "$accent") + safe_line(finding.label) for finding in labels]
    return Content("\n").join(lines)
