"""Several processes of one person share one sign-in: it is renewed once, and no dead process holds it."""

import os
import subprocess
import sys
from collections.abc import Iterator

import pytest

from csat_tui.demo.server import DemoOptions, DemoServer
from csat_tui.oauth.renewal import exclusive_sign_in
from csat_tui.secrets import CredentialStore
from tests.oauth.conftest import sign_in, stored

LOOKING = """
import asyncio, os, sys
from csat_tui.config import HelpDeskConfig
from csat_tui.helpdesk.port import open_desk
from csat_tui.paths import Paths
from csat_tui.secrets import credential

config = HelpDeskConfig("zendesk", sys.argv[1], 1)
desk = open_desk(config, credential(config, {}, Paths.find(os.environ)))

async def look():
    print("ready", flush=True)
    sys.stdin.readline()
    print(len(await desk.views()), flush=True)
    await desk.close()

asyncio.run(look())
"""
HOLDING = """
import os, sys
from csat_tui.oauth.renewal import exclusive_sign_in
from csat_tui.paths import Paths
from csat_tui.secrets import CredentialStore

with exclusive_sign_in(CredentialStore(Paths.find(os.environ), sys.argv[1])):
    print("held", flush=True)
    sys.stdin.readline()
"""


@pytest.fixture
def demo() -> Iterator[DemoServer]:
    """A help desk that takes its time, so that processes do meet."""
    with DemoServer(DemoOptions(surveys=4, rate_limit=0, latency_ms=200)) as server:
        yield server


def another(code: str, kept: CredentialStore) -> "subprocess.Popen[str]":
    """Start another process, and wait until it is ready."""
    process = subprocess.Popen(
        [sys.executable, "-c", code, kept.url], text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        env={**os.environ, "CSAT_TUI_HOME": str(kept.paths.config_dir)},
    )  # fmt: skip
    assert process.stdout is not None
    assert process.stdout.readline().strip() in ("ready", "held")
    return process


def test_two_processes_at_once_renew_it_once_and_both_work(demo: DemoServer, kept: CredentialStore) -> None:
    old = sign_in(demo, kept)
    demo.oauth.expire_access()
    both = [another(LOOKING, kept) for _ in range(2)]
    for process in both:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    seen = [process.communicate(timeout=60)[0].strip() for process in both]
    assert seen[0] == seen[1] != "0"
    assert (demo.oauth.refreshes, demo.oauth.refused) == (1, 0)
    assert stored(kept) != old


def test_a_process_that_dies_in_its_turn_leaves_it_to_the_next(demo: DemoServer, kept: CredentialStore) -> None:
    process = another(HOLDING, kept)
    process.kill()
    process.communicate(timeout=60)
    with exclusive_sign_in(kept):
        assert kept.turn_file.stat().st_mode & 0o077 == 0
