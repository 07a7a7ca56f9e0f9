"""The Zendesk adapter against the demo help desk, over real HTTP."""

from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from datetime import timedelta

import httpx
import pytest
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from csat_tui.demo.faults import DROP_AFTER, DROP_BEFORE, Fault
from csat_tui.demo.server import DemoOptions, DemoServer
from csat_tui.domain.errors import Denied, Malformed, Uncertain, WriteConflict
from csat_tui.domain.ids import TicketId, ViewId
from csat_tui.domain.ticket import Status
from csat_tui.helpdesk.port import ViewOrder
from csat_tui.helpdesk.zendesk.desk import ZendeskDesk
from csat_tui.secrets import Credential
from csat_tui.transport.pace import Urgency, acting_for
from tests.helpdesk.contract import Bench, HelpDeskContract, change
from tests.helpdesk.merging_contract import MergingContract

SURVEYS = 130
"""More than one page of a hundred."""


@pytest.fixture(scope="module")
def server() -> Iterator[DemoServer]:
    with DemoServer(DemoOptions(surveys=SURVEYS, seed=7, rate_limit=0)) as server:
        yield server


@pytest.fixture(scope="module")
def busy() -> Iterator[DemoServer]:
    with DemoServer(DemoOptions(surveys=3, seed=7, rate_limit=1)) as server:
        httpx.get(f"{server.url}/api/v2/views", auth=(f"{server.email}/token", server.token)).raise_for_status()
        yield server


def desk_of(server: DemoServer, who: str = "agent") -> ZendeskDesk:
    email, token = server.world.credentials[who]
    return ZendeskDesk(server.url, Credential(email, token, "the test"))


def count_requests(server: DemoServer) -> list[str]:
    """Return a list that grows by each request that comes to a demo."""
    asked: list[str] = []

    def note(request: Request) -> None:
        asked.append(f"{request.method} {request.url.path}")

    server.world.faults.append(note)
    return asked


@pytest.fixture
async def bench(server: DemoServer, busy: DemoServer) -> AsyncIterator[Bench]:
    desk, limited = desk_of(server), desk_of(busy)
    stranger = ZendeskDesk(server.url, Credential(server.email, "wrong", "the test"))
    listed = [ticket async for page in desk.view(ViewId(server.view_id)) for ticket in page.tickets]
    open_ones = [ticket.id for ticket in listed]
    sources = [int(ticket.subject.rpartition("#")[2]) for ticket in listed if "#" in ticket.subject]
    closed = next(
        ticket.id
        for ticket in await desk.tickets([TicketId(number) for number in sources])
        if ticket.status is Status.CLOSED
    )
    yield Bench(desk, stranger, limited, ViewId(server.view_id), tuple(open_ones), closed)
    for each in (desk, stranger, limited):
        await each.close()


class TestZendeskDesk(HelpDeskContract, MergingContract):
    """The contract, against the demo help desk."""


async def test_a_wrong_credential_is_seen_through_the_anonymous_200(server: DemoServer) -> None:
    with pytest.raises(Denied, match="does not know this credential"):
        await ZendeskDesk(server.url, Credential(server.email, "wrong", "the test")).whoami()
    with pytest.raises(Denied, match="OAuth"):
        await ZendeskDesk(server.url, Credential("", "wrong", "the test")).whoami()


async def test_an_oauth_token_needs_no_user(server: DemoServer) -> None:
    agent = await ZendeskDesk(server.url, Credential("", server.token, "the test")).whoami()
    assert agent.email == server.email


async def test_a_light_agent_may_not_reply(server: DemoServer) -> None:
    desk = desk_of(server, "light")
    agent = await desk.whoami()
    assert not agent.may_reply
    ticket = [ticket async for page in desk.view(ViewId(server.view_id)) for ticket in page.tickets][3]
    receipt = await desk.apply(change(ticket))
    with pytest.raises(Denied, match="may not reply to customers"):
        await desk.apply(change(ticket, base=receipt.stamp, public=True))


async def test_somebody_without_internal_notes_is_told_who_can_allow_them(server: DemoServer) -> None:
    desk = desk_of(server, "no-notes")
    ticket = [ticket async for page in desk.view(ViewId(server.view_id)) for ticket in page.tickets][4]
    with pytest.raises(Denied, match=r"may not write internal notes .* administrator can allow it"):
        await desk.apply(change(ticket))


async def test_an_address_that_is_no_zendesk_says_so(server: DemoServer) -> None:
    with pytest.raises(Malformed, match="is not a Zendesk address"):
        await ZendeskDesk(f"{server.url}/elsewhere", Credential(server.email, server.token, "the test")).whoami()


@pytest.mark.parametrize(("fault", "landed"), [(DROP_BEFORE, False), (DROP_AFTER, True)])
async def test_the_read_back_knows_what_a_dropped_connection_hid(
    server: DemoServer, fault: Fault, landed: bool
) -> None:
    desk = desk_of(server)
    ticket = [ticket async for page in desk.view(ViewId(server.view_id)) for ticket in page.tickets][5]
    written = change(ticket)
    server.world.faults.once("PUT", str(ticket.id), fault)
    with pytest.raises(Uncertain):
        await desk.apply(written)
    found = await desk.find(ticket.id, written.op_id, ticket.updated_at)
    assert (found is not None) is landed
    if landed:
        with pytest.raises(WriteConflict):
            await desk.apply(replace(written, base=ticket.updated_at - timedelta(seconds=1)))
    else:
        await desk.apply(written)
    assert [message.op_id for message in await desk.messages(ticket.id)].count(written.op_id) == 1
    await desk.close()


async def test_a_view_walked_by_number_gives_the_same(server: DemoServer) -> None:
    desk = desk_of(server)
    by_cursor = [ticket.id async for page in desk.view(ViewId(server.view_id)) for ticket in page.tickets]

    def refuse(request: Request) -> Response | None:
        return JSONResponse({"error": "x"}, 400) if "page[size]" in request.query_params else None

    server.world.faults.append(refuse)
    try:
        pages = [page async for page in desk.view(ViewId(server.view_id))]
    finally:
        server.world.faults.clear()
    assert [ticket.id for page in pages for ticket in page.tickets] == by_cursor
    assert pages[0].total == len(by_cursor)
    assert [page.cursor for page in pages] == [None, None]
    await desk.close()


async def test_each_question_costs_as_few_requests_as_it_can(server: DemoServer) -> None:
    desk = desk_of(server)
    asked = count_requests(server)
    pages = [page async for page in desk.view(ViewId(server.view_id), order=ViewOrder.CHANGED)]
    assert len(asked) == len(pages) == 2
    tickets = [ticket for page in pages for ticket in page.tickets]
    assert all(ticket.requester_name for ticket in tickets)
    asked.clear()
    assert len(await desk.tickets([ticket.id for ticket in tickets[:100]])) == 100
    assert len(asked) == 1
    asked.clear()
    assert await desk.messages(tickets[0].id)
    assert len(asked) == 1
    written = change(tickets[7])
    receipt = await desk.apply(written)
    asked.clear()
    assert await desk.find(written.ticket_id, written.op_id, receipt.landed_at)
    assert len(asked) == 1
    server.world.faults.clear()
    await desk.close()


async def test_a_walk_goes_on_from_a_cursor_and_holds_one_page(server: DemoServer) -> None:
    desk = desk_of(server)
    asked = count_requests(server)
    first = await anext(aiter(desk.view(ViewId(server.view_id))))
    assert len(asked) == 1, "a page is asked for when it is wanted"
    assert first.cursor is not None
    rest = [page async for page in desk.view(ViewId(server.view_id), since=first.cursor)]
    assert len(asked) == 2
    assert [page.cursor for page in rest] == [None]
    assert not {ticket.id for ticket in first.tickets} & {ticket.id for ticket in rest[0].tickets}
    server.world.faults.clear()
    await desk.close()


async def test_a_view_longer_than_the_limit_allows_at_once_is_walked_to_its_end() -> None:
    with (
        acting_for(Urgency.SYNC),
        DemoServer(DemoOptions(surveys=250, seed=7, rate_limit=2, rate_window=1.0)) as server,
    ):
        desk = desk_of(server)
        walked = [ticket.id async for page in desk.view(ViewId(server.view_id)) for ticket in page.tickets]
        await desk.close()
    assert len(walked) == len(set(walked)) == 250
