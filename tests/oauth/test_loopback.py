"""The door on this machine takes the one answer that carries our state, and turns everybody else away."""

import socket
from concurrent.futures import Future, ThreadPoolExecutor
from threading import Event

import httpx
import pytest

from csat_tui.oauth.loopback import Declined, ForeignAnswer, Loopback, NoAnswer, UnprovenRefusal, code_pasted
from tests.oauth.browsing import go

STATE = "our-state"


def waiting(door: Loopback, pool: ThreadPoolExecutor, seconds: float = 10) -> "Future[str]":
    return pool.submit(door.wait, STATE, seconds, never_asked)


def never_asked(said: str) -> bool:
    raise AssertionError(f"the person is asked about “{said}”")


def test_the_answer_with_our_state_is_taken_and_the_browser_gets_a_page() -> None:
    with ThreadPoolExecutor() as pool, Loopback(0) as door:
        found = waiting(door, pool)
        page = go(f"{door.redirect}?code=the-code&state={STATE}")
        assert (found.result(), page.status_code) == ("the-code", 200)
        assert "terminal" in page.text
        assert "the-code" not in page.text
        assert page.headers["cache-control"] == "no-store"
        assert "script" not in page.text


@pytest.mark.parametrize(
    "stray",
    ["/favicon.ico", "/", "/callback", "/callback?code=c", "/callback?code=c&state=other", "/callback?state=our-state",
     "/callback?error=access_denied&state=other", "/callbacks?code=c&state=our-state", "/callback?%zz&&&=;;"],
)  # fmt: skip
def test_whatever_else_comes_is_turned_away_and_the_door_stays_open(stray: str) -> None:
    with ThreadPoolExecutor() as pool, Loopback(0) as door:
        found = waiting(door, pool)
        base = door.redirect.removesuffix("/callback")
        assert go(base + stray).status_code in (400, 404)
        go(f"{door.redirect}?code=right&state={STATE}")
        assert found.result() == "right"


def test_a_browser_that_connects_and_says_nothing_keeps_nobody_waiting() -> None:
    with ThreadPoolExecutor() as pool, Loopback(0) as door:
        found = waiting(door, pool)
        with socket.create_connection(("127.0.0.1", httpx.URL(door.redirect).port or 0)):
            go(f"{door.redirect}?code=right&state={STATE}")
            assert found.result() == "right"


def test_a_no_with_our_state_is_heard() -> None:
    with ThreadPoolExecutor() as pool, Loopback(0) as door:
        found = waiting(door, pool)
        page = go(f"{door.redirect}?error=access_denied&error_description=The+end-user%1b[2J+denied&state={STATE}")
        assert "Not signed in" in page.text
        with pytest.raises(Declined, match=r"did not allow it .The end-user .2J denied"):
            found.result()


def test_a_no_without_a_state_is_not_believed_and_the_person_decides() -> None:
    asked: list[str] = []
    go_on = Event()

    def not_mine(said: str) -> bool:
        asked.append(said)
        go_on.wait(30)
        return False

    with ThreadPoolExecutor() as pool, Loopback(0) as door:
        found = pool.submit(door.wait, STATE, 30, not_mine)
        for _ in range(3):
            page = go(f"{door.redirect}?error=access_denied&error_description=The+end-user%1b[2J+denied")
            assert (page.status_code, "Look at your terminal" in page.text) == (400, True)
        # While the person thinks about it, the true answer comes.
        go(f"{door.redirect}?code=right&state={STATE}")
        go_on.set()
        assert found.result() == "right"
    assert asked == ["The end-user [2J denied"], "asked once, however often it is said"


def test_a_no_without_a_state_that_the_person_confirms_ends_it() -> None:
    with ThreadPoolExecutor() as pool, Loopback(0) as door:
        found = pool.submit(door.wait, STATE, 30, lambda said: True)
        go(f"{door.redirect}?error=access_denied")
        with pytest.raises(Declined, match=r"did not allow it .access_denied"):
            found.result()


def test_only_the_first_answer_counts() -> None:
    with ThreadPoolExecutor() as pool, Loopback(0) as door:
        found = waiting(door, pool)
        go(f"{door.redirect}?code=first&state={STATE}")
        go(f"{door.redirect}?code=second&state={STATE}")
        assert found.result() == "first"


def test_nobody_is_waited_for_without_end() -> None:
    with Loopback(0) as door, pytest.raises(NoAnswer):
        door.wait(STATE, 0.05, never_asked)


def test_other_methods_are_not_spoken() -> None:
    with ThreadPoolExecutor() as pool, Loopback(0) as door:
        found = waiting(door, pool)
        with httpx.Client(trust_env=False) as web:
            assert web.post(f"{door.redirect}?code=c&state={STATE}").status_code == 501
        go(f"{door.redirect}?code=right&state={STATE}")
        assert found.result() == "right"


def test_a_port_that_is_taken_is_an_error_at_once() -> None:
    with Loopback(0) as door, pytest.raises(OSError, match="in use"):
        Loopback(httpx.URL(door.redirect).port or 0)


@pytest.mark.parametrize(
    "pasted",
    [f"http://127.0.0.1:47113/callback?code=the-code&state={STATE}", f"  https://x/callback?state={STATE}&code=the-code\n",
     f"/callback?code=the-code&state={STATE}", f"code=the-code&state={STATE}", "the-code"],
)  # fmt: skip
def test_a_pasted_address_or_code_is_understood(pasted: str) -> None:
    assert code_pasted(pasted, STATE) == "the-code"


@pytest.mark.parametrize(
    "pasted",
    ["", "two words", "http://127.0.0.1/callback?code=c&state=other", "http://127.0.0.1/callback?code=c",
     "http://[/?code=c", "ünicode"],
)  # fmt: skip
def test_what_belongs_to_another_sign_in_is_not_taken(pasted: str) -> None:
    with pytest.raises(ForeignAnswer):
        code_pasted(pasted, STATE)


def test_a_pasted_no_is_heard() -> None:
    with pytest.raises(Declined):
        code_pasted(f"http://127.0.0.1/callback?error=access_denied&state={STATE}", STATE)


def test_a_pasted_no_without_a_state_is_not_believed() -> None:
    with pytest.raises(UnprovenRefusal, match="access_denied"):
        code_pasted("http://127.0.0.1/callback?error=access_denied", STATE)
