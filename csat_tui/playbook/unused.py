"""Report what nothing in the playbook uses: its author expects it to do something, and it would not."""

from collections.abc import Mapping, Sequence

from csat_tui.domain.playbook import CellsTemplate, Playbook
from csat_tui.domain.sheet import Sheet
from csat_tui.playbook.identity import report_unused
from csat_tui.toml_file import Table


def report_everything_unused(sections: Mapping[str, Sequence[Table]], playbook: Playbook, top: Table) -> None:
    """Report each step, check, field, finding, format and column that no other section uses."""
    effects = [effect for outcome in playbook.outcomes for effect in outcome.effects]
    offered = {group for outcome in playbook.outcomes for group in outcome.findings}
    asked = [one.fields for one in playbook.outcomes] + [one.fields for one in playbook.findings.values()]
    filled = {
        letters
        for effect in effects
        if isinstance(effect, CellsTemplate) and effect.sheet is Sheet.TRACKER
        for letters in effect.cells
    }
    used = {
        "step": {check.step for check in playbook.checks.values()} | {outcome.step for outcome in playbook.outcomes},
        "check": {check for path in playbook.paths for check in path.checks},
        "field": {field.id for fields in asked for field in fields},
        "finding": {finding.id for finding in playbook.findings.values() if finding.group in offered},
        "format": {effect.format_id for effect in effects},
    }
    for noun, sentence in _UNUSED.items():
        report_unused(sections[noun], used[noun], sentence)
    for letters in playbook.tracker_columns.keys() - filled:
        top.log.add(("tracker", "columns", letters), f"column “{letters}” of [tracker] is filled by no outcome")


_UNUSED = {
    "step": "has no check and no outcome",
    "check": "is on no path",
    "field": "is asked for by no outcome",
    "finding": "is offered by no outcome",
    "format": "is written by no outcome",
}
