"""What was said of the day's notes before the supervisor comes: read by the workstation, though written without it."""

import ast
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from uuid import UUID

import pytest

from csat_tui.demo import people, reviewed
from csat_tui.demo.delivered import COPIED, FREE, deliver
from csat_tui.demo.wire import Json
from csat_tui.demo.world import World
from csat_tui.domain.ids import TicketId, UserId
from csat_tui.domain.review.rules import HelpDeskUser, ReviewPolicy
from csat_tui.domain.review.scorecard import score, version_of
from csat_tui.domain.review.step_notes import is_step, read_step
from csat_tui.domain.review.steps import Review, ReviewState, ReviewStep, ReviewThread, review_thread
from csat_tui.domain.ticket import Author, Message
from csat_tui.playbook import resolve_playbook
from tests.demo.conftest import NOW

SEEDS = [0, 1, 7, 23, 99]
CARD = resolve_playbook("strike-team", Path("/nowhere")).scorecards[0]


def a_reviewed_day(seed: int = 7, surveys: int = 60) -> World:
    world = World(surveys, seed, NOW)
    reviewed.review(world, deliver(world))
    return world


def threads_of(world: World) -> dict[int, ReviewThread]:
    """Return the conversation about each note of which something was said, by the index of its survey."""
    found = {}
    for index in range(min(world.size, 60)):
        said = [message(world, one) for one in world.comments(world.story(index).survey_ticket_id)]
        if steps := [read(one) for one in said if is_step(one)]:
            (note,) = {step.note for step in steps}
            (author,) = [HelpDeskUser(one.author_id) for one in said if one.id == note]
            found[index] = review_thread(steps, author, ReviewPolicy())
    return found


def message(world: World, said: Json) -> Message:
    person = people.STAFF.get(said["author_id"])
    return Message(
        said["id"], TicketId(1), datetime.fromisoformat(said["created_at"]),
        Author.CUSTOMER if person is None else Author.AGENT, "" if person is None else person.name, said["public"],
        said["body"], author_id=UserId(said["author_id"]), author_role="" if person is None else person.role,
    )  # fmt: skip


def read(said: Message) -> ReviewStep:
    step = read_step(said)
    assert not isinstance(step, str), step
    return step


def by_state(threads: Mapping[int, ReviewThread]) -> dict[ReviewState, list[int]]:
    found: dict[ReviewState, list[int]] = {}
    for index, thread in threads.items():
        found.setdefault(thread.state, []).append(index)
    return found


@pytest.mark.parametrize("seed", SEEDS)
def test_one_note_is_sent_back_two_are_disputed_and_one_review_is_forged(seed: int) -> None:
    world = a_reviewed_day(seed)
    threads = threads_of(world)
    states = by_state(threads)
    assert {state: len(found) for state, found in states.items()} == {
        ReviewState.SENT_BACK: 1, ReviewState.DISPUTED: 2, ReviewState.NOT_REVIEWED: 1,
    }  # fmt: skip
    (sent_back,), (forged,) = states[ReviewState.SENT_BACK], states[ReviewState.NOT_REVIEWED]
    assert (world.planted[sent_back], world.planted[forged]) == (FREE, COPIED)
    (judged,) = threads[forged].steps
    assert judged.why_not == "a review by Mila Forsell, who may not review"
    assert world.ticket(world.story(sent_back).survey_ticket_id)["tags"].count("csat_sent_back") == 1  # type: ignore[index]
    disputed = states[ReviewState.DISPUTED]
    assert len({thread.answer.by.id for thread in map(threads.__getitem__, disputed) if thread.answer}) == 2
    assert sum(index in world.planted for index in disputed) == 1, "the records bear out one of the two"


@pytest.mark.parametrize("seed", SEEDS)
def test_every_step_reads_without_a_problem_after_the_note_and_before_now(seed: int) -> None:
    world = a_reviewed_day(seed)
    for thread in threads_of(world).values():
        times = [judged.step.at for judged in thread.steps]
        assert times == sorted(times)
        assert times[-1] <= world.anchor
        for judged in thread.steps:
            assert judged.step.problems == ()
            assert UUID(judged.step.id).version == 7


def test_the_reviews_are_by_the_scorecard_of_the_built_in_playbook_and_add_up() -> None:
    reviews = [j.step for thread in threads_of(a_reviewed_day()).values() for j in thread.steps]
    scored = [step for step in reviews if isinstance(step, Review)]
    assert len(scored) == 4
    for review in scored:
        assert (review.card_id, review.card_label, review.card_version) == (CARD.id, CARD.label, version_of(CARD))
        assert review.labels == {line.id: line.label for line in CARD.lines if line.id in review.lines}
        result = score(CARD, review.lines)
        assert (review.percent, review.passes, result.unanswered) == (result.percent, result.passes, ())


@pytest.mark.parametrize("surveys", [0, 1, 5, 39])
def test_in_a_small_world_less_is_said(surveys: int) -> None:
    assert len(threads_of(a_reviewed_day(surveys=surveys))) <= 4


def test_the_same_seed_has_the_same_conversations() -> None:
    assert threads_of(a_reviewed_day()) == threads_of(a_reviewed_day(surveys=1_000))


def test_it_is_written_without_the_client() -> None:
    tree = ast.parse(Path(str(reviewed.__file__)).read_text("utf-8"))
    imported = {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert {name for name in imported if name and name.startswith("csat_tui")} <= {
        "csat_tui.demo", *(name for name in imported if name and name.startswith("csat_tui.demo."))
    }  # fmt: skip
