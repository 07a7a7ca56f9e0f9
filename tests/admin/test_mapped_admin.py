"""An admin system that is configured instead of written: the demo's second look-up, read by expressions."""

import tomllib
from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import httpx
import pytest
import respx

from csat_tui.admin.port import open_admin
from csat_tui.config import AdminConfig, ConfigError, load_config
from csat_tui.demo.server import DemoOptions, DemoServer
from csat_tui.domain.account import Account, Money
from csat_tui.domain.errors import Malformed
from csat_tui.paths import Paths
from csat_tui.secrets import Credential

DEMO_MAP = """\
[admin.map]
amounts = "cents"

[admin.map.account]
id = "customer.customerNumber"
email = "customer.contact.emailAddress"
name = "customer.contact.fullName"
plan = "customer.membership.planName"
subscription_status = "customer.membership.state"
next_delivery = "customer.membership.nextDeliveryAt"

[admin.map.orders]
rows = "customer.orderHistory"
id = "orderNumber"
placed_at = "placedAt"
items = "lines[].title"
skus = "lines[].sku"
total = "grandTotal.cents"
currency = "grandTotal.currencyCode"
status = "state"
store = "shop.displayName"

[admin.map.issues]
rows = ["customer.orderHistory", "issues"]
id = "issueNumber"
category = "type"
logged_by = "loggedBy.fullName"
logged_at = "loggedAt"
order_id = "parent.orderNumber"
ticket_id = "helpDeskTicket"
text = "remarks"

[admin.map.accommodations]
rows = ["customer.orderHistory", "issues", "compensations"]
id = "compensationNumber"
kind = "method"
given_at = "grantedAt"
amount = "amount.cents"
currency = "amount.currencyCode"
reason = "why"
given_by = "grantedBy.fullName"
order_id = "parent.parent.orderNumber"
issue_id = "parent.issueNumber"
"""


def configured(tmp_path: Path, url: str, mapping: str = DEMO_MAP) -> AdminConfig:
    paths = Paths(tmp_path, tmp_path / "data", tmp_path / "logs")
    paths.config_file.write_text(f'[admin]\nurl = "{url}"\n{mapping}', encoding="utf-8")
    admin = load_config(paths).admin
    assert admin is not None
    return admin


@pytest.fixture(scope="module")
def demo() -> Iterator[DemoServer]:
    with DemoServer(DemoOptions(surveys=20, seed=7, rate_limit=0)) as server:
        yield server


async def asked(config: AdminConfig, token: str, *emails: str) -> list[Account | None]:
    admin = open_admin(config, Credential("", token, "a test"))
    try:
        return [await admin.account(email) for email in emails]
    finally:
        await admin.close()


async def test_two_systems_of_unlike_shape_tell_the_same_account(demo: DemoServer, tmp_path: Path) -> None:
    auth = (f"{demo.email}/token", demo.token)
    listed = httpx.get(
        f"{demo.url}/api/v2/views/{demo.view_id}/tickets", params={"include": "users"}, auth=auth, trust_env=False
    )
    emails = [user["email"] for user in listed.json()["users"] if user["role"] == "end-user"][:8]
    usual = await asked(AdminConfig(f"{demo.url}/admin"), demo.token, *emails)
    other = await asked(configured(tmp_path, f"{demo.url}/admin/v2/customers/{{email}}"), demo.token, *emails)
    assert any(one and one.orders and one.issues and one.accommodations for one in usual)
    for here, there in zip(usual, other, strict=True):
        assert (here is None) == (there is None)
        if here is None or there is None:
            continue
        assert (here.id, here.email, here.name, here.plan) == (there.id, there.email, there.name, there.plan)
        assert [(o.id, o.placed_at, o.total, o.items) for o in here.orders] == [
            (o.id, o.placed_at, o.total, o.items) for o in there.orders
        ]
        assert here.issues == there.issues
        assert here.accommodations == there.accommodations


async def test_an_address_that_nobody_has_is_nobody(demo: DemoServer, tmp_path: Path) -> None:
    config = configured(tmp_path, f"{demo.url}/admin/v2/customers/{{email}}")
    assert await asked(config, demo.token, "nobody@example.com") == [None]


URL = "https://admin.example.com/find/{email}?deep=1"
ROW: dict[str, Any] = {
    "hit": {"no": 7, "name": "Lea", "next": 1_767_225_600_000},
    "buys": [{"no": 1, "at": 1_767_225_600, "sum": "59.94", "cur": "USD", "what": [{"t": "Soup"}, {"t": None}]}],
}
MAP = """\
[admin.map]
amounts = "text"
[admin.map.account]
id = "hit.no"
name = "hit.name"
next_delivery = "hit.next"
[admin.map.orders]
rows = "buys"
id = "no"
placed_at = "at"
items = "what[].t"
total = "sum"
currency = "cur"
"""


@respx.mock
async def test_the_address_is_written_so_that_it_asks_for_nobody_else(tmp_path: Path) -> None:
    route = respx.get(url__startswith="https://admin.example.com/find/").mock(httpx.Response(404))
    wanted = "a/../../b?x=1&y#z+%40@example.com"
    assert await asked(configured(tmp_path, URL, MAP), "t", wanted) == [None]
    raw = route.calls.last.request.url.raw_path.decode()
    assert raw == "/find/a%2F..%2F..%2Fb%3Fx%3D1%26y%23z%2B%2540%40example.com?deep=1"


@respx.mock
async def test_times_in_seconds_and_milliseconds_and_what_is_not_mapped(tmp_path: Path) -> None:
    respx.get(url__startswith="https://admin.example.com/find/").mock(httpx.Response(200, json=ROW))
    (account,) = await asked(configured(tmp_path, URL, MAP), "t", "lea@example.com")
    assert account is not None
    assert (account.id, account.next_delivery) == ("7", "2026-01-01T00:00:00+00:00")
    assert account.orders[0].placed_at == datetime(2026, 1, 1, tzinfo=UTC)
    assert account.orders[0].total == Money(Decimal("59.94"), "USD")
    assert account.orders[0].items == ("Soup",)
    assert account.issues == account.accommodations == ()


@pytest.mark.parametrize(
    ("amounts", "written", "read"),
    [("text", "59.94", "59.94"), ("number", 59.94, "59.94"), ("number", 0.1, "0.1"), ("cents", 5994, "59.94")],
)
@respx.mock
async def test_amounts_come_to_the_cent(tmp_path: Path, amounts: str, written: object, read: str) -> None:
    row = ROW | {"buys": [ROW["buys"][0] | {"sum": written}]}
    respx.get(url__startswith="https://admin.example.com/find/").mock(httpx.Response(200, json=row))
    (account,) = await asked(configured(tmp_path, URL, MAP.replace('"text"', f'"{amounts}"')), "t", "a@example.com")
    assert account is not None
    assert account.orders[0].total == Money(Decimal(read), "USD")


@pytest.mark.parametrize(
    ("amounts", "buy", "said"),
    [
        ("text", {"sum": 59.94}, r"admin\.map\.orders\[0\]\.total should be a text"),
        ("cents", {"sum": "5994"}, "total should be a whole number of cents"),
        ("cents", {"sum": 59.94}, "total should be a whole number of cents"),
        ("number", {"sum": "59.94"}, "total should be a number such as"),
        ("text", {"sum": "lots"}, "total should be an amount"),
        ("text", {"at": "soon"}, "placed_at should be a time"),
        ("text", {"at": 1e300}, "placed_at should be a time"),
        ("text", {"no": None}, "id should be an id"),
        ("text", {"what": [{"t": 3}]}, "items should be a list of texts"),
    ],
)
@respx.mock
async def test_what_does_not_fit_the_mapping_is_one_clear_sentence(
    tmp_path: Path, amounts: str, buy: dict[str, object], said: str
) -> None:
    row = ROW | {"buys": [ROW["buys"][0] | buy]}
    respx.get(url__startswith="https://admin.example.com/find/").mock(httpx.Response(200, json=row))
    with pytest.raises(Malformed, match=said):
        await asked(configured(tmp_path, URL, MAP.replace('"text"', f'"{amounts}"')), "t", "a@example.com")


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ({"hit": {"no": 7}, "buys": {"no": 1}}, r"admin\.map\.orders\.rows finds something that is not a list"),
        ({"hit": {"no": 7}, "buys": [{}] * 5_001}, "finds more than 5,000 rows"),
    ],
)
@respx.mock
async def test_rows_that_are_no_rows_are_told(tmp_path: Path, answer: object, said: str) -> None:
    respx.get(url__startswith="https://admin.example.com/find/").mock(httpx.Response(200, json=answer))
    with pytest.raises(Malformed, match=said):
        await asked(configured(tmp_path, URL, MAP), "t", "a@example.com")


@respx.mock
async def test_an_expression_that_fails_on_an_answer_is_named_without_the_answer_s_words(tmp_path: Path) -> None:
    respx.get(url__startswith="https://admin.example.com/find/").mock(httpx.Response(200, json=ROW))
    mapping = MAP.replace('name = "hit.name"', 'name = "keys(hit.name)"')
    with pytest.raises(Malformed, match=r"admin\.map\.account\.name cannot be applied") as caught:
        await asked(configured(tmp_path, URL, mapping), "t", "a@example.com")
    assert "Lea" not in str(caught.value)


@respx.mock
async def test_an_answer_with_nobody_in_it_is_nobody(tmp_path: Path) -> None:
    respx.get(url__startswith="https://admin.example.com/find/").mock(httpx.Response(200, json={"hit": None}))
    assert await asked(configured(tmp_path, URL, MAP), "t", "a@example.com") == [None]


@respx.mock
async def test_an_answer_without_end_is_not_read_to_its_end(tmp_path: Path) -> None:
    respx.get(url__startswith="https://admin.example.com/find/").mock(httpx.Response(200, content=b" " * (5 << 20)))
    with pytest.raises(Malformed, match="more than 4 MB"):
        await asked(configured(tmp_path, URL, MAP), "t", "a@example.com")


@pytest.mark.parametrize(
    ("before", "after", "line", "said"),
    [
        ('id = "hit.no"', 'id = "hit.["', 6, r"“id” of \[admin\.map\.account\] is not a JMESPath expression"),
        ('id = "hit.no"', 'id = "size(hit)"', 6, r"calls size\(\), which JMESPath does not have"),
        ('id = "hit.no"', "", 5, r"\[admin\.map\.account\] lacks “id”, a JMESPath expression"),
        ('"text"', '"pounds"', 4, r"“amounts” of \[admin\.map\] is “pounds”, expected “text”, “number” or “cents”"),
        (
            'rows = "buys"',
            'row = "buys"',
            10,
            r"\[admin\.map\.orders\] has an unknown key “row”; did you mean “rows”\?",
        ),
        ('rows = "buys"', 'rows = ["buys", "]"]', 10, r"“rows” of \[admin\.map\.orders\] is not a JMESPath expression"),
        ("[admin.map.orders]", "[admin.map.ordres]", 9, "did you mean “orders”"),
    ],
)
def test_a_mistake_in_the_mapping_is_told_with_its_line(
    tmp_path: Path, before: str, after: str, line: int, said: str
) -> None:
    with pytest.raises(ConfigError, match=said) as caught:
        configured(tmp_path, URL, MAP.replace(before, after, 1))
    assert line in [problem.line for problem in caught.value.problems]


@pytest.mark.parametrize(
    "url", ["https://{email}.example.com/", "https://x.example.com/{mail}", "https://x.example.com/{"]
)
def test_an_address_with_a_wrong_place_is_told(tmp_path: Path, url: str) -> None:
    with pytest.raises(ConfigError, match=r"an address with one place in it, \{email\}, behind the host"):
        configured(tmp_path, url, "")


def test_the_documented_example_is_the_one_that_is_tested_here() -> None:
    shown = Path(__file__).parents[2] / "docs" / "configuration.md"
    blocks = [block.split("```")[0] for block in shown.read_text(encoding="utf-8").split("```toml\n")[1:]]
    mapped = [tomllib.loads(block)["admin"] for block in blocks if "[admin.map]" in block]
    assert mapped
    assert mapped[0]["map"] == tomllib.loads(DEMO_MAP)["admin"]["map"]
