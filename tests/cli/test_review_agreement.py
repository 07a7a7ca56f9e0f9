"""`csat-tui review agreement`: the machine beside people, by what was reviewed and decided at this home."""

from collections.abc import Iterator

import pytest

from csat_tui.demo.server import DemoOptions, DemoServer
from csat_tui.domain.review.scorecard import LineScore
from csat_tui.domain.review.steps import ReviewVerdict
from tests.cli.conftest import CommandLine
from tests.cli.test_review import VIEW


@pytest.fixture
def supervisor(command: CommandLine) -> Iterator[CommandLine]:
    """A supervisor's home after the first sync of a day with forty delivered notes."""
    with DemoServer(DemoOptions(rate_limit=0, review=True)) as demo:
        command.connect_to_demo(demo, "admin", VIEW)
        assert command("sync").code == 0
        yield command


def test_the_machine_is_held_against_reviewers_and_agents(supervisor: CommandLine) -> None:
    workplace = supervisor.workplace()
    card = workplace.playbook.scorecards[0]
    ruled = next(line for line in card.lines if line.audit == "note-format")
    loop = workplace.paperwork.review_loop
    me = loop.person()
    before = supervisor("review", "agreement", "--json").json
    noted = [
        one
        for one in supervisor("review", "list", "--json").json["notes"]
        if one["author_id"] != me.id and not loop.thread(one["note"]).steps
    ]
    failing = [one for one in noted if ruled.audit in one["failed"]]
    passing = [one for one in noted if ruled.audit not in one["failed"]]
    reviewed = [*failing[:1], *passing[:5]]
    for one in reviewed:
        # The reviewer follows the machine on all but one of the notes that pass.
        answer = ruled.scale.lowest if one in failing or one is passing[0] else ruled.scale.full
        scores = {line.id: LineScore(line.answers[0]) for line in card.lines if line.audit != "note-reply"}
        scores[ruled.id] = LineScore(answer)
        loop.review(one["note"], ReviewVerdict.SENT_BACK, card, scores, "Look again.")
    workplace.close()

    found = supervisor("review", "agreement", "--json").json
    assert (found["reviewed"], found["not_here"]) == (before["reviewed"] + len(reviewed), before["not_here"])
    was, rule = (next(one for one in all_["rules"] if one["rule"] == "note-format") for all_ in (before, found))
    assert (rule["line"], rule["items"], rule["raters"]) == (ruled.id, was["items"] + len(reviewed), 2)
    assert (rule["failures_upheld"], rule["missed"]) == (was["failures_upheld"] + len(failing[:1]), was["missed"] + 1)
    assert rule["percent_agreement"]["value"] == pytest.approx((rule["items"] - rule["missed"]) / rule["items"])
    assert rule["ac1"]["low"] < rule["ac1"]["value"] < rule["ac1"]["high"]
    mine = [next((one for one in all_["reviewers"] if one["id"] == me.id), None) for all_ in (before, found)]
    assert mine[1]["reviews"] == (mine[0] or {"reviews": 0})["reviews"] + len(reviewed)
    assert any(one["disputed"] for one in found["reviewers"])
    said = supervisor("review", "agreement").out
    assert ruled.label in said
    assert me.name in said


def test_without_reviews_and_decisions_it_says_so(connected: CommandLine) -> None:
    found = connected("review", "agreement", "--json").json
    assert (found["reviewed"], found["rules"], found["checks"], found["reviewers"]) == (0, [], [], [])
    assert found["all_rules"]["why_not"].startswith("No note has two answers to compare")
    said = connected("review", "agreement", "--since", "today", "--until", "today").out
    assert "No note has two answers to compare" in said
    assert "No review counts in this period." in said
