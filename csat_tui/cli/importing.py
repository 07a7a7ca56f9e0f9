"""`csat-tui import FILE`: preview the surveys of a Qualtrics export, and write them with `--apply`."""

import os
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from csat_tui.cli.console import cut, date_and_time, say, say_json, single_line
from csat_tui.cli.exits import Exit, Failure, complain
from csat_tui.cli.installation import find_installation, opened_workplace
from csat_tui.domain.ids import TicketId
from csat_tui.domain.survey import Survey, as_arrival, lowest_rating, mean_rating

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from csat_tui.domain.playbook import Playbook
    from csat_tui.intake import ImportPreview
    from csat_tui.workflow.opening import Workplace


@dataclass(frozen=True, slots=True)
class ImportPlan:
    """The surveys of an import; `replacing` are new surveys that take the place and the words of an open case."""

    new: tuple[Survey, ...]
    known: tuple[Survey, ...]
    replacing: tuple[Survey, ...]
    by_path: dict[str, int]
    """The number of new surveys on each path."""


def plan_import(connection: "Connection", found: Sequence[Survey], playbook: "Playbook") -> ImportPlan:
    """Plan an import; nothing is written."""
    from csat_tui.store.cases import surveys

    here = surveys.sources_known(connection, [survey.source for survey in found])
    new = tuple(survey for survey in found if survey.source not in here)
    taken = surveys.tickets_on_desk(connection, [one.source_ticket_id for one in new if one.source_ticket_id])
    by_path = Counter(as_arrival(survey, playbook).path for survey in new)
    return ImportPlan(
        new=new,
        known=tuple(survey for survey in found if survey.source in here),
        replacing=tuple(_replacing(new, taken)),
        by_path={path.id: by_path[path.id] for path in playbook.paths if by_path[path.id]},
    )


def write_import(workplace: "Workplace", found: Sequence[Survey]) -> ImportPlan:
    """Write the surveys in one transaction, all or none; returns the plan that was carried out."""
    from csat_tui.store.cases import surveys

    with workplace.database.write("queue") as connection:
        plan = plan_import(connection, found, workplace.playbook)
        surveys.put_surveys(connection, [as_arrival(survey, workplace.playbook) for survey in found])
    return plan


def _replacing(new: Sequence[Survey], taken: set[TicketId]) -> Iterator[Survey]:
    """Yield the surveys whose ticket has an open case, or an earlier survey in the file."""
    for survey in new:
        if survey.source_ticket_id is not None:
            if survey.source_ticket_id in taken:
                yield survey
            taken.add(survey.source_ticket_id)


PREVIEWED = 5
"""The number of surveys in a preview, so that a person sees whether the columns were understood."""


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
    with opened_workplace(find_installation()) as workplace:
        from csat_tui.intake import read_export

        preview = read_export(file, workplace.playbook)
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
        _print_errors(document, wanted=apply, skipping=skip_errors, quiet=json)
    if preview.errors and not (applied and skip_errors):
        raise typer.Exit(Exit.NEEDS_PERSON)


def _document(file: Path, preview: "ImportPreview", plan: "ImportPlan", *, applied: bool) -> dict[str, Any]:
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
            for one in preview.found[:PREVIEWED]
        ],
        **rows,
    }  # fmt: skip


def _lines(document: dict[str, Any]) -> Iterator[str]:
    if document["columns"]:
        yield "Columns"
        yield from (f"  {column['meaning']}: {single_line(column['name'])}" for column in document["columns"])
    if document["first"]:
        yield f"The first {len(document['first'])}"
        for one in document["first"]:
            rating = "—" if one["mean"] is None else f"lowest {one['lowest']}, mean {one['mean']:.1f}"
            ticket = f"#{one['source_ticket_id']}" if one["source_ticket_id"] else "no ticket"
            words = cut(single_line(one["comment"] or one["problem"] or "(no comment)"), 60)
            customer = single_line(one["customer"]) or "—"
            yield f"  {date_and_time(one['received_at'])}  {rating}  {ticket}  {customer}  {words}"
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


def _print_errors(document: dict[str, Any], *, wanted: bool, skipping: bool, quiet: bool) -> None:
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
