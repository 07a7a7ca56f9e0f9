"""`csat-tui recovery note`, `reassign` and `fix`: what is done about unhappy customers, and who answers for them."""

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from csat_tui.cli.case import find_cases
from csat_tui.cli.console import say, say_json, table
from csat_tui.cli.exits import Exit, Failure
from csat_tui.cli.installation import find_installation, opened_workplace
from csat_tui.cli.recovery_document import note_document, place_document

if TYPE_CHECKING:
    from csat_tui.domain.ids import SurveyId

JsonFlag = Annotated[bool, typer.Option("--json", help="Print JSON.")]
CASES = "A case's, survey ticket's or source ticket's number."
LONGEST_NOTE = 1_000_000
"""Characters that are read from standard input at most."""


def add_note(
    case: Annotated[str, typer.Argument(metavar="CASE", help=CASES)],
    text: Annotated[str, typer.Argument(metavar="TEXT", help="What was done; “-” reads it from standard input.")],
    spoke: Annotated[
        bool | None, typer.Option("--spoke/--not-spoke", help="Whether you spoke to the customer; has to be said.")
    ] = None,
    author: Annotated[
        str, typer.Option("--author", metavar="NAME", help="Whose note it is; else you, or the group's lead.")
    ] = "",
    json: JsonFlag = False,
) -> None:
    """Save a recovery note: nobody can edit it. It goes to the survey ticket with the next sync. Works offline."""
    from csat_tui.workflow.recovery_lists import NotRecovered

    if spoke is None:
        raise Failure(Exit.USAGE, "Say whether you spoke to the customer: --spoke or --not-spoke. Nothing was saved.")
    words = sys.stdin.read(LONGEST_NOTE) if text == "-" else text
    with opened_workplace(find_installation()) as workplace:
        desk = workplace.paperwork.recovery
        desk.bring_up_to_date()
        survey_id = find_cases(workplace, case)[0]
        reading = desk.reading(survey_id)
        try:
            saved = desk.save(survey_id, author or ("" if reading is None else reading.author), spoke, words)
        except NotRecovered as error:
            raise Failure(Exit.USAGE, str(error)) from error
        if json:
            sends_at = None if saved.taken is None else saved.taken.sends_at
            say_json({
                "case_id": saved.survey_id, "note": note_document(saved.note), "sends_at": sends_at,
                "stays_here": saved.stays_here or None,
            })  # fmt: skip
            return
        where = f"It stays at this home: {saved.stays_here}." if saved.stays_here else "The next sync sends it."
        said = f"Saved for case {saved.survey_id}: {saved.note.author} {saved.note.spoken_in_words}."
        replaced = "" if saved.survey_id == survey_id else " A later survey has replaced the one that you named."
        say(f"{said} {where}{replaced}")


def reassign_surveys(
    cases: Annotated[list[str], typer.Argument(metavar="CASE…", help=CASES)],
    to: Annotated[str, typer.Option("--to", metavar="GROUP", help="The code of the group that is to answer for them.")],
    reason: Annotated[str, typer.Option("--reason", metavar="TEXT", help="Why; everybody can read it later.")],
    json: JsonFlag = False,
) -> None:
    """Let another support group answer for surveys; who did it and why is kept. Works offline."""
    from csat_tui.workflow.recovery_lists import NotRecovered

    with opened_workplace(find_installation()) as workplace:
        try:
            moved = workplace.paperwork.recovery.reassign([find_cases(workplace, one)[0] for one in cases], to, reason)
        except NotRecovered as error:
            raise Failure(Exit.USAGE, str(error)) from error
        label = workplace.paperwork.recovery.group_label(to)
        _say_changed(moved, f"with {label} now", json=json)


def fix_surveys(
    cases: Annotated[
        list[str] | None, typer.Argument(metavar="[CASE…]", help=f"{CASES} Without one, lists what is to be fixed.")
    ] = None,
    group: Annotated[str, typer.Option("--group", metavar="GROUP", help="The code of its support group.")] = "",
    segment: Annotated[str, typer.Option("--segment", metavar="NAME", help="The customer's segment.")] = "",
    reason: Annotated[str, typer.Option("--reason", metavar="TEXT", help="Why; may be left out.")] = "",
    limit: Annotated[int, typer.Option(min=1, max=1_000_000, metavar="N", help="How many at most.")] = 50,
    json: JsonFlag = False,
) -> None:
    """List unhappy customers of whom nobody is alerted, and set their group or segment by hand. Works offline."""
    from csat_tui.workflow.recovery_lists import NotRecovered

    with opened_workplace(find_installation()) as workplace:
        desk = workplace.paperwork.recovery
        if cases:
            try:
                fixed = desk.fix([find_cases(workplace, one)[0] for one in cases], group, segment, reason)
            except NotRecovered as error:
                raise Failure(Exit.USAGE, str(error)) from error
            _say_changed(fixed, "fixed", json=json)
            return
        if group or segment:
            raise Failure(Exit.USAGE, "Name the cases to fix. Nothing was changed.")
        desk.bring_up_to_date()
        found = desk.to_fix(limit)
        if json:
            say_json({"surveys": [place_document(one, desk) for one in found]})
        elif not found:
            say("Nothing is to be fixed: each unhappy customer has a support group and, where asked for, a segment.")
        else:
            lines = [["CASE", "TICKET", "DAY", "RATING", "GROUP", "SEGMENT", "TO BE FIXED"]]
            lines += [
                [str(one.survey_id), "" if one.ticket_id is None else f"#{one.ticket_id}", str(desk.day_of(one)),
                 "" if one.rating is None else f"{one.rating:g}", one.group or one.group_name,
                 one.segment or one.segment_name, one.lacks]
                for one in found
            ]  # fmt: skip
            table(lines, right=(0, 3))
        if found:
            raise typer.Exit(Exit.NEEDS_PERSON)


def _say_changed(changed: "list[SurveyId]", words: str, *, json: bool) -> None:
    if json:
        say_json({"changed": changed})
    elif changed:
        which = ", ".join(str(one) for one in changed)
        say(f"{'Case' if len(changed) == 1 else 'Cases'} {which}: {words}.")
    else:
        say("Nothing has changed: it was so already.")
