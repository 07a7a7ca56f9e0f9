"""`csat-tui shift` and `csat-tui recap`: the shift under way, what it lacks, and the mail at its end."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from csat_tui.cli.console import date_and_time, say, say_json
from csat_tui.cli.exits import Exit, Failure, sentence
from csat_tui.cli.installation import find_installation, opened_workplace

if TYPE_CHECKING:
    from csat_tui.domain.shift import Shift
    from csat_tui.workflow.opening import Workplace
    from csat_tui.workflow.shift import ShiftState

shift = typer.Typer(rich_markup_mode=None, help="The current shift: what was done and what is still missing.")

Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]


@shift.command("show")
def show(json: Json = False) -> None:
    """Show the shift, its recap as it stands, and what is not done; ends with 1 while it cannot be completed."""
    with opened_workplace(find_installation()) as workplace:
        shifts = workplace.paperwork.shifts
        state = shifts.state(shifts.latest())
        if json:
            say_json(_document(state))
        else:
            for line in _lines(state):
                say(line)
    if any(one.stops for one in state.obstacles):
        raise typer.Exit(Exit.NEEDS_PERSON)


@shift.command("write")
def write(
    section: Annotated[str, typer.Argument(metavar="PART", help="A part of the recap, such as trends.")],
    text: Annotated[
        str,
        typer.Argument(metavar="TEXT", help="What the part should say, in Markdown; - reads it from standard input."),
    ],
) -> None:
    """Write a part of the recap yourself; csat-tui keeps filling in the other parts."""
    import sys

    said = sys.stdin.read() if text == "-" else text
    _change(section, said)
    say(f"Kept: the part “{section}” says that now. `csat-tui shift fresh {section}` fills it in again.")


@shift.command("fresh")
def fresh(section: Annotated[str, typer.Argument(metavar="PART", help="A part of the recap.")]) -> None:
    """Replace your own words in a part by what csat-tui fills in."""
    _change(section, None)
    say(f"The part “{section}” is filled in from the database again.")


@shift.command("rename")
def rename(name: Annotated[str, typer.Argument(metavar="NAME", help="Such as AM or PM.")]) -> None:
    """Call the shift by another name."""
    with opened_workplace(find_installation()) as workplace:
        shifts = workplace.paperwork.shifts
        shifts.rename(shifts.latest().id, name)
    say("Renamed.")


@shift.command("complete")
def complete() -> None:
    """End the shift; refused while a ticket on a list of low scores is not accounted for."""
    from csat_tui.workflow.shift import NotComplete

    with opened_workplace(find_installation()) as workplace:
        shifts = workplace.paperwork.shifts
        current = shifts.latest()
        try:
            shifts.complete(current.id)
        except NotComplete as error:
            raise Failure(Exit.NEEDS_PERSON, str(error)) from error
        state = shifts.state(current)
        for one in state.obstacles:
            say(f"Mind: {one.sentence}.")
        say(f"The shift {current.name} of {date_and_time(current.started_at)} is complete.")


def recap(
    markdown: Annotated[bool, typer.Option("--markdown", help="Print it as Markdown, as without any option.")] = False,
    html: Annotated[bool, typer.Option("--html", help="Print it as HTML.")] = False,
    eml: Annotated[bool, typer.Option("--eml", help="Print it as a mail file.")] = False,
    to: Annotated[Path | None, typer.Option("--out", metavar="FILE", help="Write it to a file instead.")] = None,
    send: Annotated[
        bool, typer.Option("--send", help="Send it, or save it as a mail file if no server is configured.")
    ] = False,
    again: Annotated[
        bool, typer.Option("--again", help="With --send: you have checked that it did not arrive; send it again.")
    ] = False,
    arrived: Annotated[
        bool, typer.Option("--arrived", help="Mark the recap as arrived, or the saved recap as sent.")
    ] = False,
) -> None:
    """Print or send the recap of the current shift, or of the last one where none is under way."""
    if sum((markdown, html, eml, send, arrived)) > 1:
        raise Failure(Exit.USAGE, "Choose one of --markdown, --html, --eml, --send and --arrived. Nothing was changed.")
    with opened_workplace(find_installation()) as workplace:
        shifts = workplace.paperwork.shifts
        of = shifts.latest()
        if arrived:
            _arrived(workplace, of)
            say("Counted as sent.")
        elif send:
            _send(workplace, of, again=again)
        else:
            _print(workplace, of, html=html, eml=eml, to=to)


def _arrived(workplace: "Workplace", of: "Shift") -> None:
    from csat_tui.sync.send_recap import NotSent

    try:
        workplace.paperwork.shifts.arrived(of.id)
    except NotSent as error:
        raise Failure(Exit.USAGE, str(error)) from error


def _send(workplace: "Workplace", of: "Shift", *, again: bool) -> None:
    import asyncio

    from csat_tui.domain.shift import RecapState
    from csat_tui.sync.send_recap import NotSent

    try:
        sent = asyncio.run(workplace.paperwork.shifts.send(of.id, again=again))
    except NotSent as error:
        raise Failure(Exit.NEEDS_PERSON, str(error)) from error
    if sent.recap is RecapState.SENT:
        say(f"The recap is sent: {sent.recap_reason}.")
        return
    if sent.recap is RecapState.SAVED:
        say(f"The recap is saved as a mail in {sent.recap_reason}. No mail server is configured, so it has not left:")
        say("send it with your mail program, then `csat-tui recap --arrived` counts it as sent.")
        return
    if sent.recap is RecapState.REFUSED:
        raise Failure(
            Exit.NEEDS_PERSON,
            f"The recap was not sent. {sentence(sent.recap_reason)} It is not sent again automatically; "
            "`csat-tui recap --send` sends it again.",
        )
    raise Failure(
        Exit.NEEDS_PERSON,
        f"{sentence(sent.recap_reason)} It is not known whether the recap arrived: look in your mailbox, then "
        "`csat-tui recap --arrived`, or `csat-tui recap --send --again`.",
    )


def _print(workplace: "Workplace", of: "Shift", *, html: bool, eml: bool, to: Path | None) -> None:
    from csat_tui.file_access import NotSaved, save_text
    from csat_tui.reports.recap import html_of, mail_of, markdown_of
    from csat_tui.sync.send_recap import as_mail_file

    recap = workplace.paperwork.shifts.state(of).recap
    if eml:
        text = as_mail_file(mail_of(recap), of, workplace.config.mail.sender, workplace.desk.now)
    else:
        text = html_of(recap) if html else markdown_of(recap)
    if to is None:
        say(text.rstrip("\n"))
        return
    try:
        save_text(to, text)
    except NotSaved as error:
        raise Failure(Exit.USAGE, str(error)) from error
    say(f"The recap is in {to}.")


def _change(section: str, text: str | None) -> None:
    with opened_workplace(find_installation()) as workplace:
        shifts = workplace.paperwork.shifts
        state = shifts.state(shifts.latest())
        known = [part.id for part in state.recap.parts]
        if section not in known:
            raise Failure(
                Exit.USAGE, f"The recap has no part “{section}”; it has {', '.join(known)}. Nothing was changed."
            )
        shifts.write_over(state.shift.id, section, text)


def _document(state: "ShiftState") -> dict[str, Any]:
    from csat_tui.cli.report import list_documents

    return {
        "id": state.shift.id, "agent": state.shift.agent, "name": state.shift.name,
        "started_at": state.shift.started_at, "ended_at": state.shift.ended_at, "cases": len(state.facts.worked),
        "subject": state.recap.subject, "to": list(state.recap.to),
        "parts": [
            {"id": part.id, "label": part.label, "text": part.text, "fresh": part.fresh, "edited": part.edited}
            for part in state.recap.parts
        ],
        "recap": {
            "state": state.sent.value or "not sent", "reason": state.shift.recap_reason,
            "tried_at": state.shift.recap_tried_at, "sent_at": state.shift.recap_sent_at,
        },
        "lists": list_documents(state.lists), "completable": state.completable,
        "obstacles": [{"sentence": one.sentence, "stops": one.stops} for one in state.obstacles],
    }  # fmt: skip


def _lines(state: "ShiftState") -> Iterator[str]:
    from csat_tui.reports.recap import markdown_of

    ended = f", complete since {date_and_time(state.shift.ended_at)}" if state.shift.ended_at else ""
    name = f" {state.shift.name}" if state.shift.name else ""
    yield f"Shift{name} of {state.shift.agent or 'nobody named'}, from {date_and_time(state.shift.started_at)}{ended}"
    yield ""
    yield from markdown_of(state.recap).splitlines()
    if state.obstacles:
        yield ""
        yield "Not done yet"
        yield from (f"  {'!' if one.stops else '·'} {sentence(one.sentence)}" for one in state.obstacles)
