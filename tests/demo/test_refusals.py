"""Wrong credentials, wrong addresses and too many requests are answered as the real desk answers them."""

import httpx
import pytest

from csat_tui.demo.desk_views import TITLES
from csat_tui.demo.faults import DROP_AFTER, DROP_BEFORE, Fault
from csat_tui.demo.server import DemoOptions, DemoServer
from tests.demo.conftest import NOW, signed_in


def test_a_wrong_credential_is_plain_text_401_but_an_anonymous_200_at_me(demo: DemoServer) -> None:
    for auth in (
        ("nobody@example.com/token", "wrong"),
        (f"{demo.email}/token", "wrong"),
        (demo.email, demo.token),
        None,
    ):
        answer = httpx.get(f"{demo.url}/api/v2/views.json", auth=auth)
        assert (answer.status_code, answer.text) == (401, "Couldn't authenticate you")
        assert answer.headers["content-type"].startswith("text/plain")
        me = httpx.get(f"{demo.url}/api/v2/users/me.json", auth=auth)
        assert me.status_code == 200
        assert {key: me.json()["user"][key] for key in ("id", "role", "name")} == {
            "id": None,
            "role": "end-user",
            "name": "Anonymous user",
        }


def test_a_bearer_token_signs_in_too(demo: DemoServer) -> None:
    answer = httpx.get(f"{demo.url}/api/v2/users/me", headers={"authorization": f"Bearer {demo.token}"})
    assert answer.json()["user"]["email"] == demo.email


@pytest.mark.parametrize("who", ["agent", "second", "admin", "light", "no-notes"])
def test_every_sign_in_is_someone_else(demo: DemoServer, who: str) -> None:
    with signed_in(demo, who) as desk:
        assert desk.get("/users/me").json()["user"]["email"] == demo.world.credentials[who][0]


@pytest.mark.parametrize("path", ["/tickets/1", "/views/99", "/users/5", "/tickets/1/comments", "/job_statuses/x"])
def test_what_is_not_there_is_not_found(desk: httpx.Client, path: str) -> None:
    answer = desk.get(path)
    assert (answer.status_code, answer.json()) == (404, {"error": "RecordNotFound", "description": "Not found"})


def test_an_unknown_address_is_json_too(desk: httpx.Client) -> None:
    assert desk.get("/nothing.json").status_code == 404
    assert desk.get("/nothing.json").json()["error"] == "InvalidEndpoint"


def test_an_id_that_is_no_number_is_an_invalid_attribute(desk: httpx.Client) -> None:
    assert desk.get("/tickets/abc").json()["error"]["title"] == "Invalid attribute"


def test_more_than_a_hundred_ids_are_too_many(desk: httpx.Client) -> None:
    answer = desk.get("/tickets/show_many", params={"ids": ",".join(map(str, range(1, 102)))})
    assert (answer.status_code, answer.json()["error"], answer.json()["max_count"]) == (400, "TooManyValues", 100)


def test_the_account_is_limited_until_its_window_ends() -> None:
    with DemoServer(DemoOptions(rate_limit=2, now=NOW)) as demo, signed_in(demo) as desk:
        now = [100.0]
        demo.limits.clock = lambda: now[0]
        assert [desk.get("/users/me").status_code for _ in range(3)] == [200, 200, 429]
        refused = desk.get("/users/me")
        assert (refused.headers["retry-after"], refused.headers["x-rate-limit-remaining"]) == ("60", "0")
        assert refused.headers["content-type"].startswith("text/plain")
        now[0] += 60
        assert desk.get("/users/me").status_code == 200


def test_running_and_counting_a_view_is_limited_to_five(demo: DemoServer, desk: httpx.Client) -> None:
    for kind in ("count", "execute"):
        answers = [desk.get(f"/views/{demo.view_id}/{kind}") for _ in range(6)]
        assert [answer.status_code for answer in answers] == [200] * 5 + [429]
        assert answers[0].headers[f"zendesk-ratelimit-views-{kind}"] == "total=5; remaining=4; resets=60"
        assert answers[5].json()["error"] == "TooManyRequests"
    assert len(TITLES) == 3


def test_one_ticket_takes_thirty_updates_in_ten_minutes(demo: DemoServer, desk: httpx.Client) -> None:
    url = f"/tickets/{demo.world.story(0).survey_ticket_id}"
    answers = [desk.put(url, json={"ticket": {"tags": ["csat_survey", f"t{turn}"]}}) for turn in range(31)]
    assert [answer.status_code for answer in answers] == [200] * 30 + [429]
    assert int(answers[-1].headers["retry-after"]) > 60


def test_no_limit_at_all_can_be_asked_for() -> None:
    with DemoServer(DemoOptions(rate_limit=0, now=NOW)) as demo, signed_in(demo) as desk:
        url = f"/tickets/{demo.world.story(0).survey_ticket_id}"
        answers = [desk.put(url, json={"ticket": {"tags": ["csat_survey", f"t{turn}"]}}) for turn in range(40)]
        assert {answer.status_code for answer in answers} == {200}
        assert "x-rate-limit" not in answers[0].headers


@pytest.mark.parametrize(("fault", "landed"), [(DROP_BEFORE, 1), (DROP_AFTER, 2)])
def test_a_dropped_connection_hides_whether_the_write_landed(
    demo: DemoServer, desk: httpx.Client, fault: Fault, landed: int
) -> None:
    url = f"/tickets/{demo.world.story(0).survey_ticket_id}"
    demo.world.faults.once("PUT", "/tickets/", fault)
    with pytest.raises(httpx.RemoteProtocolError):
        desk.put(url, json={"ticket": {"comment": {"body": "NRN", "public": False}}})
    assert len(desk.get(f"{url}/comments").json()["comments"]) == landed


def test_an_answer_can_be_replaced_after_the_write_was_applied(demo: DemoServer, desk: httpx.Client) -> None:
    from starlette.responses import PlainTextResponse

    url = f"/tickets/{demo.world.story(0).survey_ticket_id}"
    demo.world.faults.once("PUT", "/tickets/", Fault(applied=True, answer=PlainTextResponse("bad gateway", 502)))
    assert desk.put(url, json={"ticket": {"status": "open"}}).status_code == 502
    assert desk.get(url).json()["ticket"]["status"] == "open"
