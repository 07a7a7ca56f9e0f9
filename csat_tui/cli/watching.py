"""`csat-tui sync --watch`: the sync without a screen, with a line for each thing that changes."""

import asyncio
import signal
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from csat_tui.cli.printing import say, say_json

if TYPE_CHECKING:
    from csat_tui.sync.engine import Engine
    from csat_tui.sync.status import SyncStatus
    from csat_tui.workflow.opening import Workplace

LAST_WORDS = 5.0
"""Seconds that a write under way gets at the end; what became of a slower one is found out at the next start."""

UPKEEP_AGAIN = 3600.0
"""Seconds after which it is looked whether a new day has begun, and the store's upkeep is due."""


def watch_sync(workplace: "Workplace", *, json: bool) -> "SyncStatus":
    """Sync until Ctrl-C or SIGTERM; returns how the last round went."""
    return asyncio.run(_watch(workplace, json=json))


async def _watch(workplace: "Workplace", *, json: bool) -> "SyncStatus":
    from csat_tui.store.database import OutsideChanges

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
            await engine.rest(LAST_WORDS)
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
