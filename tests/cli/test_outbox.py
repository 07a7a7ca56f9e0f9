"""What waits, what happened to it, and a person's hand on it."""

import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from csat_tui.demo import people
from csat_tui.demo.server import DemoServer
from csat_tui.domain.effect import EffectEvent
from csat_tui.domain.ids import SurveyId
from csat_tui.domain.ticket import Author, Message, Status
from csat_tui.store import outbox, tickets
from csat_tui.workflow.opening import Workplace
from tests.cli.conftest import CommandLine
from tests.cli.deciding import WORDS, decide, undo_within


def allow_notes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Give the person without the permission to write notes that permission."""
    monkeypatch.setitem(people.SIGN_INS, "no-notes", replace(people.SIGN_INS["no-notes"], no_notes=False))


@pytest.fixture
def rejected(command: CommandLine, demo: DemoServer) -> CommandLine:
    """A note that the help desk has refused, with a tracker row behind it."""
    undo_within(command, demo, "0s", who="no-notes")
    decide(command, demo)
    assert command("sync").code == 1
    return command


@pytest.fixture
def waiting(command: CommandLine, demo: DemoServer) -> CommandLine:
    """A note and a tracker row that can still be taken back."""
    undo_within(command, demo, "600s")
    decide(command, demo)
    return command


def test_an_empty_outbox_says_so(connected: CommandLine) -> None:
    ended = connected("outbox")
    assert (ended.code, "The outbox is empty" in ended.out) == (0, True)
    nothing = {"needs_person": 0, "sending": 0, "unknown": 0, "waiting": 0, "held": 0}
    assert connected("outbox", "--json").json == {
        "effects": [],
        "summary": nothing,
        "left_out": {"settled": 0, "unsettled": 0},
    }


def test_what_can_still_be_taken_back_says_until_when(waiting: CommandLine) -> None:
    ended = waiting("outbox")
    assert ended.code == 0
    assert "private note" in ended.out
    assert "until then it can be taken back" in ended.out


def test_the_outboxs_json_keeps_its_shape(waiting: CommandLine) -> None:
    note, row = waiting("outbox", "--json").json["effects"]
    assert set(note) == {
        "id", "decision_id", "case_id", "kind", "op_id", "ticket_id", "public", "state", "needs_person", "settled",
        "reason", "not_before", "attempt", "changed_at", "landed_at", "reference", "body", "cells", "status",
        "add_tags", "goes_to", "held_by", "history",
    }  # fmt: skip
    assert (note["kind"], note["state"], note["public"], note["status"]) == ("note", "queued", False, "open")
    assert WORDS["summary"] in note["body"]
    assert (row["kind"], row["ticket_id"]) == ("tracker", None)


def test_what_needs_the_person_ends_with_1_and_says_what_to_do(rejected: CommandLine) -> None:
    ended = rejected("outbox")
    assert ended.code == 1
    assert "csat-tui outbox retry" in ended.out
    assert "1 need you · 1 waiting behind what needs you" in ended.out
    note, row = rejected("outbox", "--json").json["effects"]
    assert (note["held_by"], row["held_by"], row["state"]) == (None, note["id"], "queued")
    assert row["reason"] == (
        f"it waits behind effect {note['id']}, the private note on #{note['ticket_id']}, which needs you (rejected)"
    )
    assert row["reason"] in ended.out
    history = note["history"]
    assert [one["event"] for one in history] == ["claimed", "refused"]
    assert set(history[0]) == {"at", "attempt", "event", "state", "sentence"}


def test_a_rejected_note_goes_out_once_it_is_allowed(rejected: CommandLine, monkeypatch: pytest.MonkeyPatch) -> None:
    note = rejected("outbox", "--json").json["effects"][0]["id"]
    allow_notes(monkeypatch)
    assert rejected("outbox", "retry", str(note)).code == 0
    assert rejected("sync").code == 0
    assert rejected("outbox").out.startswith("The outbox is empty")
    assert [one["state"] for one in rejected("outbox", "--all", "--json").json["effects"]] == ["confirmed", "confirmed"]


def test_a_withdrawn_decision_puts_the_case_back_with_its_words(rejected: CommandLine) -> None:
    note = rejected("outbox", "--json").json["effects"][0]
    ended = rejected("outbox", "withdraw", str(note["id"]))
    assert (ended.code, "open again, with its words" in ended.out) == (0, True)
    case = rejected("case", str(note["case_id"]), "--json", "--offline").json
    assert (case["stage"], case["draft"]["fields"]) == ("open", WORDS)


def test_what_one_person_decided_is_not_sent_under_the_credential_of_another(
    rejected: CommandLine, demo: DemoServer
) -> None:
    note = rejected("outbox", "--json").json["effects"][0]["id"]
    undo_within(rejected, demo, "0s", who="agent")
    rejected("sync")
    assert rejected("outbox", "retry", str(note)).code == 0
    ended = rejected("sync")
    assert "2 effects in the outbox were decided by Kit Brandel" in ended.out + ended.err
    assert [one["state"] for one in rejected("outbox", "--json").json["effects"]] == ["queued", "queued"]


def test_what_is_confirmed_cannot_be_sent_again(rejected: CommandLine, monkeypatch: pytest.MonkeyPatch) -> None:
    allow_notes(monkeypatch)
    note = rejected("outbox", "--json").json["effects"][0]["id"]
    assert rejected("outbox", "retry", str(note)).code == 0
    assert rejected("sync").code == 0
    for act in ("retry", "accept", "withdraw"):
        ended = rejected("outbox", act, str(note))
        assert (ended.code, "Nothing was changed" in ended.err) == (2, True)


@pytest.mark.parametrize("act", ["show", "retry", "accept", "withdraw"])
def test_an_effect_that_there_is_not_is_a_usage_error(connected: CommandLine, act: str) -> None:
    assert connected("outbox", act, "4711").code == 2
    assert connected("outbox", act, "some").code == 2


@pytest.fixture
def conflicting(command: CommandLine, demo: DemoServer) -> Iterator[tuple[CommandLine, Workplace]]:
    """A note whose ticket a colleague has changed since it was seen."""
    from tests.demo.conftest import signed_in

    undo_within(command, demo, "0s")
    decide(command, demo)
    with signed_in(demo, "second") as colleague:
        ticket = demo.world.story(0).survey_ticket_id
        note = {"body": "I am on it \x1b[31m", "public": False}
        answer = colleague.put(f"/tickets/{ticket}.json", json={"ticket": {"comment": note}})
        assert answer.status_code == 200
    workplace = command.workplace()
    yield command, workplace
    workplace.close()


def test_a_conflict_shows_what_happened_since_and_can_be_sent_all_the_same(
    conflicting: tuple[CommandLine, Workplace],
) -> None:
    command, workplace = conflicting
    assert command("sync").code == 1
    note = workplace.dispatch.unsettled()[0]
    ended = command("outbox", "show", str(note.id))
    assert "conflict" in ended.out
    assert "I am on it ␛[31m" in ended.out
    assert command("outbox", "retry", str(note.id)).code == 0
    assert isinstance(note.survey_id, int)

    def state() -> str:
        assert command("sync").code == 0
        return str(command("case", str(SurveyId(note.survey_id)), "--json").json["effects"][0]["state"])

    until = time.monotonic() + 10
    while state() != "confirmed":  # nothing is sent within the second of its base
        assert time.monotonic() < until


@pytest.fixture
def overtaken(waiting: CommandLine) -> tuple[CommandLine, int]:
    """A note that was stopped because the customer has written on its ticket since it was decided."""
    workplace = waiting.workplace()
    database, note = workplace.desk._database, workplace.dispatch.unsettled()[0]
    assert note.ticket_id is not None
    assert note.base is not None
    wrote = note.base + timedelta(minutes=5)
    plea = Message(990_001, note.ticket_id, wrote, Author.CUSTOMER, "Dana W.", True, "Cancel it.\n  To send it \x1b[2J")
    with database.write() as connection:
        there = tickets.ticket(connection, note.ticket_id)
        assert there is not None
        tickets.put_tickets(connection, [replace(there, updated_at=wrote, status=Status.PENDING)], wrote)
        tickets.put_transcripts(connection, [(note.ticket_id, [plea], wrote)])
        outbox.move(connection, note, EffectEvent.STALE, at=wrote, sentence="the customer wrote")
    workplace.close()
    return waiting, note.id


def test_over_an_unread_customer_message_nothing_is_sent_again_and_show_says_how(
    overtaken: tuple[CommandLine, int],
) -> None:
    command, note = overtaken
    refused = command("outbox", "retry", str(note))
    assert (refused.code, "the customer has written since you decided" in refused.err) == (2, True)
    assert f"csat-tui outbox show {note}" in refused.err
    assert command("outbox", "retry", str(note), "--read", "990000").code == 2
    shown = command("outbox", "show", str(note)).out
    for words in (
        "! the customer wrote",
        "! its status went",
        "you saw ",
        "there now ",
        "│ Cancel it.",
        "│   To send it ␛[",
    ):
        assert words in shown
    assert shown.rstrip().endswith(f"csat-tui outbox retry {note} --read 990001")
    assert command("outbox", "retry", str(note), "--read", "990001").code == 0
    assert command("outbox", "--json").json["effects"][0]["state"] == "queued"


def test_a_conflicts_json_has_both_sides_and_what_moved(overtaken: tuple[CommandLine, int]) -> None:
    command, note = overtaken
    document = command("outbox", "show", str(note), "--json").json
    sides = {"stamp", "status", "subject", "assignee_id", "assignee_name", "tags", "fields"}
    assert set(document["saw"]) == set(document["there"]) == sides
    assert {one["what"] for one in document["differences"]} == {"message", "status"}
    assert [one["id"] for one in document["since"]] == [document["read"]] == [990_001]


def test_how_many_settled_ones_are_left_out_is_said_and_more_can_be_had(rejected: CommandLine) -> None:
    assert rejected("outbox", "withdraw", str(rejected("outbox", "--json").json["effects"][0]["id"])).code == 0
    everything = rejected("outbox", "--all", "--json").json
    assert (len(everything["effects"]), everything["left_out"]) == (2, {"settled": 0, "unsettled": 0})
    one = rejected("outbox", "--all", "--settled", "1", "--json").json
    assert (len(one["effects"]), one["left_out"]["settled"]) == (1, 1)
    said = rejected("outbox", "--all", "--settled", "1").out
    assert "Older settled effects not shown: 1; `--settled 2` shows them all." in said
    assert "not shown" not in rejected("outbox", "--all").out
