"""`csat-tui review export`: the reviews as a file, one row for each review and line."""

from datetime import timedelta
from pathlib import Path
from typing import Annotated

import typer

from csat_tui.cli.console import day_asked_for, say, say_json
from csat_tui.cli.exits import Exit, Failure
from csat_tui.cli.installation import find_installation, opened_workplace


def export_reviews_to_file(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A name that ends in .csv or .xlsx.")],
    since: Annotated[
        str, typer.Option("--since", metavar="DAY", help="Reviewed from this day on: 2026-11-08, today.")
    ] = "",
    until: Annotated[str, typer.Option("--until", metavar="DAY", help="Reviewed up to and including this day.")] = "",
    over: Annotated[bool, typer.Option("--overwrite", help="Write over a file that is there.")] = False,
    json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Write one row for each review and line to a file; no cell can be taken for a formula. Works offline."""
    from csat_tui.file_access import NotSaved
    from csat_tui.workflow.review_export import export_reviews

    if file.suffix.lower() not in (".csv", ".xlsx"):
        raise Failure(Exit.USAGE, f"“{file.name[:60]}” ends in neither .csv nor .xlsx. Nothing was written.")
    with opened_workplace(find_installation()) as workplace:
        now = workplace.desk.now
        first = day_asked_for(since, now) if since else None
        last = day_asked_for(until, now) + timedelta(days=1) if until else None
        try:
            done = export_reviews(workplace.database, workplace.desk, file, first, last, over=over)
        except NotSaved as error:
            raise Failure(Exit.USAGE, str(error)) from error
        if json:
            say_json({"file": str(file), "rows": done.rows, "reviews": done.reviews, "left_out": done.left_out})
            return
        rows, reviews = ("1 row" if done.rows == 1 else f"{done.rows} rows"), f"{done.reviews} review"
        say(f"{rows} of {reviews}{'' if done.reviews == 1 else 's'} in {file}.")
        if done.left_out:
            say(f"{done.left_out} left out: by people who may not review, or of their own notes.")
