"""`csat-tui purge`: remove old settled cases with all of their texts, and mails that were saved as files."""

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Annotated

import typer

from csat_tui.cli.console import date_and_time, finite, say, say_json, single_line
from csat_tui.cli.exits import Exit, Failure
from csat_tui.cli.installation import find_installation, opened_workplace
from csat_tui.config import KEEP_TO

if TYPE_CHECKING:
    from csat_tui.store.retention.purging import Purged
    from csat_tui.workflow.opening import Workplace


MOST_NAMED = 20
"""The most cases that are named; --json names all."""


def purge_cases(
    older_than: Annotated[
        float | None,
        typer.Option(
            min=1,
            max=KEEP_TO,
            callback=finite,
            metavar="DAYS",
            help="How old a case must be, counted from its last change; usually store.keep_days.",
        ),
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="List what would be removed, without removing it.")
    ] = False,
    yes: Annotated[
        bool, typer.Option("--yes", help="Do not ask, even if an unusual number of cases would go.")
    ] = False,
    clock: Annotated[
        bool, typer.Option("--clock-is-right", help="This computer's clock is right, although it seems to run ahead.")
    ] = False,
    for_good: Annotated[
        bool, typer.Option("--for-good", help="Keep no copy for a week, and remove the copies of earlier removals.")
    ] = False,
    json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Remove settled cases that are old; what is open, on its way or has unsent words stays.

    What is removed can be put back for a week with `csat-tui doctor --restore-removed`.
    """
    installation = find_installation()
    days = installation.config.store.keep_days if older_than is None else older_than
    if not days:
        raise Failure(
            Exit.USAGE,
            "store.keep_days is 0, which keeps everything, so nothing was removed; say --older-than with days.",
        )
    with opened_workplace(installation) as workplace:
        from csat_tui.store.files import exclusive
        from csat_tui.store.retention.upkeep import UPKEEP

        with exclusive(workplace.database.file, UPKEEP) as ours:
            if not ours:
                raise Failure(
                    Exit.DATABASE,
                    "Another csat-tui is just removing what is old. Nothing was changed here; try again in a moment.",
                )
            if clock:
                _believe_clock(workplace)
            age = timedelta(days=days)
            wanted = _Wanted(age, dry_run=dry_run, yes=yes, for_good=for_good, json=json)
            purged, mails, until = _remove(workplace, wanted)
    if json:
        say_json({
            "older_than_days": days,
            "dry_run": dry_run,
            "cases": purged.cases,
            "papers": purged.papers,
            "mails": mails,
            "tickets": purged.tickets,
            "held": list(purged.held),
            "complete": purged.complete,
            "why": purged.why,
            "kept_until": until,
            "left": [str(one) for one in purged.left],
        })  # fmt: skip
    else:
        for line in _told(purged, mails, days, until, dry_run=dry_run):
            say(line)
    raise typer.Exit(Exit.OK if purged.complete else Exit.NEEDS_PERSON)


@dataclass(frozen=True, slots=True)
class _Wanted:
    """The options of the command."""

    age: timedelta
    dry_run: bool
    yes: bool
    for_good: bool
    json: bool


def _remove(workplace: "Workplace", wanted: _Wanted) -> "tuple[Purged, int, datetime | None]":
    """Remove what is old as far as the person agrees; returns what went, how many mails, and until when it is kept."""
    from csat_tui.store.retention import wait_for_person
    from csat_tui.store.retention.known_time import known_time
    from csat_tui.store.retention.purging import outlook
    from csat_tui.store.retention.purging import purge as remove
    from csat_tui.store.retention.removed import delete_expired, kept_until, removed_files

    database, now = workplace.database, workplace.desk.now
    ahead = outlook(database, wanted.age, now)
    if ahead.clock or (ahead.doubt and not wanted.dry_run and not _agreed(ahead.doubt, wanted)):
        raise Failure(Exit.NEEDS_PERSON, f"{ahead.doubt} Nothing was removed.")
    with database.read() as connection:
        known = known_time(connection, now)
    purged = remove(database, wanted.age, known.moment, dry_run=wanted.dry_run, cells=workplace.kept_cells)
    try:
        mails = workplace.forget_mails(wanted.age, dry_run=wanted.dry_run)
        if not wanted.dry_run:
            wait_for_person(database, "", now)
            delete_expired(database.file, known.moment, all_of_them=wanted.for_good)
    except OSError as error:
        raise Failure(
            Exit.NEEDS_PERSON,
            f"The file {error.filename} could not be removed ({error.strerror}). The old cases are gone; "
            "check the folder's rights and purge again.",
        ) from error
    until = max((kept_until(one) for one in removed_files(database.file)), default=None)
    return purged, mails, until


def _agreed(doubt: str, wanted: _Wanted) -> bool:
    """Ask whether an unusual share may go, where somebody is here to be asked."""
    if wanted.yes:
        return True
    if wanted.json or not sys.stdin.isatty():
        return False
    return typer.confirm(f"{single_line(doubt)}\nRemove them now?", default=False, err=True)


def _believe_clock(workplace: "Workplace") -> None:
    from csat_tui.store.retention.known_time import believe

    with workplace.database.write() as connection:
        believe(connection, workplace.desk.now)


def _told(purged: "Purged", mails: int, days: float, until: datetime | None, *, dry_run: bool) -> list[str]:
    cases = "1 settled case" if purged.cases == 1 else f"{purged.cases:,} settled cases"
    idle = f"to which nothing has happened for {days:g} days"
    papers = f" and {purged.papers:,} old shifts and lists of low scores" if purged.papers else ""
    if mails:
        papers += " and 1 saved mail" if mails == 1 else f" and {mails:,} saved mails"
    if dry_run:
        lines = [f"{cases} {idle}{papers} would be removed. Nothing was removed."]
    elif papers:
        lines = [f"{cases} {idle}, {purged.tickets:,} tickets{papers} are gone{_kept(until)}."]
    elif not purged.cases:
        lines = [f"There is nothing to remove: no settled case {idle}."]
    else:
        lines = [f"{cases} {idle} and {purged.tickets:,} tickets are gone{_kept(until)}."]
    if purged.held:
        lines.append(_of_the_held(purged.held))
    if not purged.complete:
        lines.append(f"{purged.why}. Their words may still be there; purge again.")
    if purged.left:
        lines.append(
            "These files were set aside and may still hold such cases; remove them when you no longer need them:"
        )
        lines.extend(f"  {one}" for one in purged.left)
    return lines


def _of_the_held(held: Sequence[int]) -> str:
    named = ", ".join(str(one) for one in held[:MOST_NAMED]) + (" …" if len(held) > MOST_NAMED else "")
    if len(held) == 1:
        return f"Case {named} is as old and stays: it has words that were not sent. Discard them and it can go."
    return (
        f"{len(held):,} cases are as old and stay: they have words that were not sent. Discard them and they can go: "
        f"{named}"
    )


def _kept(until: datetime | None) -> str:
    if until is None:
        return " from every file that csat-tui keeps"
    return f"; until {date_and_time(until)} `csat-tui doctor --restore-removed` puts them back"
