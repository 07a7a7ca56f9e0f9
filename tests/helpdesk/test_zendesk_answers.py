"""What each of Zendesk's refusals means for us, and its two ways of giving a long list."""

import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime

import httpx
import pytest
import respx

from csat_tui.domain.errors import (
    Denied,
    HelpDeskError,
    Limited,
    Malformed,
    Missing,
    Refused,
    Uncertain,
    Unreachable,
    WriteConflict,
)
from csat_tui.domain.ids import OpId, TicketId, ViewId
from csat_tui.domain.ticket import TicketChange
from csat_tui.helpdesk.zendesk.desk import ZendeskDesk
from csat_tui.secrets import Credential

URL = "https://desk.example.com"
NOW = datetime(2026, 1, 31, 9, 12, tzinfo=UTC)
STAMP = "2026-01-31T09:12:00Z"
NOTE = TicketChange(OpId("op"), TicketId(7), NOW, "Reviewed.", public=False)
CLOSED = {
    "error": "RecordInvalid",
    "description": "Record validation errors",
    "details": {"status": [{"description": "Status: closed prevents ticket update"}]},
}


class Still:
    """A clock that does not move."""

    def now(self) -> datetime:
        return NOW


@pytest.fixture
async def desk() -> AsyncIterator[ZendeskDesk]:
    desk = ZendeskDesk(URL, Credential("ana@example.com", "t0ken", "a test"), clock=Still())
    yield desk
    await desk.close()


def ticket(number: int, **more: object) -> dict[str, object]:
    return {"id": number, "status": "open", "created_at": STAMP, "updated_at": STAMP, "subject": f"S{number}", **more}


@pytest.mark.parametrize(
    ("answer", "kind", "said"),
    [
        (httpx.Response(401, text="Couldn't authenticate you"), Denied, "does not accept the credential"),
        (httpx.Response(403, json={"error": "Forbidden"}), Denied, "may not write internal notes on ticket #7"),
        (httpx.Response(403, html="<h1>Blocked</h1>"), Denied, "administrator can allow it"),
        (httpx.Response(404, json={"error": "RecordNotFound", "description": "Not found"}), Missing, "no ticket #7"),
        (httpx.Response(404), Missing, "nothing was applied"),
        (httpx.Response(409, json={"error": "UpdateConflict"}), WriteConflict, "nothing was applied"),
        (httpx.Response(409, text=""), WriteConflict, "somebody has changed the ticket"),
        (httpx.Response(409, json={"error": "DatabaseConflict"}), Unreachable, "nothing was applied, and it is tried"),
        (httpx.Response(422, json=CLOSED), Refused, r"\(422\): Status: closed prevents ticket update; nothing"),
        (httpx.Response(422, json={"error": {"title": "Invalid", "message": "Bad tag"}}), Refused, "Bad tag"),
        (httpx.Response(422, json={"description": "x" * 9000}), Refused, "x{299}…"),
        (httpx.Response(422, text="plain \x1b[31m words"), Refused, r"plain \[31m words"),
        (httpx.Response(400, json={"error": 3, "details": {"a": [1, None], "b": "c"}}), Refused, r"\(400\); nothing"),
        (httpx.Response(400, json=[1]), Refused, r"\(400\); nothing"),
        (httpx.Response(413, html="<p>Too large"), Refused, r"\(413\); nothing"),
        (httpx.Response(500), Uncertain, "status 500"),
        (httpx.Response(503, headers={"Retry-After": "5"}), Uncertain, "status 503"),
        (httpx.Response(303, headers={"Location": "/"}), Uncertain, "status 303"),
        (httpx.Response(204), Uncertain, "not JSON"),
    ],
)
@respx.mock
async def test_a_refused_write(desk: ZendeskDesk, answer: httpx.Response, kind: type[HelpDeskError], said: str) -> None:
    respx.put(f"{URL}/api/v2/tickets/7").mock(return_value=answer)
    with pytest.raises(HelpDeskError, match=said) as caught:
        await desk.apply(NOTE)
    assert isinstance(caught.value, kind)


@pytest.mark.parametrize(
    ("headers", "wait"),
    [
        ({"Retry-After": "7"}, 7),
        ({"Retry-After": "0.5"}, 0.5),
        ({"Retry-After": "Sat, 31 Jan 2026 09:12:20 GMT"}, 20),
        ({"Retry-After": "Sat, 31 Jan 2026 09:00:00 GMT"}, 0),
        ({"Retry-After": "soon", "ratelimit-reset": "12"}, 12),
        ({"rate-limit-reset": "13"}, 13),
        ({"zendesk-ratelimit-tickets-update": "total=20; remaining=0; resets=59"}, 59),
        ({"Retry-After": "99999999"}, 3600),
        ({"Retry-After": "nan"}, 30),
        ({"Retry-After": "-5"}, 0),
        ({}, 30),
    ],
)
@respx.mock
async def test_a_limit_says_how_long_to_wait(desk: ZendeskDesk, headers: dict[str, str], wait: float) -> None:
    route = respx.route().mock(return_value=httpx.Response(429, headers=headers, text="Too many"))
    with pytest.raises(Limited) as caught:
        await desk.apply(NOTE)
    assert caught.value.retry_after == wait
    with pytest.raises(Limited) as caught:
        await desk.whoami()
    assert caught.value.retry_after == pytest.approx(wait, abs=0.5)
    one_kind = any(name.startswith("zendesk") for name in headers)
    assert route.call_count == (2 if wait <= 2 or one_kind else 1), "who cannot wait so long is told without being sent"


@respx.mock
async def test_a_credential_goes_along_and_a_warning_is_logged(
    desk: ZendeskDesk, caplog: pytest.LogCaptureFixture
) -> None:
    answer = httpx.Response(
        200, json={"tickets": [ticket(1)], "users": []}, headers={"x-zendesk-api-warn": "Removed [:x]"}
    )
    route = respx.get(f"{URL}/api/v2/tickets/show_many").mock(return_value=answer)
    await desk.tickets([TicketId(1)])
    assert route.calls.last.request.headers["authorization"].startswith("Basic ")
    assert "Removed [:x]" in caplog.text


@pytest.mark.parametrize(
    ("user", "said"),
    [
        ({"id": None, "role": "end-user", "name": "Anonymous user"}, "does not know this credential"),
        ({}, "does not know this credential"),
        ({"id": 0, "role": "agent"}, "does not know this credential"),
        ({"id": 9, "role": "end-user"}, "belongs to a customer"),
        ({"id": 9, "role": None}, "belongs to a customer"),
    ],
)
@respx.mock
async def test_a_200_that_is_no_agent_is_denied(desk: ZendeskDesk, user: dict[str, object], said: str) -> None:
    respx.get(f"{URL}/api/v2/users/me.json").mock(return_value=httpx.Response(200, json={"user": user}))
    with pytest.raises(Denied, match=said):
        await desk.whoami()


@pytest.mark.parametrize(
    "answer", [httpx.Response(404, html="<h1>No help desk"), httpx.Response(200, json={"ok": True})]
)
@respx.mock
async def test_an_address_of_something_else_says_so(desk: ZendeskDesk, answer: httpx.Response) -> None:
    respx.get(f"{URL}/api/v2/users/me.json").mock(return_value=answer)
    with pytest.raises(Malformed, match=r"https://desk\.example\.com is not a Zendesk address"):
        await desk.whoami()


@pytest.mark.parametrize("more", [{"role_type": 1}, {"only_private_comments": True}])
@respx.mock
async def test_a_light_agent_may_not_reply(desk: ZendeskDesk, more: dict[str, object]) -> None:
    user = {"id": 9, "role": "agent", "name": "Ana", "email": "ana@example.com", **more}
    respx.get(f"{URL}/api/v2/users/me.json").mock(return_value=httpx.Response(200, json={"user": user}))
    assert not (await desk.whoami()).may_reply


# -- long lists


def listing(asked: list[dict[str, str]], pages: dict[str | None, dict[str, object]], *, cursors: bool) -> None:
    """Serve a view's pages by cursor or by number."""

    def answer(request: httpx.Request) -> httpx.Response:
        params = dict(request.url.params)
        asked.append(params)
        if not cursors and "page[size]" in params:
            return httpx.Response(400, json={"error": "InvalidPaginationParameter"})
        return httpx.Response(200, json={"users": [], **pages[params.get("page[after]", params.get("page"))]})

    respx.get(f"{URL}/api/v2/views/5/tickets").mock(side_effect=answer)


async def walk(desk: ZendeskDesk) -> list[int]:
    return [ticket.id async for page in desk.view(ViewId(5)) for ticket in page.tickets]


@respx.mock
async def test_a_view_is_walked_by_cursor_until_there_is_no_more_and_hides_no_repetition(desk: ZendeskDesk) -> None:
    asked: list[dict[str, str]] = []
    more = {"links": {"next": f"{URL}/elsewhere"}}
    listing(
        asked,
        {
            None: {"tickets": [ticket(3), ticket(2)], "meta": {"has_more": True, "after_cursor": "a"}, **more},
            "a": {"tickets": [ticket(2), ticket(1)], "meta": {"has_more": False, "after_cursor": "b"}, **more},
        },
        cursors=True,
    )
    assert await walk(desk) == [3, 2, 2, 1]
    assert asked[0]["page[size]"] == "100"
    assert (asked[0]["sort_by"], asked[0]["sort_order"]) == ("created", "desc")
    assert len(asked) == 2


@respx.mock
async def test_a_view_without_cursors_is_walked_by_number(desk: ZendeskDesk) -> None:
    asked: list[dict[str, str]] = []
    pages: dict[str | None, dict[str, object]] = {
        None: {"tickets": [ticket(2)], "next_page": f"{URL}/elsewhere", "count": 2},
        "2": {"tickets": [ticket(1)], "next_page": None, "count": 2},
    }
    listing(asked, pages, cursors=False)
    assert await walk(desk) == [2, 1]


@pytest.mark.parametrize("cursor", [None, "", "a"])
@respx.mock
async def test_a_cursor_that_leads_nowhere_does_not_go_round_for_ever(desk: ZendeskDesk, cursor: str | None) -> None:
    page: dict[str, object] = {"tickets": [ticket(1)], "meta": {"has_more": True, "after_cursor": cursor}}
    listing([], {None: page, "a": page}, cursors=True)
    with pytest.raises(Malformed, match="no address for them"):
        await walk(desk)


@respx.mock
async def test_people_who_did_not_come_along_are_asked_for_once(desk: ZendeskDesk) -> None:
    rows = [ticket(number, requester_id=70, assignee_id=80 if number == 1 else None) for number in (1, 2)]
    respx.get(f"{URL}/api/v2/tickets/show_many").mock(return_value=httpx.Response(200, json={"tickets": rows}))
    users = [{"id": 70, "name": "Lea", "email": "lea@example.com", "role": "end-user"}, {"id": 80, "name": "Ron"}]
    route = respx.get(f"{URL}/api/v2/users/show_many", params={"ids": "70,80"}).mock(
        return_value=httpx.Response(200, json={"users": users})
    )
    found = await desk.tickets([TicketId(1), TicketId(2)])
    assert [(each.requester_name, each.requester_email, each.assignee_name) for each in found] == [
        ("Lea", "lea@example.com", "Ron"),
        ("Lea", "lea@example.com", ""),
    ]
    assert route.call_count == 1


@respx.mock
async def test_tickets_are_asked_for_a_hundred_at_a_time(desk: ZendeskDesk) -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        ids = request.url.params["ids"].split(",")
        return httpx.Response(200, json={"tickets": [ticket(int(number)) for number in ids], "users": []})

    route = respx.get(f"{URL}/api/v2/tickets/show_many").mock(side_effect=answer)
    found = await desk.tickets([TicketId(number) for number in (*range(1, 251), 1)])
    assert len(found) == 250
    assert [len(call.request.url.params["ids"].split(",")) for call in route.calls] == [100, 100, 50]


# -- reading back


def audit(number: int, at: str, op_id: object = None) -> dict[str, object]:
    return {"id": number, "created_at": at, "metadata": {"custom": {"op_id": op_id}, "system": {}}}


OLD, OLDER, NEW = "2026-01-20T00:00:00Z", "2026-01-10T00:00:00Z", "2026-01-31T09:00:00Z"


@pytest.mark.parametrize(
    ("pages", "found", "walked"),
    [
        ([[audit(2, NEW), audit(1, OLD)], [audit(0, OLDER, "op")]], None, 1),
        ([[audit(2, NEW), audit(1, NEW, "op")]], "1", 1),
        ([[audit(0, OLDER), audit(1, OLD)], [audit(2, NEW, "op")]], "2", 2),
        ([[audit(0, OLD)], [audit(2, NEW, "op")]], "2", 2),
        ([[], [audit(2, NEW, "op")]], "2", 2),
        ([[audit(2, NEW, 7), audit(1, NEW, None), {"id": 3, "created_at": NEW}]], None, 1),
        ([[{"id": 3, "created_at": NEW, "metadata": [], "events": "?"}]], None, 1),
    ],
)
@respx.mock
async def test_a_read_back_stops_when_it_is_far_enough_back_and_not_before(
    desk: ZendeskDesk, pages: list[list[dict[str, object]]], found: str | None, walked: int
) -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        place = int(request.url.params.get("page[after]", 0))
        more = {"has_more": place + 1 < len(pages), "after_cursor": str(place + 1)}
        return httpx.Response(200, json={"audits": pages[place], "meta": more})

    route = respx.get(f"{URL}/api/v2/tickets/7/audits").mock(side_effect=answer)
    receipt = await desk.find(TicketId(7), OpId("op"), NOW)
    assert (receipt.reference if receipt else None) == found
    assert route.call_count == walked


@respx.mock
async def test_a_read_back_that_cannot_be_read_is_not_taken_for_an_absence(desk: ZendeskDesk) -> None:
    respx.get(f"{URL}/api/v2/tickets/7/audits").mock(return_value=httpx.Response(200, json={"audit": []}))
    with pytest.raises(Malformed, match=r"audits is missing, and should be a list"):
        await desk.find(TicketId(7), OpId("op"), NOW)


@respx.mock
async def test_a_change_of_status_alone_has_no_comment(desk: ZendeskDesk) -> None:
    route = respx.put(f"{URL}/api/v2/tickets/7").mock(
        return_value=httpx.Response(200, json={"ticket": ticket(7), "audit": audit(8, NEW)})
    )
    await desk.apply(TicketChange(OpId("op"), TicketId(7), None, "  ", public=False, tags=()))
    assert json.loads(route.calls.last.request.content) == {"ticket": {"metadata": {"op_id": "op"}, "tags": []}}
