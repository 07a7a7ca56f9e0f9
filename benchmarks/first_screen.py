"""From the command to the demo's first screen, in a real terminal on a warm environment."""

import os
import statistics
import sys
import tempfile
from time import perf_counter

from tests.terminal import Terminal

LIMIT = 2.0
"""Seconds until the first screen."""


def seconds_until(*patterns: str) -> tuple[float, ...]:
    """Open the demo once; returns the seconds until the screen shows each of the patterns, in their order."""
    with tempfile.TemporaryDirectory() as home:
        began = perf_counter()
        environ = {**os.environ, "CSAT_TUI_HOME": home}
        # A start counts with Python's own: nobody's modules are loaded before they give the command.
        with Terminal([sys.executable, "-m", "csat_tui", "demo"], environ, warm=False) as terminal:
            shown = []
            for pattern in patterns:
                terminal.wait_for(pattern)
                shown.append(perf_counter() - began)
            terminal.press("ctrl+q")
            terminal.wait_for_end()
    return tuple(shown)


def main(runs: int = 5) -> bool:
    """Print the medians after one run that warms up; True if the first screen is early enough."""
    seconds_until("1 Queue")
    screens, surveys = zip(*(seconds_until("1 Queue", r"58 open") for _ in range(runs)), strict=True)
    first = statistics.median(screens)
    good = bool(first <= LIMIT)
    print(f"csat-tui demo, median of {runs} starts")
    print(f"  first screen         {first:6.2f} s  (from {min(screens):.2f} to {max(screens):.2f})")
    print(f"  first page of cases  {statistics.median(surveys):6.2f} s")
    print(f"  ratio to {LIMIT:g} s {first / LIMIT:.2f}, at most 1 wanted: {'good' if good else 'MISSED'}")
    return good


if __name__ == "__main__":
    raise SystemExit(0 if main() else 1)
