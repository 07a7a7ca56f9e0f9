"""Zendesk's limits, against the demo help desk that keeps them and on a clock that the test moves."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from starlette.responses import Response

from csat_tui.demo.gate import TICKET_UPDATES
from csat_tui.demo.server import DemoOptions, DemoServer
from csat_tui.domain.errors import Limited, Uncertain, Unreachable
from csat_tui.domain.ids import TicketId, ViewId
from csat_tui.helpdesk.port import ViewOrder
from csat_tui.helpdesk.zendesk.desk import ZendeskDesk
from csat_tui.helpdesk.zendesk.limits import MERGES, OF_A_TICKET, OF_ALL, SECONDS, UPDATES, WRITES, WriteLimits
from csat_tui.secrets import Credential
from csat_tui.transport.pace import Urgency, acting_for
from tests.helpdesk.contract import change
from tests.helpdesk.test_zendesk_demo import count_requests, desk_of

TICKET, OTHER = TicketId(7), TicketId(8)


class Watch:
    """A clock that the test moves."""

    def __init__(self) -> None:
        self.now = 5000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def watch() -> Watch:
    return Watch()


@pytest.fixture
def limits(watch: Watch) -> WriteLimits:
    return WriteLimits(watch)


def write(
    limits: WriteLimits,
    ticket_id: TicketId,
    headers: dict[str, str] | None = None,
    refused: float = 0.0,
    kind: str = UPDATES,
) -> None:
    with limits.writing(ticket_id, kind) as heard:
        heard(headers or {})
        if refused:
            raise Limited("wait", refused)


# -- on paper


def test_the_thirty_first_write_to_a_ticket_waits_until_the_first_is_ten_minutes_old(
    limits: WriteLimits, watch: Watch
) -> None:
    for _ in range(WRITES):
        write(limits, TICKET)
        watch.now += 1
    with pytest.raises(Limited, match="ticket #7 accepts at most 30 of your writes in ten minutes") as caught:
        write(limits, TICKET)
    assert (caught.value.ticket_only, caught.value.retry_after) == (True, SECONDS - WRITES)
    write(limits, OTHER)
    watch.now += caught.value.retry_after
    write(limits, TICKET)
    with pytest.raises(Limited):
        write(limits, TICKET)


def test_a_write_that_never_left_is_not_counted(limits: WriteLimits) -> None:
    for error in (Unreachable("no network"), Limited("wait", 1.0)):
        for _ in range(WRITES):
            with pytest.raises(type(error)), limits.writing(TICKET):
                raise error
    for _ in range(WRITES - 1):
        write(limits, TICKET)
    with pytest.raises(Uncertain), limits.writing(TICKET):
        raise Uncertain("it may have been counted")
    with pytest.raises(Limited):
        write(limits, TICKET)


@pytest.mark.parametrize("name", [OF_A_TICKET, "called-otherwise"])
def test_a_refusal_that_is_about_one_ticket_holds_up_only_that_one(
    limits: WriteLimits, watch: Watch, name: str
) -> None:
    with pytest.raises(Limited) as caught:
        write(limits, TICKET, {f"zendesk-ratelimit-{name}": "total=30; remaining=0; resets=200"}, refused=200.0)
    assert caught.value.ticket_only
    with pytest.raises(Limited) as caught:
        write(limits, TICKET)
    assert (caught.value.ticket_only, caught.value.retry_after) == (True, 200.0)
    write(limits, OTHER)
    watch.now += 200
    write(limits, TICKET)


def test_the_accounts_writes_are_not_exceeded_even_side_by_side(limits: WriteLimits, watch: Watch) -> None:
    write(limits, TICKET, {f"zendesk-ratelimit-{OF_ALL}": "total=100; remaining=2; resets=40"})
    with limits.writing(TicketId(1)), limits.writing(TicketId(2)):
        with pytest.raises(Limited, match="account does not accept more writes") as caught:
            write(limits, TicketId(3))
        assert not caught.value.ticket_only
    write(limits, TicketId(4), {f"zendesk-ratelimit-{OF_ALL}": "total=100; remaining=0; resets=39"})
    with pytest.raises(Limited) as caught:
        write(limits, TicketId(5))
    assert caught.value.retry_after == 39
    watch.now += 39
    write(limits, TicketId(5))


@pytest.mark.parametrize("spelling", ["zendesk-ratelimit", "zendesk-rate-limit"])
@pytest.mark.parametrize("refused", [True, False])
def test_a_limit_of_one_kind_of_write_pauses_that_kind_alone(
    limits: WriteLimits, watch: Watch, spelling: str, refused: bool
) -> None:
    headers = {f"{spelling}-ticket-merges": "total=20; remaining=0; resets=40"}
    if refused:
        with pytest.raises(Limited) as caught:
            write(limits, TICKET, headers, refused=40.0, kind=MERGES)
        assert caught.value.ticket_only
    else:
        write(limits, TICKET, headers, kind=MERGES)
    with pytest.raises(Limited, match="does not accept more merges for 40 s") as caught:
        write(limits, OTHER, kind=MERGES)
    assert caught.value.ticket_only
    write(limits, TICKET)
    write(limits, OTHER)
    watch.now += 40
    write(limits, OTHER, kind=MERGES)


def test_what_no_limit_looks_back_to_is_forgotten(limits: WriteLimits, watch: Watch) -> None:
    for number in range(1, 2000):
        write(limits, TicketId(number))
        watch.now += 1
    assert len(limits._tickets) <= SECONDS + 1


# -- on the wire


@pytest.fixture
async def desk_and_server() -> AsyncIterator[tuple[ZendeskDesk, DemoServer]]:
    with DemoServer(DemoOptions(surveys=60, seed=7)) as server:
        desk = desk_of(server)
        yield desk, server
        await desk.close()


async def test_a_ticket_that_takes_no_more_is_left_alone_and_the_others_go_on(
    desk_and_server: tuple[ZendeskDesk, DemoServer],
) -> None:
    desk, server = desk_and_server
    pages = [page async for page in desk.view(ViewId(server.view_id))]
    ticket, other = pages[0].tickets[:2]
    before, person = server.limits, (await desk.whoami()).id
    for _ in range(TICKET_UPDATES):  # as if from another machine
        before.particular("ticket-updates", (ticket.id, person), TICKET_UPDATES, 600)
    asked = count_requests(server)
    for _ in range(3):
        with pytest.raises(Limited) as caught:
            await desk.apply(change(ticket))
        assert caught.value.ticket_only
        assert 590 <= caught.value.retry_after <= 600
    assert len(asked) == 1, "it is asked once, and then it is known"
    await desk.apply(change(other))


async def test_a_used_up_limit_on_writes_keeps_nobody_from_reading(
    desk_and_server: tuple[ZendeskDesk, DemoServer],
) -> None:
    """The refusal tells that kind's limit and nothing of the account's."""
    desk, server = desk_and_server
    ticket = (await anext(desk.view(ViewId(server.view_id)))).tickets[0]
    headers = {"zendesk-rate-limit-tickets-update": "total=100; remaining=0; resets=50", "retry-after": "50"}
    server.world.faults.once("PUT", "/tickets/", Response("Too many", 429, headers))
    with pytest.raises(Limited):
        await desk.apply(change(ticket))
    await desk.messages(ticket.id)
    with pytest.raises(Limited) as caught:
        await desk.apply(change(ticket))
    assert 48 <= caught.value.retry_after <= 50


async def test_a_sync_at_full_tilt_is_never_refused_and_a_person_does_not_wait_for_the_window() -> None:
    with DemoServer(DemoOptions(surveys=60, seed=7, rate_limit=20, rate_window=3.0)) as server:
        refused = count_refusals(server)
        desk = ZendeskDesk(server.url, Credential(server.email, server.token, "the test"))
        pages = [page async for page in desk.view(ViewId(server.view_id), order=ViewOrder.CHANGED)]
        tickets = [ticket.id for page in pages for ticket in page.tickets]
        loop = asyncio.get_running_loop()
        waited = []

        async def person() -> None:
            for _ in range(2):
                await asyncio.sleep(0.6)
                began = loop.time()
                await desk.whoami()
                waited.append(loop.time() - began)

        with acting_for(Urgency.SYNC):
            reading = [asyncio.create_task(desk.messages(ticket_id)) for ticket_id in tickets[:30]]
        await person()
        await asyncio.gather(*reading)
        await desk.close()
    assert refused == []
    assert max(waited) < 1.5, "the window is three seconds"


def count_refusals(server: DemoServer) -> list[str]:
    """Return a list that grows by each request that the demo's limits refuse."""
    refused: list[str] = []
    account = server.limits.account

    def watched() -> dict[str, str]:
        try:
            return account()
        except Exception:
            refused.append("account")
            raise

    server.limits.account = watched  # type: ignore[method-assign]
    return refused
