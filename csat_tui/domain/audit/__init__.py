"""The audit: what the machine says of a delivered note by the playbook's rules, with its evidence.

Its verdicts are apart from a person's score: they count for nobody until a person takes them over.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from csat_tui.domain.audit.note_checks import in_format, rationale_repeated, required_fields
from csat_tui.domain.audit.record_checks import (
    correction_within_guide,
    finding_borne_out,
    first_contact_in_time,
    outcome_by_records,
    reply_as_promised,
    reply_wording,
    status_and_tags,
)
from csat_tui.domain.audit.subject import AuditVerdict, NoteUnderAudit, Verdict
from csat_tui.domain.audit.summary_check import summary_of_concern
from csat_tui.domain.playbook import Playbook
from csat_tui.domain.review.audit_rule import AuditRule
from csat_tui.domain.speech import LanguageDetector, no_detector

__all__ = ["AUDIT_EVALUATORS", "AuditVerdict", "AuditedNote", "NoteUnderAudit", "Verdict", "audit"]

AuditEvaluator = Callable[[NoteUnderAudit, AuditRule, Playbook, LanguageDetector], AuditVerdict | None]
"""Returns a rule's verdict on a note; None where the rule has nothing to do with it."""

AUDIT_EVALUATORS: Mapping[str, AuditEvaluator] = {
    "format": in_format,
    "required-fields": required_fields,
    "summary": summary_of_concern,
    "rationale-repeated": rationale_repeated,
    "records": outcome_by_records,
    "status-and-tags": status_and_tags,
    "reply": reply_as_promised,
    "reply-wording": reply_wording,
    "correction": correction_within_guide,
    "first-contact": first_contact_in_time,
    "finding": finding_borne_out,
}
"""Every evaluator that a playbook's `rule` may name."""


@dataclass(frozen=True, slots=True)
class AuditedNote:
    """The verdicts on a note, each with its rule, in the playbook's order."""

    verdicts: tuple[tuple[AuditRule, AuditVerdict], ...] = ()

    @property
    def risk(self) -> int:
        """The sum of the risks of all rules that the note fails."""
        return sum(rule.risk for rule, found in self.verdicts if found.verdict is Verdict.FAILS)

    @property
    def failed(self) -> tuple[str, ...]:
        """The rules that the note fails, by id."""
        return tuple(rule.id for rule, found in self.verdicts if found.verdict is Verdict.FAILS)


def audit(subject: NoteUnderAudit, playbook: Playbook, detect: LanguageDetector = no_detector) -> AuditedNote:
    """Return what the playbook's rules say of a note; a rule that does not concern it says nothing."""
    found = []
    for rule in playbook.audit:
        if rule.outcomes and not set(rule.outcomes) & set(subject.note.outcome_ids):
            continue
        verdict = AUDIT_EVALUATORS[rule.rule](subject, rule, playbook, detect)
        if verdict is not None:
            found.append((rule, verdict))
    return AuditedNote(tuple(found))
