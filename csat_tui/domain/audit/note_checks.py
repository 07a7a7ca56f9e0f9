"""What the words of a note show by themselves: its format, its fields, its summary, and a rationale used again."""

import re
from collections.abc import Iterator

from csat_tui.domain.audit.subject import AuditVerdict, NoteUnderAudit, Verdict, findings_named, outcome_of
from csat_tui.domain.composing import asked_fields
from csat_tui.domain.concern import customer_texts, recognised_issues
from csat_tui.domain.formats import places
from csat_tui.domain.playbook import Field, Issue, Outcome, Playbook
from csat_tui.domain.review.audit_rule import AuditRule
from csat_tui.domain.speech import LanguageDetector, language_of

LOOKED_BACK = 20
"""How many of an author's earlier notes a rationale is compared with."""

_FEW_WORDS = 4
"""A rationale of fewer words says little, and is used again by chance."""

_STEM = 5
"""Letters by which two words count as the same: “delivery” and “delivered”."""

_SAID = re.compile(r"\w")
"""A dash or three dots say nothing."""

_WORD = re.compile(r"[^\W\d_]{4,}")
_COMMON = frozenset(
    _WORD.findall("""
    about action after again agent agents all also amiss answer answered approved asked attention available because
    been before being both call case chat checked closely comment complained complaint complete completed concern
    contact correct could credit customer customers details discussed does done down each even ever everything feedback
    file final fine finished followed found from full gave general give given guide handled handling happened happy
    have help helped here information internal into issue just know like looked made mail make matter message more much
    need needed needs negative normal note noted nothing okay only order orders other outcome over please policy
    procedure process processed proper rated rating read really reason received regular reply request resolution
    resolved response result review reviewed right said same satisfied says score service settled should since
    situation solved some special standard step steps such summary support survey taken team than thank thanks that
    their them then there these they thing this those ticket time today told unhappy usual validated various very want
    wanted wants well went were what when where which while with within would write wrong wrote your
    """)
)
"""Words that any case can have: they do not show that a summary speaks of this one."""


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


def summary_of_concern(
    subject: NoteUnderAudit, rule: AuditRule, playbook: Playbook, detect: LanguageDetector
) -> AuditVerdict | None:
    """Say whether a summary speaks of anything that the customer wrote."""
    if subject.note.free:
        return None
    summary = subject.note.fields.get(rule.field, "")
    if not summary.strip():
        return None  # the rule about required fields says so
    texts = customer_texts(subject.case, detect)
    if not texts:
        return _cannot("The customer's words are not here, or there are none.")
    issues = recognised_issues(subject.case, playbook, detect)
    about = _issues_in(summary, playbook, detect)
    spoken_of = {one.issue.id for one in issues}
    if same := [one.label.lower() for one in about if one.id in spoken_of]:
        return AuditVerdict(Verdict.PASSES, f"The summary speaks of {same[0]}.")
    said, own = _stems(" ".join(text.text for text in texts)), _stems(summary)
    if shared := sorted(word for stem, word in own.items() if stem in said):
        return AuditVerdict(Verdict.PASSES, "The summary has words of the customer's.", (", ".join(shared[:4]),))
    evidence = [f"“{' '.join(summary.split())[:80]}”"]
    if not own:
        sentence = "The summary has only words that any case could have."
        return AuditVerdict(Verdict.FAILS, sentence, tuple(evidence))
    evidence += [f"the customer: {one.issue.label.lower()} — “{one.words[0]}”" for one in issues[:1]]
    sentence = "The summary shares no words with the customer's: it may say it in others."
    return AuditVerdict(Verdict.CANNOT_TELL, sentence, tuple(evidence))


def _issues_in(summary: str, playbook: Playbook, detect: LanguageDetector) -> list[Issue]:
    language = language_of(summary, detect)
    return [
        issue
        for issue in playbook.issues
        if any(pattern.search(summary) for pattern in issue.patterns(language, playbook.language))
    ]


def _stems(text: str) -> dict[str, str]:
    words = (found[0].casefold() for found in _WORD.finditer(text))
    return {word[:_STEM]: word for word in words if word not in _COMMON}


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
