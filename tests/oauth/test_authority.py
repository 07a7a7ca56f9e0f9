"""From a page in a browser to a pair of tokens, at a real server; and what is said when it grants nothing."""

import httpx
import pytest
import respx

from csat_tui.demo.server import DemoServer
from csat_tui.domain.errors import Denied, HelpDeskError, Limited, Missing, Uncertain, Unreachable
from csat_tui.helpdesk.zendesk.adapter import ADAPTER
from csat_tui.oauth.authority import Authority, SpentToken
from tests.oauth.browsing import answer_page, asked_for
from tests.oauth.conftest import Hands, as_tokens

BACK = "http://127.0.0.1:47113/callback"
URL = "https://example.zendesk.com"
PATHS = ADAPTER.sign_in


@pytest.fixture
def authority(demo: DemoServer, clock: Hands) -> Authority:
    return Authority(demo.url, "csat-tui", clock, PATHS)


def code_of(address: str) -> str:
    return asked_for(address)["code"]


def test_what_is_asked_for_is_what_the_standard_and_zendesk_want(authority: Authority) -> None:
    asked = authority.ask(BACK)
    fields = asked_for(asked.address)
    assert fields.pop("state") == asked.state
    assert len(fields.pop("code_challenge")) == 43
    assert fields == {
        "response_type": "code", "client_id": "csat-tui", "redirect_uri": BACK, "scope": "read write",
        "code_challenge_method": "S256",
    }  # fmt: skip
    assert asked.verifier not in asked.address
    assert asked.verifier not in repr(asked)
    assert authority.ask(BACK).state != asked.state


def test_a_code_becomes_a_pair_that_works_and_is_renewed_and_revoked(authority: Authority, demo: DemoServer) -> None:
    asked = authority.ask(BACK)
    first = authority.exchange(code_of(answer_page(asked.address, demo)), asked)
    second = authority.refresh(first)
    assert demo.oauth.find(first.access) is None
    assert demo.oauth.find(second.access) is not None
    with pytest.raises(SpentToken):
        authority.refresh(first)
    authority.revoke(second)
    assert demo.oauth.find(second.access) is None
    with pytest.raises(Denied):
        authority.revoke(second)


def test_another_programs_code_is_worth_nothing_without_its_verifier(authority: Authority, demo: DemoServer) -> None:
    theirs, ours = authority.ask(BACK), authority.ask(BACK)
    with pytest.raises(SpentToken):
        authority.exchange(code_of(answer_page(theirs.address, demo)), ours)


def test_a_code_ends_after_two_minutes_and_after_one_use(authority: Authority, demo: DemoServer, clock: Hands) -> None:
    asked = authority.ask(BACK)
    code = code_of(answer_page(asked.address, demo))
    clock.go(seconds=121)
    with pytest.raises(SpentToken):
        authority.exchange(code, asked)
    code = code_of(answer_page(asked.address, demo))
    authority.exchange(code, asked)
    with pytest.raises(SpentToken):
        authority.exchange(code, asked)


def test_a_client_that_nobody_has_registered_is_named(demo: DemoServer, clock: Hands) -> None:
    pair = as_tokens(demo.oauth.issue())
    other = Authority(demo.url, "another", clock, PATHS)
    with pytest.raises(Denied, match=r"no OAuth client “another”.*administrator can register it"):
        other.exchange("code", other.ask(BACK))
    assert demo.oauth.find(pair.access)


@pytest.mark.parametrize(
    ("answer", "kind", "said"),
    [
        (httpx.Response(400, json={"error": "invalid_scope", "error_description": "\x1b[2Jno"}), Denied, r"in ..2Jno"),
        (httpx.Response(404, text="nothing here"), Missing, "no place to sign in"),
        (httpx.Response(429, headers={"Retry-After": "7"}), Limited, "wait 7 s"),
        (httpx.Response(503), Uncertain, "503"),
        (httpx.Response(502, html="<h1>Bad gateway</h1>"), Uncertain, "502"),
        (httpx.Response(302, headers={"Location": "https://login.example.com"}), Unreachable, "points to"),
        (httpx.Response(200, html="<h1>Sign in</h1>"), Uncertain, "is a web page"),
        (httpx.Response(200, json={"access_token": ""}), Uncertain, "no usable token"),
        (httpx.Response(200, text='{"access_token": "s3cret", '), Uncertain, "cannot be used"),
        (httpx.Response(200, content=b" " * 70_000), Uncertain, "more than 64 kB"),
        (httpx.ReadTimeout(""), Uncertain, "did not answer in time"),
        (httpx.ConnectError(""), Unreachable, "could not be reached"),
    ],
)  # fmt: skip
def test_every_surprise_is_a_sentence(
    clock: Hands, answer: httpx.Response | Exception, kind: type[HelpDeskError], said: str
) -> None:
    authority = Authority(URL, "csat-tui", clock, PATHS)
    with respx.mock as web:
        web.post(f"{URL}/oauth/tokens").mock(
            **({"side_effect": answer} if isinstance(answer, Exception) else {"return_value": answer})
        )
        with pytest.raises(kind, match=said) as caught:
            authority.exchange("c0de", authority.ask(BACK))
    assert type(caught.value) is kind
    assert "s3cret" not in str(caught.value)
    assert "\x1b" not in str(caught.value)


def test_nothing_goes_over_an_open_line(clock: Hands) -> None:
    authority = Authority("http://example.com", "csat-tui", clock, PATHS)
    with pytest.raises(Unreachable, match="only https"):
        authority.exchange("c0de", authority.ask(BACK))


def test_a_refresh_token_that_is_not_repeated_stays_as_it_is(demo: DemoServer, clock: Hands) -> None:
    pair = as_tokens(demo.oauth.issue())
    with respx.mock as web:
        web.post(f"{URL}/oauth/tokens").respond(json={"access_token": "n3w", "expires_in": 600})
        fresh = Authority(URL, "csat-tui", clock, PATHS).refresh(pair)
    assert (fresh.access, fresh.refresh) == ("n3w", pair.refresh)
