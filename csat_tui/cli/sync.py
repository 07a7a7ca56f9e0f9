"""`csat-tui sync`: fetch what is new and deliver what is due, once or, with `--watch`, until Ctrl-C."""

import asyncio
import signal
from contextlib import suppress
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from csat_tui.cli.console import date_and_time, due_phrases, say, say_json, time_or_day
from csat_tui.cli.exits import Exit, complain, sentence
from csat_tui.cli.installation import find_installation, opened_workplace
from csat_tui.cli.outbox import waits_behind

if TYPE_CHECKING:
    from csat_tui.sync.engine import Engine
    from csat_tui.sync.status import SyncStatus
    from csat_tui.workflow.opening import Workplace

UPKEEP_AGAIN = 3600.0
"""Seconds after which it is looked whether a new day has begun, and the store's upkeep is due."""


def watch_sync(workplace: "Workplace", *, json: bool) -> "SyncStatus":
    """Sync until Ctrl-C or SIGTERM; returns how the last round went."""
    return asyncio.run(_watch(workplace, json=json))


async def _watch(workplace: "Workplace", *, json: bool) -> "SyncStatus":
    from csat_tui.store.database import OutsideChanges
    from csat_tui.sync.background import SHUTDOWN_WAIT

    assert workplace.make_engine is not None  # noqa: S101 - there is a help desk, or we would not be here
    engine = workplace.make_engine()
    loop, stopping, changed = asyncio.get_running_loop(), asyncio.Event(), asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stopping.set)

    def hear(topics: frozenset[str]) -> None:
        loop.call_soon_threadsafe(changed.set)
        if "outbox" in topics:
            loop.call_soon_threadsafe(engine.delivery_changed)

    stop_listening = workplace.desk.listen(hear)
    running = asyncio.create_task(engine.run())
    telling = asyncio.create_task(_tell(workplace, engine, changed, json=json))
    keeping_up = asyncio.create_task(_keep_up(workplace))
    ending = asyncio.create_task(stopping.wait())
    try:
        with OutsideChanges(workplace.database):
            await asyncio.wait({running, telling, ending}, return_when=asyncio.FIRST_COMPLETED)
        if not running.done():
            await engine.drain(SHUTDOWN_WAIT)
        for task in (running, telling, keeping_up, ending):
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task
    finally:
        stop_listening()
        await engine.close()
    return engine.status


async def _keep_up(workplace: "Workplace") -> None:
    """Do what the store needs once a day, beside the sync."""
    while True:
        await asyncio.to_thread(workplace.upkeep)
        await asyncio.sleep(UPKEEP_AGAIN)


async def _tell(workplace: "Workplace", engine: "Engine", changed: asyncio.Event, *, json: bool) -> None:
    """Print a line whenever what a person would want to know has changed."""
    told: dict[str, Any] = {}
    while True:
        changed.clear()
        if not engine.status.busy:
            now = _picture(workplace, engine)
            if now != told:
                told = now
                say_json({"at": workplace.desk.now, **now}, indent=None) if json else say(_line(workplace, now))
        await changed.wait()


def _picture(workplace: "Workplace", engine: "Engine") -> dict[str, Any]:
    counts, summary = workplace.desk.counts(), workplace.dispatch.summary()
    return {
        "link": engine.status.link.value,
        "problem": engine.status.problem,
        "open": counts.open,
        "overdue": counts.overdue,
        "due_soon": counts.due_soon,
        "waiting": summary.waiting,
        "sending": summary.sending,
        "unknown": summary.unknown,
        "needs_person": summary.needs_person,
    }


def _line(workplace: "Workplace", now: dict[str, Any]) -> str:
    parts = [f"{workplace.desk.now.astimezone():%H:%M:%S}", now["link"], f"{now['open']} open"]
    named = (("waiting", "to send"), ("sending", "sending"), ("unknown", "being looked for"))
    parts += [f"{now[key]} {words}" for key, words in named if now[key]]
    if now["needs_person"]:
        parts.append(f"{now['needs_person']} need you")
    if now["problem"]:
        parts.append(now["problem"])
    return "  ".join(parts)


def sync(
    watch: Annotated[
        bool, typer.Option("--watch", help="Go on until Ctrl-C, and print a line for each change.")
    ] = False,
    json: Annotated[bool, typer.Option("--json", help="Print JSON; with --watch, one document per line.")] = False,
) -> None:
    """Fetch the surveys of the view and deliver what is due; decisions that can still be undone wait."""
    installation = find_installation()
    _ = installation.helpdesk
    with opened_workplace(installation) as workplace:
        if workplace.warning:
            complain(workplace.warning)
        if watch:
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
        return await engine.run_once()
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
    done = f"synced {date_and_time(report['synced_at'])} as {report['agent']}" if report["synced_at"] else "not synced"
    due = "".join(f", {words}" for words in due_phrases(queue["overdue"], queue["due_soon"]))
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
    wait = f", goes {time_or_day(effect['not_before'], now)}" if goes else ""
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
