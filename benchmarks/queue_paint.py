"""From a key to the bytes on the terminal: our queue at 100,000 surveys against a stock table of 100 rows."""

import argparse
import asyncio
import itertools
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from time import perf_counter
from typing import Any

from textual import events
from textual.app import App, ComposeResult
from textual.drivers.headless_driver import HeadlessDriver
from textual.widgets import DataTable

from benchmarks.world import a_survey, filled, workstation

SIZE = (120, 40)
HELD = 0.04
"""Seconds between two keys: a key held down."""

LIMIT = 0.5
"""What the queue may take of the table's time."""


class Terminal(HeadlessDriver):
    """A terminal that is drawn for in full and notes when something arrives."""

    painted: asyncio.Event
    at: float = 0.0

    @property
    def is_headless(self) -> bool:
        """Say no, so that the app writes what it draws."""
        return False

    def flush(self) -> None:
        """Have nothing to hand on."""

    def write(self, data: str) -> None:
        """Note when a drawing arrives; the marks around it are shorter."""
        if len(data) > 20:
            self.at = perf_counter()
            self.painted.set()


class StockTable(App[None]):
    """A table as it comes, with the same rows."""

    def compose(self) -> ComposeResult:
        """Yield the table."""
        yield DataTable(cursor_type="row")

    def on_mount(self) -> None:
        """Fill it."""
        table = self.query_one(DataTable)
        table.add_columns("rating", "due", "concern", "customer", "agent")
        for number in range(100):
            one = a_survey(number)
            table.add_row(str(one.rating), "38m", one.comment, one.customer, one.agent)
        table.focus()


async def keys_to_paint(app: App[Any], keys: Iterable[str], pause: float = HELD) -> list[float]:
    """Return the seconds from each key to the write that shows it."""
    app.driver_class = Terminal
    Terminal.painted = asyncio.Event()
    running = asyncio.create_task(app.run_async(size=SIZE, headless=False))
    await asyncio.sleep(1.2)
    taken: list[float] = []
    try:
        for key in keys:
            driver = app._driver
            assert isinstance(driver, Terminal)
            driver.painted.clear()
            pressed = perf_counter()
            app.post_message(events.Key(key, key if len(key) == 1 else None))
            await asyncio.wait_for(driver.painted.wait(), 5)
            taken.append(driver.at - pressed)
            await asyncio.sleep(max(0.0, pause - taken[-1]))
    finally:
        app.exit()
        await running
    return taken


def up_and_down(down: str, up: str, rows: int, keys: int) -> Iterator[str]:
    """Yield keys that walk down and up again, so that each of them moves something."""
    there_and_back = [down] * rows + [up] * rows
    return itertools.islice(itertools.cycle(there_and_back), keys)


def p95(seconds: list[float]) -> float:
    """Return the 95th percentile in milliseconds."""
    return statistics.quantiles(seconds, n=20)[-1] * 1000


def stock_table(keys: int) -> list[float]:
    """Return the seconds of each key in the stock table, in a process without csat-tui's screen."""
    command = [sys.executable, "-m", "benchmarks.queue_paint", "--stock", "--keys", str(keys)]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    return [float(line) for line in done.stdout.split()]


def measure(surveys: int, keys: int, rounds: int = 1) -> tuple[float, float]:
    """Return the p95 of the queue and of the table in milliseconds, taken in turns."""
    ours: list[float] = []
    stock: list[float] = []
    with tempfile.TemporaryDirectory() as folder:
        database = filled(Path(folder) / "bench.db", surveys)
        for _ in range(rounds):
            stock += stock_table(keys)
            ours += asyncio.run(keys_to_paint(workstation(database), up_and_down("j", "k", 95, keys)))
        database.close()
    return p95(ours), p95(stock)


def main(surveys: int = 100_000, keys: int = 400, rounds: int = 1) -> bool:
    """Print both figures and their ratio; True if it is good enough."""
    ours, stock = measure(surveys, keys, rounds)
    good = ours <= LIMIT * stock
    print(f"key to paint, p95 of {keys * rounds} keys")
    print(f"  csat-tui queue, {surveys:,} surveys   {ours:7.2f} ms")
    print(f"  stock DataTable, 100 rows      {stock:7.2f} ms")
    print(f"  ratio {ours / stock:.2f}, at most {LIMIT} wanted: {'good' if good else 'MISSED'}")
    return good


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--surveys", type=int, default=100_000)
    parser.add_argument("--keys", type=int, default=400)
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--stock", action="store_true", help="print the seconds of each key in the stock table alone")
    chosen = parser.parse_args()
    if chosen.stock:
        print(*asyncio.run(keys_to_paint(StockTable(), up_and_down("down", "up", 95, chosen.keys))), sep="\n")
    else:
        raise SystemExit(0 if main(chosen.surveys, chosen.keys, chosen.rounds) else 1)
