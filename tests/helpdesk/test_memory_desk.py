"""The model that other tests trust is held to the same contract as the real adapters."""

from datetime import timedelta

import pytest

from csat_tui.domain.errors import Uncertain, Unreachable, WriteConflict
from csat_tui.domain.ids import OpId, TicketId, ViewId
from csat_tui.domain.ticket import Status
from tests.helpdesk.contract import Bench, HelpDeskContract, change
from tests.helpdesk.memory_desk import Fault, MemoryDesk
from tests.helpdesk.merging_contract import MergingContract


def furnished() -> MemoryDesk:
    desk = MemoryDesk(page_size=2)
    for number in range(5):
        desk.add_ticket(
            5_000_000_000_000 + number, age=timedelta(minutes=10 * number + 5), description="I was overcharged."
        )
    desk.add_ticket(77, status=Status.CLOSED)
    desk.add_view(360, "Surveys", [5_000_000_000_000 + number for number in range(5)])
    return desk


@pytest.fixture
def bench() -> Bench:
    desk, stranger, limited = furnished(), furnished(), furnished()
    stranger.denied = True
    limited.fail_next(Fault.LIMITED)
    listed = tuple(TicketId(5_000_000_000_000 + number) for number in range(5))
    return Bench(desk, stranger, limited, ViewId(360), listed, TicketId(77))


class TestMemoryDesk(HelpDeskContract, MergingContract):
    """The contract, against the model."""


async def test_a_drop_before_leaves_nothing_and_a_drop_after_leaves_the_note() -> None:
    desk = furnished()
    desk.fail_next(Fault.DROP_BEFORE, Fault.DROP_AFTER)
    ticket = (await desk.tickets([TicketId(5_000_000_000_000)]))[0]
    written = change(ticket)
    with pytest.raises(Uncertain):
        await desk.apply(written)
    assert await desk.find(ticket.id, written.op_id, ticket.created_at) is None
    with pytest.raises(Uncertain):
        await desk.apply(written)
    assert await desk.find(ticket.id, written.op_id, ticket.created_at) is not None
    with pytest.raises(WriteConflict):
        await desk.apply(written)
    assert len(desk.notes(ticket.id)) == 1


async def test_a_late_write_arrives_only_when_it_is_let() -> None:
    desk = furnished()
    desk.fail_next(Fault.LATE)
    written = change((await desk.tickets([TicketId(5_000_000_000_000)]))[0])
    with pytest.raises(Uncertain):
        await desk.apply(written)
    assert desk.landed == []
    desk.arrive()
    assert [landed.change for landed in desk.landed] == [written]


async def test_nothing_answers_while_offline() -> None:
    desk = furnished()
    desk.offline = True
    with pytest.raises(Unreachable):
        await desk.find(TicketId(5_000_000_000_000), OpId("x"), desk.clock.now())
