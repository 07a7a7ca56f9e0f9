"""What a process holds in memory while it syncs 1,000 and 100,000 surveys for the first time."""

import argparse
import asyncio
import resource
import subprocess
import sys
import tempfile
from pathlib import Path

from benchmarks.desk import desk_of

FEW, MANY = 1_000, 100_000

LIMIT = 1.3
"""What the many may take of the memory of the few."""


async def walk(file: Path, url: str, email: str, token: str, view_id: int) -> int:
    """Walk the view until it agrees; returns how many surveys came."""
    from benchmarks.world import PLAYBOOK
    from csat_tui.config import HelpDeskConfig
    from csat_tui.domain.clock import SystemClock
    from csat_tui.domain.ids import ViewId
    from csat_tui.helpdesk.opening import open_desk
    from csat_tui.secrets import Credential
    from csat_tui.store.database import Database
    from csat_tui.sync.pull import Puller

    config = HelpDeskConfig(kind="zendesk", url=url, view=view_id, user=email)
    helpdesk = open_desk(config, Credential(email, token, "the benchmark"))
    database = Database.open(file)
    puller = Puller(database, helpdesk, PLAYBOOK, SystemClock())
    new = await puller.walk(ViewId(view_id), whole=True, progress=lambda _: None)
    await helpdesk.close()
    database.close()
    return new


def peak(surveys: int) -> float:
    """Return the peak in MB of a process of its own; the desk is in another."""
    with tempfile.TemporaryDirectory() as folder, desk_of(surveys) as desk:
        given = [str(Path(folder) / "bench.db"), desk.url, desk.email, desk.token, str(desk.view_id)]
        command = [sys.executable, "-m", "benchmarks.memory_of_sync", "--inside", *given]
        told = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    new, kilobytes = told.stdout.split()
    assert int(new) == surveys, f"{new} of {surveys} surveys came"
    return int(kilobytes) / 1024


def main(few: int = FEW, many: int = MANY) -> bool:
    """Print both peaks and their ratio; True if it is good enough."""
    light, heavy = peak(few), peak(many)
    good = heavy <= LIMIT * light
    print("peak memory of a first sync")
    print(f"  {few:>9,} surveys   {light:7.1f} MB")
    print(f"  {many:>9,} surveys   {heavy:7.1f} MB")
    print(f"  ratio {heavy / light:.2f}, at most {LIMIT} wanted: {'good' if good else 'MISSED'}")
    return good


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--inside", nargs=5)
    parser.add_argument("--many", type=int, default=MANY)
    chosen = parser.parse_args()
    if chosen.inside is not None:
        file, url, email, token, view_id = chosen.inside
        new = asyncio.run(walk(Path(file), url, email, token, int(view_id)))
        highest = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        print(new, highest // 1024 if sys.platform == "darwin" else highest)
    else:
        raise SystemExit(0 if main(many=chosen.many) else 1)
