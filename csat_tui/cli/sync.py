"""`csat-tui sync`: one whole round with the help desk, or one after the other until Ctrl-C."""

import asyncio
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from csat_tui.cli.exits import Exit, complain, sentence
from csat_tui.cli.outbox_document import waits_behind
from csat_tui.cli.place import here, opened
from csat_tui.cli.printing import clock_time, due_words, moment, say, say_json

if TYPE_CHECKING:
    from csat_tui.sync.status import SyncStatus
    from csat_tui.workflow.opening import Workplace


def sync(
    watch: Annotated[
        bool, typer.Option("--watch", help="Go on until Ctrl-C, and print a line for each change.")
    ] = False,
    json: Annotated[bool, typer.Option("--json", help="Print JSON; with --watch, one document per line.")] = False,
) -> None:
    """Fetch the surveys of the view and deliver what is due; decisions that can still be undone wait."""
    place = here()
    _ = place.helpdesk
    with opened(place) as workplace:
        if workplace.warning:
            complain(workplace.warning)
        if watch:
            from csat_tui.cli.watching import watch_sync

            status = watch_sync(workplace, json=json)
            raise typer.Exit(exit_for(status, workplace.dispatch.summary().needs_person))
        before = _counts(workplace)
        status = asyncio.run(_once(workplace))
        workplace.upkeep()
        if waits := workplace.desk.retention_waits():
            complain(waits)
        report = sync_report(workplace, status, before)
        if json:
            say_json(report)
        else:
            for line in sync_lines(report, workplace.desk.now):
                say(line)
        if status.problem:
            complain(problem_of(status))
        raise typer.Exit(exit_for(status, report["outbox"]["needs_person"]))


async def _once(workplace: "Workplace") -> "SyncStatus":
    assert workplace.make_engine is not None  # noqa: S101 - there is a help desk, or we would not be here
    engine = workplace.make_engine()
    try:
        return await engine.once()
    finally:
        await engine.close()


def _counts(workplace: "Workplace") -> dict[str, int]:
    counts = workplace.desk.counts()
    return {"open": counts.open, "all": sum(counts.by_stage.values())}


def sync_report(workplace: "Workplace", status: "SyncStatus", before: dict[str, int]) -> dict[str, Any]:
    """Return what a round did and what waits, as it is printed in JSON."""
    counts, summary = workplace.desk.counts(), workplace.dispatch.summary()
    effects = workplace.dispatch.unsettled()
    held_by = workplace.dispatch.held_by(effects)
    return {
        "link": status.link.value,
        "synced_at": status.synced_at,
        "agent": None if status.agent is None else status.agent.name,
        "problem": status.problem,
        "queue": {
            "open": counts.open,
            "overdue": counts.overdue,
            "due_soon": counts.due_soon,
            "new": sum(counts.by_stage.values()) - before["all"],
        },
        "outbox": {
            "waiting": summary.waiting,
            "sending": summary.sending,
            "unknown": summary.unknown,
            "needs_person": summary.needs_person,
            "effects": [
                {
                    "id": effect.id, "survey_id": effect.survey_id, "kind": effect.kind, "state": effect.state.value,
                    "ticket_id": effect.ticket_id, "not_before": effect.not_before,
                    "reason": effect.reason or waits_behind(held_by.get(effect.id)),
                }
                for effect in effects
            ],
        },
    }  # fmt: skip


def sync_lines(report: dict[str, Any], now: datetime) -> list[str]:
    """Return the report in words."""
    queue, outbox = report["queue"], report["outbox"]
    done = f"synced {moment(report['synced_at'])} as {report['agent']}" if report["synced_at"] else "not synced"
    due = "".join(f", {words}" for words in due_words(queue["overdue"], queue["due_soon"]))
    lines = [f"{done[0].upper()}{done[1:]}: {queue['open']} open, {queue['new']} new{due}."]
    if not outbox["effects"]:
        return [*lines, "The outbox is empty: everything decided is confirmed."]
    lines.append(f"The outbox still holds {len(outbox['effects'])}; nothing is lost:")
    lines.extend(f"  {effect_line(effect, now)}" for effect in outbox["effects"])
    return lines


def effect_line(effect: dict[str, Any], now: datetime) -> str:
    """Return one effect that is not settled yet, with when it goes or why it does not.

    One whose time is past waits for those of its decision before it, and no time can be promised for it.
    """
    where = f" on #{effect['ticket_id']}" if effect["ticket_id"] else ""
    goes = effect["state"] == "queued" and effect["not_before"] > now
    wait = f", goes {clock_time(effect['not_before'], now)}" if goes else ""
    reason = f": {effect['reason']}" if effect["reason"] else ""
    return f"{effect['id']}  {effect['kind']}{where}  {effect['state']}{wait}{reason}"


def problem_of(status: "SyncStatus") -> str:
    """Return what keeps the sync from its work, with what is safe and where to look."""
    safe = "What was fetched before is here, and everything decided stays in the outbox."
    return f"{sentence(status.problem)} {safe} `csat-tui doctor` looks closer."


def exit_for(status: "SyncStatus", needs_person: int) -> Exit:
    """Return how a round of sync ends the command."""
    from csat_tui.sync.status import Link

    if status.link is not Link.ONLINE or status.synced_at is None:
        return Exit.HELP_DESK
    return Exit.NEEDS_PERSON if needs_person else Exit.OK
