"""Take the surveys of service recovery along as a file: one row for each survey."""

from collections.abc import Iterator, Mapping
from itertools import islice
from pathlib import Path

from csat_tui.reports.recovery_rows import RECOVERY_COLUMNS, recovery_row
from csat_tui.reports.tracker import write_csv, write_xlsx
from csat_tui.store.service_recovery import RecoveryList
from csat_tui.workflow.recovery import RecoveryDesk

SURVEYS_AT_ONCE = 200
"""Surveys whose notes an export reads at once."""


def export_recovery(desk: RecoveryDesk, path: Path, wanted: RecoveryList, *, over: bool = False) -> int:
    """Write the surveys of a list as a workbook or, for any other name, as CSV; returns how many rows there are.

    Raises NotSaved, StoreError.
    """
    desk.bring_up_to_date()
    rows = _rows(desk, wanted)
    if path.suffix.lower() == ".xlsx":
        return write_xlsx(path, "Service recovery", RECOVERY_COLUMNS, rows, over=over)
    return write_csv(path, RECOVERY_COLUMNS, rows, over=over)


def _rows(desk: RecoveryDesk, wanted: RecoveryList) -> Iterator[Mapping[str, str]]:
    every = iter(desk.every(wanted))
    while some := list(islice(every, SURVEYS_AT_ONCE)):
        notes = desk.notes_of(some)
        for one in some:
            label = desk.group_label(one.group) if one.group else ""
            yield recovery_row(one, label, notes[one.survey_id], desk.rules.zone)
