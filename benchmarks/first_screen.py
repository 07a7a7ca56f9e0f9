"""From the command to the demo's first screen, in a real terminal on a warm environment."""

import os
import statistics
import tempfile

from benchmarks.start import seconds_until

LIMIT = 2.0
"""Seconds until the first screen."""


def demo_until(*patterns: str) -> tuple[float, ...]:
    """Open the demo once; returns the seconds until the screen shows each of the patterns, in their order."""
    with tempfile.TemporaryDirectory() as home:
        return seconds_until(["-m", "csat_tui", "demo"], {**os.environ, "CSAT_TUI_HOME": home}, *patterns)


def main(runs: int = 5) -> bool:
    """Print the medians after one run that warms up; True if the first screen is early enough."""
    demo_until("1 Queue")
    screens, surveys = zip(*(demo_until("1 Queue", r"58 open") for _ in range(runs)), strict=True)
    first = statistics.median(screens)
    good = bool(first <= LIMIT)
    print(f"csat-tui demo, median of {runs} starts")
    print(f"  first screen         {first:6.2f} s  (from {min(screens):.2f} to {max(screens):.2f})")
    print(f"  first page of cases  {statistics.median(surveys):6.2f} s")
    print(f"  ratio to {LIMIT:g} s {first / LIMIT:.2f}, at most 1 wanted: {'good' if good else 'MISSED'}")
    return good


if __name__ == "__main__":
    raise SystemExit(0 if main() else 1)
