"""From a key to the bytes on the terminal: at rest, and while a first sync runs beside the screen.

The demo help desk stands for another machine and is niced, so that it does not compete for the processor.
"""

import argparse
import asyncio
import tempfile
from dataclasses import replace
from pathlib import Path
from time import perf_counter
from typing import Any

from textual import events

from benchmarks.desk import Desk, desk_of
from benchmarks.queue_paint import HELD, SIZE, Terminal, p95, up_and_down
from benchmarks.sync_race import LATENCY, engine_on
from benchmarks.world import PLAYBOOK, a_survey, workstation
from csat_tui.domain.clock import SystemClock
from csat_tui.domain.survey import as_arrival
from csat_tui.store.cases.surveys import put_surveys
from csat_tui.store.database import Database
from csat_tui.sync.background import BackgroundSync
from csat_tui.tui.app import Workstation

HERE = 1_000
"""Surveys that are here already, so that there is something to move about in."""

MOST = 6
"""How many times the keys are pressed at most until the first transcript has come."""

LIMIT = 1.5
"""What a key may take while the sync runs, in times of what it takes at rest."""


def furnished(file: Path, surveys: int = HERE) -> Database:
    """Return a database with surveys of a file, which no help desk has anything to say about."""
    database = Database.open(file)
    mine = [replace(a_survey(number), survey_ticket_id=None, source_ticket_id=None) for number in range(surveys)]
    with database.write() as connection:
        put_surveys(connection, [as_arrival(one, PLAYBOOK) for one in mine])
    return database


def transcripts(database: Database) -> int:
    """Return how many transcripts are here."""
    with database.read() as connection:
        told = connection.exec_driver_sql("SELECT count(*) FROM ticket WHERE messages_stamp IS NOT NULL")
        return int(told.scalar_one())


class Person:
    """Presses keys, and waits for the paint that shows where the highlight went."""

    def __init__(self, app: Workstation) -> None:
        self._app: Any = app

    def _highlighted(self) -> object:
        window = self._app.screen.queue.list.window
        return window.rows[window.index].id if window.rows else None

    async def press(self, key: str) -> float:
        """Return the seconds from a key to the first write after the highlight has moved."""
        driver = self._app._driver
        assert isinstance(driver, Terminal)
        before = self._highlighted()
        driver.painted.clear()
        pressed = perf_counter()
        self._app.post_message(events.Key(key, key))
        while True:
            await asyncio.wait_for(driver.painted.wait(), 10)
            if self._highlighted() != before:
                return driver.at - pressed
            driver.painted.clear()


async def pressed_keys(database: Database, desk: Desk, keys: int) -> tuple[list[float], list[float], int]:
    """Return the seconds of each key at rest and during the sync, and the transcripts that came meanwhile."""
    background = BackgroundSync(database, lambda: engine_on(database, desk))
    app = workstation(database, SystemClock(), background)
    app.driver_class = Terminal
    Terminal.painted = asyncio.Event()
    running = asyncio.create_task(app.run_async(size=SIZE, headless=False))
    await asyncio.sleep(1.2)
    person = Person(app)
    at_rest: list[float] = []
    syncing: list[float] = []
    try:
        for key in up_and_down("j", "k", 95, keys):
            at_rest.append(await person.press(key))
            await asyncio.sleep(max(0.0, HELD - at_rest[-1]))
        background.start()
        # On a slow machine the first transcript comes late, and keys before it would be keys at rest.
        for number, key in enumerate(up_and_down("j", "k", 95, MOST * keys)):
            if number >= keys and number % 100 == 0 and transcripts(database):
                break
            syncing.append(await person.press(key))
            await asyncio.sleep(max(0.0, HELD - syncing[-1]))
        came = transcripts(database)
    finally:
        app.exit()
        await running
        await asyncio.to_thread(background.stop)
    return at_rest, syncing, came


def main(surveys: int = 2_000, keys: int = 400) -> bool:
    """Print both figures and their ratio; True if it is good enough."""
    with tempfile.TemporaryDirectory() as folder, desk_of(surveys, LATENCY, niceness=10) as desk:
        database = furnished(Path(folder) / "bench.db")
        at_rest, syncing, came = asyncio.run(pressed_keys(database, desk, keys))
        database.close()
    if not came:
        raise SystemExit("Nothing came in while the keys were pressed, so there is nothing to compare.")
    rest, busy = p95(at_rest), p95(syncing)
    good = busy <= LIMIT * rest
    print(f"key to paint, p95 of {keys} keys at rest and {len(syncing)} during the sync")
    print(f"  at rest                        {rest:7.2f} ms")
    print(f"  while {surveys:,} surveys come in    {busy:7.2f} ms  ({came:,} transcripts came meanwhile)")
    print(f"  ratio {busy / rest:.2f}, at most {LIMIT} wanted: {'good' if good else 'MISSED'}")
    return good


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--surveys", type=int, default=2_000)
    parser.add_argument("--keys", type=int, default=400)
    chosen = parser.parse_args()
    raise SystemExit(0 if main(chosen.surveys, chosen.keys) else 1)
