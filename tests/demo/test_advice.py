"""The workstation reads the demo's histories, and what its rules say agrees with what a careful agent does."""

from collections.abc import AsyncIterator, Iterator

import pytest

from csat_tui.admin.http import HttpAdmin
from csat_tui.demo.histories import SITUATIONS
from csat_tui.demo.other_tickets import Merging
from csat_tui.demo.server import DemoOptions, DemoServer
from csat_tui.domain.ids import TicketId
from csat_tui.domain.merge_plan import MergeGrounds
from csat_tui.domain.merging import Advice, MergeVerdict, advice_for_pair
from csat_tui.domain.ticket_comparison import Conversation
from csat_tui.helpdesk.zendesk.desk import ZendeskDesk
from csat_tui.playbook import load_builtin
from csat_tui.secrets import Credential
from tests.demo.conftest import NOW
from tests.demo.test_history import meeting

UNTOLD = {"rated-new-concern", "rated-asked-again"}
"""Where only a reader can tell whether the rated ticket has mentioned and answered it."""


@pytest.fixture(scope="module")
def server() -> Iterator[DemoServer]:
    with DemoServer(DemoOptions(now=NOW, rate_limit=0)) as server:
        yield server


@pytest.fixture
async def desk(server: DemoServer) -> AsyncIterator[ZendeskDesk]:
    desk = ZendeskDesk(server.url, Credential(server.email, server.token, "the test"))
    yield desk
    await desk.close()


async def advice(server: DemoServer, desk: ZendeskDesk, situation: str) -> tuple[Merging, list[Advice]]:
    """Ask the rules about the newest ticket of a history and each of those beside it."""
    index, told = meeting(server.world, situation)
    admin = HttpAdmin(f"{server.url}/admin", server.token)
    account = await admin.account(server.world.case(index).customer.email)
    await admin.close()
    playbook = load_builtin("strike-team")
    assert account is not None
    assert playbook.merging is not None
    grounds = MergeGrounds(playbook.merging, playbook.issues, account.orders)
    numbers = [TicketId(number) for number in (*told.beside, told.new)]
    tickets = {ticket.id: ticket for ticket in await desk.tickets(numbers)}
    *beside, new = [Conversation(tickets[number], await desk.messages(number)) for number in numbers]
    return told, [advice_for_pair(new, one, grounds) for one in beside]


@pytest.mark.parametrize("situation", SITUATIONS)
async def test_the_rules_say_of_every_history_what_a_careful_agent_does(
    server: DemoServer, desk: ZendeskDesk, situation: str
) -> None:
    told, said = await advice(server, desk, situation)
    expected = {MergeVerdict.MERGE if told.merge else MergeVerdict.APART} | (
        {MergeVerdict.LOOK} if situation in UNTOLD else set()
    )
    for one in said:
        assert one.verdict in expected, one.reasons
        if told.merge and told.status is not None:
            assert one.plan is not None
            assert one.plan.stays.id == told.into
            assert (one.plan.status or one.plan.stays.status).value == told.status
            assert one.plan.stays.assignee_id == told.owner
            assert one.plan.notify_owner == told.notify
