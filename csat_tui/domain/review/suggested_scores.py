"""Suggested answers to a scorecard's lines, by what the machine says of a note.

They stand apart from `scorecard`, on which the playbook itself rests.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from csat_tui.domain.audit import AuditedNote, AuditVerdict, Verdict
from csat_tui.domain.review.scorecard import LineAnswer, Scorecard


@dataclass(frozen=True, slots=True)
class SuggestedScore:
    """The answer that a verdict suggests; `verdict` has the sentence, the evidence and the messages behind it."""

    answer: LineAnswer
    verdict: AuditVerdict


def suggested(card: Scorecard, audited: AuditedNote) -> Mapping[str, SuggestedScore]:
    """Return the suggested answers by the ids of their lines; a suggestion counts only when a person takes it over.

    A rule that passes suggests the full answer, one that fails the lowest. One that cannot tell, or does not concern
    the note, suggests nothing.
    """
    verdicts = {rule.id: found for rule, found in audited.verdicts}
    suggestions = {}
    for line in card.lines:
        found = verdicts.get(line.audit)
        if found is not None and found.verdict is not Verdict.CANNOT_TELL:
            answer = line.scale.full if found.verdict is Verdict.PASSES else line.scale.lowest
            suggestions[line.id] = SuggestedScore(answer, found)
    return suggestions
