"""`csat-tui recovery`: what is done about customers who were unhappy."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from csat_tui.cli.console import date_and_time, say, say_json, table
from csat_tui.cli.exits import Exit, Failure
from csat_tui.cli.installation import find_installation, opened_workplace
from csat_tui.cli.recovery_asked import recovery_day, recovery_list
from csat_tui.cli.recovery_deeds import add_note, fix_surveys, reassign_surveys
from csat_tui.cli.recovery_document import note_document, place_document
from csat_tui.cli.recovery_figures import export_surveys, show_performance
from csat_tui.cli.recovery_report import write_recovery_report
from csat_tui.domain.recovery.filters import WITHOUT_NOTES, RecoveryFilter

if TYPE_CHECKING:
    from csat_tui.domain.ids import SurveyId
    from csat_tui.workflow.opening import Workplace
    from csat_tui.workflow.recovery import RecoveryDesk, RecoveryReading
    from csat_tui.workflow.recovery_lists import RecoveryFound

recovery = typer.Typer(rich_markup_mode=None)
recovery.command("report")(write_recovery_report)
recovery.command("note")(add_note)
recovery.command("reassign")(reassign_surveys)
recovery.command("fix")(fix_surveys)
recovery.command("performance")(show_performance)
recovery.command("export")(export_surveys)

GroupOption = Annotated[str, typer.Option("--group", metavar="GROUP", help="The code of a support group.")]


@recovery.callback(invoke_without_command=True)
def show_recovery(
    context: typer.Context,
    ticket: Annotated[
        int | None, typer.Option("--ticket", min=1, metavar="N", help="The ticket that the feedback is about.")
    ] = None,
    group: GroupOption = "",
    on: Annotated[
        str, typer.Option("--date", metavar="DAY", help="The day on which it came: 2026-11-08, yesterday.")
    ] = "",
    json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Show unhappy customers with their recovery notes: by any two of --ticket, --group and --date. Works offline.

    A group and a day show each survey of that day that needs recovery, in the order of arrival.
    """
    if context.invoked_subcommand is not None:
        return
    from csat_tui.domain.ids import TicketId
    from csat_tui.domain.recovery.link import NotATarget, RecoveryTarget
    from csat_tui.workflow.recovery_lists import NotRecovered

    with opened_workplace(find_installation()) as workplace:
        desk = workplace.paperwork.recovery
        day = recovery_day(on, workplace) if on else None
        try:
            target = RecoveryTarget(None if ticket is None else TicketId(ticket), group, day)
            found = desk.find(target.ticket, target.group, target.day)
        except (NotATarget, NotRecovered) as error:
            raise Failure(Exit.USAGE, str(error)) from error
        readings = [reading for one in _shown(found) if (reading := desk.reading(one)) is not None]
        if json:
            say_json(_found_document(found, readings, desk))
        else:
            _say_found(found, readings, desk, workplace)
    if not found.surveys:
        raise typer.Exit(Exit.NEEDS_PERSON)


def _shown(found: "RecoveryFound") -> "tuple[SurveyId, ...]":
    """Return the surveys to show: those that match, or the later one that has replaced what was asked for."""
    return found.surveys or (() if found.replacement is None else (found.replacement,))


def _found_document(found: "RecoveryFound", readings: "list[RecoveryReading]", desk: "RecoveryDesk") -> dict[str, Any]:
    ids = [reading.place.survey_id for reading in readings]
    around = zip([None, *ids[:-1]], [*ids[1:], None], strict=True) if ids else iter(())
    return {
        "matches": len(found.surveys), "why": found.why or None, "replaced_by": found.replacement,
        "moved_to": found.moved_to or None,
        "surveys": [
            reading_document(reading, desk) | {"previous": before, "next": behind}
            for reading, (before, behind) in zip(readings, around, strict=True)
        ],
    }  # fmt: skip


def reading_document(reading: "RecoveryReading", desk: "RecoveryDesk") -> dict[str, Any]:
    """Return an unhappy customer with everything that was done about them, as JSON has it."""
    draft = reading.draft
    return {
        **place_document(reading.place, desk), "ratings": dict(reading.survey.ratings),
        "comment": reading.survey.comment, "author": reading.author, "stays_here": reading.stays_here or None,
        "notes": [note_document(note) for note in reading.notes], "replaced": list(reading.replaced),
        "draft": None if draft is None else {"author": draft.author, "spoken": draft.spoken, "text": draft.text},
        "set_by_hand": [
            {"at": fix.at, "by": fix.author, "kind": fix.kind.value, "group": fix.group or None,
             "before": fix.before or None, "segment": fix.segment or None, "reason": fix.reason}
            for fix in reading.fixes
        ],
    }  # fmt: skip


def _say_found(
    found: "RecoveryFound", readings: "list[RecoveryReading]", desk: "RecoveryDesk", workplace: "Workplace"
) -> None:
    if found.why:
        say(found.why)
    if found.replacement is not None:
        say("This is the later survey:")
    for place, reading in enumerate(readings, 1):
        if found.why or place > 1:
            say()
        _say_reading(reading, desk, workplace, f" ({place} of {len(readings)})" if len(readings) > 1 else "")


def _say_reading(reading: "RecoveryReading", desk: "RecoveryDesk", workplace: "Workplace", which: str) -> None:
    place, survey = reading.place, reading.survey
    ticket = "no ticket" if place.ticket_id is None else f"ticket #{place.ticket_id}"
    link = "" if place.ticket_id is None else workplace.link(place.ticket_id)
    rating = "no rating" if place.rating is None else f"rated {place.rating:g}"
    needs = "needs recovery" if place.needs else "above the threshold"
    say(f"Case {place.survey_id}, {ticket}, {rating}: {needs}{which}")
    group = "" if not place.group else desk.group_label(place.group)
    about = [
        f"received {date_and_time(place.received_at)}", f"customer {place.customer or '—'}",
        f"segment {place.segment or '—'}", f"agent {place.agent or '—'}", f"group {group or '—'}",
    ]  # fmt: skip
    say("  " + ", ".join(about))
    if place.lacks:
        say(f"  To be fixed: {place.lacks} (`csat-tui recovery fix {place.survey_id} …`).")
    if link:
        say(f"  {link}")
    for line in survey.comment.splitlines():
        say(f"  > {line}")
    for note in reading.notes:
        writer = f", written by {note.writer}" if note.writer else ""
        say(f"  {date_and_time(note.at)} {note.author}{writer} {note.spoken_in_words}")
        for line in note.text.splitlines():
            say(f"    {line}")
        for problem in note.problems:
            say(f"    ! {problem}")
    if not reading.notes:
        say("  No recovery notes.")
    if reading.draft is not None:
        say("  A note is begun and not saved.")


@recovery.command("list")
def list_surveys(
    filter_: Annotated[
        str,
        typer.Option(
            "--filter", metavar="LETTER",
            help="y: all; r: needing recovery; x: those without notes; w: with notes; v: never spoken; s: has spoken; "
            "n: all, without showing notes.",
        ),
    ] = RecoveryFilter.NEEDING.value,
    group: GroupOption = "",
    since: Annotated[str, typer.Option("--since", metavar="DAY", help="Received from this day on.")] = "",
    until: Annotated[str, typer.Option("--until", metavar="DAY", help="Received up to and including this day.")] = "",
    limit: Annotated[int, typer.Option(min=1, max=1_000_000, metavar="N", help="How many at most.")] = 50,
    json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:  # fmt: skip
    """List surveys by their recovery notes, the newest first; the newest note stands behind the comment."""
    with opened_workplace(find_installation()) as workplace:
        desk = workplace.paperwork.recovery
        desk.bring_up_to_date()
        wanted = recovery_list(filter_, group, since, until, workplace)
        found = desk.after(wanted, None, limit)
        noted = filter_ != WITHOUT_NOTES
        if json:
            say_json({
                "filter": filter_, "name": wanted.filter.label,
                "surveys": [place_document(one, desk, noted=noted) for one in found],
            })  # fmt: skip
            return
        if not found:
            say(f"{wanted.filter.label}: none.")
            return
        lines = [["CASE", "TICKET", "RECEIVED", "RATING", "GROUP", "CUSTOMER", "SR", "COMMENT"]]
        lines += [
            [str(one.survey_id), "" if one.ticket_id is None else f"#{one.ticket_id}", date_and_time(one.received_at),
             "" if one.rating is None else f"{one.rating:g}", one.group or f"? {one.group_name}".rstrip(),
             one.customer[:30], one.notes.value if noted else "", one.comment_with_note if noted else one.comment]
            for one in found
        ]  # fmt: skip
        table(lines, right=(0, 3))
