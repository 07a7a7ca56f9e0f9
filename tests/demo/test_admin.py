"""The admin system knows the account behind every survey, and only to those who sign in."""

import httpx
import pytest

from csat_tui.demo import accounts
from csat_tui.demo.server import DemoServer


def ask(demo: DemoServer, path: str, token: str | None = None, **params: str) -> httpx.Response:
    headers = {"authorization": f"Bearer {demo.token if token is None else token}"}
    return httpx.get(f"{demo.url}/admin/{path}", params=params, headers=headers)


def test_an_account_is_found_by_address_and_by_number(demo: DemoServer) -> None:
    who = demo.world.story(0).case.customer
    found = ask(demo, "accounts", email=who.email)
    assert found.json()["account"]["id"] == who.account
    assert ask(demo, f"accounts/{who.account}").json() == found.json()
    assert set(found.json()) == {"account", "subscription", "orders", "issues", "accommodations"}


def test_what_was_logged_belongs_to_the_ticket_that_was_rated(demo: DemoServer) -> None:
    for index in range(60):
        told = demo.world.story(index)
        known = accounts.by_email(demo.world, told.case.customer.email)
        assert known is not None
        assert all(issue["ticket_id"] == told.source_ticket_id for issue in known["issues"])
        orders = {order["id"] for order in known["orders"]}
        assert all(issue["order_id"] in orders for issue in known["issues"])
        assert all(given["issue_id"] == known["issues"][0]["id"] for given in known["accommodations"])
        assert all(given["currency"] == "USD" for given in known["accommodations"])


@pytest.mark.parametrize("path", ["accounts/LL-1", "accounts/x", "accounts?email=nobody@example.com", "accounts"])
def test_an_unknown_account_is_not_found(demo: DemoServer, path: str) -> None:
    answer = ask(demo, path)
    assert (answer.status_code, answer.json()["error"]) == (404, "not_found")


def test_a_wrong_token_is_refused(demo: DemoServer) -> None:
    assert ask(demo, "accounts", token="wrong").status_code == 401
