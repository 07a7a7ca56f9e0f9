"""`make soak`: the soak in full size, with figures; ends with 1 where anything was lost or doubled."""

import argparse
import sys
import tempfile
from pathlib import Path

from tests.soak.run import Options, Soak, Stuck


def main() -> int:
    """Run it and tell; returns how the process ends."""
    asked = argparse.ArgumentParser(prog="python -m tests.soak", description=__doc__)
    asked.add_argument("--notes", type=int, default=10_000)
    asked.add_argument("--seed", type=int, default=7)
    asked.add_argument("--kills", type=int, default=20)
    asked.add_argument("--workers", type=int, default=2)
    asked.add_argument("--patience", type=float, default=3600.0, help="seconds for the whole")
    asked.add_argument("--stalls", type=int, default=5)
    asked.add_argument("--folder", type=Path, help="where the database lies; in memory where the machine lets us")
    given = asked.parse_args()
    memory = Path("/dev/shm")
    # A process that is killed leaves the same behind in memory as on a disk, and a disk would be most of the time.
    folder = given.folder or (memory if memory.is_dir() else None)
    home = Path(tempfile.mkdtemp(prefix="csat-tui-soak-", dir=folder))
    print(f"database and log are in {home}", flush=True)
    options = Options(given.notes, given.seed, given.kills, given.stalls, given.workers, patience=given.patience)
    try:
        report = Soak(options, home, say=True).run()
    except Stuck as stuck:
        print(stuck)
        return 1
    print(report)
    return 0 if report.good else 1


if __name__ == "__main__":
    sys.exit(main())
