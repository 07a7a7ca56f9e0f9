"""Pick what the review found: the findings that the chosen outcome offers, in their groups."""

from collections.abc import Sequence

from csat_tui.domain.playbook import Playbook
from csat_tui.tui.windows.picker import Pick, Picker


def finding_picker(playbook: Playbook, groups: Sequence[str], picked: Sequence[str]) -> Picker:
    """Return the window with the findings of these groups, group by group."""
    offered = [one for group in groups for one in playbook.findings.values() if one.group == group]
    title = "What was found"
    return Picker(title, [Pick(one.id, one.label, one.group, one.help) for one in offered], picked)
