"""The first sync against Zenpy doing the same: surveys, their source tickets, and each one's comments."""

import argparse
import asyncio
import re
import tempfile
from math import ceil
from pathlib import Path
from time import perf_counter

from benchmarks.desk import Desk, desk_of
from benchmarks.world import PLAYBOOK
from csat_tui.admin.port import NoAdmin
from csat_tui.config import Config, HelpDeskConfig
from csat_tui.domain.clock import SystemClock
from csat_tui.helpdesk.port import open_desk
from csat_tui.paths import Paths
from csat_tui.secrets import Credential
from csat_tui.store.database import Database
from csat_tui.sync.engine import Engine
from csat_tui.targets.opening import open_targets
from tests.zenpy_desk import zenpy_client

LATENCY = 20
"""Milliseconds that each request takes on its way."""

FASTER = 4.0
"""How much faster the sync has to be."""

REQUESTS = 1.05
"""How many times the least possible number of requests it may take."""


def engine_on(database: Database, desk: Desk) -> Engine:
    """Return a sync of a store with a desk."""
    config = HelpDeskConfig(kind="zendesk", url=desk.url, view=desk.view_id, user=desk.email)
    helpdesk = open_desk(config, Credential(desk.email, desk.token, "the benchmark"))
    clock = SystemClock()
    targets = open_targets(Config(), {}, Paths.find({"CSAT_TUI_HOME": str(database.file.parent)}), clock)
    return Engine(database, helpdesk, NoAdmin(), PLAYBOOK, clock, view=desk.view_id, targets=targets)


async def one_round(database: Database, desk: Desk) -> None:
    """Sync once, with all that belongs to it."""
    engine = engine_on(database, desk)
    status = await engine.run_once()
    assert not status.problem, status.problem
    await engine.close()


def ours(desk: Desk) -> tuple[float, int, int]:
    """Return the seconds of a first sync, and how many surveys and transcripts it brought."""
    with tempfile.TemporaryDirectory() as folder:
        database = Database.open(Path(folder) / "bench.db")
        began = perf_counter()
        asyncio.run(one_round(database, desk))
        seconds = perf_counter() - began
        with database.read() as connection:
            surveys = connection.exec_driver_sql("SELECT count(*) FROM survey").scalar_one()
            transcripts = connection.exec_driver_sql("SELECT count(DISTINCT ticket_id) FROM message").scalar_one()
        database.close()
    return seconds, surveys, transcripts


def zenpys(desk: Desk) -> tuple[float, int, int]:
    """Return the seconds that a plain script takes, and how many surveys and transcripts it brought."""
    client = zenpy_client(desk.url, desk.email, desk.token)
    began = perf_counter()
    client.users.me()
    surveys = list(client.views.tickets(desk.view_id))
    found = (re.search(r"^\s*Ticket #(\d+)", ticket.description, re.MULTILINE) for ticket in surveys)
    sources = sorted({int(match[1]) for match in found if match})
    there = [
        ticket.id
        for start in range(0, len(sources), 100)
        for ticket in client.tickets(ids=sources[start : start + 100])
    ]
    transcripts = sum(bool(list(client.tickets.comments(ticket=ticket_id))) for ticket_id in there)
    return perf_counter() - began, len(surveys), transcripts


def main(surveys: int = 2_000) -> bool:
    """Print both times and the requests; True if the sync is fast and sparing enough."""
    with desk_of(surveys, LATENCY) as desk:
        fast, here, transcripts = ours(desk)
        asked = desk.asked()
        slow, same, theirs = zenpys(desk)
        their_requests = desk.asked().total()
    if (here, transcripts) != (same, theirs):
        print(f"sync brought {here} surveys and {transcripts} transcripts, zenpy {same} and {theirs}: MISSED")
        return False
    least = 1 + ceil(surveys / 100) + ceil(transcripts / 100) + transcripts
    good = slow >= FASTER * fast and asked.total() <= REQUESTS * least
    print(f"first sync of {here:,} surveys and {transcripts:,} transcripts, {LATENCY} ms a request")
    print(f"  csat-tui   {fast:7.2f} s  {asked.total():6,} requests  ({_kinds(asked)})")
    print(f"  zenpy      {slow:7.2f} s  {their_requests:6,} requests")
    print(f"  ratio {slow / fast:.2f} times faster, at least {FASTER:g} wanted; ", end="")
    print(f"requests {asked.total() / least:.3f} of the least possible, at most {REQUESTS} wanted: ", end="")
    print("good" if good else "MISSED")
    return good


def _kinds(asked: dict[str, int]) -> str:
    return ", ".join(f"{count:,} {kind}" for kind, count in sorted(asked.items(), key=lambda one: -one[1]))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--surveys", type=int, default=2_000)
    raise SystemExit(0 if main(parser.parse_args().surveys) else 1)
