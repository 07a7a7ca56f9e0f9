"""What the words of a note show by themselves: its format, its fields, and a rationale used again."""

import re
from collections.abc import Iterator

from csat_tui.domain.audit.subject import AuditVerdict, NoteUnderAudit, Verdict, findings_named, outcome_of
from csat_tui.domain.composing import asked_fields
from csat_tui.domain.formats import places
from csat_tui.domain.playbook import Field, Outcome, Playbook
from csat_tui.domain.review.audit_rule import AuditRule
from csat_tui.domain.speech import LanguageDetector

LOOKED_BACK = 20
"""How many of an author's earlier notes a rationale is compared with."""

_FEW_WORDS = 4
"""A rationale of fewer words says little, and is used again by chance."""

_SAID = re.compile(r"\w")
"""A dash or three dots say nothing."""


def in_format(
    subject: NoteUnderAudit, _rule: AuditRule, _playbook: Playbook, _detect: LanguageDetector
) -> AuditVerdict | None:
    """Say whether a note is in a format, with every line as the format has it."""
    note = subject.note
    if note.free:
        return AuditVerdict(Verdict.FAILS, "The note is in no format of the playbook.")
    if note.problems:
        return AuditVerdict(Verdict.FAILS, "The note is not quite in its format.", note.problems[:4])
    if note.remainder.strip():
        left = " ".join(note.remainder.split())[:80]
        return AuditVerdict(Verdict.FAILS, "Text of the note belongs to none of its lines.", (f"“{left}”",))
    return AuditVerdict(Verdict.PASSES, "The note is in its format.")


def required_fields(
    subject: NoteUnderAudit, _rule: AuditRule, playbook: Playbook, _detect: LanguageDetector
) -> AuditVerdict | None:
    """Say whether a note has every field that its outcome requires."""
    outcome = outcome_of(subject, playbook)
    if outcome is None:
        return None if subject.note.free else _cannot("Its format does not tell which outcome was meant.")
    asked = _required(subject, outcome, playbook)
    empty = [one.label.lower() for one in asked if not _SAID.search(subject.note.fields.get(one.id, ""))]
    if empty:
        return AuditVerdict(Verdict.FAILS, f"Without words: {', '.join(empty)}.")
    return AuditVerdict(Verdict.PASSES, "Every field that the outcome requires has words.")


def _required(subject: NoteUnderAudit, outcome: Outcome, playbook: Playbook) -> Iterator[Field]:
    """Yield the required fields that stand in the note's format; without answers only those that depend on none."""
    shown = {name for line in playbook.formats[subject.note.format_id].lines for name in places(line)}
    asked = asked_fields(subject.case, outcome, findings_named(subject.note, playbook), playbook)
    for field in asked:
        if field.required and field.id in shown and (subject.case.answers or not field.when):
            yield field


def rationale_repeated(
    subject: NoteUnderAudit, rule: AuditRule, _playbook: Playbook, _detect: LanguageDetector
) -> AuditVerdict | None:
    """Say whether a rationale repeats, word for word, what the author wrote on another ticket."""
    rationale = _even(subject.note.fields.get(rule.field, ""))
    if len(rationale.split()) < _FEW_WORDS:
        return None
    for other in subject.earlier[:LOOKED_BACK]:
        if _even(other.fields.get(rule.field, "")) == rationale:
            return AuditVerdict(
                Verdict.FAILS, "The author has written the same words before.",
                (f"#{other.ticket_id}, {other.at:%Y-%m-%d}",),
            )  # fmt: skip
    return AuditVerdict(Verdict.PASSES, "The author has not written these words before.")


def _even(text: str) -> str:
    return " ".join(re.findall(r"\w+", text.casefold()))


def _cannot(sentence: str) -> AuditVerdict:
    return AuditVerdict(Verdict.CANNOT_TELL, sentence)
