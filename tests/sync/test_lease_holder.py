"""A process that died keeps nobody waiting."""

import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

from csat_tui.store import leases
from csat_tui.store.database import Database

NOW = datetime(2026, 1, 31, 9, tzinfo=UTC)
SPAN = timedelta(seconds=90)


def name_of_a_dead_process() -> str:
    said = "from csat_tui.store import leases; print(leases.holder_name())"
    return subprocess.run([sys.executable, "-c", said], check=True, capture_output=True, text=True).stdout.strip()


def test_a_living_process_is_not_gone() -> None:
    assert not leases.is_gone(leases.holder_name())
    assert str(os.getpid()) in leases.holder_name()


def test_a_process_of_another_machine_is_never_taken_for_dead() -> None:
    assert not leases.is_gone("another-machine/4711/x")
    assert not leases.is_gone("")
    assert not leases.is_gone(f"{leases.platform.node()}/{10**30}/x")


def test_the_lease_of_a_killed_process_is_taken_over_at_once(tmp_path: Path) -> None:
    database = Database.open(tmp_path / "a.db")
    dead, ours = name_of_a_dead_process(), leases.holder_name()
    assert leases.is_gone(dead)
    with database.write() as connection:
        assert leases.take(connection, "delivery", dead, NOW, SPAN, leases.is_gone)
        assert leases.take(connection, "delivery", ours, NOW, SPAN, leases.is_gone)
        assert not leases.take(connection, "delivery", "another-machine/1/x", NOW, SPAN, leases.is_gone)
    database.close()
