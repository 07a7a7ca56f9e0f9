"""`csat-tui review agreement`: the machine beside people, by what was reviewed and decided at this home."""

from collections.abc import Iterator

import pytest

from csat_tui.demo.server import DemoOptions, DemoServer
from csat_tui.domain.case import Answer
from csat_tui.domain.ids import UserId
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
    me = workplace.paperwork.review_loop.person()
    noted = [one for one in supervisor("review", "list", "--json").json["notes"] if one["author_id"] != me.id]
    failing = [one for one in noted if ruled.audit in one["failed"]]
    passing = [one for one in noted if ruled.audit not in one["failed"]]
    reviewed = [*failing[:1], *passing[:5]]
    for one in reviewed:
        # The reviewer follows the machine on all but one of the notes that pass.
        answer = ruled.scale.lowest if one in failing or one is passing[0] else ruled.scale.full
        scores = {line.id: LineScore(line.answers[0]) for line in card.lines if line.audit != "note-reply"}
        scores[ruled.id] = LineScore(answer)
        workplace.paperwork.review_loop.review(one["note"], ReviewVerdict.SENT_BACK, card, scores, "Look again.")
    desk = workplace.desk
    for row in supervisor("queue", "--json").json["cases"][:1]:
        case = desk.case(row["id"])
        assert case is not None
        for check_id in desk.suggestions(case):
            desk.answer(case.id, check_id, Answer.YES)
    workplace.close()

    found = supervisor("review", "agreement", "--json").json
    assert (found["reviewed"], found["not_here"]) == (6, 0)
    rule = next(one for one in found["rules"] if one["rule"] == "note-format")
    assert (rule["line"], rule["items"], rule["raters"]) == (ruled.id, 6, 2)
    assert rule["percent_agreement"]["value"] == pytest.approx(5 / 6)
    assert rule["ac1"]["low"] < rule["ac1"]["value"] < rule["ac1"]["high"]
    assert (rule["failures_upheld"], rule["failures_overruled"], rule["missed"]) == (1, 0, 1)
    (record,) = found["reviewers"]
    assert (record["id"], record["reviews"], record["sent_back"], record["disputed"]) == (me.id, 6, 6, 0)
    said = supervisor("review", "agreement").out
    assert ruled.label in said
    assert me.name in said
    assert supervisor("review", "agreement", "--until", "yesterday", "--json").json["reviewed"] == 0


def test_without_reviews_and_decisions_it_says_so(supervisor: CommandLine) -> None:
    found = supervisor("review", "agreement", "--json").json
    assert (found["reviewed"], found["rules"], found["checks"], found["reviewers"]) == (0, [], [], [])
    assert found["all_rules"]["why_not"].startswith("No note has two answers to compare")
    said = supervisor("review", "agreement").out
    assert "No note has two answers to compare" in said
    assert "No review counts in this period." in said
    assert UserId(1) not in found["reviewers"]
