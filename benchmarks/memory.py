"""What the workstation holds in memory on 100 and on 100,000 surveys, moved around in the same way."""

import argparse
import asyncio
import subprocess
import sys
import tempfile
from pathlib import Path

from benchmarks.peaks import compared, own_peak
from benchmarks.queue_paint import keys_to_paint, up_and_down
from benchmarks.world import filled, workstation

FEW, MANY = 100, 100_000

KEYS = (*up_and_down("j", "k", 60, 180), "G", *("k",) * 60, "s", *("j",) * 40, *("ctrl+d", "ctrl+u") * 10)
"""Each of them moves something, at a hundred surveys too."""


def inside(file: Path) -> None:
    """Open the workstation on a store that is there already, move around in it, and print the peak in kB."""
    from csat_tui.store.database import Database

    database = Database.open(file)
    asyncio.run(keys_to_paint(workstation(database), KEYS, pause=0.02))
    database.close()
    print(own_peak())


def peak(surveys: int) -> float:
    """Return the peak in MB of a process of its own; the filling happens elsewhere."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "bench.db"
        filled(file, surveys).close()
        command = [sys.executable, "-m", "benchmarks.memory", "--inside", str(file)]
        told = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    return int(told.stdout.split()[-1]) / 1024


def main(few: int = FEW, many: int = MANY) -> bool:
    """Print both peaks and their ratio; True if it is good enough."""
    return compared("the workstation, moved around in", few, peak(few), many, peak(many))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--inside", type=Path)
    chosen = parser.parse_args()
    if chosen.inside is not None:
        inside(chosen.inside)
    else:
        raise SystemExit(0 if main() else 1)
