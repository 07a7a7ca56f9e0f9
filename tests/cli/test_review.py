"""The notes that are reviewed come from the help desk, whoever wrote them, and can be read without a network."""

from collections.abc import Iterator

import httpx
import pytest

from csat_tui.cli.demo_desk import FINISHED_VIEW
from csat_tui.demo.server import DemoOptions, DemoServer
from csat_tui.demo.world import World
from csat_tui.domain.case import Answer
from tests.cli.conftest import CommandLine
from tests.cli.deciding import WORDS

VIEW = f'[review]\nview = "{FINISHED_VIEW}"\n'
NRN = (
    "NRN\n"
    "Summary: The box came two days late and warm.\n"
    "Outcome: Box replaced, credit of 20 given.\n"
    "Why: The guide allows no more, and the customer thanked us."
)


@pytest.fixture
def desk(demo: DemoServer) -> Iterator[httpx.Client]:
    """A colleague who writes at the help desk itself, without csat-tui."""
    email, token = demo.world.credentials["second"]
    with httpx.Client(base_url=f"{demo.url}/api/v2", auth=(f"{email}/token", token), trust_env=False) as client:
        yield client


def survey_ticket(world: World, number: int) -> int:
    return int(world.story(number).survey_ticket_id)


def write(desk: httpx.Client, ticket: int, text: str, *tags: str, public: bool = False, status: str = "solved") -> int:
    """Write a comment and finish the ticket; returns the comment's number."""
    before = desk.get(f"/tickets/{ticket}.json").raise_for_status().json()["ticket"]["tags"]
    added = {"comment": {"body": text, "public": public}, "status": status, "tags": [*before, *tags]}
    desk.put(f"/tickets/{ticket}.json", json={"ticket": added}).raise_for_status()
    comments = desk.get(f"/tickets/{ticket}/comments.json").raise_for_status().json()["comments"]
    return int(comments[-1]["id"])


@pytest.fixture
def reviewer(command: CommandLine, demo: DemoServer) -> CommandLine:
    """A supervisor's home at the help desk."""
    command.connect_to_demo(demo, "admin", VIEW)
    return command


def test_a_note_in_a_format_is_read_with_its_outcome_its_fields_and_the_help_desks_author(
    reviewer: CommandLine, demo: DemoServer, desk: httpx.Client
) -> None:
    ticket = survey_ticket(demo.world, 0)
    number = write(desk, ticket, NRN, "csat_nrn")
    assert reviewer("sync").code == 0
    (listed,) = reviewer("review", "list", "--json").json["notes"]
    assert (listed["note"], listed["ticket_id"], listed["author"]) == (number, ticket, "Sam Oduya")
    assert listed["outcomes"] == ["no-response"]
    shown = reviewer("review", "show", str(number), "--json").json
    assert shown["fields"]["summary"] == "The box came two days late and warm."
    assert (shown["status"], shown["problems"], shown["remainder"]) == ("solved", [], "")
    assert "csat_nrn" in shown["tags"]
    assert "NRN" in reviewer("review", "show", str(number)).out


def test_a_note_in_no_format_is_a_free_note_and_listed_all_the_same(
    reviewer: CommandLine, demo: DemoServer, desk: httpx.Client
) -> None:
    number = write(desk, survey_ticket(demo.world, 1), "Looked at it, nothing to do here. Robin Vale")
    assert reviewer("sync").code == 0
    (listed,) = reviewer("review", "list", "--outcome", "free", "--json").json["notes"]
    assert (listed["note"], listed["author"], listed["outcomes"]) == (number, "Sam Oduya", [])
    assert "free note" in reviewer("review", "list").out


def test_a_reply_to_the_customer_is_no_note_and_stands_beside_it(
    reviewer: CommandLine, demo: DemoServer, desk: httpx.Client
) -> None:
    ticket = survey_ticket(demo.world, 2)
    write(desk, ticket, "I am sorry that the box came late.", public=True, status="open")
    number = write(desk, ticket, NRN)
    assert reviewer("sync").code == 0
    (listed,) = reviewer("review", "list", "--json").json["notes"]
    assert listed["note"] == number
    (reply,) = reviewer("review", "show", str(number), "--json").json["replies"]
    assert (reply["author"], reply["body"]) == ("Sam Oduya", "I am sorry that the box came late.")


def test_what_this_home_decided_comes_back_as_its_note_once(
    command: CommandLine, demo: DemoServer, desk: httpx.Client
) -> None:
    command.connect_to_demo(demo, "agent", VIEW)
    assert command("sync").code == 0
    ticket = survey_ticket(demo.world, 3)
    number = write(desk, ticket, NRN, "csat_nrn")
    for _ in range(2):
        assert command("sync").code == 0
        assert [one["note"] for one in command("review", "list", "--json").json["notes"]] == [number]
    write(desk, ticket, "And one more look at it.")
    assert command("sync").code == 0
    assert [one["ticket_id"] for one in command("review", "list", "--json").json["notes"]] == [ticket, ticket]


def test_what_this_home_decided_brings_its_answers_and_evidence_along(
    command: CommandLine, demo: DemoServer, desk: httpx.Client
) -> None:
    command.connect_to_demo(demo, "agent", VIEW)
    assert command("sync").code == 0
    ticket = survey_ticket(demo.world, 3)
    workplace = command.workplace()
    survey_id = workplace.desk.find(ticket)[0]
    case = workplace.desk.case(survey_id)
    assert case is not None
    taken = workplace.desk.suggested_answers(case, workplace.desk.suggestions(case))
    workplace.desk.keep_answers(survey_id, taken)
    workplace.desk.answer(survey_id, "concern-read", Answer.YES)
    case = workplace.desk.case(survey_id)
    assert case is not None
    workplace.desk.decide(case, "needs-evaluation", WORDS)
    workplace.close()
    number = write(desk, ticket, NRN, "csat_nrn")
    assert command("sync").code == 0
    here = command("review", "show", str(number), "--json").json["decided_here"]
    by_check = {one["check"]: one for one in here["answers"]}
    assert here["outcome"] == "needs-evaluation"
    assert (by_check["concern-read"]["answer"], by_check["concern-read"]["suggested"]) == ("yes", False)
    assert [one.check_id for one in taken]
    assert all(by_check[one.check_id]["suggested"] and by_check[one.check_id]["evidence"] for one in taken)


def test_a_finished_survey_that_was_never_here_is_in_nobodys_queue(
    reviewer: CommandLine, demo: DemoServer, desk: httpx.Client
) -> None:
    ticket = survey_ticket(demo.world, 4)
    write(desk, ticket, NRN)
    assert reviewer("sync").code == 0
    (listed,) = reviewer("review", "list", "--json").json["notes"]
    everything = [one["id"] for one in reviewer("queue", "--json").json["cases"]]
    assert listed["case_id"] not in everything
    assert [one["id"] for one in reviewer("queue", "--stage", "gone", "--json").json["cases"]] == [listed["case_id"]]


def test_notes_are_listed_by_author_and_day(reviewer: CommandLine, demo: DemoServer, desk: httpx.Client) -> None:
    numbers = [write(desk, survey_ticket(demo.world, place), NRN) for place in (0, 1)]
    assert reviewer("sync").code == 0
    assert {one["note"] for one in reviewer("review", "list", "--agent", "Sam Oduya", "--json").json["notes"]} == {
        *numbers
    }
    assert reviewer("review", "list", "--agent", "Robin Vale", "--json").json["notes"] == []
    assert reviewer("review", "list", "--until", "yesterday", "--json").json["notes"] == []
    assert "no outcome “nrm”" in reviewer("review", "list", "--outcome", "nrm").err
    assert "There is no note 1 here" in reviewer("review", "show", "1").err


def test_a_view_that_is_not_there_is_said_and_the_queue_comes_all_the_same(
    command: CommandLine, demo: DemoServer
) -> None:
    command.connect_to_demo(demo, "agent", '[review]\nview = "CSAT surveys solved yesterday"\n')
    ended = command("sync")
    assert "did you mean “CSAT surveys solved today”" in ended.out + ended.err
    assert "review.view" in ended.out + ended.err
    assert command("queue", "--json").json["cases"]


def test_without_a_view_the_list_says_what_to_configure(connected: CommandLine) -> None:
    assert "review.view" in connected("review", "list").out


def test_the_machine_says_what_a_note_fails_and_the_risky_ones_stand_first(
    reviewer: CommandLine, demo: DemoServer, desk: httpx.Client
) -> None:
    good = write(desk, survey_ticket(demo.world, 0), NRN, "csat_nrn")
    tagless = write(desk, survey_ticket(demo.world, 1), NRN.replace("The guide", "This guide"))
    free = write(desk, survey_ticket(demo.world, 2), "Nothing to do.")
    assert reviewer("sync").code == 0
    listed = {one["note"]: one for one in reviewer("review", "list", "--json").json["notes"]}
    assert "note-status" in listed[tagless]["failed"]
    assert "note-status" not in listed[good]["failed"]
    assert "note-format" in listed[free]["failed"]
    risky = reviewer("review", "list", "--sort", "risk", "--json").json["notes"]
    assert [one["risk"] for one in risky] == sorted((one["risk"] for one in risky), reverse=True)
    assert all(one["risk"] == listed[one["note"]]["risk"] > 0 for one in risky)
    shown = reviewer("review", "show", str(tagless), "--json").json
    failed = {one["rule"]: one for one in shown["audit"] if one["verdict"] == "fails"}
    assert failed["note-status"]["evidence"] == ["tag csat_nrn is not there"]
    assert shown["risk"] == listed[tagless]["risk"]
    assert "✗ Status and tags: " in reviewer("review", "show", str(tagless)).out


def test_a_note_is_audited_again_when_its_ticket_changes(
    reviewer: CommandLine, demo: DemoServer, desk: httpx.Client
) -> None:
    ticket = survey_ticket(demo.world, 0)
    number = write(desk, ticket, NRN)
    assert reviewer("sync").code == 0
    (before,) = reviewer("review", "list", "--json").json["notes"]
    assert "note-status" in before["failed"]
    tags = desk.get(f"/tickets/{ticket}.json").json()["ticket"]["tags"]
    desk.put(f"/tickets/{ticket}.json", json={"ticket": {"tags": [*tags, "csat_nrn"]}}).raise_for_status()
    assert reviewer("sync").code == 0
    (after,) = reviewer("review", "list", "--json").json["notes"]
    assert (after["note"], "note-status" in after["failed"]) == (number, False)


FAULTS = {
    "free-note": "note-format",
    "empty-field": "note-complete",
    "empty-summary": "note-summary",
    "copied-rationale": "note-rationale",
    "against-records": "note-records",
    "no-tag": "note-status",
    "no-reply": "note-reply",
    "needless-reply": "note-reply",
    "refused-words": "note-reply-words",
    "beyond-guide": "note-correction",
    "late-contact": "note-contact",
    "unfounded-finding": "note-chat",
}
"""The rule that each planted fault of the demo fails."""


def test_in_a_supervisors_day_each_planted_fault_fails_its_rule_and_hardly_anything_else_fails(
    command: CommandLine,
) -> None:
    with DemoServer(DemoOptions(rate_limit=0, review=True)) as demo:
        command.connect_to_demo(demo, "admin", VIEW)
        assert command("sync").code == 0
        for one in command("review", "list", "--json").json["notes"]:
            command("case", str(one["case_id"]))  # fetches the customer's account
        assert command("sync").code == 0
        failed = {one["ticket_id"]: one["failed"] for one in command("review", "list", "--json").json["notes"]}
        planted = {survey_ticket(demo.world, index): [FAULTS[kind]] for index, kind in demo.world.planted.items()}
    assert (len(failed), len(planted)) == (40, 10)
    assert {ticket: failed[ticket] for ticket in planted} == planted
    assert sum(len(rules) for ticket, rules in failed.items() if ticket not in planted) <= 2
