"""Whose words a decision takes, and what it leaves in the draft."""

from collections.abc import Collection, Sequence

from csat_tui.domain.asking import asked_fields
from csat_tui.domain.case import Case, Draft, Version
from csat_tui.domain.decide import Decision, Lack
from csat_tui.domain.ids import SurveyId
from csat_tui.domain.playbook import Playbook


def other_case(begun_for: SurveyId) -> str:
    """Say why words are not sent on the case on the screen."""
    return f"these words were begun for case {begun_for}, and this is another case; they are kept with theirs"


def contested(label: str, versions: Sequence[Version]) -> str:
    """Say that somebody else has written in a field too."""
    by = versions[-1].by or "another terminal"
    return f"{label} was also written by {by}: choose between the two first"


def contested_fields(
    case: Case, decision: Decision, draft: Draft, playbook: Playbook, settled: Collection[str]
) -> tuple[Lack, ...]:
    """Return the fields of a decision in which several people's words stand that nobody has weighed yet."""
    if not draft.others:
        return ()
    asked = asked_fields(case, playbook.outcome(decision.outcome_id), decision.findings, playbook)
    return tuple(
        Lack(contested(field.label.lower(), draft.others[field.id]), field_id=field.id)
        for field in asked
        if field.id in draft.others and field.id not in settled
    )


def left_of(case: Case, decision: Decision, playbook: Playbook) -> Draft:
    """Return what stays in the draft: of a case that is only parked, the words beside the question."""
    if not decision.parks:
        return Draft()
    outcome = playbook.outcome(decision.outcome_id)
    asked = {field.id for field in asked_fields(case, outcome, decision.findings, playbook)}
    return Draft(None, {name: text for name, text in decision.fields.items() if name not in asked})
