"""The controller for the customer's other tickets: it reads, shows and merges them."""

import asyncio
from collections.abc import Callable

from csat_tui.domain.case import Stage
from csat_tui.domain.decide import Blocker
from csat_tui.domain.ids import TicketId
from csat_tui.store.customers import CustomerHistory
from csat_tui.sync.background import BackgroundSync
from csat_tui.tui.base.background_work import Writer
from csat_tui.tui.base.dialog import Dialog
from csat_tui.tui.base.undo_countdown import UndoCountdown
from csat_tui.tui.transcript.lines import OtherTicket
from csat_tui.tui.triage.history_window import ApartWanted, HistoryScreen, MergeWanted, Read
from csat_tui.tui.triage.state import OpenCase
from csat_tui.tui.triage.transcript import CaseTranscript
from csat_tui.workflow.desk import Desk
from csat_tui.workflow.merging import MergingDesk


class CaseHistory:
    """Reads, shows and merges the other tickets of the open case's customer."""

    def __init__(
        self,
        opened: OpenCase,
        desk: Desk,
        merging: MergingDesk,
        writer: Writer,
        sync: BackgroundSync | None,
        transcript: CaseTranscript,
        grace: UndoCountdown,
        dialog: Dialog,
        *,
        go_to_transcript: Callable[[], None],
        update_blockers: Callable[[], None],
        read_later: Callable[[], object],
        read_changes: Callable[[frozenset[str]], None],
    ) -> None:
        self._opened = opened
        self._desk = desk
        self._merging = merging
        self._writer = writer
        self._sync = sync
        self._transcript = transcript
        self._grace = grace
        self._dialog = dialog
        self._go_to_transcript = go_to_transcript
        self._update_blockers = update_blockers
        self._read_later = read_later
        self._read_changes = read_changes

    def no_case(self) -> str:
        """Return why there is no history to show; empty if there is one."""
        return "" if self._opened.case is not None else "no case is chosen"

    def concerned_by(self, topics: frozenset[str]) -> bool:
        """Return whether changes of these topics may affect the shown history."""
        history = self._opened.history
        if self._opened.case is None or history is None:
            return False
        own = {"outbox", f"history:{history.requester_id}"} | {
            f"ticket:{conversation.ticket.id}" for conversation in history.others
        }
        return bool(own & topics)

    async def read(self) -> None:
        """Read the history of the open case, after the case itself is shown."""
        case = self._opened.case
        history = None if case is None else await asyncio.to_thread(self._merging.history, case)
        if case is None or not self._opened.holds(case.id):
            return
        self._opened.history = history
        self._update_blockers()
        other_ticket = self._transcript.view.other_ticket
        if other_ticket is not None:
            await self.show(other_ticket.ticket.id)
        listed = self._dialog.in_front
        if isinstance(listed, HistoryScreen) and history is not None:
            listed.history = history

    async def show(self, ticket_id: TicketId | None) -> None:
        """Show another ticket of the customer in the transcript, or the case's own for None; fetch a missing ticket."""
        history = self._opened.history
        other_ticket = None if ticket_id is None or history is None else await self._other_ticket(history, ticket_id)
        self._transcript.show_other_ticket(other_ticket)

    async def open(self) -> None:
        """List the customer's tickets, and carry out the person's choice for one of them."""
        case = self._opened.case
        if case is None:
            return
        history = await asyncio.to_thread(self._merging.history, case)
        begin = self._first_listed(history)
        listing = HistoryScreen(history, self._desk.playbook, lambda: self._desk.now, begin)
        wanted = await self._dialog.ask(listing)
        if not self._opened.holds(case.id):
            return
        match wanted:
            case Read(ticket_id):
                self._opened.history = history
                self._go_to_transcript()
                await self.show(ticket_id)
            case MergeWanted(seen, plan):
                taken = await self._writer.write(self._merging.merge, case, seen, plan, by=self._desk.agent)
                self._grace.add(taken)
                self._dialog.clear()
                self._read_changes(frozenset({"outbox"}))
            case ApartWanted(seen, tickets, reason):
                await self._writer.write(self._merging.keep_apart, case, seen, tickets, reason, by=self._desk.agent)
                self._dialog.notify("The ticket will not be merged; your reason is saved.", timeout=4)
                self._read_later()

    def to_merge(self) -> tuple[Blocker, ...]:
        """Return the blockers for tickets to merge before a decision; empty while the history is not read."""
        history, case = self._opened.history, self._opened.case
        if history is None or case is None or case.stage in (Stage.DECIDED, Stage.SUPERSEDED):
            return ()
        how = "{case.history} shows them: {history.merge} merges, {history.apart} keeps them apart with a reason"
        return history.lacks(self._dialog.with_keys(how))

    async def look_again(self) -> bool:
        """Read the history again before a decision; return whether it is complete."""
        case = self._opened.case
        if case is None or self._desk.playbook.merging is None:
            return True
        history = await asyncio.to_thread(self._merging.history, case)
        if self._opened.holds(case.id):
            self._opened.history = history
            self._update_blockers()
        return history.known

    async def _other_ticket(self, history: CustomerHistory, ticket_id: TicketId) -> OtherTicket | None:
        ids = [conversation.ticket.id for conversation in history.others]
        conversation = history.conversation(ticket_id)
        if conversation is None or ticket_id not in ids:
            return None
        messages = await asyncio.to_thread(self._merging.messages, ticket_id)
        before = self._transcript.view.other_ticket
        if self._sync is not None and (before is None or before.ticket.id != ticket_id):
            self._sync.fetch_tickets([ticket_id])
        number = ids.index(ticket_id) + 1
        return OtherTicket(conversation.ticket, messages, number, len(ids), history.advised(ticket_id))

    def _first_listed(self, history: CustomerHistory) -> TicketId | None:
        """Return the first ticket under the list's cursor: the shown ticket, or a ticket to merge."""
        other_ticket = self._transcript.view.other_ticket
        if other_ticket is not None:
            return other_ticket.ticket.id
        merges = {*history.merges}
        advised = (
            advice.ticket.id
            for advice in history.advice
            if advice.plan and {each.id for each in advice.plan.goes} & merges
        )
        return next(advised, None)
