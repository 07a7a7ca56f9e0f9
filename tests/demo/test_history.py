"""A part of the customers have other tickets, as source document 004 has rules for, and the desk lists them."""

from datetime import datetime, timedelta

import httpx
import pytest

from csat_tui.demo import people, plan
from csat_tui.demo.histories import SITUATIONS
from csat_tui.demo.other_tickets import Merging
from csat_tui.demo.plots import PLOTS
from csat_tui.demo.server import DemoServer
from csat_tui.demo.world import World
from tests.demo.conftest import NOW


def found_in(world: World) -> dict[int, Merging]:
    told = {index: world.merging(index) for index in range(world.size)}
    return {index: one for index, one in told.items() if one is not None}


def meeting(world: World, situation: str) -> tuple[int, Merging]:
    return next((index, one) for index, one in found_in(world).items() if one.situation == situation)


def requested(desk: httpx.Client, user_id: int, **asked: str | int) -> list[dict[str, object]]:
    answer = desk.get(f"/users/{user_id}/tickets/requested", params=asked)
    assert answer.status_code == 200
    listed: list[dict[str, object]] = answer.json()["tickets"]
    return listed


@pytest.mark.parametrize("seed", [1, 7, 99])
def test_a_third_of_the_customers_have_other_tickets_in_every_situation(seed: int) -> None:
    found = found_in(World(60, seed, NOW))
    assert 18 <= len(found) <= 20
    assert {one.situation for one in found.values()} == set(SITUATIONS)
    assert not {0, 1} & set(found)


@pytest.mark.parametrize("situation", SITUATIONS)
def test_a_history_is_told_in_order_with_its_order_number_and_before_the_survey(situation: str) -> None:
    world = World(60, 7, NOW)
    index, told = meeting(world, situation)
    tickets = [world.ticket(number) for number in (*told.beside, told.new)]
    assert all(tickets)
    latest = max(record["updated_at"] for record in tickets if record)
    assert datetime.fromisoformat(latest) < world.story(index).created
    for record in tickets:
        assert record is not None
        said = world.comments(record["id"])
        assert [one["created_at"] for one in said] == sorted(one["created_at"] for one in said)
        assert (said[0]["created_at"], said[-1]["created_at"]) == (record["created_at"], record["updated_at"])
        assert said[0]["author_id"] == record["requester_id"]
    new = tickets[-1]
    assert new is not None
    assert (new["status"], new["assignee_id"]) == ("new", None)
    mine = [plan.order_number(index, band) for band in plan.BANDS]
    assert any(f"Order {order}" in f"{new['subject']} {new['description']}" for order in mine)


def test_the_newest_message_and_the_status_beside_it_are_what_the_situation_says() -> None:
    world = World(60, 7, NOW)
    statuses = {"awaiting-reply": "pending", "in-progress": "hold", "resolved": "solved"}
    for index, told in found_in(world).items():
        name, _, newest = told.situation.rpartition("-")
        if newest == "newest":
            beside = world.ticket(told.beside[0])
            assert beside is not None
            staff_last = name.endswith("staff")
            assert (max(beside["updated_at"], "") > world.comments(told.new)[-1]["created_at"]) is staff_last
            assert beside["status"] == statuses[name.rpartition("-")[0]]
            # A resolved ticket comes back whoever wrote last: the stricter passage of document 004 holds.
            stays = staff_last and beside["status"] != "solved"
            assert told.status == (beside["status"] if stays else "open")
            assert told.owner == beside["assignee_id"]
            assert world.case(index).customer.id == beside["requester_id"]


def test_a_rated_ticket_takes_a_repeated_concern_only_where_it_was_left_open() -> None:
    world = World(1_200, 7, NOW)
    told = [(index, one) for index, one in found_in(world).items() if one.situation == "rated-asked-again"]
    assert {one.merge for _, one in told} == {True, False}
    for index, one in told:
        open_still = PLOTS[world.story(index).plot].expects in ("follow-up", "needs-evaluation")
        assert one.beside == (world.case(index).ticket,)
        assert one.merge is open_still
        assert one.into == (world.case(index).ticket if open_still else None)


def test_the_tickets_of_a_customer_are_listed_oldest_first(demo: DemoServer, desk: httpx.Client) -> None:
    index, told = meeting(demo.world, "awaiting-reply-customer-newest")
    who = demo.world.case(index).customer.id
    listed = requested(desk, who)
    numbers = [record["id"] for record in listed]
    assert numbers == sorted(numbers)  # type: ignore[type-var]
    assert {*told.beside, told.new, demo.world.case(index).ticket} <= set(numbers)
    assert {record["requester_id"] for record in listed} == {who}


@pytest.mark.parametrize("sort", ["id", "updated_at", "status"])
def test_they_are_sorted_as_asked_in_both_paginations(demo: DemoServer, desk: httpx.Client, sort: str) -> None:
    index, _ = meeting(demo.world, "in-progress-staff-newest")
    who = demo.world.case(index).customer.id
    down = [record["id"] for record in requested(desk, who, sort_by=sort, sort_order="desc")]
    assert down == [record["id"] for record in requested(desk, who, sort_by=sort, sort_order="asc")][::-1]
    walked: list[int] = []
    asked = {"sort": f"-{sort}", "page[size]": "2"}
    while True:
        page = desk.get(f"/users/{who}/tickets/requested", params=asked).json()
        walked += [record["id"] for record in page["tickets"]]
        if not page["meta"]["has_more"]:
            break
        asked["page[after]"] = page["meta"]["after_cursor"]
    assert walked == down


def test_a_sort_that_the_desk_does_not_know_is_refused(demo: DemoServer, desk: httpx.Client) -> None:
    who = demo.world.case(2).customer.id
    answer = desk.get(f"/users/{who}/tickets/requested", params={"sort": "colour", "page[size]": 5})
    assert answer.status_code == 400


def test_most_customers_asked_for_the_rated_ticket_and_its_survey_alone(demo: DemoServer, desk: httpx.Client) -> None:
    told = demo.world.story(0)
    listed = requested(desk, told.case.customer.id, include="users")
    assert {record["id"] for record in listed} == {told.survey_ticket_id, told.source_ticket_id}


def test_what_is_created_for_a_customer_is_listed_too(demo: DemoServer, desk: httpx.Client) -> None:
    who = demo.world.story(0).case.customer.id
    asked = {"subject": "Called", "comment": {"body": "A call", "public": False}, "requester_id": who}
    made = desk.post("/tickets", json={"ticket": asked}).json()["ticket"]["id"]
    assert requested(desk, who, sort_by="created_at", sort_order="desc")[0]["id"] == made


def test_a_second_address_is_an_identity_of_the_same_user(demo: DemoServer, desk: httpx.Client) -> None:
    index, told = meeting(demo.world, "second-address")
    who = demo.world.case(index).customer
    found = desk.get(f"/users/{who.id}/identities").json()["identities"]
    first, second = (one["value"] for one in found)
    assert (first, found[0]["primary"], found[1]["primary"]) == (who.email, True, False)
    new = desk.get(f"/tickets/{told.new}").json()["ticket"]
    assert (new["requester_id"], new["via"]["source"]["from"]["address"]) == (who.id, second)
    assert [user["id"] for user in desk.get("/users/search", params={"query": second}).json()["users"]] == [who.id]
    assert len(desk.get(f"/users/{demo.world.story(0).case.customer.id}/identities").json()["identities"]) == 1


def test_a_second_account_is_found_by_the_order_and_has_the_same_name(demo: DemoServer, desk: httpx.Client) -> None:
    index, told = meeting(demo.world, "second-account")
    order = plan.order_number(index, "earlier")
    found = desk.get("/search", params={"query": f'type:ticket "Order {order}"'}).json()["results"]
    assert {record["id"] for record in found} == {*told.beside, told.new}
    first, second = (desk.get(f"/users/{found[place]['requester_id']}").json()["user"] for place in (0, 1))
    assert first["name"] == second["name"]
    assert first["id"] != second["id"]
    assert first["email"] != second["email"]
    assert told.new in [record["id"] for record in requested(desk, first["id"])]


def test_a_second_account_bears_the_customers_name_whatever_that_is() -> None:
    world = World(1_200, 7, NOW)
    names = set()
    for index, told in found_in(world).items():
        if told.situation == "second-account":
            new = world.ticket(told.new)
            other = world.user(new["requester_id"]) if new else None
            assert other is not None
            assert other["name"] == world.case(index).customer.name
            names.add(other["name"])
    assert len(names) > 5


def test_a_neighbour_with_the_same_order_is_somebody_else(demo: DemoServer, desk: httpx.Client) -> None:
    index, told = meeting(demo.world, "neighbour")
    customer = demo.world.case(index).customer
    asking = desk.get(f"/users/{demo.world.ticket(told.new)['requester_id']}").json()["user"]  # type: ignore[index]
    assert asking["name"] != customer.name
    assert asking["id"] not in (customer.id, *people.STAFF)
    assert not told.merge
    assert told.new not in [record["id"] for record in requested(desk, customer.id)]


def test_the_other_store_is_another_brand(demo: DemoServer, desk: httpx.Client) -> None:
    _, told = meeting(demo.world, "other-store")
    brands = {brand["id"]: brand["name"] for brand in desk.get("/brands").json()["brands"]}
    ours, theirs = (desk.get(f"/tickets/{number}").json()["ticket"]["brand_id"] for number in (*told.beside, told.new))
    assert brands[ours] != brands[theirs]


def test_a_person_beside_a_customer_is_there_only_where_they_write(desk: httpx.Client) -> None:
    for place in (1, 2, 3):
        assert desk.get(f"/users/{plan.customer_id(0, place)}").status_code == 404
    assert desk.get(f"/users/{plan.customer_id(0, 1)}/tickets/requested").status_code == 404


def test_other_tickets_take_notes_and_replies_like_any(demo: DemoServer, desk: httpx.Client) -> None:
    _, told = meeting(demo.world, "customer-reply")
    before = len(demo.world.comments(told.beside[0]))
    change = {"ticket": {"comment": {"body": "On it", "public": False}, "status": "hold"}}
    assert desk.put(f"/tickets/{told.beside[0]}", json=change).json()["ticket"]["status"] == "hold"
    assert len(desk.get(f"/tickets/{told.beside[0]}/comments").json()["comments"]) == before + 1


def test_histories_are_the_same_again_and_lie_near_their_survey() -> None:
    world = World(300, 7, NOW)
    assert found_in(world) == found_in(World(300, 7, NOW))
    for index, told in found_in(world).items():
        record = world.ticket(told.new)
        assert record is not None
        age = world.story(index).created - datetime.fromisoformat(record["created_at"])
        assert timedelta() < age < timedelta(hours=24)
