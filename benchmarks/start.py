"""From the command to the queue with 100,000 cached surveys, against an empty Textual app, in a real terminal."""

import argparse
import os
import statistics
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from time import perf_counter

from benchmarks.world import PLAYBOOK, StillClock, filled
from csat_tui.cli.demo_desk import demo_config
from csat_tui.paths import Paths
from csat_tui.workflow.playbook_changes import Reloading
from tests.terminal import Terminal

FEW, MANY = 100, 100_000

LIMIT = 1.2
"""What the start with many surveys may take at most, in times of the start with few."""

EMPTY = """
from textual.app import App
from textual.widgets import Static

class Empty(App):
    BINDINGS = [("ctrl+q", "quit", "quit")]
    def compose(self):
        yield Static("an empty app")

Empty().run()
"""
NOWHERE = "http://127.0.0.1:9"
"""A help desk that does not answer: the start shows what is cached, and must not wait for it."""


def home_with(folder: Path, surveys: int) -> dict[str, str]:
    """Make the home of somebody who has that many surveys; returns the environment that names it."""
    environ = {**os.environ, "CSAT_TUI_HOME": str(folder), "CSAT_TUI_TOKEN": "not-a-token"}
    paths = Paths.find(environ)
    paths.make()
    paths.config_file.write_text(demo_config(NOWHERE, 1, "ana@example.com", folder), encoding="utf-8")
    database = filled(paths.database, surveys)
    Reloading(database, PLAYBOOK, StillClock()).settle()
    database.close()
    return environ


def seconds_until(command: Sequence[str], environ: Mapping[str, str], *patterns: str) -> tuple[float, ...]:
    """Start a program once; returns the seconds until the screen shows each of the patterns, in their order."""
    began = perf_counter()
    shown = []
    # A start counts with Python's own: nobody's modules are loaded before they give the command.
    with Terminal([sys.executable, *command], environ, warm=False) as terminal:
        for pattern in patterns:
            terminal.wait_for(pattern)
            shown.append(perf_counter() - began)
        terminal.press("ctrl+q")
        terminal.wait_for_end()
    return tuple(shown)


def main(few: int = FEW, many: int = MANY, runs: int = 5) -> bool:
    """Print the medians of runs that take turns; True if many surveys are as quick to open as few."""
    with tempfile.TemporaryDirectory() as folder:
        homes = {surveys: home_with(Path(folder) / str(surveys), surveys) for surveys in (few, many)}
        seconds: dict[str, list[float]] = {"empty": [], "screen": [], "few": [], "many": []}
        for turn in range(runs + 1):
            (empty,) = seconds_until(["-c", EMPTY], os.environ, "an empty app")
            _, with_few = seconds_until(["-m", "csat_tui"], homes[few], "1 Queue", f"{few:,} open")
            screen, with_many = seconds_until(["-m", "csat_tui"], homes[many], "1 Queue", f"{many:,} open")
            if turn:  # the first one warms up
                for name, value in zip(seconds, (empty, screen, with_few, with_many), strict=True):
                    seconds[name].append(value)
    medians = {name: statistics.median(values) for name, values in seconds.items()}
    ratio = medians["many"] / medians["few"]
    good = ratio <= LIMIT
    print(f"from the command to the queue, medians of {runs} starts")
    print(f"  an empty Textual app           {medians['empty']:6.2f} s")
    print(f"  the screen, {many:,} surveys   {medians['screen']:6.2f} s")
    for name, surveys in (("few", few), ("many", many)):
        spread = f"from {min(seconds[name]):.2f} to {max(seconds[name]):.2f}"
        print(f"  the queue, {surveys:7,} surveys    {medians[name]:6.2f} s  ({spread})")
    print(f"  against the empty app          {medians['many'] / medians['empty']:6.2f} times")
    print(f"  ratio of many to few {ratio:.2f}, at most {LIMIT:g} wanted: {'good' if good else 'MISSED'}")
    return good


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=5)
    raise SystemExit(0 if main(runs=parser.parse_args().runs) else 1)
