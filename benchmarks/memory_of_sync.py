"""What a process holds in memory while it syncs 1,000 and 100,000 surveys for the first time."""

import argparse
import asyncio
import subprocess
import sys
import tempfile
from pathlib import Path

from benchmarks.desk import desk_of
from benchmarks.peaks import compared, own_peak

FEW, MANY = 1_000, 100_000


async def walk(file: Path, url: str, email: str, token: str, view_id: int) -> int:
    """Walk the view until it agrees; returns how many surveys came."""
    from benchmarks.world import PLAYBOOK
    from csat_tui.config import HelpDeskConfig
    from csat_tui.domain.clock import SystemClock
    from csat_tui.domain.ids import ViewId
    from csat_tui.helpdesk.port import open_desk
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
    return compared("a first sync", few, peak(few), many, peak(many))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--inside", nargs=5)
    parser.add_argument("--many", type=int, default=MANY)
    chosen = parser.parse_args()
    if chosen.inside is not None:
        file, url, email, token, view_id = chosen.inside
        new = asyncio.run(walk(Path(file), url, email, token, int(view_id)))
        print(new, own_peak())
    else:
        raise SystemExit(0 if main(many=chosen.many) else 1)
