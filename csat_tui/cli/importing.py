"""`csat-tui import FILE`: surveys from a Qualtrics export, shown first and written when told to."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from csat_tui.cli.exits import Exit, Failure, complain
from csat_tui.cli.place import here, opened
from csat_tui.cli.printing import cut, moment, one_line, say, say_json
from csat_tui.domain.arrival import lowest_rating, mean_rating

if TYPE_CHECKING:
    from csat_tui.cli.import_plan import Plan
    from csat_tui.intake import ImportPreview

FIRST = 5
"""Surveys that a preview shows, so that a person sees whether the columns were understood."""


def import_file(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A Qualtrics export, CSV or JSON.")],
    apply: Annotated[bool, typer.Option("--apply", help="Write it; without this nothing is written.")] = False,
    skip_errors: Annotated[
        bool, typer.Option("--skip-errors", help="Import the rows that can be read, and leave out the others.")
    ] = False,
    json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Show what an export contains, and with --apply import it: all of it or, if a row is wrong, nothing."""
    if not os.path.exists(file):  # which a name that the system cannot take does not fail
        raise Failure(Exit.USAGE, f"There is not a file {file}. Nothing was imported.")
    with opened(here()) as workplace:
        from csat_tui.cli.import_plan import plan_import, write_import
        from csat_tui.intake import read_file

        preview = read_file(file, workplace.playbook)
        takes = preview.found if skip_errors else preview.surveys
        applied = apply and bool(takes)
        if applied:
            plan = write_import(workplace, takes)
        else:
            with workplace.database.read() as connection:
                plan = plan_import(connection, takes or preview.found, workplace.playbook)
        document = _document(file, preview, plan, applied=applied)
        if json:
            say_json(document)
        else:
            for line in _lines(document):
                say(line)
        _tell_errors(document, wanted=apply, skipping=skip_errors, quiet=json)
    if preview.errors and not (applied and skip_errors):
        raise typer.Exit(Exit.NEEDS_PERSON)


def _document(file: Path, preview: "ImportPreview", plan: "Plan", *, applied: bool) -> dict[str, Any]:
    rows = {
        name: [{"line": one.line, "sentence": one.sentence} for one in errors]
        for name, errors in (
            ("errors", preview.errors), ("warnings", preview.warnings), ("skipped", preview.skipped)
        )
    }  # fmt: skip
    return {
        "file": str(file),
        "applied": applied,
        "found": len(preview.found),
        "new": len(plan.new),
        "known": len(plan.known),
        "replacing": len(plan.replacing),
        "by_path": plan.by_path,
        "columns": [{"meaning": column.meaning, "name": column.name} for column in preview.columns],
        "first": [
            {
                "source": one.source, "received_at": one.received_at, "source_ticket_id": one.source_ticket_id,
                "customer": one.customer, "agent": one.agent, "rating": one.rating,
                "lowest": lowest_rating(one.ratings), "mean": mean_rating(one.ratings), "comment": one.comment,
                "problem": one.problem,
            }
            for one in preview.found[:FIRST]
        ],
        **rows,
    }  # fmt: skip


def _lines(document: dict[str, Any]) -> Iterator[str]:
    if document["columns"]:
        yield "Columns"
        yield from (f"  {column['meaning']}: {one_line(column['name'])}" for column in document["columns"])
    if document["first"]:
        yield f"The first {len(document['first'])}"
        for one in document["first"]:
            rating = "—" if one["mean"] is None else f"lowest {one['lowest']}, mean {one['mean']:.1f}"
            ticket = f"#{one['source_ticket_id']}" if one["source_ticket_id"] else "no ticket"
            words = cut(one_line(one["comment"] or one["problem"] or "(no comment)"), 60)
            yield f"  {moment(one['received_at'])}  {rating}  {ticket}  {one_line(one['customer']) or '—'}  {words}"
    verb = "Imported" if document["applied"] else "Would be imported"
    paths = ", ".join(f"{number} {path}" for path, number in document["by_path"].items())
    counts = [f"{document['new']} new{f' ({paths})' if paths else ''}", f"{document['known']} known already"]
    counts.append(f"{document['replacing']} in the place of an earlier survey of their ticket")
    yield f"{verb}: {', '.join(counts)}, {len(document['skipped'])} left out."
    for kind in ("warnings", "skipped"):
        yield from (f"  {_row(row)}" for row in document[kind][:20])
        if len(document[kind]) > 20:
            yield f"  and {len(document[kind]) - 20} more"
    if not document["applied"] and not document["errors"]:
        yield "Nothing was written; add --apply to import it."


def _tell_errors(document: dict[str, Any], *, wanted: bool, skipping: bool, quiet: bool) -> None:
    errors = document["errors"]
    if not errors:
        return
    for row in () if quiet else errors:
        complain(_row(row))
    if document["applied"]:
        left = "1 row was" if len(errors) == 1 else f"{len(errors)} rows were"
        complain(f"{left} left out, as --skip-errors asks.")
    elif not document["found"]:
        complain("Nothing was written: no row can be imported. Choose another file, or correct this one.")
    elif wanted and not skipping:
        complain(
            "Nothing was imported because a row is wrong. Correct the file, or add --skip-errors to leave out "
            "wrong rows."
        )
    else:
        complain("Nothing was written. Correct the file, or import the other rows with --apply --skip-errors.")


def _row(row: dict[str, Any]) -> str:
    return f"line {row['line']}: {row['sentence']}" if row["line"] else row["sentence"]
