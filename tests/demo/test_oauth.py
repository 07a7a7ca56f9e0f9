"""Allowing a program in a browser, and what its tokens are good for, for how long."""

import base64
from collections.abc import Iterator
from datetime import timedelta
from hashlib import sha256
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
import requests
from zenpy import Zenpy

from csat_tui.demo.faults import DROP_AFTER
from csat_tui.demo.server import DemoOptions, DemoServer
from tests.demo.conftest import NOW
from tests.zenpy_desk import SUBDOMAIN, ToLoopback

VERIFIER = "v" * 43
CHALLENGE = base64.urlsafe_b64encode(sha256(VERIFIER.encode()).digest()).rstrip(b"=").decode()
BACK = "http://127.0.0.1:49152/callback"
ASKED = {
    "response_type": "code",
    "client_id": "csat-tui",
    "redirect_uri": BACK,
    "scope": "read write",
    "state": "a state & more",
    "code_challenge": CHALLENGE,
    "code_challenge_method": "S256",
}
PAGE = "/oauth/authorizations/new"


@pytest.fixture
def web(demo: DemoServer) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=demo.url, trust_env=False) as client:
        yield client


def answered(
    demo: DemoServer, web: httpx.Client, say: str = "allow", who: str = "agent", **other: str
) -> httpx.Response:
    email, token = demo.world.credentials[who]
    return web.post(PAGE, data={**ASKED, **other, "email": email, "password": token, "answer": say})


def sent_back(answer: httpx.Response) -> dict[str, str]:
    assert answer.status_code == 302, answer.text
    assert answer.headers["location"].startswith(f"{BACK}?")
    return {name: values[0] for name, values in parse_qs(urlsplit(answer.headers["location"]).query).items()}


def exchanged(web: httpx.Client, code: str, **other: str) -> httpx.Response:
    asked = {"grant_type": "authorization_code", "code": code, "client_id": "csat-tui", "redirect_uri": BACK}
    return web.post("/oauth/tokens", data={**asked, "code_verifier": VERIFIER, **other})


def refreshed(web: httpx.Client, token: str, **other: str) -> httpx.Response:
    asked = {"grant_type": "refresh_token", "refresh_token": token, "client_id": "csat-tui"}
    return web.post("/oauth/tokens", json={**asked, **other})


def signed_in(demo: DemoServer, web: httpx.Client, who: str = "agent", **other: str) -> dict[str, str]:
    answer = exchanged(web, sent_back(answered(demo, web, who=who, **other))["code"])
    assert answer.status_code == 200, answer.text
    pair: dict[str, str] = answer.json()
    return pair


def status(web: httpx.Client, access: str, path: str = "/api/v2/views.json") -> int:
    return web.get(path, headers={"authorization": f"Bearer {access}"}).status_code


def test_the_page_names_the_program_and_keeps_what_was_asked_escaped(web: httpx.Client) -> None:
    page = web.get(PAGE, params={**ASKED, "state": '"><script>alert(1)</script>'})
    assert page.status_code == 200
    assert page.headers["content-type"].startswith("text/html")
    assert "<strong>csat-tui</strong>" in page.text
    assert "<script>" not in page.text
    assert "&quot;&gt;&lt;script&gt;" in page.text
    assert "frame-ancestors 'none'" in page.headers["content-security-policy"]


def test_allowing_sends_a_code_and_the_state_back(demo: DemoServer, web: httpx.Client) -> None:
    back = sent_back(answered(demo, web))
    assert back["state"] == "a state & more"
    assert set(back) == {"code", "state"}


def test_denying_sends_the_denial_and_the_state_back(demo: DemoServer, web: httpx.Client) -> None:
    back = sent_back(answered(demo, web, "deny"))
    assert (back["error"], back["state"]) == ("access_denied", "a state & more")
    assert back["error_description"]


def test_a_wrong_password_shows_the_page_again(demo: DemoServer, web: httpx.Client) -> None:
    page = web.post(PAGE, data={**ASKED, "email": demo.email, "password": "<b>wrong</b>", "answer": "allow"})
    assert (page.status_code, 'role="alert"' in page.text) == (401, True)
    assert "wrong" not in page.text
    assert demo.oauth.issued == 0


@pytest.mark.parametrize(
    "wrong",
    [
        {"client_id": "somebody-else"},
        {"redirect_uri": "https://evil.example/callback"},
        {"redirect_uri": "http://127.0.0.1:80@evil.example/callback"},
        {"redirect_uri": "http://127.0.0.1:49152/elsewhere"},
        {"redirect_uri": "http://127.0.0.1:49152/callback?then=https://evil.example"},
        {"redirect_uri": "http://127.0.0.1:notaport/callback"},
        {"redirect_uri": "http://[::1/callback"},
        {"redirect_uri": ""},
    ],
)
def test_an_unknown_program_or_address_is_told_to_the_person_and_sent_nowhere(
    demo: DemoServer, web: httpx.Client, wrong: dict[str, str]
) -> None:
    for answer in (web.get(PAGE, params={**ASKED, **wrong}), answered(demo, web, **wrong)):
        assert (answer.status_code, "location" in answer.headers) == (400, False)


@pytest.mark.parametrize(
    ("wrong", "error"),
    [
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"scope": "everything"}, "invalid_scope"),
        ({"code_challenge_method": "plain"}, "invalid_request"),
        ({"code_challenge": ""}, "invalid_request"),
    ],
)
def test_a_request_that_cannot_be_granted_goes_back_to_the_program(
    demo: DemoServer, web: httpx.Client, wrong: dict[str, str], error: str
) -> None:
    for answer in (web.get(PAGE, params={**ASKED, **wrong}), answered(demo, web, **wrong)):
        assert (sent_back(answer)["error"], sent_back(answer)["state"]) == (error, "a state & more")


@pytest.mark.parametrize("who", ["agent", "second", "admin"])
def test_the_token_acts_for_the_person_who_allowed_it(demo: DemoServer, web: httpx.Client, who: str) -> None:
    pair = signed_in(demo, web, who)
    assert {key: pair[key] for key in ("token_type", "scope", "expires_in", "refresh_token_expires_in")} == {
        "token_type": "bearer",
        "scope": "read write",
        "expires_in": 1800,
        "refresh_token_expires_in": 30 * 86_400,
    }
    me = web.get("/api/v2/users/me.json", headers={"authorization": f"Bearer {pair['access_token']}"})
    assert me.json()["user"]["email"] == demo.world.credentials[who][0]


def test_both_names_of_this_machine_are_registered(demo: DemoServer, web: httpx.Client) -> None:
    back = "http://localhost:8123/callback"
    location = answered(demo, web, redirect_uri=back).headers["location"]
    code = parse_qs(urlsplit(location).query)["code"][0]
    assert location.startswith(f"{back}?")
    assert exchanged(web, code, redirect_uri=back).status_code == 200


@pytest.mark.parametrize("wrong", [{"code_verifier": "w" * 43}, {"redirect_uri": "http://localhost:49152/callback"}])
def test_a_code_is_void_after_one_wrong_attempt(demo: DemoServer, web: httpx.Client, wrong: dict[str, str]) -> None:
    code = sent_back(answered(demo, web))["code"]
    for other in (wrong, {}):
        refused = exchanged(web, code, **other)
        assert (refused.status_code, refused.json()["error"]) == (400, "invalid_grant")
        assert refused.json()["error_description"]


def test_a_code_is_good_once_and_for_two_minutes(demo: DemoServer, web: httpx.Client) -> None:
    used = sent_back(answered(demo, web))["code"]
    assert [exchanged(web, used).status_code for _ in range(2)] == [200, 400]
    late = sent_back(answered(demo, web))["code"]
    demo.world.clock = lambda: NOW + timedelta(minutes=3)
    assert exchanged(web, late).json()["error"] == "invalid_grant"


@pytest.mark.parametrize(
    ("wrong", "status", "error"),
    [
        ({"grant_type": "password"}, 400, "unsupported_grant_type"),
        ({"client_id": "somebody-else"}, 401, "invalid_client"),
        ({"code_verifier": ""}, 400, "invalid_request"),
        ({"code": "invented"}, 400, "invalid_grant"),
    ],
)
def test_what_is_wrong_at_the_token_endpoint_is_named(
    demo: DemoServer, web: httpx.Client, wrong: dict[str, str], status: int, error: str
) -> None:
    refused = exchanged(web, **{"code": sent_back(answered(demo, web))["code"], **wrong})
    assert (refused.status_code, refused.json()["error"]) == (status, error)


@pytest.mark.parametrize("content", [b"{", b"[1]", b'{"grant_type": 5}', b"\xff\xfe"])
def test_nonsense_at_the_token_endpoint_is_refused(web: httpx.Client, content: bytes) -> None:
    refused = web.post("/oauth/tokens", content=content, headers={"content-type": "application/json"})
    assert (refused.status_code, set(refused.json())) == (400, {"error", "error_description"})


def test_refreshing_ends_the_old_pair_at_once_both_halves(demo: DemoServer, web: httpx.Client) -> None:
    old = signed_in(demo, web)
    new = refreshed(web, old["refresh_token"]).json()
    assert (status(web, old["access_token"]), status(web, new["access_token"])) == (401, 200)
    again = refreshed(web, old["refresh_token"])
    assert (again.status_code, again.json()["error"]) == (400, "invalid_grant")
    assert status(web, new["access_token"]) == 200
    assert (demo.oauth.refreshes, demo.oauth.refused) == (1, 1)


def test_another_client_cannot_refresh(demo: DemoServer, web: httpx.Client) -> None:
    old = signed_in(demo, web)
    assert refreshed(web, old["refresh_token"], client_id="somebody-else").status_code == 401
    assert refreshed(web, old["refresh_token"]).status_code == 200


def test_a_refresh_whose_answer_is_lost_has_still_taken_the_old_pair(demo: DemoServer, web: httpx.Client) -> None:
    old = signed_in(demo, web)
    demo.world.faults.once("POST", "/oauth/tokens", DROP_AFTER)
    with pytest.raises(httpx.RemoteProtocolError):
        refreshed(web, old["refresh_token"])
    assert refreshed(web, old["refresh_token"]).json()["error"] == "invalid_grant"


def test_tokens_run_out_by_the_clock_of_the_demo() -> None:
    options = DemoOptions(now=NOW, access_seconds=60, refresh_seconds=600)
    with DemoServer(options) as demo, httpx.Client(base_url=demo.url, trust_env=False) as web:
        demo.world.clock = lambda: NOW
        first = signed_in(demo, web)
        demo.world.clock = lambda: NOW + timedelta(seconds=60)
        assert status(web, first["access_token"]) == 401
        second = refreshed(web, first["refresh_token"]).json()
        assert (second["expires_in"], status(web, second["access_token"])) == (60, 200)
        demo.world.clock = lambda: NOW + timedelta(seconds=660)
        assert refreshed(web, second["refresh_token"]).json()["error"] == "invalid_grant"


def test_a_token_that_is_not_good_is_refused_everywhere_in_the_desks_words(demo: DemoServer, web: httpx.Client) -> None:
    pair = demo.oauth.issue()
    demo.oauth.expire_access()
    for path in ("/api/v2/views.json", "/api/v2/users/me.json"):
        refused = web.get(path, headers={"authorization": f"Bearer {pair.access}"})
        assert refused.status_code == 401
        assert refused.headers["www-authenticate"].startswith("Bearer ")
        assert refused.json() == {
            "error": "invalid_token",
            "error_description": "The access token provided is expired, revoked, malformed or invalid for other "
            "reasons.",
        }
    assert refreshed(web, pair.refresh).status_code == 200


def test_an_administrator_can_end_everything(demo: DemoServer, web: httpx.Client) -> None:
    pair = demo.oauth.issue("second")
    code = sent_back(answered(demo, web))["code"]
    demo.oauth.revoke_all()
    assert status(web, pair.access) == 401
    assert [answer.status_code for answer in (refreshed(web, pair.refresh), exchanged(web, code))] == [400, 400]
    assert status(web, demo.token) == 200


def test_a_program_can_look_at_its_token_and_end_it(demo: DemoServer, web: httpx.Client) -> None:
    pair = demo.oauth.issue()
    web.headers["authorization"] = f"Bearer {pair.access}"
    shown = web.get("/api/v2/oauth/tokens/current.json").json()["token"]
    assert (shown["token"], shown["scopes"]) == (pair.access[:10], ["read", "write"])
    assert pair.refresh not in str(shown)
    assert web.delete("/api/v2/oauth/tokens/current.json").status_code == 204
    assert web.get("/api/v2/oauth/tokens/current.json").status_code == 401
    assert refreshed(web, pair.refresh).status_code == 400


def test_an_api_token_has_no_oauth_token_to_show(demo: DemoServer, web: httpx.Client) -> None:
    assert status(web, demo.token, "/api/v2/oauth/tokens/current.json") == 404


def test_a_token_that_may_only_read_writes_nothing(demo: DemoServer, web: httpx.Client) -> None:
    pair = signed_in(demo, web, scope="read")
    url = f"/api/v2/tickets/{demo.world.story(0).survey_ticket_id}.json"
    web.headers["authorization"] = f"Bearer {pair['access_token']}"
    refused = web.put(url, json={"ticket": {"status": "solved"}})
    assert (refused.status_code, refused.json()["error"]) == (403, "insufficient_scope")
    assert web.get(url).json()["ticket"]["status"] == "new"


def test_an_independent_client_reads_with_the_token(demo: DemoServer, web: httpx.Client) -> None:
    session = requests.Session()
    session.trust_env = False
    session.mount(f"https://{SUBDOMAIN}.zendesk.com", ToLoopback(demo.url))
    token = signed_in(demo, web)["access_token"]
    zenpy = Zenpy(subdomain=SUBDOMAIN, oauth_token=token, session=session, disable_cache=True, timeout=10)
    wanted = demo.world.story(0).survey_ticket_id
    assert (zenpy.tickets(id=wanted).id, zenpy.users.me().email) == (wanted, demo.email)
