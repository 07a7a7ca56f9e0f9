"""`csat-tui review sample|samples|replace|coverage`: what is drawn for review, and how much of it is reviewed."""

from dataclasses import replace as changed
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import typer

from csat_tui.cli.console import date_and_time, day_asked_for, say, say_json, table
from csat_tui.cli.exits import Exit, Failure
from csat_tui.cli.installation import find_installation, opened_workplace

if TYPE_CHECKING:
    from csat_tui.store.review.samples import Sample, SampleItem
    from csat_tui.workflow.review_samples import SamplePreview, SampleProgress, SamplesDesk, SampleWish

Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]

SHORT_ID = 13
"""Characters of a sample's id that name it: those of the millisecond in which it was drawn."""


class SampleMethodName(StrEnum):
    """The methods of drawing, as they are typed."""

    RANDOM = "random"
    STRATIFIED = "stratified"
    RISK = "risk"
    QUOTA = "quota"


def draw_notes(
    method: Annotated[
        SampleMethodName | None,
        typer.Option(help="How to draw: each note alike, by agent and outcome, the riskiest, or what a quota lacks."),
    ] = None,
    size: Annotated[int | None, typer.Option("--size", min=1, max=10_000, metavar="N", help="How many notes.")] = None,
    quota: Annotated[
        int | None,
        typer.Option(
            "--quota", min=1, max=10_000, metavar="N",
            help="How many notes of each agent in the last seven days; reviewed and sampled ones count.",
        ),
    ] = None,
    seed: Annotated[
        int | None, typer.Option("--seed", min=0, max=2**63 - 1, metavar="N", help="Draw as with this seed again.")
    ] = None,
    since: Annotated[
        str, typer.Option("--since", metavar="DAY", help="From this day on; without it, of the last seven days.")
    ] = "",
    until: Annotated[str, typer.Option("--until", metavar="DAY", help="Up to and including this day.")] = "",
    due: Annotated[
        str, typer.Option("--due", metavar="DAY", help="To be reviewed by this day; without it, in seven days.")
    ] = "",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show what would be drawn, and draw nothing.")] = False,
    json: Json = False,
) -> None:  # fmt: skip
    """Draw a sample of delivered notes for yourself, never of your own; works offline."""
    from csat_tui.workflow.review_samples import NotSampled

    method, number = _method(method, size, quota)
    if method is SampleMethodName.QUOTA and (since or until):
        raise Failure(
            Exit.USAGE, "A quota is of the last seven days, so it takes no --since and no --until. Nothing was drawn."
        )
    with opened_workplace(find_installation()) as workplace:
        desk = workplace.paperwork.samples
        wish = _wish(desk, method, number, seed, since, until, due)
        try:
            preview = desk.preview(wish)
            drawn = None if dry_run else desk.draw(wish, preview.population_hash)
        except NotSampled as error:
            raise Failure(Exit.NEEDS_PERSON, str(error)) from error
        if json:
            say_json(_preview_document(preview, drawn))
        else:
            _say_preview(preview, drawn)


def list_samples(
    sample: Annotated[
        str, typer.Argument(metavar="SAMPLE", help="Show the notes of this one; the beginning of its id is enough.")
    ] = "",
    check: Annotated[
        bool,
        typer.Option("--check", help="Draw that one again, and say whether it is the same."),
    ] = False,
    limit: Annotated[int, typer.Option(min=1, max=10_000, metavar="N", help="How many at most.")] = 20,
    json: Json = False,
) -> None:
    """List the samples with their progress, or the notes of one; works offline."""
    if check and not sample:
        raise Failure(Exit.USAGE, "Name the sample to check; `csat-tui review samples` lists them.")
    with opened_workplace(find_installation()) as workplace:
        desk = workplace.paperwork.samples
        if not sample:
            found = desk.samples(limit)
            if json:
                say_json({"samples": [_progress(one) for one in found]})
            else:
                _say_samples(found)
            return
        named = desk.samples(2, sample.lower())
        if len(named) != 1:
            why = "There is no sample" if not named else "There are several samples"
            raise Failure(
                Exit.USAGE, f"{why} whose id begins with “{sample[:40]}”; `csat-tui review samples` lists them."
            )
        if check:
            _say_check(desk, named[0].sample, json=json)
            return
        items = desk.items(named[0].sample)
        if json:
            say_json(_progress(named[0]) | {"notes": [_item(desk, one) for one in items]})
        else:
            _say_items(desk, named[0].sample, items)


def replace_note(
    note: Annotated[int, typer.Argument(metavar="NOTE", help="The number of its comment.")],
    reason: Annotated[str, typer.Option("--reason", metavar="TEXT", help="Why it is not reviewed.")] = "",
    json: Json = False,
) -> None:
    """Replace a note of a sample by the next of its stratum, with a reason; replacements are counted."""
    from csat_tui.workflow.review import HIGHEST_NUMBER
    from csat_tui.workflow.review_samples import NotSampled

    if not 0 < note <= HIGHEST_NUMBER:
        raise Failure(Exit.USAGE, f"There is no note {note}; `csat-tui review samples` lists the samples.")
    with opened_workplace(find_installation()) as workplace:
        try:
            item, by = workplace.paperwork.samples.replace(note, reason)
        except NotSampled as error:
            raise Failure(Exit.NEEDS_PERSON if reason.strip() else Exit.USAGE, str(error)) from error
    if json:
        say_json(
            {"note": item.comment_id, "sample": item.sample_id, "replaced_by": None if by is None else by.comment_id}
        )
    elif by is None:
        say(f"Note {note} is out of its sample. Its stratum has no other note, so that nothing takes its place.")
    else:
        say(f"Note {note} is replaced by note {by.comment_id} of {by.author}.")


def show_coverage(
    since: Annotated[
        str, typer.Option("--since", metavar="DAY", help="From this day on; without it, of the last seven days.")
    ] = "",
    until: Annotated[str, typer.Option("--until", metavar="DAY", help="Up to and including this day.")] = "",
    json: Json = False,
) -> None:
    """Show by agent how many notes were delivered, reviewed, sampled, overdue and replaced; works offline."""
    from csat_tui.domain.review.sample import QUOTA_PERIOD

    with opened_workplace(find_installation()) as workplace:
        desk = workplace.paperwork.samples
        first, last = _period(since, until, desk.now, QUOTA_PERIOD)
        found = desk.coverage(first, last)
    if json:
        say_json({"since": first, "until": last, "agents": [
            {"agent_id": one.agent_id, "agent": one.agent, "notes": one.notes, "reviewed": one.reviewed,
             "share": round(one.share, 4), "sampled": one.sampled, "open": one.open, "overdue": one.overdue,
             "replaced": one.replaced}
            for one in found
        ]})  # fmt: skip
        return
    if not found:
        say("No notes were delivered in this period; `csat-tui sync` fetches those of the view.")
        return
    lines = [["NOTES", "REVIEWED", "SHARE", "SAMPLED", "OPEN", "OVERDUE", "REPLACED", "AGENT"]]
    lines += [
        [str(one.notes), str(one.reviewed), f"{one.share:.0%}", str(one.sampled), str(one.open), str(one.overdue),
         str(one.replaced), one.agent or "somebody"]
        for one in found
    ]  # fmt: skip
    table(lines, right=range(7))


def _method(method: SampleMethodName | None, size: int | None, quota: int | None) -> tuple[SampleMethodName, int]:
    """Return how to draw and how many. Raises Failure where the options do not go together."""
    if method is None:
        method = SampleMethodName.RANDOM if quota is None else SampleMethodName.QUOTA
    by_quota = method is SampleMethodName.QUOTA
    number, other = (quota, size) if by_quota else (size, quota)
    if number is None or other is not None:
        option = (
            "--quota N (notes of each agent), and no --size" if by_quota else "--size N (notes in all), and no --quota"
        )
        raise Failure(Exit.USAGE, f"The method “{method.value}” takes {option}. Nothing was drawn.")
    return method, number


def _wish(
    desk: "SamplesDesk", method: SampleMethodName, number: int, seed: int | None, since: str, until: str, due: str
) -> "SampleWish":
    from csat_tui.domain.review.sample import QUOTA_PERIOD, SampleMethod
    from csat_tui.workflow.review_samples import end_of_day

    wish = desk.wish(SampleMethod(method.value), number)
    first, last = _period(since, until, wish.until, QUOTA_PERIOD)
    return changed(
        wish, since=first, until=last, seed=wish.seed if seed is None else seed,
        due_at=end_of_day(day_asked_for(due, wish.until)) if due else wish.due_at,
    )  # fmt: skip


def _period(since: str, until: str, now: datetime, length: timedelta) -> tuple[datetime, datetime]:
    first = day_asked_for(since, now) if since else now - length
    # What is not written yet is in no period: a later replacement comes from what could be drawn now.
    return first, min(day_asked_for(until, now) + timedelta(days=1), now) if until else now


def _say_preview(preview: "SamplePreview", drawn: "Sample | None") -> None:
    wish, count = preview.wish, len(preview.notes)
    words = f"{count:,} of {preview.population:,} notes, {wish.method.value}, seed {wish.seed}"
    say(
        f"Would draw {words}."
        if drawn is None
        else f"Drawn: {words}, {_by(wish.due_at)}, sample {drawn.id[:SHORT_ID]}."
    )
    if preview.not_audited and wish.method.value == SampleMethodName.RISK:
        say(f"{preview.not_audited:,} notes are not checked by the machine yet and count as without a risk.")
    lines = [["DRAWN", "FREE", "COVERED", "AGENT"]]
    lines += [[str(one.drawn), str(one.free), str(one.covered), one.agent or "somebody"] for one in preview.agents]
    if preview.agents:
        table(lines, right=range(3))
    if wish.method.value == SampleMethodName.QUOTA:
        short = [one for one in preview.agents if one.drawn + one.covered < wish.size]
        for one in short:
            say(
                f"{one.agent or 'Somebody'} has only {one.drawn + one.covered} of {wish.size}: there are no more notes."
            )


def _say_samples(found: "list[SampleProgress]") -> None:
    if not found:
        say("No sample was drawn yet; `csat-tui review sample` draws one.")
        return
    lines = [["SAMPLE", "DRAWN", "BY", "METHOD", "NOTES", "DONE", "OPEN", "OVERDUE", "REPLACED", "DUE"]]
    lines += [
        [one.sample.id[:SHORT_ID], date_and_time(one.sample.at), one.sample.author[:30], one.sample.method.value,
         str(one.done + one.open + one.gone), str(one.done), str(one.open), str(one.overdue), str(one.replaced),
         date_and_time(one.sample.due_at)[:10]]
        for one in found
    ]  # fmt: skip
    table(lines, right=range(4, 9))


def _say_check(desk: "SamplesDesk", sample: "Sample", *, json: bool) -> None:
    """Say whether a sample can be drawn again; ends with 1 where it cannot."""
    found = desk.check(sample)
    same = found.same_population(sample)
    if json:
        say_json({
            "sample": sample.id, "same_population": same, "same_notes": found.same_notes,
            "population": found.population, "population_hash": found.population_hash,
        })  # fmt: skip
    elif same and found.same_notes:
        say(f"Sample {sample.id[:SHORT_ID]} is what seed {sample.seed} draws from these {sample.population:,} notes.")
    elif same:
        say(f"Sample {sample.id[:SHORT_ID]} is not what seed {sample.seed} draws from these notes.")
    else:
        say(
            f"Sample {sample.id[:SHORT_ID]} was drawn from {sample.population:,} notes, and they are not the "
            f"{found.population:,} that could be drawn then as far as this home knows now: notes, outcomes, risks or "
            "reviews have come or gone since, or it was drawn from something else."
        )
    if not (same and found.same_notes):
        raise typer.Exit(Exit.NEEDS_PERSON)


def _say_items(desk: "SamplesDesk", sample: "Sample", items: "list[SampleItem]") -> None:
    say(
        f"Sample {sample.id} of {sample.author}, drawn {date_and_time(sample.at)}: {sample.method.value}, "
        f"seed {sample.seed}, from {sample.population:,} notes of {date_and_time(sample.since)} to "
        f"{date_and_time(sample.until)}, {_by(sample.due_at)}."
    )
    say(f"Hash of the notes that it was drawn from: {sample.population_hash}")
    lines = [["NOTE", "CASE", "STATE", "AGENT", "REPLACED"]]
    lines += [
        [str(one.comment_id), str(one.survey_id), "overdue" if desk.overdue(one) else one.state.value, one.agent[:30],
         "" if not one.reason else f"by {one.replaced_by or 'nothing'}: {one.reason}"]
        for one in items
    ]  # fmt: skip
    table(lines, right=(0, 1))


def _by(due_at: datetime) -> str:
    return f"due by {date_and_time(due_at)[:10]}"


def _preview_document(preview: "SamplePreview", drawn: "Sample | None") -> dict[str, Any]:
    wish = preview.wish
    return {
        "sample": None if drawn is None else drawn.id, "method": wish.method.value, "size": wish.size,
        "seed": wish.seed, "since": wish.since, "until": wish.until, "due_at": wish.due_at,
        "population": preview.population, "population_hash": preview.population_hash,
        "not_audited": preview.not_audited,
        "notes": [
            {"note": one.comment_id, "case_id": one.survey_id, "ticket_id": one.ticket_id, "author_id": one.author_id,
             "author": one.author, "outcomes": list(one.outcome_ids), "risk": one.risk}
            for one in preview.notes
        ],
        "agents": [
            {"agent": one.agent, "drawn": one.drawn, "free": one.free, "covered": one.covered}
            for one in preview.agents
        ],
    }  # fmt: skip


def _progress(one: "SampleProgress") -> dict[str, Any]:
    sample = one.sample
    return {
        "sample": sample.id, "author_id": sample.author_id, "author": sample.author, "at": sample.at,
        "method": sample.method.value, "seed": sample.seed, "size": sample.size, "since": sample.since,
        "until": sample.until, "population": sample.population, "population_hash": sample.population_hash,
        "due_at": sample.due_at, "done": one.done, "open": one.open, "overdue": one.overdue,
        "replaced": one.replaced, "gone": one.gone,
    }  # fmt: skip


def _item(desk: "SamplesDesk", one: "SampleItem") -> dict[str, Any]:
    return {
        "note": one.comment_id, "case_id": one.survey_id, "agent_id": one.agent_id, "agent": one.agent,
        "stratum": one.stratum, "state": one.state.value, "overdue": desk.overdue(one),
        "reason": one.reason or None, "replaced_by": one.replaced_by,
    }  # fmt: skip
