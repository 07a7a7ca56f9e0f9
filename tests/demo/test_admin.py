"""The admin system knows the account behind every survey, and only to those who sign in."""

import re
from datetime import UTC, datetime
from decimal import Decimal
from urllib.parse import quote

import httpx
import pytest

from csat_tui.demo import admin, tickets
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
        known = admin.account_by_email(demo.world, told.case.customer.email)
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


def test_orders_name_their_items_by_number_and_their_store(demo: DemoServer) -> None:
    stores = set()
    for index in range(60):
        for order in admin.describe(demo.world, index)["orders"]:
            assert len(order["skus"]) == len(order["items"]) == len(set(order["skus"]))
            assert Decimal(order["total"]) > 0
            stores.add(order["store"])
    assert stores == {"Larder & Lane", "Larder & Lane Market"}


def test_every_order_that_other_tickets_speak_of_is_on_the_account(demo: DemoServer) -> None:
    for index in range(60):
        told = demo.world.merging(index)
        if told is None:
            continue
        known = {order["id"]: order for order in admin.describe(demo.world, index)["orders"]}
        for number in (*told.beside, told.new):
            record = demo.world.ticket(number)
            assert record is not None
            for order in re.findall(r"Order (\d{7})", f"{record['subject']} {record['description']}"):
                market = record["brand_id"] == tickets.MARKET_BRAND_ID
                assert known[order]["store"] == ("Larder & Lane Market" if market else "Larder & Lane")


def test_a_second_look_up_tells_the_same_in_another_shape(demo: DemoServer) -> None:
    for index in range(60):
        known = admin.describe(demo.world, index)
        who = demo.world.case(index).customer
        told = admin.customer_by_email(demo.world, who.email)
        assert told is not None
        found = told["customer"]
        assert (found["customerNumber"], found["contact"]["emailAddress"]) == (who.account, who.email)
        assert [order["orderNumber"] for order in found["orderHistory"]] == [order["id"] for order in known["orders"]]
        issues = [issue for order in found["orderHistory"] for issue in order["issues"]]
        given = [one for issue in issues for one in issue["compensations"]]
        assert [issue["issueNumber"] for issue in issues] == [issue["id"] for issue in known["issues"]]
        assert [Decimal(one["amount"]["cents"]) / 100 for one in given] == [
            Decimal(one["amount"]) for one in known["accommodations"]
        ]
        for order, same in zip(found["orderHistory"], known["orders"], strict=True):
            assert datetime.fromtimestamp(order["placedAt"], UTC) == datetime.fromisoformat(same["placed_at"])
            assert [line["sku"] for line in order["lines"]] == same["skus"]
    assert ask(demo, f"v2/customers/{quote(who.email, safe='')}").json() == told


def test_the_second_look_up_refuses_and_misses_like_the_first(demo: DemoServer) -> None:
    assert ask(demo, "v2/customers/nobody%40example.com").status_code == 404
    assert ask(demo, "v2/customers/nobody%40example.com", token="wrong").status_code == 401


def test_a_wrong_token_is_refused(demo: DemoServer) -> None:
    assert ask(demo, "accounts", token="wrong").status_code == 401
