"""A supervisor's day: forty delivered notes by six reviewers of different habits, ten of them with a planted fault."""

import ast
from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from zenpy import Zenpy

from csat_tui.demo import delivered, delivered_texts, people, plan
from csat_tui.demo.delivered import KINDS, deliver
from csat_tui.demo.desk_views import SOLVED_VIEW
from csat_tui.demo.plots import PLOTS
from csat_tui.demo.server import DemoOptions, DemoServer
from csat_tui.demo.wire import Json
from csat_tui.demo.world import World
from tests.demo.conftest import NOW, signed_in
from tests.zenpy_desk import zenpy_client

TEAM = {person.id: person for person in people.STRIKE_TEAM}


@pytest.fixture(scope="module")
def day() -> Iterator[DemoServer]:
    with DemoServer(DemoOptions(now=NOW, review=True)) as server:
        yield server


@pytest.fixture
def zenpy(day: DemoServer) -> Zenpy:
    return zenpy_client(day.url, day.email, day.token)


def a_day(seed: int = 7, surveys: int = 60) -> World:
    world = World(surveys, seed, NOW)
    deliver(world)
    return world


def notes_of(world: World) -> dict[int, Json]:
    """Return the delivered notes by the index of their survey."""
    found = {}
    for record in world.held.values():
        named = plan.read_ticket_number(record.ticket["id"])
        private = [said for said in record.comments if not said["public"] and said["author_id"] in TEAM]
        if named is not None and named.role == "survey":
            (found[named.index],) = private
    return found


def replies_of(world: World, index: int) -> list[Json]:
    told = world.story(index)
    said = [*world.comments(told.survey_ticket_id), *world.comments(told.source_ticket_id)]
    return [one for one in said if one["public"] and one["author_id"] in TEAM]


def test_the_supervisor_signs_in_and_finds_forty_notes_by_six_people(day: DemoServer, zenpy: Zenpy) -> None:
    me = zenpy.users.me()
    assert (me.name, me.role) == ("Alex Marren", "admin")
    solved = list(zenpy.views.tickets(SOLVED_VIEW))
    assert len(solved) == 40
    assert {one.id for one in solved}.isdisjoint(one.id for one in zenpy.views.tickets(day.view_id))
    authors: Counter[str] = Counter()
    for one in solved:
        note, *said_of_it = [said for said in zenpy.tickets.comments(one.id) if not said.public]
        assert all(said.body.startswith("CSAT ") for said in said_of_it)
        authors[note.author.name] += 1
        assert (one.status, note.author.role) == ("solved", "agent")
    assert set(authors) == {person.name for person in people.STRIKE_TEAM}
    assert min(authors.values()) >= 6


def test_the_other_twenty_wait_in_the_open_view_as_ever(day: DemoServer) -> None:
    with signed_in(day, "admin") as desk:
        shown = desk.get(f"/views/{day.view_id}/tickets.json", params={"per_page": 100}).json()["tickets"]
    assert len(shown) == 20
    assert {one["status"] for one in shown} <= {"new", "open"}


@pytest.mark.parametrize("seed", [0, 1, 7, 23, 99])
def test_ten_notes_of_forty_carry_a_fault_of_a_kind_of_its_own(seed: int) -> None:
    world = a_day(seed)
    assert len(notes_of(world)) == 40
    assert len(world.planted) == len(set(world.planted.values())) == 10
    assert set(world.planted) <= set(notes_of(world))


def test_every_kind_of_fault_is_planted_in_one_world_or_another() -> None:
    assert {kind for seed in range(4) for kind in a_day(seed).planted.values()} == set(KINDS)


@pytest.mark.parametrize("seed", [0, 1, 7, 23, 99])
def test_notes_come_after_the_survey_within_the_clock_and_in_the_past(seed: int) -> None:
    world = a_day(seed)
    for index, note in notes_of(world).items():
        at, told = datetime.fromisoformat(note["created_at"]), world.story(index)
        assert told.created < at <= world.anchor
        assert (at - told.created > timedelta(hours=24)) == (world.planted.get(index) == delivered.LATE)
        for reply in replies_of(world, index):
            assert told.created <= datetime.fromisoformat(reply["created_at"]) < at
    written = sorted(notes_of(world).values(), key=lambda note: int(note["id"]))
    assert [note["created_at"] for note in written] == sorted(note["created_at"] for note in written)


def test_a_note_without_a_fault_follows_the_true_verdict_of_its_story() -> None:
    world = a_day()
    for index, note in notes_of(world).items():
        if index in world.planted:
            continue
        told, ticket = world.story(index), world.ticket(world.story(index).survey_ticket_id)
        assert ticket is not None
        assert ticket["status"] == "solved"
        assert delivered_texts.TAGS[told.expects] in ticket["tags"]
        head = delivered_texts.HEADS[told.expects].format(ticket=told.source_ticket_id)
        assert note["body"].casefold().startswith(head.casefold())
        named = [*told.verdict.findings, *told.verdict.corrections, *filter(None, [told.verdict.ground])]
        assert all(delivered_texts.FINDINGS[one] in note["body"] for one in named)
        assert len(replies_of(world, index)) == (told.expects == "follow-up")
        assert "{" not in note["body"]


def test_where_the_source_is_closed_the_reply_stands_on_the_survey_ticket() -> None:
    world = a_day()
    (closed,) = [
        index for index in notes_of(world)
        if world.story(index).case.status == "closed" and world.story(index).expects == "follow-up"
    ]  # fmt: skip
    (reply,) = replies_of(world, closed)
    assert reply in world.comments(world.story(closed).survey_ticket_id)


def test_the_reviewers_differ_in_their_habits() -> None:
    world = a_day()
    texts: dict[int, list[str]] = {}
    for index, note in notes_of(world).items():
        if index not in world.planted:
            texts.setdefault(note["author_id"], []).append(note["body"])
    length = {who: sum(map(len, said)) / len(said) for who, said in texts.items()}
    assert length[people.TERSE.id] < length[people.BY_TEMPLATE.id] < length[people.CHATTY.id]
    by_hand = texts[people.BY_HAND.id]
    assert any("\nSUMMARY: " in text for text in by_hand)
    assert any("\nsummary: " in text for text in by_hand)
    assert all(text.rpartition("\n")[2].casefold().startswith("summary: ") for text in by_hand)
    free = [index for index, kind in world.planted.items() if kind == delivered.FREE]
    copied = [index for index, kind in world.planted.items() if kind == delivered.COPIED]
    assert [notes_of(world)[index]["author_id"] for index in free] == [people.FREE_HANDED.id]
    assert [notes_of(world)[index]["author_id"] for index in copied] == [people.COPYING.id]


def test_the_same_seed_has_the_same_day_and_its_cost_is_that_of_the_newest_surveys() -> None:
    small, large = a_day(), a_day(surveys=100_000)
    assert {index: note["body"] for index, note in notes_of(small).items()} == {
        index: note["body"] for index, note in notes_of(large).items()
    }
    assert small.planted == large.planted
    assert large.derived == small.derived
    assert len(large.held) == len(small.held) < 100


@pytest.mark.parametrize("surveys", [0, 1, 5, 39])
def test_a_small_world_has_fewer_notes_and_a_quarter_of_faults_at_most(surveys: int) -> None:
    world = a_day(surveys=surveys)
    assert len(world.planted) <= len(notes_of(world)) / 4
    assert len(world.standing) + len(notes_of(world)) == surveys


def test_every_plot_that_ends_a_survey_has_words() -> None:
    assert set(delivered_texts.WORDS) == {plot.id for plot in PLOTS.values() if plot.expects in delivered_texts.HEADS}


def test_without_the_option_nothing_is_delivered() -> None:
    demo = DemoServer(DemoOptions(now=NOW))
    assert (demo.world.held, demo.world.planted) == ({}, {})
    assert demo.email == "robin.vale@example.com"


@pytest.mark.parametrize("module", [delivered, delivered_texts])
def test_the_notes_are_written_without_the_client(module: object) -> None:
    tree = ast.parse(Path(str(module.__file__)).read_text("utf-8"))  # type: ignore[attr-defined]
    imported = {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert {name for name in imported if name and name.startswith("csat_tui")} <= {
        "csat_tui.demo", *(name for name in imported if name and name.startswith("csat_tui.demo."))
    }  # fmt: skip
