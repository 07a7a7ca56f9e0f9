"""`csat-tui review coaching`: what agents are to work on, talks about it, agreements, and what is due."""

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from csat_tui.cli.console import date_and_time, day_asked_for, say, say_json, table
from csat_tui.cli.exits import Exit, Failure
from csat_tui.cli.installation import find_installation, opened_workplace

if TYPE_CHECKING:
    from csat_tui.domain.review.coaching import CoachingDeed, CoachingItem
    from csat_tui.domain.review.results import ScoresAround
    from csat_tui.domain.statistics.two_groups import GroupComparison
    from csat_tui.workflow.opening import Workplace

coaching = typer.Typer(
    rich_markup_mode=None, help="What agents are to work on: mark it, talk about it, agree, follow it up."
)

ItemArgument = Annotated[str, typer.Argument(metavar="ITEM", help="Its id, or the end of it as `list` prints it.")]
TextArgument = Annotated[str, typer.Argument(metavar="TEXT", help="In your words.")]
DayOption = Annotated[str, typer.Option("--on", metavar="DAY", help="When it was: 2026-11-08, yesterday; else today.")]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON.")]

SHOWN = 8
"""Characters of an id in the list; its end, for its beginning is a time that many share."""


@coaching.command("list")
def list_items(
    agent: Annotated[str, typer.Option("--agent", metavar="NAME", help="Only what this agent is to work on.")] = "",
    due: Annotated[bool, typer.Option("--due", help="Only what is to be followed up now.")] = False,
    closed: Annotated[bool, typer.Option("--closed", help="Closed items as well.")] = False,
    limit: Annotated[int, typer.Option(min=1, max=1_000_000, metavar="N", help="How many at most.")] = 50,
    json: JsonOption = False,
) -> None:
    """List the items with what agents submitted, those due first; works offline."""
    from csat_tui.domain.review.coaching import CoachingState

    with opened_workplace(find_installation()) as workplace:
        desk = workplace.paperwork.coaching
        found = desk.items(agent, closed=closed)
        today = desk.today
        every = [one for one in found.items if not due or one.state(today) is CoachingState.DUE]
        items = every[:limit]
        waiting = sum(one.state(today) is CoachingState.DUE for one in found.items)
        if json:
            told = [item_document(one, today) for one in items]
            say_json({"due": waiting, "set_aside": found.set_aside, "more": len(every) - len(items), "items": told})
            return
        if not items:
            say("Nothing is to be followed up." if due else "There is no coaching item.")
        else:
            lines = [["ITEM", "AGENT", "STATE", "DUE", "CASE", "FOUND", "BY", "WHAT"]]
            lines += [
                [one.id[-SHOWN:] if one.taken_up else one.id, one.agent[:30], one.state(today).value,
                 "" if one.due_on is None else one.due_on.isoformat(), str(one.survey_id), date_and_time(one.at),
                 one.author[:30], one.what]
                for one in items
            ]  # fmt: skip
            table(lines, right=(4,))
        if len(every) > len(items):
            say(f"{len(every) - len(items):,} more; --limit shows them.")
        if waiting:
            say(f"{waiting} {'follow-up is' if waiting == 1 else 'follow-ups are'} due.")
        if found.set_aside:
            say(f"{found.set_aside} more about ratings that are set aside.")


@coaching.command("add")
def add_item(
    note: Annotated[int, typer.Argument(metavar="NOTE", help="The note that shows it, as `review list` prints it.")],
    text: Annotated[str, typer.Argument(metavar="TEXT", help="What the agent is to work on.")],
    agent: Annotated[
        str, typer.Option("--agent", metavar="NAME", help="Another agent than the one who wrote the note.")
    ] = "",
    json: JsonOption = False,
) -> None:
    """Mark on a delivered note what its author, or another agent, is to work on."""
    from csat_tui.workflow.coaching import NotCoached

    with opened_workplace(find_installation()) as workplace:
        try:
            item = workplace.paperwork.coaching.mark(note, text, agent)
        except NotCoached as error:
            raise Failure(Exit.USAGE, str(error)) from error
        _say_item(workplace, item, f"Marked for {item.agent} as {item.id[-SHOWN:]}.", json=json)


@coaching.command("talk")
def note_talk(item: ItemArgument, text: TextArgument, on: DayOption = "", json: JsonOption = False) -> None:
    """Note a talk with the agent."""
    from csat_tui.domain.review.coaching import CoachingDeed

    _step(item, CoachingDeed.TALK, text, on, json=json)


@coaching.command("agree")
def note_agreement(
    item: ItemArgument,
    text: TextArgument,
    until: Annotated[str, typer.Option("--until", metavar="DAY", help="When it is followed up: 2026-12-15.")],
    json: JsonOption = False,
) -> None:
    """Note what was agreed, and by which day it is followed up."""
    from csat_tui.domain.review.coaching import CoachingDeed

    _step(item, CoachingDeed.AGREED, text, until, json=json)


@coaching.command("follow-up")
def note_follow_up(item: ItemArgument, text: TextArgument, on: DayOption = "", json: JsonOption = False) -> None:
    """Note what became of an agreement."""
    from csat_tui.domain.review.coaching import CoachingDeed

    _step(item, CoachingDeed.FOLLOW_UP, text, on, json=json)


@coaching.command("close")
def close_item(item: ItemArgument, text: TextArgument, json: JsonOption = False) -> None:
    """Close an item, with a reason."""
    from csat_tui.domain.review.coaching import CoachingDeed

    _step(item, CoachingDeed.CLOSED, text, "", json=json)


@coaching.command("show")
def show_item(item: ItemArgument, json: JsonOption = False) -> None:
    """Show an item with every step, and the agent's scores before the first talk and after it; works offline."""
    from csat_tui.workflow.coaching import NotCoached

    with opened_workplace(find_installation()) as workplace:
        desk = workplace.paperwork.coaching
        try:
            found = desk.find(item)
        except NotCoached as error:
            raise Failure(Exit.USAGE, str(error)) from error
        scores = desk.scores([found]).get(found.id)
        if json:
            told = None if scores is None else _scores_document(scores)
            say_json({**item_document(found, desk.today), "scores": told})
            return
        say(f"{found.agent}: {found.what}")
        note = "submitted" if found.submission is not None else f"marked on note {found.comment_id}"
        say(f"{found.id} · {note} by {found.author or 'somebody'}, {date_and_time(found.at)} · case {found.survey_id}")
        say(f"State: {found.state(desk.today).value}" + (f", {found.due_on.isoformat()}" if found.due_on else ""))
        for step in found.steps:
            say(f"{step.day.isoformat()}  {step.deed.value} ({step.author}): {step.text}")
        if scores is not None:
            say(f"Before and after {scores.day.isoformat()}:")
            for sentence in scores.sentences:
                say(f"    {sentence}")


@coaching.command("export")
def export_items(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A name that ends in .csv or .xlsx.")],
    agent: Annotated[str, typer.Option("--agent", metavar="NAME", help="Only what this agent is to work on.")] = "",
    over: Annotated[bool, typer.Option("--overwrite", help="Write over a file that is there.")] = False,
    json: JsonOption = False,
) -> None:
    """Write every item to a file, closed ones as well, with its steps and what came of it; works offline."""
    from csat_tui.file_access import NotSaved

    if file.suffix.lower() not in (".csv", ".xlsx"):
        raise Failure(Exit.USAGE, f"“{file.name[:60]}” ends in neither .csv nor .xlsx. Nothing was written.")
    with opened_workplace(find_installation()) as workplace:
        try:
            count = workplace.paperwork.coaching.export(file, agent, over=over)
        except NotSaved as error:
            raise Failure(Exit.USAGE, str(error)) from error
        if json:
            say_json({"file": str(file), "rows": count})
        else:
            say(f"{count} {'item is' if count == 1 else 'items are'} in {file}.")


def _step(item_id: str, deed: "CoachingDeed", text: str, day: str, *, json: bool) -> None:
    from csat_tui.workflow.coaching import NotCoached

    with opened_workplace(find_installation()) as workplace:
        desk = workplace.paperwork.coaching
        when = day_asked_for(day, workplace.desk.now).date() if day else None
        try:
            item = desk.step(item_id, deed, text, when)
        except NotCoached as error:
            raise Failure(Exit.USAGE, str(error)) from error
        due = f" until {item.due_on.isoformat()}" if item.due_on is not None else ""
        _say_item(
            workplace, item, f"{item.id[-SHOWN:]} for {item.agent}: {item.state(desk.today).value}{due}.", json=json
        )


def _say_item(workplace: "Workplace", item: "CoachingItem", sentence: str, *, json: bool) -> None:
    if json:
        say_json(item_document(item, workplace.paperwork.coaching.today))
    else:
        say(sentence)


def item_document(item: "CoachingItem", today: date) -> dict[str, Any]:
    """Return an item as JSON has it."""
    return {
        "id": item.id, "agent_id": item.agent_id, "agent": item.agent, "what": item.what,
        "state": item.state(today).value, "due": item.due_on, "case_id": item.survey_id, "ticket_id": item.ticket_id,
        "note": item.comment_id, "lines": list(item.line_ids), "submitted": item.submission is not None,
        "at": item.at, "author_id": item.author_id, "author": item.author,
        "steps": [
            {"id": step.id, "deed": step.deed.value, "day": step.day, "text": step.text, "at": step.at,
             "author_id": step.author_id, "author": step.author}
            for step in item.steps
        ],
    }  # fmt: skip


def _scores_document(scores: "ScoresAround") -> dict[str, Any]:
    return {
        "day": scores.day, "reviews": _difference_document(scores.reviews),
        "ratings": _difference_document(scores.ratings), "set_aside": scores.set_aside,
    }  # fmt: skip


def _difference_document(found: "GroupComparison") -> dict[str, Any]:
    from csat_tui.domain.statistics.two_groups import CONFIDENCE

    groups = {"before": found.before, "after": found.after}
    means = {
        name: {"count": one.count, "mean": one.mean, "low": one.low, "high": one.high} for name, one in groups.items()
    }
    return {**means, "difference": found.difference, "low": found.low, "high": found.high, "confidence": CONFIDENCE}
