"""A note is scored, sent back, disputed and settled from two homes' command lines, over the ticket alone."""

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from csat_tui.cli.demo_desk import FINISHED_VIEW
from csat_tui.demo.server import DemoServer
from tests.cli.conftest import CommandLine
from tests.cli.deciding import undo_within
from tests.cli.test_review import NRN, VIEW, survey_ticket, write


@pytest.fixture
def sam_at_the_help_desk(demo: DemoServer) -> Iterator[httpx.Client]:
    email, token = demo.world.credentials["second"]
    with httpx.Client(base_url=f"{demo.url}/api/v2", auth=(f"{email}/token", token), trust_env=False) as client:
        yield client


@pytest.fixture
def homes(command: CommandLine, demo: DemoServer, tmp_path: Path) -> tuple[CommandLine, CommandLine]:
    """The homes of an administrator and of Sam, who writes a note."""
    sam = CommandLine(tmp_path / "sam")
    for home, who in ((command, "admin"), (sam, "second")):
        undo_within(home, demo, "0s", who=who)
        with home.paths.config_file.open("a", encoding="utf-8") as config:
            config.write(VIEW)
    return command, sam


def comments(desk: httpx.Client, ticket: int) -> list[str]:
    told = desk.get(f"/tickets/{ticket}/comments.json").raise_for_status().json()["comments"]
    return [one["plain_body"].split("\n")[0] for one in told if not one["public"]]


def test_a_note_goes_back_and_forth_between_two_homes(
    homes: tuple[CommandLine, CommandLine], demo: DemoServer, sam_at_the_help_desk: httpx.Client
) -> None:
    lead, sam = homes
    ticket = survey_ticket(demo.world, 0)
    note = str(write(sam_at_the_help_desk, ticket, NRN, "csat_nrn"))
    assert lead("sync").code == sam("sync").code == 0
    scored = lead("review", "score", note, "--suggested", "--line", "concern-named=no", "--line-comment",
                  "concern-named=It was the driver.", "--json").json  # fmt: skip
    assert "concern-named" in [one["line"] for one in scored["lines"]]
    assert scored["unanswered"]
    sent = lead("review", "send-back", note, "--comment", "Read the survey again.", "--json").json
    assert sent["review"]["state"] == "sent back"
    assert lead("sync").code == 0
    assert comments(sam_at_the_help_desk, ticket)[-1] == "CSAT review"
    assert sam("sync").code == 0
    text = sam("review", "show", note).out
    assert "sent back" in text
    assert "Read the survey again." in text
    assert "It was the driver." in text
    disputed = sam("review", "answer", note, "disputes", "--text", "It was the box.", "--line", "concern-named=yes")
    assert disputed.code == 0
    assert sam("sync").code == 0
    assert lead("sync").code == 0
    settled = lead("review", "settle", note, "accepted", "--reason", "True, I misread it.", "--json").json
    assert settled["review"]["state"] == "settled"
    assert lead("sync").code == 0
    assert sam("sync").code == 0
    review = sam("review", "show", note, "--json").json["review"]
    assert [(one["kind"], one["says"], one["counts"]) for one in review["steps"]] == [
        ("review", "sent back", True), ("answer", "disputes", True), ("settlement", "accepted", True),
    ]  # fmt: skip
    assert {one["line"]: one["answer"] for one in review["lines"]}["concern-named"] == "yes"
    assert comments(sam_at_the_help_desk, ticket)[-3:] == [
        "CSAT review", "CSAT answer to a review", "CSAT settlement of a dispute",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        (("accept", "1"), "There is no note 1 here"),
        (("accept", "NOTE"), "are not answered"),
        (("send-back", "NOTE", "--comment", " "), "say in a comment what the agent is to do"),
        (("score", "NOTE", "--line", "tone=9"), "“9” is no answer"),
        (("score", "NOTE", "--line", "nothing=yes"), "has no line “nothing”"),
        (("score", "NOTE", "--scorecard", "other"), "has no scorecard “other”"),
        (("answer", "NOTE", "accepts"), "nobody has reviewed this note"),
        (("settle", "NOTE", "rejected", "--reason", "no"), "nothing is disputed"),
    ],
)
def test_what_cannot_be_said_is_refused_in_a_sentence(
    homes: tuple[CommandLine, CommandLine], demo: DemoServer, sam_at_the_help_desk: httpx.Client,
    typed: tuple[str, ...], sentence: str,
) -> None:  # fmt: skip
    lead, _ = homes
    note = str(write(sam_at_the_help_desk, survey_ticket(demo.world, 0), NRN, "csat_nrn"))
    assert lead("sync").code == 0
    ended = lead("review", *(note if one == "NOTE" else one for one in typed))
    assert ended.code == 2
    assert sentence in ended.err
    assert FINISHED_VIEW not in ended.err
