"""How long the screen is held while somebody searches, sorts and filters 100,000 surveys, and how long a key waits."""

import argparse
import asyncio
import statistics
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter, thread_time
from typing import Any

from textual import events

from benchmarks.queue_paint import SIZE, Terminal
from benchmarks.world import filled, workstation
from csat_tui.tui.app import Workstation
from csat_tui.tui.base.loop_watch import HeldLoop, LoopWatch

LIMIT = 0.05
"""Seconds that a key may wait, and that the screen may be held."""

GLANCE = 0.001
"""Seconds between two looks whether the screen answers."""

PAUSE = 0.06
"""Seconds between two keys of somebody who types fast."""

AFTER = 0.5
"""Seconds after the last key in which what was wished for comes about."""

FEW = 500
"""Surveys of the small desk that it is compared with."""

NAMED = 5
"""Of what held the screen, how much is named, the longest first."""

MOST = 1.5
"""What a key may wait at most, in times of what it waits on the small desk."""

ESCAPE = ("escape", "escape")

WISHES: dict[str, Sequence[str]] = {
    "search for a common word": ("slash", *"charged", "enter", "j", *ESCAPE),
    "search for a rare word": ("slash", *"99998", "enter", *ESCAPE),
    "search for what begins many words": ("slash", *"a", "enter", "j", *ESCAPE),
    "search for a customer": ("slash", *"customer77777", "enter", *ESCAPE),
    "search for a ticket": ("slash", *"7054321", "enter", *ESCAPE),
    "search for words in Japanese": ("slash", *"表示", "enter", *ESCAPE),
    "search for nothing that is here": ("slash", *"zzzzzz", "enter", *ESCAPE),
    "sort": ("s", "j", "s", "j", "s", "j"),
    "sort again and again": ("s",) * 12,
    "sort what was searched for": ("slash", *"charged", "enter", "s", "j", "s", "G", "s", *ESCAPE),
    "filter by a path": ("f", "1", "j", "f", "2", "j", "f", "a"),
    "filter by what is mine": ("f", "m", "f", "a"),
    "filter by what is to merge": ("f", "t", "f", "a"),
    "filter by what is decided": ("f", "d", "f", "a"),
    "search within a filter": ("f", "2", "slash", *"box", "enter", *ESCAPE, "f", "a"),
    "go to the end and back": ("G", "k", "g", "g", "j"),
}
"""What is typed, key by key."""


@dataclass
class Longest:
    """The longest times of one thing that was typed, in seconds."""

    waited: float = 0.0
    """From a key until the next one could have its turn."""
    held: float = 0.0
    """That the loop answered nothing, for whatever reason: a busy machine holds it as well."""
    worked: float = 0.0
    """That the screen's own thread worked without answering; this does not depend on who else is on the machine."""


async def look(longest: Longest) -> None:
    """Measure how long the loop does not answer, again and again."""
    before, worked = perf_counter(), thread_time()
    while True:
        await asyncio.sleep(GLANCE)
        now, work = perf_counter(), thread_time()
        longest.held = max(longest.held, now - before - GLANCE)
        longest.worked = max(longest.worked, work - worked)
        before, worked = now, work


async def taken(app: Workstation, key: str) -> float:
    """Return the seconds from a key until the next one could have its turn."""
    pressed = perf_counter()
    app.post_message(events.Key(key, key if len(key) == 1 else None))
    await asyncio.sleep(0)
    while app.keys_are_waiting():
        await asyncio.sleep(GLANCE)
    return perf_counter() - pressed


async def typed(app: Any) -> tuple[dict[str, Longest], list[float], list[HeldLoop]]:
    """Return the longest times of each wish, the seconds that each key waited, and what held the screen."""
    app.driver_class = Terminal
    app.alone = True  # as when it is launched
    Terminal.painted = asyncio.Event()
    running = asyncio.create_task(app.run_async(size=SIZE, headless=False))
    await asyncio.sleep(1.5)
    found, waits, held = dict[str, Longest](), list[float](), list[HeldLoop]()
    try:
        for wish, keys in WISHES.items():
            longest = found[wish] = Longest()
            looking = asyncio.create_task(look(longest))
            with LoopWatch(held.append, LIMIT):
                for key in keys:
                    waits.append(await taken(app, key))
                    longest.waited = max(longest.waited, waits[-1])
                    await asyncio.sleep(max(0.0, PAUSE - waits[-1]))
                await asyncio.sleep(AFTER)
            looking.cancel()
    finally:
        app.exit()
        await running
    return found, waits, held


def measure(surveys: int) -> tuple[dict[str, Longest], list[float], list[HeldLoop]]:
    """Return what `typed` does, on a desk of so many surveys."""
    with tempfile.TemporaryDirectory() as folder:
        database = filled(Path(folder) / "bench.db", surveys)
        try:
            return asyncio.run(typed(workstation(database)))
        finally:
            database.close()


def main(surveys: int = 100_000, few: int = FEW) -> bool:
    """Print the longest times of each wish, and how they compare with a small desk; True if they are good enough."""
    found, waits, held = measure(surveys)
    _, small, _ = measure(few)
    print(f"search, sort and filter at {surveys:,} surveys: the longest times in ms")
    print(f"  {'':36} key waited   screen held   of it own work")
    for wish, longest in found.items():
        print(f"  {wish:36} {longest.waited * 1000:10.1f} {longest.held * 1000:13.1f} {longest.worked * 1000:16.1f}")
    for one in sorted(held, key=lambda one: -one.seconds)[:NAMED]:
        print(f"  {one}")
    worked = max(one.worked for one in found.values())
    # The tail of what a key waits is the machine's; the work of the screen's own thread speaks for ours.
    usual, on_small = statistics.median(waits) * 1000, statistics.median(small) * 1000
    ratio = usual / on_small
    good = worked <= LIMIT and ratio <= MOST
    print(f"  median of {len(waits)} keys {usual:.1f} ms; at {few:,} surveys {on_small:.1f} ms")
    print(f"  longest work of the screen {worked * 1000:.1f} ms, at most {LIMIT * 1000:.0f} wanted")
    print(f"  ratio of the two medians {ratio:.2f}, at most {MOST} wanted: {'good' if good else 'MISSED'}")
    return good


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--surveys", type=int, default=100_000)
    chosen = parser.parse_args()
    raise SystemExit(0 if main(chosen.surveys) else 1)
