"""`csat-tui report`: import lists of low scores, and reconcile them with the cases."""

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from csat_tui.cli.console import cut, date_and_time, say, say_json, single_line
from csat_tui.cli.exits import Exit, Failure
from csat_tui.cli.installation import find_installation, opened_workplace

if TYPE_CHECKING:
    from csat_tui.workflow.low_scores import Reconciliation

report_commands = typer.Typer(
    rich_markup_mode=None, help="The list of low scores: every ticket on it must be accounted for."
)

ONCE_INTERVAL = 1.0
"""Seconds between two checks with `--once`."""

MAX_IDLE_CHECKS = 5
"""The most checks in a row that find nothing; a file that never stops changing is left for the next run."""

Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Ticket = Annotated[str, typer.Argument(metavar="TICKET", help="A ticket's number, or the number of a line.")]


@report_commands.command("import")
def import_list(
    file: Annotated[str, typer.Argument(metavar="FILE", help="CSV, XLSX, a saved mail or text; - reads a paste.")],
    json: Json = False,
) -> None:
    """Import a list and show the state of its lines; ends with 1 while a line is not accounted for."""
    from csat_tui.intake.low_scores import LARGEST_LIST
    from csat_tui.workflow.low_scores import PASTED, NotTaken, from_file

    with opened_workplace(find_installation()) as workplace:
        desk = workplace.paperwork.lists
        try:
            if file == "-":
                taken = desk.take_in(sys.stdin.buffer.read(LARGEST_LIST + 1), PASTED)
            else:
                taken = desk.take_in(from_file(Path(file)), Path(file).name)
        except NotTaken as error:
            raise Failure(Exit.USAGE, str(error)) from error
        if not json:
            more = f", {taken.repeated} of them a second time" if taken.repeated else ""
            bad = f"; {taken.unreadable} cannot be read and wait for you" if taken.unreadable else ""
            say(f"Added: {taken.lines + taken.repeated} rows{more}{bad}.")
        _show(desk.open_lists(), json=json)


@report_commands.command("show")
def show(json: Json = False) -> None:
    """Show the state of every line of the open lists; ends with 1 while one is not accounted for."""
    with opened_workplace(find_installation()) as workplace:
        paperwork = workplace.paperwork
        unread = paperwork.shifts.unread(paperwork.shifts.latest()) if paperwork.watching.places else ()
        _show(workplace.paperwork.lists.open_lists(), unread, json=json)


@report_commands.command("watch")
def watch(
    once: Annotated[bool, typer.Option("--once", help="Look once and end, for a timer of your system.")] = False,
    json: Json = False,
) -> None:
    """Pick up lists from the folder and mailbox of [shift] until Ctrl-C; ends with 1 if something there is no list."""
    import time

    from csat_tui.workflow.watching import WATCH_INTERVAL

    failed = False
    with opened_workplace(find_installation()) as workplace:
        watching = workplace.paperwork.watching
        if not watching.places:
            raise Failure(
                Exit.CONFIGURATION,
                "No folder and no mailbox is watched. Nothing was taken in; name one in config.toml: "
                "watch_folder or watch_mailbox under [shift].",
            )
        # A new file is read once two checks have found it unchanged.
        idle = 0
        while True:
            checked = watching.check()
            idle = 0 if checked.sentences else idle + 1
            failed = failed or bool(checked.problems)
            if json:
                for taken in checked.taken:
                    say_json({"list": taken.report.id, "name": taken.report.name, "lines": taken.lines}, indent=None)
                for problem in checked.problems:
                    say_json({"problem": problem}, indent=None)
            else:
                for line in checked.sentences:
                    say(single_line(line))
            if once and (not checked.waiting or idle == MAX_IDLE_CHECKS):
                break
            try:
                time.sleep(ONCE_INTERVAL if once else WATCH_INTERVAL)
            except KeyboardInterrupt:
                break
        if once and checked.waiting and not json:
            say("Something is still being written; the next look takes it in.")
    if failed:
        raise typer.Exit(Exit.NEEDS_PERSON)


@report_commands.command("settle")
def settle(
    ticket: Ticket,
    why: Annotated[str, typer.Argument(metavar="WHY", help="In your words: why it needs no case here.")],
    json: Json = False,
) -> None:
    """Account for a line in your own words, if it needs no case here."""
    from csat_tui.workflow.low_scores import NotTaken

    with opened_workplace(find_installation()) as workplace:
        desk = workplace.paperwork.lists
        found = [line.line.id for line in _lines_of(desk.open_lists(), ticket)]
        try:
            desk.settle(found, why)
        except NotTaken as error:
            raise Failure(Exit.USAGE, str(error)) from error
        if json:
            say_json({"lists": list_documents(desk.open_lists())})
            return
        left = sum(len(one.left) for one in desk.open_lists())
        say(f"Settled. {left} {'line is' if left == 1 else 'lines are'} left.")


@report_commands.command("fetch")
def fetch(ticket: Ticket) -> None:
    """Fetch a missing ticket from the help desk and put it into the queue as a case."""
    import asyncio

    from csat_tui.domain.ids import TicketId
    from csat_tui.sync.import_ticket import ImportedTicket

    with opened_workplace(find_installation()) as workplace:
        line = _lines_of(workplace.paperwork.lists.open_lists(), ticket)[0]
        number = line.line.ticket_id
        if number is None:
            raise Failure(Exit.USAGE, "That line names no ticket; settle it in words. Nothing was fetched.")
        if not line.standing.fetchable:
            case = f" It is case {line.survey_id}." if line.survey_id else ""
            raise Failure(Exit.USAGE, f"There is nothing to fetch: {line.sentence}.{case} Nothing was changed.")
        if workplace.make_engine is None:
            raise Failure(Exit.CONFIGURATION, "No help desk is configured, so nothing can be fetched.")
        engine = workplace.make_engine()

        async def bring() -> ImportedTicket:
            try:
                return await engine.import_ticket(TicketId(number))
            finally:
                await engine.close()

        brought = asyncio.run(bring())
        say(brought.sentence if brought.survey_id is None else f"{brought.sentence} It is case {brought.survey_id}.")
        if brought.survey_id is None:
            raise typer.Exit(Exit.NEEDS_PERSON)


def list_documents(lists: "tuple[Reconciliation, ...]") -> list[dict[str, Any]]:
    """Return lists as JSON has them."""
    return [
        {
            "id": one.report.id, "name": one.report.name, "imported_at": one.report.imported_at,
            "left": len(one.left),
            "lines": [
                {
                    "id": line.line.id, "ticket_id": line.line.ticket_id, "text": line.line.text,
                    "problem": line.line.problem, "rating": line.line.rating, "comment": line.line.comment,
                    "standing": line.standing.value,
                    "accounted": line.standing.accounted, "sentence": line.sentence, "case_id": line.survey_id,
                    "settled": line.line.settled, "settled_by": line.line.settled_by,
                    "settled_at": line.line.settled_at,
                }
                for line in one.lines
            ],
        }
        for one in lists
    ]  # fmt: skip


def _lines_of(lists: "tuple[Reconciliation, ...]", said: str) -> list[Any]:
    """Return the lines of a ticket, or the one of that number; Failure where there is none."""
    number = said.strip().removeprefix("#")
    lines = [line for one in lists for line in one.lines]
    found = [line for line in lines if str(line.line.ticket_id) == number]
    found = found or [line for line in lines if str(line.line.id) == number]
    if not found:
        raise Failure(
            Exit.USAGE, f"No open list has ticket or line {said}; `csat-tui report show` prints them. Nothing changed."
        )
    return found


def _show(lists: "tuple[Reconciliation, ...]", unread: Sequence[str] = (), *, json: bool) -> None:
    if json:
        say_json({"lists": list_documents(lists), "unread": list(unread)})
    else:
        for line in _said(lists):
            say(line)
        for problem in unread:
            say(single_line(f"{problem}."))
    if any(one.left for one in lists):
        raise typer.Exit(Exit.NEEDS_PERSON)


def _said(lists: "tuple[Reconciliation, ...]") -> Iterator[str]:
    if not lists:
        yield "There is no open list of low scores; `csat-tui report import FILE` adds one."
    for one in lists:
        yield f"{single_line(one.report.name)}, added {date_and_time(one.report.imported_at)}: {len(one.lines)} lines"
        for line in one.lines:
            number = f"#{line.line.ticket_id}" if line.line.ticket_id else f"line {line.line.id}"
            mark = " " if line.standing.accounted else "!"
            case = f" (case {line.survey_id})" if line.survey_id else ""
            yield f"  {mark} {number:<12} {line.standing:<10} {single_line(line.sentence)}{case}"
            if line.line.text and not line.standing.accounted:
                yield f"      {cut(single_line(line.line.text), 100)}"
        left = len(one.left)
        yield f"  {left} not accounted for." if left else "  Every line is accounted for."
