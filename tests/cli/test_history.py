"""A customer's tickets from the command line: listed with advice, and merged through the outbox."""

from typing import Any

import pytest

from csat_tui.demo.server import DemoServer
from tests.cli.conftest import CommandLine
from tests.cli.deciding import WORDS
from tests.cli.saying import UNSAFE


def with_others(synced: CommandLine, demo: DemoServer) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return a case whose customer has tickets to merge, and its history."""
    for case in synced("queue", "--limit", "1000", "--json").json["cases"]:
        rated = demo.world.ticket(case["source_ticket_id"] or 0)
        others = [] if rated is None else demo.world.requested(rated["requester_id"])
        if any(ticket["status"] == "new" for ticket in others):
            told = synced("history", str(case["id"]), "--json").json
            if told["to_merge"]:
                return case, told
    raise AssertionError("nobody in the demo has tickets to merge")


def test_the_history_says_of_each_ticket_what_to_do_and_why(synced: CommandLine, quiet_demo: DemoServer) -> None:
    case, told = with_others(synced, quiet_demo)
    assert told["case_id"] == case["id"]
    assert told["asked_at"] is not None
    wanted = [one for one in told["tickets"] if one["advice"]["verdict"] == "merge"]
    assert wanted
    assert all(one["advice"]["reasons"] and one["advice"]["plan"]["does"] for one in wanted)
    text = synced("history", str(case["id"])).out
    assert f"#{wanted[0]['id']}  {wanted[0]['status_word']}" in text
    assert f"merge with #{wanted[0]['advice']['beside']} ({wanted[0]['advice']['rule']})" in text
    assert not UNSAFE.search(text)


def test_the_history_is_there_without_a_network_too(synced: CommandLine, quiet_demo: DemoServer) -> None:
    case, told = with_others(synced, quiet_demo)
    offline = synced("history", str(case["id"]), "--offline", "--json").json
    assert offline["tickets"] == told["tickets"]


def test_an_unknown_case_is_a_usage_error(synced: CommandLine) -> None:
    assert synced("history", "404040").code == 2


def a_merge(told: dict[str, Any]) -> tuple[str, list[str]]:
    plan = next(one["advice"]["plan"] for one in told["tickets"] if one["advice"]["verdict"] == "merge")
    return str(plan["into"]), [str(number) for number in plan["merged"]]


def test_a_merge_is_put_in_the_outbox_and_arrives_with_the_next_sync(
    command: CommandLine, demo_of_many: DemoServer
) -> None:
    command.connect_to_demo(demo_of_many)
    assert command("sync").code == 0
    case, told = with_others(command, demo_of_many)
    into, goes = a_merge(told)
    done = command("merge", str(case["id"]), *goes, "--into", into, "--yes")
    assert (done.code, done.err) == (0, "")
    assert f"#{goes[0]} is closed and merged into #{into}." in done.out
    assert "`csat-tui outbox withdraw" in done.out
    twice = command("merge", str(case["id"]), *goes, "--into", into, "--yes")
    assert twice.code == 2
    assert "The outbox still has something for" in twice.err
    for _ in range(5):
        pass_the_grace(command)
        left = command("sync", "--json").json["outbox"]["effects"]
        if not left:
            break
    assert left == []
    after = command("history", str(case["id"]), "--json").json
    verdicts = {str(one["id"]): one["advice"]["verdict"] for one in after["tickets"]}
    assert [verdicts[number] for number in goes] == ["already merged"] * len(goes)
    assert demo_of_many.world.ticket(int(goes[0]))["status"] == "closed"  # type: ignore[index]


def test_without_yes_and_without_anybody_nothing_is_merged(synced: CommandLine, quiet_demo: DemoServer) -> None:
    case, told = with_others(synced, quiet_demo)
    into, goes = a_merge(told)
    ended = synced("merge", str(case["id"]), *goes, "--into", into)
    assert ended.code == 2
    assert "This is not a terminal" in ended.err
    assert synced("outbox").out.startswith("The outbox is empty")


@pytest.mark.parametrize(("tickets", "said"), [(["404040404"], "not among this customer's"), (["x"], "not a number")])
def test_what_cannot_be_merged_is_said(
    synced: CommandLine, quiet_demo: DemoServer, tickets: list[str], said: str
) -> None:
    case, told = with_others(synced, quiet_demo)
    ended = synced("merge", str(case["id"]), *tickets, "--into", a_merge(told)[0], "--yes")
    assert (ended.code, said in ended.err) == (2, True)


def test_nothing_is_merged_that_cannot_be_looked_at(synced: CommandLine, quiet_demo: DemoServer) -> None:
    case, told = with_others(synced, quiet_demo)
    into, goes = a_merge(told)
    synced.environ["CSAT_TUI_TOKEN"] = "wrong"
    ended = synced("merge", str(case["id"]), *goes, "--into", into, "--yes")
    assert ended.code == 4
    assert "Nothing was merged" in ended.err


def pass_the_grace(command: CommandLine) -> None:
    """Let the time for undoing be over."""
    with command.workplace().database.write() as connection:
        connection.exec_driver_sql("UPDATE outbox SET not_before = 0")


def test_a_case_with_tickets_to_merge_is_not_decided_until_somebody_says_why_they_stay_apart(
    command: CommandLine, demo_of_many: DemoServer
) -> None:
    command.connect_to_demo(demo_of_many)
    assert command("sync").code == 0
    case, told = with_others(command, demo_of_many)
    number, words = str(case["id"]), [one for name, text in WORDS.items() for one in ("--field", f"{name}={text}")]
    held = command("decide", number, "needs-evaluation", *words, "--dry-run", "--json").json
    assert any("to merge first" in sentence and "--no-merge" in sentence for sentence in held["lacks"])
    done = command("decide", number, "needs-evaluation", *words, "--no-merge", "two\nhouseholds", "--json")
    assert done.json.get("other_tickets_known") is True, done.out
    apart = command("case", number, "--json").json["kept_apart"]
    assert [(len(one["tickets"]), one["reason"]) for one in apart] == [(told["to_merge"], "two households")]
    assert "not to be merged: #" in command("case", number).out
    assert command("history", number, "--offline", "--json").json["to_merge"] == 0


def test_the_queue_says_which_cases_have_tickets_to_merge_and_lists_them_alone(
    synced: CommandLine, quiet_demo: DemoServer
) -> None:
    case, told = with_others(synced, quiet_demo)
    found = synced("queue", "--to-merge", "--limit", "1000", "--json").json["cases"]
    merging = {one["id"]: one["to_merge"] for one in found}
    assert merging[case["id"]] == told["to_merge"] > 0
    assert all(merging.values())
    every = synced("queue", "--limit", "1000", "--json").json["cases"]
    assert {one["id"]: one["to_merge"] for one in every if one["to_merge"]} == merging
    assert len(every) > len(merging)
    assert f"[{told['to_merge']} to merge]" in synced("queue", "--to-merge").out
