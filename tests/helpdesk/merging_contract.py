"""What every help desk that can merge must do: a customer's tickets, and several of them put into one."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from csat_tui.domain.errors import Denied, Missing, Refused
from csat_tui.domain.ids import OpId, TicketId, UserId
from csat_tui.domain.ticket import Status, Ticket, TicketMerge
from csat_tui.helpdesk.port import HelpDesk
from tests.helpdesk.contract import Bench, change

LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)


def merging(into: TicketId, sources: Sequence[TicketId]) -> TicketMerge:
    """Return a merge whose comments name what went where, and quote what a server could take for its own."""
    gone = ", ".join(f"#{one}" for one in sources)
    return TicketMerge(
        OpId("merge-op"), into, tuple(sources), f"{gone} went into this one: {{{{ticket.title}}}}", f"See #{into}."
    )


class MergingContract:
    """Tests for an adapter with `Capabilities.merging`; a subclass gives a `bench` fixture."""

    async def ticket(self, desk: HelpDesk, ticket_id: TicketId) -> Ticket:
        return (await desk.tickets([ticket_id]))[0]

    async def test_says_that_it_can_merge(self, bench: Bench) -> None:
        assert bench.desk.capabilities.merging

    async def test_lists_a_customers_tickets_newest_first_with_their_people(self, bench: Bench) -> None:
        one = await self.ticket(bench.desk, bench.listed[0])
        assert one.requester_id is not None
        found = await bench.desk.requested(one.requester_id, since=LONG_AGO)
        assert one in found
        assert {ticket.requester_id for ticket in found} == {one.requester_id}
        assert [t.created_at for t in found] == sorted((t.created_at for t in found), reverse=True)

    async def test_lists_no_more_than_asked_for_and_nothing_that_rested_since(self, bench: Bench) -> None:
        one = await self.ticket(bench.desk, bench.listed[0])
        assert one.requester_id is not None
        assert await bench.desk.requested(one.requester_id, since=datetime.now(UTC) + timedelta(days=1)) == []
        assert len(await bench.desk.requested(one.requester_id, since=LONG_AGO, most=1)) == 1

    async def test_a_customer_who_is_not_there_is_missing(self, bench: Bench) -> None:
        with pytest.raises(Missing):
            await bench.desk.requested(UserId(1), since=LONG_AGO)

    async def test_merged_tickets_are_closed_with_an_internal_comment_on_both_sides(self, bench: Bench) -> None:
        into, *sources = bench.listed[1:4]
        before = await self.ticket(bench.desk, into)
        merge = merging(into, sources)
        assert await bench.desk.merged(merge) == {}
        receipt = await bench.desk.merge(merge)
        assert (receipt.op_id, receipt.ticket_id) == (merge.op_id, into)
        assert set(await bench.desk.merged(merge)) == set(sources)
        for ticket in await bench.desk.tickets(sources):
            assert ticket.status is Status.CLOSED
            assert ticket.merged
            last = (await bench.desk.messages(ticket.id))[-1]
            assert (last.body, last.public) == (f"See #{into}.", False)
        after = await self.ticket(bench.desk, into)
        assert (after.status, after.assignee_id) == (before.status, before.assignee_id)
        last = (await bench.desk.messages(into))[-1]
        assert not last.public
        assert last.body.startswith(f"#{sources[0]}, #{sources[1]} went into this one")
        assert "ticket.title" in last.body, "nothing is filled in by the server"

    async def test_what_was_merged_takes_no_second_merge(self, bench: Bench) -> None:
        into, source, other = bench.listed[1:4]
        await bench.desk.merge(merging(into, [source]))
        said = await bench.desk.messages(into)
        with pytest.raises(Refused, match=f"#{source}"):
            await bench.desk.merge(merging(into, [source]))
        elsewhere = merging(other, [source])
        assert await bench.desk.merged(elsewhere) == {}, "it went into another ticket"
        assert await bench.desk.messages(into) == said

    async def test_a_merge_that_fails_for_one_ticket_is_refused_and_says_for_which(self, bench: Bench) -> None:
        into, gone, fresh = bench.listed[1:4]
        await bench.desk.merge(merging(bench.listed[4], [gone]))
        merge = merging(into, [gone, fresh])
        with pytest.raises(Refused, match=f"#{gone}") as caught:
            await bench.desk.merge(merge)
        assert f"#{fresh}" not in str(caught.value)
        assert set(await bench.desk.merged(merge)) == {fresh}, "the other one has gone"

    async def test_a_closed_ticket_takes_none_in(self, bench: Bench) -> None:
        before = await self.ticket(bench.desk, bench.listed[1])
        with pytest.raises(Refused):
            await bench.desk.merge(merging(bench.closed, [bench.listed[1]]))
        assert await self.ticket(bench.desk, bench.listed[1]) == before

    async def test_a_ticket_that_is_not_there_takes_none_in(self, bench: Bench) -> None:
        with pytest.raises(Missing):
            await bench.desk.merge(merging(bench.absent, [bench.listed[1]]))

    async def test_a_wrong_credential_may_not_merge(self, bench: Bench) -> None:
        with pytest.raises(Denied):
            await bench.stranger.merge(merging(bench.listed[1], [bench.listed[2]]))

    async def test_the_owner_changes_with_a_note(self, bench: Bench) -> None:
        me = await bench.desk.whoami()
        before = await self.ticket(bench.desk, bench.listed[4])
        await bench.desk.apply(replace(change(before), assignee_id=me.id))
        assert (await self.ticket(bench.desk, bench.listed[4])).assignee_id == me.id
