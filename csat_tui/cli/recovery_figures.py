"""`csat-tui recovery performance` and `export`: how support groups do service recovery, and everything as a file."""

from datetime import timedelta
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from csat_tui.cli.console import duration, say, say_json, table
from csat_tui.cli.exits import Exit, Failure
from csat_tui.cli.installation import find_installation, opened_workplace
from csat_tui.cli.recovery_asked import group_asked_for, recovery_list, recovery_period

if TYPE_CHECKING:
    from csat_tui.domain.ids import SurveyId
    from csat_tui.domain.recovery.performance import GroupPerformance
    from csat_tui.workflow.opening import Workplace

GroupName = Annotated[str, typer.Option("--group", metavar="GROUP", help="Only this support group, by its code.")]
Since = Annotated[str, typer.Option("--since", metavar="DAY", help="Received from this day on: 2026-11-08, today.")]
Until = Annotated[str, typer.Option("--until", metavar="DAY", help="Received up to and including this day.")]


class RecoveryFigure(StrEnum):
    """The figures that can be looked into, as they are typed."""

    NEEDING = "needing"
    WITH_NOTES = "with-notes"
    WITHOUT_NOTES = "without-notes"
    SPOKEN = "spoken"
    NEVER_SPOKEN = "never-spoken"


def show_performance(
    group: GroupName = "",
    since: Since = "",
    until: Until = "",
    figure: Annotated[
        RecoveryFigure | None, typer.Option("--show", help="The surveys of this figure instead of the table.")
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="Print JSON, with the surveys of each figure.")] = False,
) -> None:
    """Show, by support group: needing recovery, with notes, spoken to or never, and the time to the first talk."""
    with opened_workplace(find_installation()) as workplace:
        desk = workplace.paperwork.recovery
        desk.bring_up_to_date()
        begins, ends = recovery_period(since, until, workplace)
        found = desk.performance(begins, ends, group_asked_for(group, workplace) or None)
        if json:
            say_json({"groups": [_document(one, workplace) for one in found]})
        elif not found:
            say("No survey of this period needs recovery.")
        elif figure is not None:
            for one in found:
                _say_surveys(one, figure, workplace)
        else:
            _say_table(found, workplace)


def surveys_of_figure(one: "GroupPerformance", figure: RecoveryFigure) -> "tuple[SurveyId, ...]":
    """Return the surveys behind a figure."""
    return {
        RecoveryFigure.NEEDING: one.needing, RecoveryFigure.WITH_NOTES: one.with_notes,
        RecoveryFigure.WITHOUT_NOTES: one.without_notes, RecoveryFigure.SPOKEN: one.spoken,
        RecoveryFigure.NEVER_SPOKEN: one.never_spoken,
    }[figure]  # fmt: skip


def _document(one: "GroupPerformance", workplace: "Workplace") -> dict[str, Any]:
    surveys = {figure.value.replace("-", "_"): list(surveys_of_figure(one, figure)) for figure in RecoveryFigure}
    return {
        "group": one.group or None, "label": _label(one, workplace),
        **{name: len(some) for name, some in surveys.items()},
        "first_contact_median_seconds": _seconds(one.median), "first_contact_p90_seconds": _seconds(one.late),
        "surveys": surveys,
    }  # fmt: skip


def _say_table(found: "list[GroupPerformance]", workplace: "Workplace") -> None:
    heads = ["NEEDING", "WITH NOTES", "SPOKEN", "NEVER", "NO NOTES", "MEDIAN", "P90", "GROUP"]
    lines = [heads]
    lines += [
        [*(str(len(some)) for some in (one.needing, one.with_notes, one.spoken, one.never_spoken, one.without_notes)),
         _time(one.median), _time(one.late), _label(one, workplace)]
        for one in found
    ]  # fmt: skip
    table(lines, right=range(len(heads) - 1))
    hours = ", in business hours" if workplace.playbook.business_hours is not None else ""
    say(f"Times are from the survey to the first note that tells of a talk{hours}.")


def _say_surveys(one: "GroupPerformance", figure: RecoveryFigure, workplace: "Workplace") -> None:
    some = surveys_of_figure(one, figure)
    which = ", ".join(str(number) for number in some) or "none"
    say(f"{_label(one, workplace)}, {figure.value.replace('-', ' ')}: {which}")


def _label(one: "GroupPerformance", workplace: "Workplace") -> str:
    return workplace.paperwork.recovery.group_label(one.group) if one.group else "no known group"


def _time(length: timedelta | None) -> str:
    return "" if length is None else duration(length)


def _seconds(length: timedelta | None) -> int | None:
    return None if length is None else int(length.total_seconds())


def export_surveys(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A name that ends in .csv or .xlsx.")],
    filter_: Annotated[
        str, typer.Option("--filter", metavar="LETTER", help="As in `recovery list`; all surveys if left out.")
    ] = "y",
    group: GroupName = "",
    since: Since = "",
    until: Until = "",
    over: Annotated[bool, typer.Option("--overwrite", help="Write over a file that is there.")] = False,
    json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Write one row for each survey to a file; no cell can be taken for a formula. Works offline."""
    from csat_tui.file_access import NotSaved
    from csat_tui.workflow.recovery_export import export_recovery

    if file.suffix.lower() not in (".csv", ".xlsx"):
        raise Failure(Exit.USAGE, f"“{file.name[:60]}” ends in neither .csv nor .xlsx. Nothing was written.")
    with opened_workplace(find_installation()) as workplace:
        wanted = recovery_list(filter_, group, since, until, workplace)
        try:
            rows = export_recovery(workplace.paperwork.recovery, file, wanted, over=over)
        except NotSaved as error:
            raise Failure(Exit.USAGE, str(error)) from error
        if json:
            say_json({"file": str(file), "rows": rows})
        else:
            say(f"{'1 row' if rows == 1 else f'{rows:,} rows'} in {file}.")
