"""One round with the help desk, told in words and in JSON."""

import json
import signal
import time
from datetime import datetime

from csat_tui.demo.server import DemoServer
from tests.cli.conftest import CommandLine
from tests.cli.deciding import decide, undo_within
from tests.warm import Piped


def test_a_sync_brings_the_views_surveys_and_says_how_many(connected: CommandLine) -> None:
    first = connected("sync")
    assert first.code == 0
    assert "Robin Vale" in first.out
    assert "60 new" in first.out
    assert "The outbox is empty" in first.out
    assert "0 new" in connected("sync").out


def test_the_json_of_a_sync_keeps_its_shape(connected: CommandLine) -> None:
    told = connected("sync", "--json").json
    assert set(told) == {"link", "synced_at", "agent", "problem", "queue", "outbox"}
    assert (told["link"], told["agent"], told["problem"]) == ("online", "Robin Vale", "")
    assert set(told["queue"]) == {"open", "overdue", "due_soon", "new"}
    assert told["outbox"] == {"waiting": 0, "sending": 0, "unknown": 0, "needs_person": 0, "effects": []}
    assert datetime.fromisoformat(told["synced_at"]).tzinfo is not None


def test_a_sync_delivers_what_is_due(command: CommandLine, demo: DemoServer) -> None:
    undo_within(command, demo, "0s")
    case = decide(command, demo)
    ended = command("sync")
    assert (ended.code, "everything decided is confirmed" in ended.out) == (0, True)
    assert [one["state"] for one in command("case", str(case), "--json").json["effects"]] == ["confirmed", "confirmed"]


def test_a_sync_does_not_wait_for_the_undo_grace_and_says_what_waits(command: CommandLine, demo: DemoServer) -> None:
    undo_within(command, demo, "600s")
    decide(command, demo)
    ended = command("sync")
    assert ended.code == 0
    assert "nothing is lost" in ended.out
    assert ended.out.count("queued, goes") == 2


def test_an_effect_that_needs_the_person_ends_the_sync_with_1(command: CommandLine, demo: DemoServer) -> None:
    undo_within(command, demo, "0s", who="no-notes")
    decide(command, demo)
    ended = command("sync")
    assert ended.code == 1
    assert "you may not write internal notes" in ended.out
    assert "queued, goes" not in ended.out  # the row waits for the note before it, and nobody can say how long


def test_watching_prints_a_line_for_each_change_until_it_is_interrupted(connected: CommandLine) -> None:
    lines = []
    with Piped("sync", "--watch", "--json", environ=connected.environ) as watching:
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline:
            lines.append(json.loads(watching.stdout.readline()))
            if lines[-1]["link"] == "online":
                break
        watching.send_signal(signal.SIGINT)
        _, err = watching.rest(10)
    assert lines[-1]["open"] > 0
    assert set(lines[-1]) == {
        "at", "link", "problem", "open", "overdue", "due_soon", "waiting", "sending", "unknown", "needs_person",
    }  # fmt: skip
    assert (watching.returncode, err) == (0, "")
    assert len(list(connected.paths.data_dir.glob("backups/ledger-*"))) == 1  # the day's upkeep was done beside it


def test_watching_sends_what_is_decided_beside_it_without_waiting_for_the_next_poll(
    command: CommandLine, demo: DemoServer
) -> None:
    undo_within(command, demo, "0s")
    assert command("sync").code == 0
    with Piped("sync", "--watch", "--json", environ=command.environ) as watching:
        try:
            while json.loads(watching.stdout.readline())["link"] != "online":
                pass
            before = time.monotonic()
            case = decide(command, demo, sync=False)
            while json.loads(watching.stdout.readline())["waiting"]:
                pass
            states: list[str] = []
            while states != ["confirmed", "confirmed"] and time.monotonic() < before + 15:
                states = [one["state"] for one in command("case", str(case), "--offline", "--json").json["effects"]]
        finally:
            watching.send_signal(signal.SIGINT)
    assert states == ["confirmed", "confirmed"]


def test_who_uses_an_api_token_is_told_once_until_when_it_works(command: CommandLine) -> None:
    command.connect_to("https://desk.invalid", user="ana@example.com")
    ended = command("sync")
    assert ended.code == 4
    assert ended.err.splitlines()[0].startswith("Zendesk's API tokens ")
    assert ended.err.count("2027-04-30") == 1
    assert "2027-04-30" not in ended.out
