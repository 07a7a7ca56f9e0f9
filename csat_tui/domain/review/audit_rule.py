"""What the machine is to check of delivered notes, as a playbook says it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class AuditRule:
    """What the machine checks of a delivered note; `rule` names an evaluator of `domain.audit`.

    It applies to notes of `outcomes`, or of every outcome where that is empty. `field` is the field that it looks at.
    `findings`, `check` and `answer` go together: such a finding is borne out where the records suggest that answer to
    that check. `risk` is how much a note that fails it counts in the order of notes to review.
    """

    id: str
    label: str
    rule: str
    risk: int = 1
    outcomes: tuple[str, ...] = ()
    field: str = ""
    findings: tuple[str, ...] = ()
    check: str = ""
    answer: str = ""
