"""`csat-tui purge`: remove settled cases that are old, with every word of them, and mails that were saved as files."""

from datetime import timedelta
from typing import TYPE_CHECKING, Annotated

import typer

from csat_tui.cli.exits import Exit, Failure
from csat_tui.cli.place import here, opened
from csat_tui.cli.printing import say, say_json

if TYPE_CHECKING:
    from csat_tui.store.retention import Purged


def purge(
    older_than: Annotated[
        float | None,
        typer.Option(min=1, metavar="DAYS", help="Days since the last thing happened; else store.keep_days."),
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would go; remove nothing.")] = False,
    json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Remove settled cases to which nothing has happened for long; what is open, drafted or on its way stays."""
    place = here()
    days = place.config.store.keep_days if older_than is None else older_than
    if not days:
        raise Failure(
            Exit.USAGE,
            "store.keep_days is 0, which keeps everything, so nothing was removed; say --older-than with days.",
        )
    with opened(place) as workplace:
        from csat_tui.store.retention import purge as remove

        age = timedelta(days=days)
        purged = remove(workplace.database, age, workplace.desk.now, dry_run=dry_run)
        try:
            mails = workplace.forget_mails(age, dry_run=dry_run)
        except OSError as error:
            raise Failure(
                Exit.NEEDS_PERSON,
                f"The saved mail {error.filename} could not be removed ({error.strerror}). The old cases are gone; "
                "check the folder's rights and purge again.",
            ) from error
    if json:
        say_json({
            "older_than_days": days,
            "dry_run": dry_run,
            "cases": purged.cases,
            "papers": purged.papers,
            "mails": mails,
            "tickets": purged.tickets,
            "complete": purged.complete,
            "left": [str(one) for one in purged.left],
        })  # fmt: skip
    else:
        for line in _told(purged, mails, days, dry_run=dry_run):
            say(line)
    raise typer.Exit(Exit.OK if purged.complete else Exit.NEEDS_PERSON)


def _told(purged: "Purged", mails: int, days: float, *, dry_run: bool) -> list[str]:
    cases = "1 settled case" if purged.cases == 1 else f"{purged.cases:,} settled cases"
    idle = f"to which nothing has happened for {days:g} days"
    papers = f" and {purged.papers:,} old shifts and lists of low scores" if purged.papers else ""
    if mails:
        papers += " and 1 saved mail" if mails == 1 else f" and {mails:,} saved mails"
    if dry_run:
        lines = [f"{cases} {idle}{papers} would go. Nothing was removed."]
    elif papers:
        lines = [f"{cases} {idle}, {purged.tickets:,} tickets{papers} are gone from every file that csat-tui keeps."]
    elif not purged.cases:
        lines = [f"There is nothing to remove: no settled case {idle}."]
    else:
        lines = [f"{cases} {idle} and {purged.tickets:,} tickets are gone from every file that csat-tui keeps."]
    if not purged.complete:
        lines.append(
            "Another csat-tui is reading, so their words may stand in the log until it is closed; purge again."
        )
    if purged.left:
        lines.append(
            "These files were set aside and may still hold such cases; remove them when you need them no more:"
        )
        lines.extend(f"  {one}" for one in purged.left)
    return lines
