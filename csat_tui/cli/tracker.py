"""`csat-tui tracker`: the team's tracker and the records beside it, as lines, JSON, CSV or a workbook."""

from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from csat_tui.cli.console import date_and_time, day_asked_for, say, say_json, table
from csat_tui.cli.exits import Exit, Failure
from csat_tui.cli.installation import find_installation, opened_workplace
from csat_tui.domain.sheet import Sheet

if TYPE_CHECKING:
    from csat_tui.store.sheets import SheetRow, SheetView
    from csat_tui.workflow.opening import Workplace
    from csat_tui.workflow.sheets import Sheets

tracker = typer.Typer(rich_markup_mode=None, help="The team's tracker: list it, export it, correct it.")

SheetOption = Annotated[Sheet, typer.Option("--sheet", help="The tracker, coaching submissions or corrections.")]
Since = Annotated[str, typer.Option("--since", metavar="DAY", help="From this day on: 2026-11-08, today, yesterday.")]
Until = Annotated[str, typer.Option("--until", metavar="DAY", help="Up to and including this day.")]
Mine = Annotated[bool, typer.Option("--mine", help="Only cases that you decided.")]
AgentOption = Annotated[str, typer.Option("--agent", metavar="NAME", help="Only surveys that rate this agent.")]


@tracker.command("list")
def list_rows(
    sheet: SheetOption = Sheet.TRACKER,
    since: Since = "",
    until: Until = "",
    mine: Mine = False,
    agent: AgentOption = "",
    limit: Annotated[int, typer.Option(min=1, max=1_000_000, metavar="N", help="How many at most.")] = 50,
    json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """List the rows, newest first; works offline."""
    with opened_workplace(find_installation()) as workplace:
        sheets, view = _view(workplace, sheet, since, until, agent, mine=mine)
        rows = sheets.older(view, None, limit)
        if json:
            columns = sheets.columns(view.sheet)
            heads = {key: heading for key, heading in zip(columns.keys, columns.headings, strict=True) if key}
            say_json({"sheet": sheet.value, "columns": heads, "rows": [_document(row) for row in rows]})
        else:
            _print(sheets, view, rows)


@tracker.command("export")
def export(
    csv: Annotated[Path | None, typer.Option("--csv", metavar="FILE", help="Write a CSV file.")] = None,
    xlsx: Annotated[Path | None, typer.Option("--xlsx", metavar="FILE", help="Write a workbook.")] = None,
    sheet: SheetOption = Sheet.TRACKER,
    since: Since = "",
    until: Until = "",
    mine: Mine = False,
    agent: AgentOption = "",
    over: Annotated[bool, typer.Option("--overwrite", help="Write over a file that is there.")] = False,
) -> None:
    """Write the rows to a file, oldest first; no cell can be taken for a formula."""
    from csat_tui.file_access import NotSaved

    if csv is None and xlsx is None:
        raise Failure(Exit.USAGE, "Name a file: --csv FILE or --xlsx FILE. Nothing was written.")
    with opened_workplace(find_installation()) as workplace:
        sheets, view = _view(workplace, sheet, since, until, agent, mine=mine)
        for path, workbook in ((csv, False), (xlsx, True)):
            if path is None:
                continue
            try:
                count = sheets.export(view, path, workbook=workbook, over=over)
            except NotSaved as error:
                raise Failure(Exit.USAGE, str(error)) from error
            say(f"{count} {'row is' if count == 1 else 'rows are'} in {path}.")


@tracker.command("correct")
def correct(
    row: Annotated[int, typer.Argument(metavar="ROW", help="The row's number, as `tracker list` prints it.")],
    cell: Annotated[list[str], typer.Option("--cell", metavar="COLUMN=TEXT", help="A column and what it says now.")],
    json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Correct a row of the tracker by adding another row, which names the first one and you; the first one stays."""
    from csat_tui.workflow.sheets import NotCorrected

    cells: dict[str, str] = {}
    for one in cell:
        column, equals, text = one.partition("=")
        if not equals or not column.strip() or column.strip() in cells:
            raise Failure(Exit.USAGE, f"“{one[:40]}” is no cell: say each column once, as E=text. Nothing was written.")
        cells[column.strip()] = text
    with opened_workplace(find_installation()) as workplace:
        try:
            written = workplace.paperwork.sheets.correct(row, cells)
        except NotCorrected as error:
            raise Failure(Exit.USAGE, str(error)) from error
        if json:
            say_json(_document(written))
        else:
            say(f"Row {written.id} corrects row {row}, which stays as it is.")


def _view(
    workplace: "Workplace", sheet: Sheet, since: str, until: str, agent: str, *, mine: bool
) -> "tuple[Sheets, SheetView]":
    from csat_tui.store.sheets import SheetView

    by = workplace.desk.agent if mine else ""
    if mine and not by:
        raise Failure(Exit.CONFIGURATION, "Who you are is not known here yet; `csat-tui sync` asks the help desk.")
    now = workplace.desk.now
    first = day_asked_for(since, now) if since else None
    last = day_asked_for(until, now) + timedelta(days=1) if until else None
    return workplace.paperwork.sheets, SheetView(sheet, first, last, by, agent)


def _document(row: "SheetRow") -> dict[str, object]:
    return {
        "id": row.id, "case_id": row.survey_id, "ticket_id": row.ticket_id, "agent": row.agent, "decided_by": row.by,
        "written_at": row.written_at, "cells": dict(row.cells), "is_shell": row.is_shell, "outcome": row.outcome,
        "corrects": row.corrects, "corrected_by": row.corrected_by or None, "corrected_in": row.corrected_in,
        "before": [_document(one) for one in row.before],
    }  # fmt: skip


def _print(sheets: "Sheets", view: "SheetView", rows: "list[SheetRow]") -> None:
    if not rows:
        say("No rows match: each decision adds a row once it is sent.")
        return
    columns = sheets.columns(view.sheet)
    shown = [(key, heading) for key, heading in zip(columns.keys, columns.headings, strict=True) if key]
    lines = [["ROW", "CASE", "WRITTEN", *(heading.upper() for _, heading in shown)]]
    lines += [
        [str(row.id), str(row.survey_id), _written(row), *(row.cells.get(key, "")[:40] for key, _ in shown)]
        for row in rows
    ]
    table(lines, right=(0, 1))


def _written(row: "SheetRow") -> str:
    """Return when a row was written, and which row it corrects."""
    return date_and_time(row.written_at) + (f", corrects row {row.corrects}" if row.corrects is not None else "")
