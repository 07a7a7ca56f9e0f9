"""The world is believable, the same for the same seed, and costs nothing until it is looked at."""

import re
from collections import Counter
from datetime import timedelta

import pytest

from csat_tui.demo import admin, plan
from csat_tui.demo.plots import PLOTS
from csat_tui.demo.server import DemoOptions, DemoServer
from csat_tui.demo.story import QUESTIONS, Story
from csat_tui.demo.world import World
from tests.demo.conftest import NOW, signed_in

RATING = re.compile(r"^(?:([1-5]) (?:The|How) .+|(?:The|How) .+ ([1-5]))$", re.M)


@pytest.fixture(scope="module")
def stories() -> list[Story]:
    world = World(60, 7, NOW)
    return [world.story(index) for index in range(60)]


@pytest.mark.parametrize("seed", [1, 7, 99])
def test_every_kind_is_among_the_first_sixty(seed: int) -> None:
    kinds = Counter(World(60, seed, NOW).story(index).kind for index in range(60))
    assert set(kinds) == set(plan.KINDS)
    assert kinds["low-comment"] >= 27
    assert (kinds["hostile"], kinds["unparseable"], kinds["repeat"]) == (3, 2, 2)


@pytest.mark.parametrize("seed", [1, 7, 99])
def test_the_first_is_aligned_and_the_second_a_promise_not_kept(seed: int) -> None:
    world = World(60, seed, NOW)
    first, second = world.story(0), world.story(1)
    assert (first.kind, first.expects, first.case.status) == ("low-comment", "no-response", "solved")
    assert (second.kind, second.expects, second.case.status) == ("low-comment", "follow-up", "solved")
    known = admin.describe(world, 0)
    assert (known["issues"][0]["category"], known["accommodations"][0]["amount"]) == ("late-delivery", "15.00")
    assert admin.describe(world, 1)["subscription"]["status"] == "active"


def test_many_different_stories_are_told(stories: list[Story]) -> None:
    assert len(PLOTS) >= 14
    assert len({told.plot for told in stories}) >= 20
    assert len({told.expects for told in stories}) == 5
    assert all("{" not in told.why for told in stories)
    assert len({told.case.customer.email for told in stories}) == 58


def test_a_survey_mail_carries_ticket_customer_agent_and_six_ratings(stories: list[Story]) -> None:
    for told in stories:
        if told.kind == "unparseable":
            continue
        assert f"Ticket #{told.source_ticket_id}\n" in told.body
        assert f"Customer {told.case.customer.email}\n" in told.body
        assert f"Agent {told.case.facts['agent']}\n" in told.body
        rated = [int(found[1] or found[2]) for found in RATING.finditer(told.body)]
        assert tuple(rated[:6]) == told.ratings
        assert len(told.ratings) == len(QUESTIONS)
        assert told.body.endswith(told.comment)


def test_ratings_come_before_and_after_their_question(stories: list[Story]) -> None:
    bodies = "\n".join(told.body for told in stories)
    assert re.search(r"^[1-5] How valued", bodies, re.M)
    assert re.search(r"made you feel [1-5]$", bodies, re.M)


def test_kinds_are_what_they_say(stories: list[Story]) -> None:
    by_kind: dict[str, list[Story]] = {}
    for told in stories:
        by_kind.setdefault(told.kind, []).append(told)
    assert all(told.ratings[0] <= 2 and told.comment for told in by_kind["low-comment"])
    assert all(told.ratings[0] <= 2 and not told.comment for told in by_kind["low-silent"])
    assert all(min(told.ratings) >= 3 for told in by_kind["rated-3-5"])
    numbers = Counter(told.source_ticket_id for told in stories)
    assert all(numbers[told.source_ticket_id] == 2 for told in by_kind["repeat"])
    hostile = "".join(told.comment for told in by_kind["hostile"])
    for piece in ("\x1b]52;", "\x1b[2J", "\x9b", "[@click=app.quit]", "\u202e", "\u200b", "{{ticket.requester.email}}"):
        assert piece in hostile
    assert max(len(message.text) for message in by_kind["huge"][0].case.messages) > 60_000
    assert len({told.body.partition("\n")[0] for told in by_kind["unparseable"]}) == 2


def test_time_runs_forward_in_every_story(stories: list[Story]) -> None:
    for told in stories:
        times = [message.at for message in told.case.messages]
        assert times == sorted(times)
        assert times[-1] <= told.case.solved + timedelta(minutes=1)
        assert told.case.solved <= told.created - timedelta(hours=1)


def test_surveys_are_of_the_last_two_days_newest_first(stories: list[Story]) -> None:
    ages = [NOW - told.created for told in stories]
    assert ages == sorted(ages)
    assert ages[2] < timedelta(hours=1)
    assert timedelta(hours=40) < ages[-1] < timedelta(hours=50)
    assert sum(age > timedelta(hours=24) for age in ages) > 10


def test_the_same_seed_tells_the_same_world_and_another_tells_another() -> None:
    def told(seed: int) -> list[Story]:
        world = World(60, seed, NOW)
        return [world.story(index) for index in range(60)]

    assert told(7) == told(7)
    assert [s.body for s in told(7)] != [s.body for s in told(8)]
    assert World(60, 7, NOW).credentials == World(60, 7, NOW).credentials


def test_numbers_lead_back_to_what_they_number() -> None:
    for index in range(0, 900_000, 7_919):
        for role in ("survey", "source", "target", "other"):
            assert plan.read_ticket_number(plan.ticket_number(role, index)) == plan.TicketNumber(role, index)
        for band in plan.BANDS:
            assert plan.read_order_number(int(plan.order_number(index, band))) == index
        for place in (0, 1, 2):
            assert plan.read_customer_id(plan.customer_id(index, place)) == (index, place)
        assert plan.read_account_id(plan.account_id(index)) == index
        assert plan.read_email_code(plan.email_code(index)) == index


def test_a_hundred_thousand_surveys_cost_only_what_is_looked_at() -> None:
    with DemoServer(DemoOptions(surveys=100_000, now=NOW)) as demo, signed_in(demo) as desk:
        assert demo.world.derived == 0
        page = desk.get(f"/views/{demo.view_id}/tickets", params={"per_page": 100, "page": 99}).json()
        assert (len(page["tickets"]), page["count"], demo.world.derived) == (100, 100_000, 100)
        oldest = desk.get(f"/views/{demo.view_id}/tickets", params={"sort_order": "asc", "per_page": 1}).json()
        assert oldest["tickets"][0]["id"] == plan.ticket_number("survey", 99_999)
        assert demo.world.held == {}


def test_the_view_finds_its_place_between_solved_surveys() -> None:
    world = World(1_000, 7, NOW)
    gone = {*range(0, 300, 3), 998, 999}
    for index in gone:
        world.standing.drop(index)
    left = [index for index in range(1_000) if index not in gone]
    assert len(world.standing) == len(left)
    assert [world.standing.nth(rank) for rank in range(len(left))] == left
    assert world.standing.window(len(left) - 2, 50) == left[-2:]


def test_tickets_are_written_while_a_view_is_being_listed() -> None:
    world = World(surveys=3, seed=7, now=NOW)
    first, second = (plan.ticket_number("survey", index) for index in (0, 1))
    assert world.hold(first) is not None
    listed = world.held_tickets()
    assert next(listed)["id"] == first
    assert world.hold(second) is not None
    assert list(listed) == []
