"""What every help desk must do for us, whichever adapter it is reached by."""

import uuid
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import pytest

from csat_tui.domain.errors import Denied, Limited, Missing, Refused, WriteConflict
from csat_tui.domain.ids import OpId, TicketId, ViewId
from csat_tui.domain.ticket import Author, Message, Status, Ticket, TicketChange
from csat_tui.helpdesk.port import HelpDesk, ViewOrder

HOSTILE = "ring \x07 red \x1b[31m [bold]not bold[/] <b>&amp;</b> שלום \u202eback 漢字 👩‍👩‍👧 {braces} %s"
"""What a customer can type; it must come back as it went, for the screen alone decides how to show it."""


ABSENT = TicketId(1)
"""A number that no ticket has."""


@dataclass(frozen=True)
class Bench:
    """One help desk to try, with a known world behind it."""

    desk: HelpDesk
    stranger: HelpDesk
    """The same help desk with a wrong credential."""
    limited: HelpDesk
    """The same help desk, with no requests left."""
    view_id: ViewId
    listed: tuple[TicketId, ...]
    """What is in the view, newest first."""
    closed: TicketId
    absent: TicketId = ABSENT


def change(ticket: Ticket, body: str = "Reviewed.", **changes: object) -> TicketChange:
    """Return a private note on a ticket, under the stamp that it has."""
    written = TicketChange(OpId(str(uuid.uuid4())), ticket.id, ticket.updated_at, body, public=False)
    return replace(written, **changes)  # type: ignore[arg-type]


class HelpDeskContract:
    """Tests for an adapter; a subclass gives a `bench` fixture."""

    async def first(self, bench: Bench) -> Ticket:
        """Return a ticket that takes notes, as it is now."""
        return (await bench.desk.tickets([bench.listed[0]]))[0]

    async def last_message(self, bench: Bench) -> Message:
        return (await bench.desk.messages(bench.listed[0]))[-1]

    # -- who and what is there

    async def test_says_whom_the_credential_belongs_to(self, bench: Bench) -> None:
        agent = await bench.desk.whoami()
        assert agent.id
        assert agent.name
        assert agent.may_reply

    async def test_a_wrong_credential_is_denied(self, bench: Bench) -> None:
        with pytest.raises(Denied):
            await bench.stranger.whoami()
        with pytest.raises(Denied):
            await bench.stranger.tickets([bench.listed[0]])
        with pytest.raises(Denied):
            await bench.stranger.apply(change(await self.first(bench)))

    async def test_lists_the_view_among_the_views(self, bench: Bench) -> None:
        assert bench.view_id in [view.id for view in await bench.desk.views()]

    async def test_walks_a_view_newest_first_and_each_ticket_once(self, bench: Bench) -> None:
        walked = [ticket async for page in bench.desk.view(bench.view_id) for ticket in page.tickets]
        assert tuple(ticket.id for ticket in walked) == bench.listed
        assert [ticket.created_at for ticket in walked] == sorted((t.created_at for t in walked), reverse=True)

    async def test_walks_a_view_by_the_last_change_too(self, bench: Bench) -> None:
        oldest = (await bench.desk.tickets([bench.listed[-1]]))[0]
        await bench.desk.apply(change(oldest))
        walked = [t async for page in bench.desk.view(bench.view_id, order=ViewOrder.CHANGED) for t in page.tickets]
        assert sorted(ticket.id for ticket in walked) == sorted(bench.listed)
        assert [ticket.updated_at for ticket in walked] == sorted((t.updated_at for t in walked), reverse=True)
        assert walked[0].updated_at > oldest.updated_at

    @pytest.mark.parametrize("order", ViewOrder)
    async def test_a_walk_goes_on_from_the_cursor_of_any_page(self, bench: Bench, order: ViewOrder) -> None:
        pages = [page async for page in bench.desk.view(bench.view_id, order=order)]
        assert len(pages) > 1, "the world behind the bench has several pages"
        assert pages[-1].cursor is None
        for number, page in enumerate(pages[:-1]):
            assert page.cursor is not None
            rest = [page async for page in bench.desk.view(bench.view_id, order=order, since=page.cursor)]
            assert rest == pages[number + 1 :]

    async def test_a_cursor_that_is_none_is_refused(self, bench: Bench) -> None:
        with pytest.raises(Refused):
            [page async for page in bench.desk.view(bench.view_id, since="not a cursor")]

    async def test_a_view_that_is_not_there_is_missing(self, bench: Bench) -> None:
        with pytest.raises(Missing):
            [page async for page in bench.desk.view(ViewId(404))]

    async def test_reads_tickets_and_leaves_out_those_that_are_gone(self, bench: Bench) -> None:
        wanted = [bench.absent, *bench.listed[:3], bench.listed[0]]
        assert sorted(ticket.id for ticket in await bench.desk.tickets(wanted)) == sorted(bench.listed[:3])
        assert await bench.desk.tickets([]) == []

    async def test_a_ticket_carries_its_requester_and_its_stamps(self, bench: Bench) -> None:
        ticket = await self.first(bench)
        assert ticket.requester_name
        assert "@example." in ticket.requester_email
        assert ticket.created_at.tzinfo is UTC
        assert ticket.updated_at >= ticket.created_at

    async def test_reads_messages_oldest_first(self, bench: Bench) -> None:
        messages = await bench.desk.messages(bench.listed[0])
        assert messages
        assert messages[0].author is Author.CUSTOMER
        assert [message.created_at for message in messages] == sorted(message.created_at for message in messages)

    async def test_the_messages_of_a_missing_ticket_are_missing(self, bench: Bench) -> None:
        with pytest.raises(Missing):
            await bench.desk.messages(bench.absent)

    # -- writing, and finding what was written

    async def test_a_note_lands_and_is_found_by_its_operation_id(self, bench: Bench) -> None:
        written = change(await self.first(bench), "Nothing to put right.")
        receipt = await bench.desk.apply(written)
        found = await bench.desk.find(written.ticket_id, written.op_id, receipt.landed_at)
        assert receipt.public is False
        assert found == replace(receipt, stamp=None, tags=None), "of the ticket as it is now it tells nothing"
        message = await self.last_message(bench)
        assert (message.body, message.public, message.author) == ("Nothing to put right.", False, Author.AGENT)
        assert message.op_id == written.op_id

    async def test_a_reply_is_public(self, bench: Bench) -> None:
        written = change(await self.first(bench), "We have put it right.", public=True)
        receipt = await bench.desk.apply(written)
        assert receipt.public
        found = await bench.desk.find(written.ticket_id, written.op_id, receipt.landed_at)
        assert found is not None
        assert found.public
        assert (await self.last_message(bench)).public

    async def test_status_and_tags_change_with_the_note(self, bench: Bench) -> None:
        before = await self.first(bench)
        receipt = await bench.desk.apply(change(before, status=Status.PENDING, tags=("csat_reviewed", "nrn")))
        after = await self.first(bench)
        assert (after.status, set(after.tags)) == (Status.PENDING, {"csat_reviewed", "nrn"})
        assert receipt.stamp == after.updated_at

    async def test_tags_stay_when_none_are_given(self, bench: Bench) -> None:
        await bench.desk.apply(change(await self.first(bench), tags=("kept",)))
        await bench.desk.apply(change(await self.first(bench)))
        assert set((await self.first(bench)).tags) == {"kept"}

    async def test_a_write_under_the_stamp_of_the_one_before_goes_through(self, bench: Bench) -> None:
        receipt = await bench.desk.apply(change(await self.first(bench)))
        await bench.desk.apply(change(await self.first(bench), base=receipt.stamp))

    async def test_a_write_under_an_old_stamp_is_a_conflict_and_applies_nothing(self, bench: Bench) -> None:
        before = await self.first(bench)
        written = change(before, base=before.updated_at - timedelta(hours=1), tags=("lost",))
        with pytest.raises(WriteConflict):
            await bench.desk.apply(written)
        assert await bench.desk.find(before.id, written.op_id, datetime.now(UTC) - timedelta(minutes=5)) is None
        assert await self.first(bench) == before

    async def test_a_write_without_a_stamp_is_made_over_everything(self, bench: Bench) -> None:
        await bench.desk.apply(change(await self.first(bench), base=None))

    async def test_a_closed_ticket_refuses(self, bench: Bench) -> None:
        closed = (await bench.desk.tickets([bench.closed]))[0]
        assert not closed.takes_updates
        with pytest.raises(Refused, match="closed"):
            await bench.desk.apply(change(closed))

    async def test_a_text_that_would_be_cut_is_refused(self, bench: Bench) -> None:
        before = await self.first(bench)
        with pytest.raises(Refused, match="longer"):
            await bench.desk.apply(change(before, "ä" * 33_000))
        assert await self.first(bench) == before

    async def test_a_write_to_a_missing_ticket_is_missing(self, bench: Bench) -> None:
        ticket = await self.first(bench)
        with pytest.raises(Missing):
            await bench.desk.apply(replace(change(ticket), ticket_id=bench.absent))

    async def test_an_operation_that_never_happened_is_not_found(self, bench: Bench) -> None:
        assert await bench.desk.find(bench.listed[0], OpId("never"), datetime(2020, 1, 1, tzinfo=UTC)) is None

    async def test_a_clock_that_goes_wrong_hides_no_write(self, bench: Bench) -> None:
        written = change(await self.first(bench))
        receipt = await bench.desk.apply(written)
        ahead = receipt.landed_at + timedelta(hours=3)
        assert await bench.desk.find(written.ticket_id, written.op_id, ahead) is not None

    async def test_too_many_requests_are_limited(self, bench: Bench) -> None:
        ticket = await self.first(bench)
        with pytest.raises(Limited) as caught:
            await bench.limited.apply(change(ticket))
        assert caught.value.retry_after > 0

    # -- other people's words

    @pytest.mark.parametrize("public", [False, True])
    async def test_hostile_text_comes_back_as_it_went(self, bench: Bench, public: bool) -> None:
        await bench.desk.apply(change(await self.first(bench), f"Quote: {HOSTILE}", public=public))
        assert (await self.last_message(bench)).body == f"Quote: {HOSTILE}"

    @pytest.mark.parametrize(
        "text",
        [
            "*stars*, _lines_, `code` and ~~this~~",
            "# no heading\n\n1. first\n2. second\n\n> what you wrote",
            "- a\n- b\n\n\n\nfour lines below",
            "Hello,\n\n    four spaces before  and two between\n\nThanks!",
            "[bank](https://example.com/x) and https://example.com/y_z_",
            "```\nx = {1}\n```\n---\n| a | b |",
            "5 < 6 && <b>7</b> &amp; \\*",
            "1) one\n+ two\n===\n!\\[x\\](y)",
        ],
    )
    @pytest.mark.parametrize("public", [False, True])
    async def test_what_is_typed_arrives_as_typed(self, bench: Bench, text: str, public: bool) -> None:
        await bench.desk.apply(change(await self.first(bench), text, public=public))
        assert (await self.last_message(bench)).body == text

    async def test_paragraphs_and_lines_come_back(self, bench: Bench) -> None:
        await bench.desk.apply(change(await self.first(bench), "One\nTwo\n\nThree"))
        assert (await self.last_message(bench)).body == "One\nTwo\n\nThree"

    @pytest.mark.parametrize("public", [False, True])
    async def test_placeholders_in_a_text_are_not_filled_in(self, bench: Bench, public: bool) -> None:
        text = "The customer wrote {{ticket.requester.email}} and {{{ticket.title}}} and {% if a %}"
        await bench.desk.apply(change(await self.first(bench), text, public=public))
        body = (await self.last_message(bench)).body
        assert body == text

    async def test_half_a_character_does_not_break_a_write(self, bench: Bench) -> None:
        await bench.desk.apply(change(await self.first(bench), "half \ud83d of an emoji\0"))
        assert (await self.last_message(bench)).body.startswith("half ? of an emoji")
