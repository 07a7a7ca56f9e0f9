"""How many notes reach a help desk that limits writes, against how many it would have taken in that time."""

import argparse
import asyncio
import json
import sys
import tempfile
from contextlib import AbstractContextManager, suppress
from datetime import datetime, timedelta
from pathlib import Path
from time import perf_counter

from benchmarks.desk import Desk, desk_from
from benchmarks.sync_race import engine_on
from benchmarks.world import PLAYBOOK
from csat_tui.demo.responses import Refusal
from csat_tui.demo.server import DemoOptions, DemoServer
from csat_tui.domain.clock import SystemClock
from csat_tui.domain.decide import Undecidable
from csat_tui.store.cases.queue import QueueView
from csat_tui.store.database import Database
from csat_tui.workflow.desk import Desk as AgentsDesk

UPDATES, WINDOW = 60, 20.0
"""How many writes the desk takes, in how many seconds; real ones take 100 a minute."""

WINDOWS = 4
"""How many windows' worth of notes is delivered."""

WANTED = 0.85
"""What of the allowed rate is to be reached."""

WORDS = {"summary": "two days late", "question": "billing has to look"}


class Earlier:
    """The clock of an agent whose decisions have waited out the time for undoing."""

    def now(self) -> datetime:
        """Return a moment a little while ago."""
        return SystemClock().now() - PLAYBOOK.undo - timedelta(seconds=1)


def serve() -> None:
    """Serve with a limit on writes, and tell how many were refused for it for each line that comes in."""
    surveys = UPDATES * WINDOWS + 60
    options = DemoOptions(surveys=surveys, rate_limit=100_000, rate_window=WINDOW, updates_a_minute=UPDATES)
    refused = 0
    with DemoServer(options) as server:
        count = server.limits.update

        def update(ticket_id: int, person: int) -> dict[str, str]:
            nonlocal refused
            try:
                return count(ticket_id, person)
            except Refusal:
                refused += 1
                raise

        server.limits.update = update  # type: ignore[method-assign]
        told = {"url": server.url, "email": server.email, "token": server.token, "view_id": server.view_id}
        print(json.dumps(told), flush=True)
        for _ in sys.stdin:
            print(json.dumps({"refused": refused}), flush=True)


def limited_desk() -> AbstractContextManager[Desk]:
    """Give a desk with a limit on writes."""
    return desk_from("benchmarks.delivery_rate", "--serve")


def decide(database: Database, notes: int) -> int:
    """Decide so many cases with a private note each; returns how many it became."""
    desk = AgentsDesk(database, PLAYBOOK, Earlier(), "Ana P.")
    taken = 0
    for row in desk.rows_after(QueueView(), None, 10 * notes):
        case = desk.case(row.id)
        if case is not None and taken < notes:
            with suppress(Undecidable):
                desk.decide(case, "needs-evaluation", WORDS)
                taken += 1
    return taken


def landed(database: Database) -> int:
    """Return how many notes have their receipt."""
    with database.read() as connection:
        return int(
            connection.exec_driver_sql(
                "SELECT count(*) FROM outbox WHERE kind = 'note' AND state = 'confirmed'"
            ).scalar_one()
        )


async def deliver(database: Database, desk: Desk) -> tuple[int, float]:
    """Fetch, decide and deliver; returns how many notes, and the seconds from the first to the last."""
    engine = engine_on(database, desk)
    await engine.run_once()
    notes = decide(database, UPDATES * WINDOWS)
    began = perf_counter()
    running = asyncio.create_task(engine.run())
    while landed(database) < notes:
        await asyncio.sleep(0.05)
    seconds = perf_counter() - began
    running.cancel()
    with suppress(asyncio.CancelledError):
        await running
    await engine.close()
    return notes, seconds


def main() -> bool:
    """Print the rate and its ratio to the allowed one; True if it is good enough."""
    with limited_desk() as desk, tempfile.TemporaryDirectory() as folder:
        database = Database.open(Path(folder) / "bench.db")
        notes, seconds = asyncio.run(deliver(database, desk))
        database.close()
        refused = desk.asked()["refused"]
    # The first window's worth may go at once; each further one has to wait for its window.
    least = (notes / UPDATES - 1) * WINDOW
    ratio = least / seconds
    good = ratio >= WANTED and not refused
    print(f"delivery to a help desk that takes {UPDATES} writes in {WINDOW:.0f} s")
    print(f"  {notes:>9,} notes     {seconds:7.1f} s, {least:.1f} s at least")
    print(f"  {refused:>9,} refused   none wanted")
    print(f"  ratio {ratio:.2f} of the allowed rate, at least {WANTED} wanted: {'good' if good else 'MISSED'}")
    return good


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--serve", action="store_true")
    if parser.parse_args().serve:
        serve()
    else:
        raise SystemExit(0 if main() else 1)
