"""Accounts from an admin system: the demo's, and one that answers nonsense."""

from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import httpx
import pytest
import respx

from csat_tui.admin.http import HttpAdmin
from csat_tui.admin.port import NoAdmin, open_admin
from csat_tui.config import AdminConfig
from csat_tui.demo.server import DemoOptions, DemoServer
from csat_tui.domain.account import Money
from csat_tui.domain.errors import Denied, HelpDeskError, Limited, Malformed, Refused, Unreachable
from csat_tui.secrets import Credential

URL = "https://admin.example.com/api"
ROW: dict[str, Any] = {
    "account": {"id": "A1", "email": "lea@example.com", "name": "Lea Brandt", "since": "2024-01-01T00:00:00Z"},
    "subscription": {"plan": "3 meals", "status": "active", "next_delivery": "2026-02-02", "address_city": "Dunlin"},
    "orders": [
        {"id": 1, "placed_at": "2026-01-01T00:00:00Z", "items": ["Soup"], "total": "59.94", "currency": "USD"},
        {"id": "2", "placed_at": "2026-01-09T00:00:00Z", "items": [], "total": None, "status": "delivered"},
    ],
    "issues": [
        {
            "id": "I1",
            "category": "late",
            "logged_by": "Ron",
            "logged_at": "2026-01-10T00:00:00Z",
            "ticket_id": 613090799,
        }
    ],
    "accommodations": [
        {"id": "G1", "kind": "credit", "amount": "15.00", "currency": "USD", "given_at": "2026-01-10T00:00:00Z"}
    ],
}


@pytest.fixture(scope="module")
def server() -> Iterator[DemoServer]:
    with DemoServer(DemoOptions(surveys=20, seed=7, rate_limit=0)) as server:
        yield server


async def test_the_demos_accounts_are_read_newest_first(server: DemoServer) -> None:
    desk = httpx.Client(base_url=f"{server.url}/api/v2", auth=(f"{server.email}/token", server.token))
    listed = desk.get(f"/views/{server.view_id}/tickets", params={"include": "users"}).json()
    admin = HttpAdmin(server.announcement.admin_url, server.token)
    accounts = [await admin.account(user["email"]) for user in listed["users"] if user["role"] == "end-user"]
    known = [account for account in accounts if account is not None]
    assert known
    assert any(account.orders and account.issues and account.accommodations for account in known)
    for account in known:
        placed = [order.placed_at for order in account.orders]
        assert placed == sorted(placed, reverse=True)
    assert await admin.account("nobody@example.com") is None
    await admin.close()


async def test_the_demo_denies_a_wrong_token(server: DemoServer) -> None:
    admin = HttpAdmin(server.announcement.admin_url, "wrong")
    with pytest.raises(Denied):
        await admin.account("lea@example.com")
    await admin.close()


@respx.mock
async def test_an_account_as_agreed() -> None:
    route = respx.get(f"{URL}/accounts", params={"email": "lea+x@example.com"})
    route.mock(return_value=httpx.Response(200, json=ROW))
    account = await HttpAdmin(URL, "t0ken").account(" lea+x@example.com ")
    assert account is not None
    assert (account.id, account.plan, account.subscription_status) == ("A1", "3 meals", "active")
    assert [(order.id, order.total) for order in account.orders] == [
        ("2", None),
        ("1", Money(Decimal("59.94"), "USD")),
    ]
    assert account.issues[0].ticket_id == 613090799
    assert account.accommodations[0].amount == Money(Decimal("15.00"), "USD")
    assert account.accommodations[0].given_at == datetime(2026, 1, 10, tzinfo=UTC)
    assert route.calls.last.request.headers["authorization"] == "Bearer t0ken"


@respx.mock
async def test_without_a_token_none_is_sent() -> None:
    route = respx.get(f"{URL}/accounts").mock(return_value=httpx.Response(404))
    assert await HttpAdmin(URL).account("lea@example.com") is None
    assert "authorization" not in route.calls.last.request.headers


async def test_nobody_is_asked_about_nobody() -> None:
    assert await HttpAdmin(URL).account(" ") is None


@pytest.mark.parametrize(
    ("path", "value", "said"),
    [
        (("account",), [], "account should be an object"),
        (("account", "id"), None, "account.id is missing|account.id should be an id"),
        (("orders",), {}, "orders should be a list"),
        (("orders", 0), 3, r"orders\[0\] should be an object"),
        (("orders", 0, "items"), [1], "items should be a list of texts"),
        (("orders", 0, "total"), "lots", "total should be an amount"),
        (("orders", 0, "total"), "NaN", "total should be an amount"),
        (("orders", 0, "total"), "1E+999999999", "total should be an amount"),
        (("orders", 0, "total"), "1E-999999999", "total should be an amount"),
        (("orders", 0, "total"), 59.94, "total should be a text"),
        (("orders", 0, "id"), True, "id should be a whole number"),
        (("issues", 0, "logged_at"), "today", "logged_at should be a time"),
        (("issues", 0, "ticket_id"), "7", "ticket_id should be a whole number"),
        (("accommodations", 0, "given_at"), None, "given_at should be a time"),
    ],
)
@respx.mock
async def test_what_is_not_as_agreed_is_named(path: tuple[str | int, ...], value: object, said: str) -> None:
    import copy

    row: Any = copy.deepcopy(ROW)
    place = row
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = value
    respx.get(f"{URL}/accounts").mock(return_value=httpx.Response(200, json=row))
    with pytest.raises(Malformed, match=said):
        await HttpAdmin(URL).account("lea@example.com")


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (httpx.Response(401), Denied),
        (httpx.Response(403), Denied),
        (httpx.Response(422), Refused),
        (httpx.Response(429, headers={"Retry-After": "3"}), Limited),
        (httpx.Response(500), Unreachable),
        (httpx.Response(302, headers={"Location": "https://sso.example.com"}), Unreachable),
        (httpx.Response(200, html="<p>Sign in"), Malformed),
    ],
)
@respx.mock
async def test_what_else_can_be_answered(answer: httpx.Response, kind: type[HelpDeskError]) -> None:
    respx.get(f"{URL}/accounts").mock(return_value=answer)
    with pytest.raises(kind):
        await HttpAdmin(URL).account("lea@example.com")


async def test_without_an_admin_system_nothing_is_known() -> None:
    admin = open_admin(None, None)
    assert isinstance(admin, NoAdmin)
    assert await admin.account("lea@example.com") is None
    await admin.close()


async def test_the_configured_one_is_opened() -> None:
    assert isinstance(open_admin(AdminConfig(URL), Credential("", "t", "a test")), HttpAdmin)
