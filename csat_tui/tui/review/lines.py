"""Draw delivered notes: the list with what each fails, and one note with the machine's verdicts and its replies."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from textual.content import Content

from csat_tui.domain.audit import AuditVerdict, Verdict
from csat_tui.domain.playbook import Playbook
from csat_tui.domain.review.audit_rule import AuditRule
from csat_tui.domain.review.delivered_note import outcome_words
from csat_tui.store.review import NoteInList
from csat_tui.tui.base.lines import Line, wrap
from csat_tui.tui.base.text import age, safe, safe_line, stamp
from csat_tui.tui.review.set_aside import set_aside_lines
from csat_tui.workflow.review import NoteToReview
from csat_tui.workflow.review_samples import due_day_words

MARKS: Mapping[Verdict, tuple[str, str]] = {
    Verdict.FAILS: ("✘", "$fair"),
    Verdict.CANNOT_TELL: ("?", "$muted"),
    Verdict.PASSES: ("✔", "$good"),
}
"""Glyph and colour of each verdict; what fails is amber and never red, for nobody is shouted at."""

RISKY = 8
"""From this risk on, a note stands out."""


def notes_summary(notes: Sequence[NoteInList], asked: str, *, more: bool) -> Content:
    """Return how many notes are listed, and how many of them fail a rule."""
    failing = sum(bool(note.risk) for note in notes)
    waiting = sum(note.risk is None for note in notes)
    count = f"{len(notes):,}{'+' if more else ''} {'note' if len(notes) == 1 else 'notes'}"
    parts = [Content.styled(count, ""), Content.styled(asked, "$muted")]
    if failing:
        parts.append(Content.styled(f"{failing:,} {'fails' if failing == 1 else 'fail'} a rule", "$fair"))
    if waiting:
        parts.append(Content.styled(f"{waiting:,} being checked", "$muted"))
    return Content.styled(" · ", "$faint").join(parts)


def list_lines(
    notes: Sequence[NoteInList], playbook: Playbook, width: int, now: datetime, *, empty: Sequence[str], more: str
) -> list[Line]:
    """Return two lines for each note: its risk, author and age; its outcome and what it fails."""
    if not notes:
        return [Line(line) for text in empty for line in wrap(safe(text, "$muted"), width, indent=0)]
    labels = {rule.id: rule.label for rule in playbook.audit}
    lines: list[Line] = []
    for index, note in enumerate(notes):
        risk, style = _risk(note)
        left = Content.assemble((f"{risk:>3} ", style)) + safe_line(note.author or "somebody", "bold", width)
        when = f"{age(note.at, now):>5}"
        lines.append(
            Line(left.truncate(max(width - 6, 8), ellipsis=True, pad=True) + Content.styled(when, "$muted"), index)
        )
        failed = ", ".join(labels.get(one, one).lower() for one in note.failed)
        about = f"{outcome_words(note.outcome_ids, playbook)}{' · ' if failed else ''}{failed}"
        due = due_content(note, now)
        lines.append(Line(Content("    ") + due + safe_line(about, "$muted", max(width - 4 - len(due), 4)), index))
    if more:
        lines += [Line(Content("")), *(Line(line) for line in wrap(safe(more, "$muted"), width, indent=0))]
    return lines


def due_content(note: NoteInList, now: datetime) -> Content:
    """Return in words until when a note of a sample is to be reviewed; empty for other notes."""
    if note.due is None:
        return Content("")
    return Content.styled(f"{due_day_words(note.due, now)} · ", "$fair" if note.due < now else "$accent")


def _risk(note: NoteInList) -> tuple[str, str]:
    if note.risk is None:
        return "…", "$muted"
    if not note.risk:
        return "✔", "$good"
    return str(note.risk), "bold $fair" if note.risk >= RISKY else "$fair"


def detail_lines(found: NoteToReview, playbook: Playbook, width: int, now: datetime) -> list[Line]:
    """Return one note as it was delivered, the machine's verdicts, the survey, and the replies beside it."""
    note, case = found.subject.note, found.subject.case
    ticket = case.survey_ticket
    state = f" · {ticket.status.value}" if ticket is not None else ""
    about = f"#{note.ticket_id}{state} · {stamp(note.at, now)} · {outcome_words(note.outcome_ids, playbook)}"
    lines = [Line(safe_line(note.author or "somebody", "bold", width)), Line(safe_line(about, "$muted", width))]
    lines += [Line(Content("")), *_text(note.body, width)]
    lines += [Line(Content("")), *verdict_lines(found.audited.verdicts, width)]
    survey = case.survey
    lines += [Line(Content("")), Line(safe_line(f"Survey of {survey.customer or 'a customer'}", "bold", width))]
    rating = "could not be read" if survey.rating is None else f"rated {survey.rating:g}"
    lines.append(Line(safe_line(f"{rating} · first agent {survey.agent or 'unknown'}", "$muted", width)))
    lines += set_aside_lines(found.set_aside, width, now)
    lines += _text(survey.comment or "— no comment —", width)
    for reply in found.subject.replies:
        head = f"Reply by {reply.author_name or 'somebody'} on #{reply.ticket_id} · {stamp(reply.created_at, now)}"
        lines += [Line(Content("")), Line(safe_line(head, "bold $public", width)), *_text(reply.body, width)]
    for other in found.other_notes:
        head = f"Another note by {other.author or 'somebody'} · {stamp(other.at, now)}"
        lines += [Line(Content("")), Line(safe_line(head, "bold", width)), *_text(other.body, width)]
    return lines


def verdict_lines(verdicts: Sequence[tuple[AuditRule, AuditVerdict]], width: int) -> list[Line]:
    """Return the machine's verdicts: what fails first, with its evidence; what passes in one line."""
    if not verdicts:
        return [Line(Content.styled("The playbook has no rules that concern this note.", "$muted"))]
    lines = [Line(Content.styled("What the machine says", "bold"))]
    for wanted in (Verdict.FAILS, Verdict.CANNOT_TELL):
        for rule, found in verdicts:
            if found.verdict is wanted:
                glyph, colour = MARKS[wanted]
                mark = Content.styled(f"{glyph} ", f"bold {colour}")
                text = Content.styled(f"{rule.label}: ", colour) + safe(found.sentence)
                lines += [Line(line) for line in wrap(text, width, mark)]
                lines += [
                    Line(line) for each in found.evidence for line in wrap(safe(each, "$muted"), width, "  · ", 4)
                ]
    passed = [rule.label.lower() for rule, found in verdicts if found.verdict is Verdict.PASSES]
    if passed:
        glyph, colour = MARKS[Verdict.PASSES]
        text = safe(", ".join(passed), "$muted")
        lines += [Line(line) for line in wrap(text, width, Content.styled(f"{glyph} ", colour))]
    return lines


def _text(text: str, width: int) -> list[Line]:
    return [Line(line) for paragraph in text.split("\n") for line in wrap(safe(paragraph), width, "▎ ", 2)]
