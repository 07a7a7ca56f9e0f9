"""What the workstation holds in memory on 100 and on 100,000 surveys, moved around in the same way."""

import argparse
import asyncio
import resource
import subprocess
import sys
import tempfile
from pathlib import Path

from benchmarks.queue_paint import keys_to_paint, up_and_down
from benchmarks.world import filled, workstation

FEW, MANY = 100, 100_000

LIMIT = 1.3
"""What the many may take of the memory of the few."""

KEYS = (*up_and_down("j", "k", 60, 180), "G", *("k",) * 60, "s", *("j",) * 40, *("ctrl+d", "ctrl+u") * 10)
"""Each of them moves something, at a hundred surveys too."""


def inside(file: Path) -> None:
    """Open the workstation on a store that is there already, move around in it, and print the peak in kB."""
    from csat_tui.store.database import Database

    database = Database.open(file)
    asyncio.run(keys_to_paint(workstation(database), KEYS, pause=0.02))
    database.close()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    print(peak // 1024 if sys.platform == "darwin" else peak)


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
    light, heavy = peak(few), peak(many)
    good = heavy <= LIMIT * light
    print("peak memory of the workstation, moved around in")
    print(f"  {few:>9,} surveys   {light:7.1f} MB")
    print(f"  {many:>9,} surveys   {heavy:7.1f} MB")
    print(f"  ratio {heavy / light:.2f}, at most {LIMIT} wanted: {'good' if good else 'MISSED'}")
    return good


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--inside", type=Path)
    chosen = parser.parse_args()
    if chosen.inside is not None:
        inside(chosen.inside)
    else:
        raise SystemExit(0 if main() else 1)
