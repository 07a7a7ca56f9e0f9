"""Whether a note's summary speaks of what the customer wrote.

People say the same in other words, so a summary without the customer's words is left to a person. It fails only where
it speaks of one concern and the customer wrote of another. For this the playbook says how notes speak of each issue; a
word that can mean several counts for all of them. Nothing that the summary can mean may be anything that the
customer's words can mean, or that was logged.
"""

import re
from collections.abc import Collection, Sequence

from csat_tui.domain.audit.subject import AuditVerdict, NoteUnderAudit, Verdict
from csat_tui.domain.case import Case
from csat_tui.domain.concern import CustomerText, customer_texts, logged_issues, plain_beginning
from csat_tui.domain.playbook import Playbook
from csat_tui.domain.review.audit_rule import AuditRule
from csat_tui.domain.speech import UNKNOWN, LanguageDetector, language_of

_STEM = 5
"""Letters by which two words count as the same: “delivery” and “delivered”."""

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


def summary_of_concern(
    subject: NoteUnderAudit, rule: AuditRule, playbook: Playbook, detect: LanguageDetector
) -> AuditVerdict | None:
    """Say whether a summary speaks of anything that the customer wrote."""
    if subject.note.free:
        return None
    text = subject.note.fields.get(rule.field, "")
    if not text.strip():
        return None  # the rule about required fields says so
    texts = customer_texts(subject.case, detect)
    if not texts:
        return AuditVerdict(Verdict.CANNOT_TELL, "The customer's words are not here, or there are none.")
    summary = CustomerText(plain_beginning(text), language_of(text, detect), survey=False)
    heard = _named(texts, playbook)
    if same := [name for name in _named([summary], playbook) if name in heard]:
        return AuditVerdict(Verdict.PASSES, f"The summary speaks of {_label(same[0], playbook).lower()}.")
    said, own = _stems(" ".join(one.text for one in texts)), _stems(summary.text)
    quoted = f"“{summary.text[:80]}”"
    if not own:
        sentence = "The summary has only words that any case could have."
        return AuditVerdict(Verdict.FAILS, sentence, (quoted,))
    shared = ", ".join(sorted(word for stem, word in own.items() if stem in said)[:4])
    if another := _another_concern(summary, texts, subject.case, playbook):
        sentence, *evidence = another
        if shared:
            return AuditVerdict(Verdict.CANNOT_TELL, sentence, (quoted, *evidence, f"in both: {shared}"))
        return AuditVerdict(Verdict.FAILS, sentence, (quoted, *evidence))
    if shared:
        return AuditVerdict(Verdict.PASSES, "The summary has words of the customer's.", (shared,))
    told = [f"the customer: {_label(name, playbook).lower()} — “{words[0]}”" for name, words in heard.items()][:1]
    sentence = "The summary shares no words with the customer's: it may say it in others."
    return AuditVerdict(Verdict.CANNOT_TELL, sentence, (quoted, *told))


def _another_concern(
    summary: CustomerText, texts: Sequence[CustomerText], case: Case, playbook: Playbook
) -> tuple[str, ...]:
    """Return a sentence and its evidence where a summary speaks of one concern and the customer of another."""
    categories = {one.category.casefold() for one in logged_issues(case)}
    logged = {one.id: one.category for one in playbook.issues if one.category.casefold() in categories}
    about, meant = _named([summary], playbook, in_notes=True), _named(texts, playbook, in_notes=True)
    certain = _certain(texts, logged, playbook)
    if not about or not certain or about.keys() & (meant.keys() | logged.keys()):
        return ()
    known = {one.id for one in playbook.issues if one.in_notes}
    if not known.issuperset((*about, *certain)) or _speaks_of_accommodation(summary.text, playbook):
        return ()
    other, own = max(about, key=lambda name: len(about[name])), certain[0]
    return (
        f"The summary speaks of “{_label(other, playbook)}”; the customer wrote of “{_label(own, playbook)}”.",
        f"the summary: “{about[other][0]}”",
        f"the customer: “{meant[own][0]}”",
        *((f"logged: {logged[own]}",) if own in logged else ()),
    )


def _named(texts: Sequence[CustomerText], playbook: Playbook, *, in_notes: bool = False) -> dict[str, list[str]]:
    """Return the issues that are named in texts, by id, with the words; `in_notes` also as notes speak of them."""
    found: dict[str, list[str]] = {}
    for text in texts:
        own = text.language in (UNKNOWN, playbook.language)
        for issue in playbook.issues:
            patterns = issue.patterns(text.language, playbook.language)
            for pattern in (*patterns, *(issue.in_notes if in_notes and own else ())):
                if match := pattern.search(text.text):
                    found.setdefault(issue.id, []).append(match[0])
    return found


def _certain(texts: Sequence[CustomerText], logged: Collection[str], playbook: Playbook) -> list[str]:
    """Return what the customer wrote of for certain: what the survey's comment names or, without one, the contact.

    What the comment can only mean is certain where the contact can mean the same, or it was logged.
    """
    comment, contact = [one for one in texts if one.survey], [one for one in texts if not one.survey]
    if not comment:
        return list(_named(contact, playbook))
    borne_out = {*logged, *_named(contact, playbook, in_notes=True)}
    own = _named(comment, playbook)
    return [*own, *(name for name in _named(comment, playbook, in_notes=True) if name in borne_out and name not in own)]


def _speaks_of_accommodation(summary: str, playbook: Playbook) -> bool:
    """Return whether a summary speaks of a refund or the like, which can be for any concern."""
    stems = {one.kind.casefold()[:_STEM] for issue in playbook.issues for one in issue.allows}
    return any(found[0].casefold()[:_STEM] in stems for found in _WORD.finditer(summary))


def _label(name: str, playbook: Playbook) -> str:
    return next(one.label for one in playbook.issues if one.id == name)


def _stems(text: str) -> dict[str, str]:
    words = (found[0].casefold() for found in _WORD.finditer(text))
    return {word[:_STEM]: word for word in words if word not in _COMMON}
