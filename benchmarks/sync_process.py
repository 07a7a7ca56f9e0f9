"""The sync on a thread beside the screen, against a sync process of its own: keys, speed and memory. Linux only.

`thread` is the workstation as it is. `process` is a screen without a sync beside `csat-tui sync --watch`. `forked` is
the same, but the screen's process forks the sync after the imports that both need, so that they share memory pages.
`alone` is `csat-tui sync --watch` without a screen. It asserts nothing: see “A decision” in docs/architecture.md.
"""

import argparse
import asyncio
import gc
import json
import os
import shutil
import signal
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import monotonic, sleep
from typing import Any

from benchmarks.desk import Desk, desk_of

MODES = ("alone", "thread", "process", "forked")

LATENCY = 20
"""Milliseconds that each request takes on its way."""

QUIET = 5.0
"""Seconds without requests after which the sync is done."""

BATCH = 25
"""Keys between two looks at what the sync does."""

WATCH = ("csat-tui", "sync", "--watch", "--json")


# The screen's process


def forked_sync() -> tuple[int, Callable[[], object]]:
    """Fork a process that syncs once it is told to; return its number, and what tells it."""
    import csat_tui.sync.engine
    import csat_tui.workflow.opening  # noqa: F401

    gc.collect()
    gc.freeze()
    reading, writing = os.pipe()
    child = os.fork()
    if child:
        os.close(reading)
        return child, lambda: os.write(writing, b".")
    os.close(writing)
    if not os.read(reading, 1):
        os._exit(0)  # the screen has ended
    nowhere = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1):
        os.dup2(nowhere, stream)
    sys.argv = list(WATCH)
    from csat_tui.launch import main

    main()
    os._exit(0)


async def screen(mode: str, child: int, begin: Callable[[], object]) -> None:
    """Open the workstation, and press keys or begin the sync as the lines of standard input say."""
    answers = os.fdopen(os.dup(1), "w")
    from benchmarks.paint_while_syncing import Person
    from benchmarks.queue_paint import HELD, SIZE, Terminal, up_and_down
    from csat_tui.cli.installation import find_installation, opened_workplace
    from csat_tui.store.database import OutsideChanges
    from csat_tui.tui.app import Workstation
    from csat_tui.tui.base.session import Session

    with opened_workplace(find_installation()) as workplace, OutsideChanges(workplace.database):
        background = workplace.background() if mode == "thread" else None
        app = Workstation(Session.at(workplace, background))
        app.driver_class = Terminal
        Terminal.painted = asyncio.Event()
        running = asyncio.create_task(app.run_async(size=SIZE, headless=False))
        await asyncio.sleep(1.5)
        person, keys = Person(app), up_and_down("j", "k", 95, sys.maxsize)
        answer: Any = child
        while True:
            print(json.dumps(answer), file=answers, flush=True)
            line = await asyncio.to_thread(sys.stdin.readline)
            if line.startswith("keys"):
                answer = []
                for _ in range(BATCH):
                    waited = waited_for_processor()
                    taken = await person.press(next(keys))
                    answer.append((taken, max(0.0, taken - waited_for_processor() + waited)))
                    await asyncio.sleep(max(0.0, HELD - taken))
            elif line.startswith("begin"):
                begin()
                if background is not None:
                    background.start()
            else:
                break
        app.exit()
        await running
        if background is not None:
            await asyncio.to_thread(background.stop)


def waited_for_processor() -> float:
    """Return the seconds for which this thread could run and another one had the processor."""
    return int(Path(f"/proc/self/task/{threading.get_native_id()}/schedstat").read_text().split()[1]) / 1e9


# The process that measures


class Memory:
    """Samples the memory of processes four times a second, in MB."""

    def __init__(self, *processes: int) -> None:
        self._processes = processes
        self._samples: list[tuple[float, float]] = []
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run)
        self._thread.start()

    def stop(self) -> dict[str, float]:
        """Return the median of the last samples: the share of memory (PSS), and all that is mapped (RSS)."""
        self._ended.set()
        self._thread.join()
        last = self._samples[-8:]
        return {name: statistics.median(sample[place] for sample in last) for place, name in enumerate(("pss", "rss"))}

    def _run(self) -> None:
        while not self._ended.wait(0.25):
            self._samples.append((self._sum("Pss:"), self._sum("Rss:")))

    def _sum(self, what: str) -> float:
        texts = [Path(f"/proc/{number}/smaps_rollup").read_text() for number in self._processes]
        lines = [line for text in texts for line in text.splitlines()]
        return sum(int(line.split()[1]) for line in lines if line.startswith(what)) / 1024


class Progress:
    """What the sync has done since the beginning, seen from outside."""

    def __init__(self, home: Path, desk: Desk) -> None:
        self._file = f"file:{home}/data/csat-tui.db?mode=ro"
        self._desk = desk
        self._here = self._count("survey")
        self._began = self._last = monotonic()
        self.begun = False
        desk.asked()

    @property
    def surveys(self) -> int:
        """The surveys that have come."""
        return self._count("survey") - self._here

    def done(self) -> bool:
        """Return whether the sync asks for nothing any more."""
        if self._desk.asked().total() > 2:  # more than a poll
            self.begun, self._last = True, monotonic()
        return self.begun and monotonic() - self._last > QUIET

    def wait(self, until: Callable[[], bool]) -> float:
        """Wait until something is so; return the seconds from the beginning to the last request."""
        while not until():
            sleep(0.5)
        return self._last - self._began

    def wait_for_the_beginning(self) -> None:
        """Wait until the sync asks for the first surveys."""
        self.wait(lambda: self.done() or self.begun)

    def _count(self, table: str) -> int:
        connection = sqlite3.connect(self._file, uri=True)
        try:
            return int(connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0])
        finally:
            connection.close()


@dataclass(frozen=True)
class Bench:
    """A home with surveys in it, and the help desk that it belongs to."""

    home: Path
    desk: Desk

    @property
    def environ(self) -> dict[str, str]:
        """The environment of every process here."""
        return {**os.environ, "CSAT_TUI_HOME": str(self.home), "CSAT_TUI_TOKEN": self.desk.token}

    def furnish(self, here: int) -> None:
        """Write the configuration, and put surveys into the store that no help desk knows."""
        from benchmarks.paint_while_syncing import furnished

        (self.home / "data").mkdir(mode=0o700, parents=True)
        (self.home / "config.toml").write_text(
            f'[helpdesk]\nkind = "zendesk"\nurl = "{self.desk.url}"\nview = {self.desk.view_id}\n'
            f'user = "{self.desk.email}"\n[ui]\nanimation = false\n'
        )
        furnished(self.home / "data" / "csat-tui.db", here).close()

    @contextmanager
    def watching(self) -> Iterator[int]:
        """Sync in a process of its own; gives its number."""
        command = [sys.executable, "-m", "csat_tui", *WATCH[1:]]
        with subprocess.Popen(command, env=self.environ, stdout=subprocess.DEVNULL) as process:
            try:
                yield process.pid
            finally:
                process.send_signal(signal.SIGTERM)

    def alone(self) -> dict[str, Any]:
        """Sync without a screen."""
        progress = Progress(self.home, self.desk)
        with self.watching() as number:
            memory = Memory(number)
            seconds = progress.wait(progress.done)
            return {"seconds": seconds, **memory.stop()}

    def beside_a_screen(self, mode: str, keys: int) -> dict[str, Any]:
        """Press keys at rest, sync, press keys meanwhile, and wait for the end of the sync."""
        command = [sys.executable, "-m", "benchmarks.sync_process", "--screen", mode]
        pipe = subprocess.PIPE
        with subprocess.Popen(command, env=self.environ, stdin=pipe, stdout=pipe, text=True) as process:
            assert process.stdin is not None
            assert process.stdout is not None
            child = json.loads(process.stdout.readline())

            def ask(word: str) -> Any:
                print(word, file=process.stdin, flush=True)
                return json.loads(process.stdout.readline()) if process.stdout is not None else None

            rest = [pair for _ in range(keys // BATCH) for pair in ask("keys")]
            progress = Progress(self.home, self.desk)
            ask("begin")
            with self.watching() if mode == "process" else _nothing(child) as number:
                progress.wait_for_the_beginning()
                memory = Memory(process.pid, *filter(None, [number]))
                busy: list[tuple[float, float]] = []
                while len(busy) < keys and not progress.done():
                    busy += ask("keys")
                surveys = progress.surveys
                found = {"seconds": progress.wait(progress.done), **memory.stop()}
            if child:
                os.kill(child, signal.SIGTERM)
            print("end", file=process.stdin, flush=True)
        for name, place in (("key", 0), ("key_own", 1)):
            still, moving = _p95([pair[place] for pair in rest]), _p95([pair[place] for pair in busy])
            found |= {f"{name}_at_rest": still, f"{name}_syncing": moving, f"{name}_ratio": moving / still}
        return {**found, "surveys_under_keys": surveys, "keys": len(busy)}


@contextmanager
def _nothing(number: int) -> Iterator[int]:
    yield number


def _p95(seconds: list[float]) -> float:
    return statistics.quantiles(seconds, n=20)[-1] * 1000


def main(surveys: int, here: int, rounds: int, keys: int) -> None:
    """Print what each round in each mode took, and the medians."""
    found: dict[str, list[dict[str, Any]]] = {mode: [] for mode in MODES}
    with tempfile.TemporaryDirectory() as folder, desk_of(surveys, LATENCY, niceness=10) as desk:
        first = Bench(Path(folder) / "first", desk)
        first.furnish(here)
        for number in range(rounds):
            for mode in MODES:
                bench = Bench(Path(folder) / f"{mode}{number}", desk)
                shutil.copytree(first.home, bench.home)
                found[mode].append(bench.alone() if mode == "alone" else bench.beside_a_screen(mode, keys))
                print(mode, _rounded(found[mode][-1]), f"load {os.getloadavg()[0]:.0f}", flush=True)
                shutil.rmtree(bench.home)
    print(f"medians of {rounds} rounds: seconds of the sync, memory in MB, p95 of a key in ms")
    for mode, each in found.items():
        print(f"{mode:8}", _rounded({name: statistics.median(one[name] for one in each) for name in each[0]}))


def _rounded(figures: dict[str, Any]) -> str:
    return "  ".join(f"{name} {figure:.4g}" for name, figure in figures.items())


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--screen", choices=MODES)
    parser.add_argument("--surveys", type=int, default=2_000, help="surveys that come in")
    parser.add_argument("--here", type=int, default=1_000, help="surveys that are in the store before")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--keys", type=int, default=200)
    chosen = parser.parse_args()
    if chosen.screen:
        asyncio.run(screen(chosen.screen, *(forked_sync() if chosen.screen == "forked" else (0, int))))
    else:
        main(chosen.surveys, chosen.here, chosen.rounds, chosen.keys)
