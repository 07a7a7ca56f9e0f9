"""What the records say of a note: checks, ticket, replies, amounts, the clock, and findings."""

from csat_tui.domain.amount_checks import amount_remarks
from csat_tui.domain.audit.subject import (
    AuditVerdict,
    NoteUnderAudit,
    Verdict,
    findings_named,
    note_templates,
    outcome_of,
    without_undated_facts,
)
from csat_tui.domain.case_wording import wording_errors
from csat_tui.domain.evidence import suggest
from csat_tui.domain.playbook import Playbook
from csat_tui.domain.review.audit_rule import AuditRule
from csat_tui.domain.review.delivered_note import fixed_tags
from csat_tui.domain.speech import LanguageDetector
from csat_tui.domain.ticket import Status

SHOWN = 4
"""Lines of evidence that are shown."""


def outcome_by_records(
    subject: NoteUnderAudit, _rule: AuditRule, playbook: Playbook, detect: LanguageDetector
) -> AuditVerdict | None:
    """Say whether the records, as they are now, allow the outcome: its needs against what they suggest."""
    outcome = outcome_of(subject, playbook)
    if outcome is None:
        return None
    if subject.contact_missing:
        return AuditVerdict(Verdict.CANNOT_TELL, "The contact that was rated is not here.")
    against, silent, given = [], [], 0
    for check_id, wanted in outcome.needs.items():
        if check_id not in subject.case.path.checks or not playbook.checks[check_id].suggest:
            continue
        given += 1
        suggestion = suggest(subject.case, check_id, playbook, detect)
        if suggestion is None or suggestion.answer is None:
            silent.append(check_id)
        elif suggestion.answer.value not in wanted.split("|"):
            ask = playbook.checks[check_id].ask
            against += [f"{ask} {suggestion.answer.value}", *suggestion.evidence]
    if against:
        return AuditVerdict(Verdict.FAILS, "The records speak against the outcome.", tuple(against[:SHOWN]))
    if not given:
        return None
    if len(silent) == given:
        return AuditVerdict(Verdict.CANNOT_TELL, "The records say nothing for or against the outcome.")
    return AuditVerdict(Verdict.PASSES, "The records do not speak against the outcome.")


def status_and_tags(
    subject: NoteUnderAudit, _rule: AuditRule, playbook: Playbook, _detect: LanguageDetector
) -> AuditVerdict | None:
    """Say whether the survey ticket has the status and the tags that the outcome sets."""
    outcome, ticket = outcome_of(subject, playbook), subject.case.survey_ticket
    if outcome is None or ticket is None:
        return None
    templates = note_templates(subject, outcome)
    statuses = {one.status for one in templates if one.status is not None}
    wrong = []
    closed = ticket.status is Status.CLOSED and Status.SOLVED in statuses
    if statuses and ticket.status not in statuses and not closed:
        wanted = " or ".join(sorted(status.value for status in statuses))
        wrong.append(f"status {ticket.status.value}, wanted {wanted}")
    tags = fixed_tags(templates)
    wrong += [f"tag {tag} is not there" for tag in tags if tag not in ticket.tags]
    if not statuses and not tags:
        return None
    if not wrong:
        return AuditVerdict(Verdict.PASSES, "Status and tags are as the outcome wants them.")
    if subject.later_notes:
        return AuditVerdict(
            Verdict.CANNOT_TELL, "Somebody has written on the ticket since, and may have changed it.", tuple(wrong)
        )
    return AuditVerdict(Verdict.FAILS, "Status and tags are not as the outcome wants them.", tuple(wrong[:SHOWN]))


def reply_as_promised(
    subject: NoteUnderAudit, _rule: AuditRule, playbook: Playbook, _detect: LanguageDetector
) -> AuditVerdict | None:
    """Say whether the customer got a reply where the outcome wants one, and none where it wants none."""
    outcome = outcome_of(subject, playbook)
    if outcome is None:
        return None
    replies = subject.own_replies
    evidence = tuple(f"{one.created_at:%Y-%m-%d %H:%M} on #{one.ticket_id}" for one in replies[:SHOWN])
    messages = tuple(one.id for one in replies)
    if outcome.replies:
        if replies:
            return AuditVerdict(Verdict.PASSES, "The customer got the reply.", evidence, messages)
        if subject.case.survey.source_ticket_id is not None and not subject.case.messages:
            return AuditVerdict(Verdict.CANNOT_TELL, "The source ticket's transcript is not here.")
        return AuditVerdict(Verdict.FAILS, "The outcome promises the customer a reply, and there is none.")
    if replies:
        sentence = "The customer got a reply, and the outcome wants none."
        return AuditVerdict(Verdict.FAILS, sentence, evidence, messages)
    return AuditVerdict(Verdict.PASSES, "The customer got no reply, as the outcome wants it.")


def reply_wording(
    subject: NoteUnderAudit, _rule: AuditRule, playbook: Playbook, _detect: LanguageDetector
) -> AuditVerdict | None:
    """Say whether a reply has words that the playbook's rules refuse."""
    if not subject.own_replies:
        return None
    found, messages = [], []
    for reply in subject.own_replies:
        remarks = wording_errors(subject.case, "reply", reply.body, playbook)
        found += [remark.sentence for remark in remarks]
        messages += [reply.id] if remarks else []
    if found:
        sentence = "The reply has words that the playbook refuses."
        return AuditVerdict(Verdict.FAILS, sentence, tuple(found[:SHOWN]), tuple(messages))
    return AuditVerdict(Verdict.PASSES, "The reply has no words that the playbook refuses.")


def correction_within_guide(
    subject: NoteUnderAudit, _rule: AuditRule, playbook: Playbook, _detect: LanguageDetector
) -> AuditVerdict | None:
    """Say whether the amounts in a note are within the guide and the order."""
    outcome = outcome_of(subject, playbook)
    if outcome is None:
        return None
    findings = findings_named(subject.note, playbook)
    named = [field.id for name in findings for field in playbook.findings[name].fields if field.amount]
    if not any(subject.note.fields.get(name) for name in named):
        return None
    if subject.contact_missing or subject.case.account is None:
        what = "The contact that was rated" if subject.contact_missing else "The customer's account"
        return AuditVerdict(Verdict.CANNOT_TELL, f"{what} is not here.")
    remarks = amount_remarks(subject.case_before, outcome, subject.note.fields, findings, playbook)
    beyond = [one.sentence for one in remarks if one.beyond]
    if beyond:
        return AuditVerdict(Verdict.FAILS, "The correction goes beyond the guide or the order.", tuple(beyond[:SHOWN]))
    if remarks:
        sentence = "The correction cannot be held against the guide."
        return AuditVerdict(Verdict.CANNOT_TELL, sentence, tuple(one.sentence for one in remarks[:SHOWN]))
    return AuditVerdict(Verdict.PASSES, "The correction is within the guide and the order.")


def first_contact_in_time(
    subject: NoteUnderAudit, _rule: AuditRule, playbook: Playbook, _detect: LanguageDetector
) -> AuditVerdict | None:
    """Say whether the customer was contacted by the time the case was due; without a reply the note counts."""
    outcome, case = outcome_of(subject, playbook), subject.case
    if outcome is not None and outcome.replies and not subject.replies:
        return None  # the rule about the reply says so
    first = min((one.created_at for one in subject.replies), default=subject.note.at)
    what = "The first contact" if subject.replies else "The note"
    messages = tuple(one.id for one in subject.replies[:1])
    late = first - case.due_at
    evidence = (f"due {case.due_at:%Y-%m-%d %H:%M}, came {first:%Y-%m-%d %H:%M}",)
    if late.total_seconds() > 0:
        hours = max(1, round(late.total_seconds() / 3600))
        return AuditVerdict(Verdict.FAILS, f"{what} came {hours} h late.", evidence, messages)
    return AuditVerdict(Verdict.PASSES, f"{what} came in time.", evidence, messages)


def finding_borne_out(
    subject: NoteUnderAudit, rule: AuditRule, playbook: Playbook, detect: LanguageDetector
) -> AuditVerdict | None:
    """Say whether the records bear out a finding that the note names."""
    named = [name for name in findings_named(subject.note, playbook) if name in rule.findings]
    if not named:
        return None
    if subject.contact_missing:
        return AuditVerdict(Verdict.CANNOT_TELL, "The contact that was rated is not here.")
    labels = " and ".join(f"“{playbook.findings[name].label}”" for name in named)
    before = subject.case_before
    suggestion = suggest(before, rule.check, playbook, detect)
    evidence = () if suggestion is None else suggestion.evidence[:SHOWN]
    if suggestion is None or suggestion.answer is None:
        return AuditVerdict(Verdict.CANNOT_TELL, f"The records do not decide about {labels}.", evidence)
    if suggestion.answer.value == rule.answer:
        return AuditVerdict(Verdict.PASSES, f"The records bear out {labels}.", evidence)
    undated = suggest(without_undated_facts(before), rule.check, playbook, detect)
    if undated is None or undated.answer is not suggestion.answer:
        if not subject.account_untouched:
            sentence = f"The records do not show {labels} any more: it may have been put right since."
            return AuditVerdict(Verdict.CANNOT_TELL, sentence, evidence)
        evidence = (*evidence[: SHOWN - 1], f"the account is so since {subject.account_since:%Y-%m-%d %H:%M} or longer")
    return AuditVerdict(Verdict.FAILS, f"The records do not bear out {labels}.", evidence)
