"""What a person is asked for: the fields of an outcome and of the findings picked with it, as far as they apply."""

from collections.abc import Sequence

from csat_tui.domain.case import Case
from csat_tui.domain.playbook import Condition, Field, Outcome, Playbook


def met(case: Case, condition: Condition) -> bool:
    """Tell whether a case's answers meet a condition; a check that is not on its path meets none."""
    for check_id, wanted in condition.items():
        given = case.answers.get(check_id) if check_id in case.path.checks else None
        if given is None or given.answer.value not in wanted.split("|"):
            return False
    return True


def asked_fields(case: Case, outcome: Outcome, findings: Sequence[str], playbook: Playbook) -> tuple[Field, ...]:
    """Return the fields to fill in now, each once, the outcome's own first.

    A field that is required anywhere is required; one whose condition the case does not meet is not asked for.
    """
    own = [playbook.findings[name].fields for name in findings if name in playbook.findings]
    asked: dict[str, Field] = {}
    for field in (*outcome.fields, *(field for fields in own for field in fields)):
        if met(case, field.when) and (field.id not in asked or field.required):
            asked[field.id] = field
    return tuple(asked.values())


def going_with(outcome: Outcome, findings: Sequence[str], playbook: Playbook) -> tuple[str, ...]:
    """Return those of the picked findings that the outcome offers; the others wait for one that does."""
    known = playbook.findings
    return tuple(one for one in findings if one in known and known[one].group in outcome.findings)
