"""What it costs to ask whether anything is new while nothing is, at 100 and at 10,000 surveys."""

import asyncio
import tempfile
from pathlib import Path

from benchmarks.desk import Desk, desk_of
from benchmarks.world import PLAYBOOK
from csat_tui.config import HelpDeskConfig
from csat_tui.domain.clock import SystemClock
from csat_tui.domain.ids import ViewId
from csat_tui.helpdesk.port import open_desk
from csat_tui.secrets import Credential
from csat_tui.store.database import Database
from csat_tui.sync.pull import Puller

SIZES = (100, 10_000)

POLLS = 20


async def requests_a_poll(desk: Desk, file: Path) -> float:
    """Bring everything here, poll, and return how many requests a poll took."""
    config = HelpDeskConfig(kind="zendesk", url=desk.url, view=desk.view_id, user=desk.email)
    helpdesk = open_desk(config, Credential(desk.email, desk.token, "the benchmark"))
    database = Database.open(file)
    puller = Puller(database, helpdesk, PLAYBOOK, SystemClock())
    await puller.walk(ViewId(desk.view_id), whole=True, progress=lambda _: None)
    desk.asked()
    for _ in range(POLLS):
        await puller.walk(ViewId(desk.view_id), whole=False, progress=lambda _: None)
    await helpdesk.close()
    database.close()
    return desk.asked().total() / POLLS


def main(sizes: tuple[int, ...] = SIZES) -> bool:
    """Print the requests of a poll at each size; True if one is enough."""
    print(f"requests of a poll while nothing happens, mean of {POLLS}")
    good = True
    for surveys in sizes:
        with desk_of(surveys) as desk, tempfile.TemporaryDirectory() as folder:
            cost = asyncio.run(requests_a_poll(desk, Path(folder) / "bench.db"))
        good = good and cost == 1
        print(f"  {surveys:>9,} surveys   {cost:5.2f}, ratio to 1 {cost:.2f}: {'good' if cost == 1 else 'MISSED'}")
    return good


if __name__ == "__main__":
    raise SystemExit(0 if main() else 1)
