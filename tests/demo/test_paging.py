"""Both paginations walk a view once through, and stop where the real desk stops."""

from itertools import pairwise

import httpx
import pytest

from csat_tui.demo.server import DemoOptions, DemoServer
from tests.demo.conftest import NOW, signed_in


def walk(desk: httpx.Client, url: str, **params: object) -> list[dict[str, object]]:
    found: list[dict[str, object]] = []
    page = desk.get(url, params=params).json()
    while True:
        found += page["tickets"]
        more = page["meta"]["has_more"] if "meta" in page else page["next_page"] is not None
        if not more:
            return found
        page = desk.get(page["links"]["next"] if "links" in page else page["next_page"]).json()


@pytest.mark.parametrize("paging", [{"page[size]": 7}, {"per_page": 7}, {"page[size]": 60}, {"per_page": 100}])
@pytest.mark.parametrize("order", ["asc", "desc"])
def test_every_ticket_is_walked_exactly_once(
    demo: DemoServer, desk: httpx.Client, paging: dict[str, int], order: str
) -> None:
    found = walk(desk, f"/views/{demo.view_id}/tickets.json", sort_by="created", sort_order=order, **paging)
    expected = [demo.world.story(index).survey_ticket_id for index in range(60)]
    assert [ticket["id"] for ticket in found] == (expected if order == "desc" else expected[::-1])


def test_the_last_page_by_cursor_still_has_a_next_link(demo: DemoServer, desk: httpx.Client) -> None:
    page = desk.get(f"/views/{demo.view_id}/tickets", params={"page[size]": 100}).json()
    assert page["meta"]["has_more"] is False
    assert page["links"]["next"] is not None
    beyond = desk.get(page["links"]["next"]).json()
    assert (beyond["tickets"], beyond["meta"]["has_more"]) == ([], False)


def test_a_cursor_leads_back_too(demo: DemoServer, desk: httpx.Client) -> None:
    first = desk.get(f"/views/{demo.view_id}/tickets", params={"page[size]": 10}).json()
    second = desk.get(first["links"]["next"]).json()
    assert desk.get(second["links"]["prev"]).json()["tickets"] == first["tickets"]


def test_people_come_beside_the_tickets_when_asked_for(demo: DemoServer, desk: httpx.Client) -> None:
    page = desk.get(f"/views/{demo.view_id}/tickets", params={"page[size]": 10, "include": "users"}).json()
    assert {ticket["requester_id"] for ticket in page["tickets"]} <= {user["id"] for user in page["users"]}


@pytest.mark.parametrize("params", [{"sort_by": "created_at"}, {"sort_by": "updated_at"}, {"sort": "-updated_at"}])
def test_a_view_takes_its_documented_orders_only(demo: DemoServer, desk: httpx.Client, params: dict[str, str]) -> None:
    assert desk.get(f"/views/{demo.view_id}/tickets", params=params).status_code == 400


@pytest.mark.parametrize("params", [{"page[after]": "nonsense"}, {"page[size]": "0"}, {"page": "x"}])
def test_a_cursor_that_cannot_be_read_is_refused(demo: DemoServer, desk: httpx.Client, params: dict[str, str]) -> None:
    answer = desk.get(f"/views/{demo.view_id}/tickets", params=params)
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (400, "InvalidPaginationParameter")


def test_numbered_pages_end_at_ten_thousand_and_cursors_do_not() -> None:
    with DemoServer(DemoOptions(surveys=10_150, now=NOW)) as demo, signed_in(demo) as desk:
        url = f"/views/{demo.view_id}/tickets"
        assert desk.get(url, params={"page": 100}).status_code == 200
        refused = desk.get(url, params={"page": 101})
        assert (refused.status_code, refused.json()["error"]) == (400, "InvalidPaginationDepth")
        found = [ticket["id"] for ticket in walk(desk, url, **{"page[size]": 100})]
        assert len(found) == len(set(found)) == 10_150


def test_a_ticket_that_leaves_the_view_makes_a_walk_by_cursor_skip_one(demo: DemoServer, desk: httpx.Client) -> None:
    first = desk.get(f"/views/{demo.view_id}/tickets", params={"page[size]": 30}).json()
    desk.put(f"/tickets/{first['tickets'][0]['id']}", json={"ticket": {"status": "solved"}})
    second = desk.get(first["links"]["next"]).json()
    assert len(first["tickets"]) + len(second["tickets"]) == 59
    assert len(walk(desk, f"/views/{demo.view_id}/tickets", **{"page[size]": 30})) == 59


def test_the_latest_written_ticket_comes_first_by_time_of_update(demo: DemoServer, desk: httpx.Client) -> None:
    for index in (40, 20):
        number = demo.world.story(index).survey_ticket_id
        desk.put(f"/tickets/{number}", json={"ticket": {"tags": ["csat_survey", "seen"]}})
    found = walk(desk, f"/views/{demo.view_id}/tickets", sort_by="updated", **{"page[size]": 9})
    numbers = [ticket["id"] for ticket in found]
    assert set(numbers[:2]) == {demo.world.story(index).survey_ticket_id for index in (40, 20)}
    assert len(set(numbers)) == 60
    assert all(str(a["updated_at"]) >= str(b["updated_at"]) for a, b in pairwise(found))


def test_a_reopened_survey_comes_back_into_the_view(demo: DemoServer, desk: httpx.Client) -> None:
    number = demo.world.story(5).survey_ticket_id
    for status, listed in (("solved", 59), ("open", 60)):
        desk.put(f"/tickets/{number}", json={"ticket": {"status": status}})
        assert len(walk(desk, f"/views/{demo.view_id}/tickets", per_page=100)) == listed


def test_a_new_survey_ticket_appears_at_the_top_of_the_view(demo: DemoServer, desk: httpx.Client) -> None:
    asked = {"subject": "CSAT survey", "comment": {"body": "Ticket #1"}, "tags": ["csat_survey"]}
    made = desk.post("/tickets", json={"ticket": asked})
    assert made.status_code == 201
    found = walk(desk, f"/views/{demo.view_id}/tickets", per_page=50)
    assert (found[0]["id"], len(found)) == (made.json()["ticket"]["id"], 61)
