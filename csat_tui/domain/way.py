"""The way of a case through the procedure: its steps with their checks, and which of them it stands at."""

from collections.abc import Sequence
from dataclasses import dataclass

from csat_tui.domain.case import Case
from csat_tui.domain.playbook import Path, Playbook, Step


@dataclass(frozen=True, slots=True)
class Leg:
    """One step of a case's path with the checks that belong to it; without a step for checks that name none."""

    step: Step | None
    checks: tuple[str, ...]

    def given(self, case: Case) -> int:
        """Return how many of its checks are answered."""
        return sum(check_id in case.answers for check_id in self.checks)

    def done(self, case: Case) -> bool:
        """Whether all of its checks are answered."""
        return self.given(case) == len(self.checks)


def legs(path: Path, playbook: Playbook) -> tuple[Leg, ...]:
    """Return a path's checks by their steps, in the order of the procedure; those of no step come first."""
    known = {step.id for step in playbook.steps}
    own: dict[str, list[str]] = {}
    # A case that was read before the playbook changed may still name a check that is gone.
    for check_id in (one for one in path.checks if one in playbook.checks):
        step = playbook.checks[check_id].step
        own.setdefault(step if step in known else "", []).append(check_id)
    loose = [Leg(None, tuple(own[""]))] if "" in own else []
    return (*loose, *(Leg(step, tuple(own[step.id])) for step in playbook.steps if step.id in own))


def in_order(found: Sequence[Leg]) -> tuple[str, ...]:
    """Return the checks in the order in which they are gone through."""
    return tuple(check_id for leg in found for check_id in leg.checks)
