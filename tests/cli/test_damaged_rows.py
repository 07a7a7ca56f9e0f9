"""One byte of the outbox that the disk has altered: commands go on, the doctor finds it, and the repair delivers it."""

import sqlite3
from contextlib import closing

import pytest

from csat_tui.demo.server import DemoServer
from tests.cli.conftest import CommandLine
from tests.cli.deciding import decide, undo_within


@pytest.mark.parametrize("column", ["seen", "payload", "payload_hash", "state", "not_before"])
def test_no_command_ends_for_it_and_the_repair_delivers(command: CommandLine, demo: DemoServer, column: str) -> None:
    undo_within(command, demo, "0s")
    decide(command, demo)
    with closing(sqlite3.connect(command.paths.database)) as connection, connection:
        connection.execute(
            f"UPDATE outbox SET {column} = CAST(substr({column}, 1, 9) || char(1) || substr({column}, 11) AS TEXT) "
            "WHERE kind = 'note'"
        )
    assert command("sync").code == 1
    listed = command("outbox", "--json")
    assert listed.code == 1
    note, row = listed.json["effects"]
    assert (note["state"], row["state"]) == ("damaged", "queued")
    assert "doctor --repair" in command("outbox").out
    examined = command("doctor")
    assert (examined.code, "single rows are damaged: effect 1" in examined.out) == (5, True)
    assert "put back from their second copy: effect 1" in command("doctor", "--repair").out
    assert "rows are damaged" not in command("doctor").out
    assert command("sync").code == 0
    assert command("outbox", "--json").json["effects"] == []


def test_one_can_be_withdrawn_and_what_comes_after_it_goes(command: CommandLine, demo: DemoServer) -> None:
    undo_within(command, demo, "0s")
    decide(command, demo)
    with closing(sqlite3.connect(command.paths.database)) as connection, connection:
        connection.execute("UPDATE outbox SET seen = '{' WHERE kind = 'note'")
    assert command("sync").code == 1
    retried = command("outbox", "retry", "1")
    assert retried.code == 2
    assert "an effect that is damaged cannot be retried" in retried.err
    assert command("outbox", "withdraw", "1").code == 0
    assert command("sync").code == 0
    assert command("outbox", "--json").json["effects"] == []
