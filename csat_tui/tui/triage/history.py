"""The customer's other tickets at the triage screen: read after the case, shown beside it, merged from there."""

import asyncio
from typing import TYPE_CHECKING

from csat_tui.domain.case import Stage
from csat_tui.domain.decide import Lack
from csat_tui.domain.ids import TicketId
from csat_tui.store.customers import CustomerHistory
from csat_tui.tui.base.keys import with_keys
from csat_tui.tui.triage.history_window import ApartWanted, HistoryScreen, MergeWanted, Read
from csat_tui.tui.triage.transcript.other_ticket_lines import Beside

if TYPE_CHECKING:
    from csat_tui.tui.triage.screen import TriageScreen


def no_case(screen: "TriageScreen") -> str:
    """Say why there is no history to look at."""
    return "" if screen.case is not None else "no case is chosen"


def concerns(screen: "TriageScreen", topics: frozenset[str]) -> bool:
    """Tell whether a change of these topics may have touched the history that is shown."""
    known = screen.transcript.history
    if screen.case is None or known is None:
        return False
    own = {"outbox", f"history:{known.requester_id}"} | {f"ticket:{one.ticket.id}" for one in known.others}
    return bool(own & topics)


async def read(screen: "TriageScreen") -> None:
    """Read the history of the case on the screen, beside it; a case never waits for that."""
    case = screen.case
    known = None if case is None else await asyncio.to_thread(screen.app.paperwork.merging.history, case)
    if screen.case is None or case is None or screen.case.id != case.id:
        return
    screen.transcript.history = known
    screen.tell_news()
    beside = screen.transcript.view.beside
    if beside is not None:
        await show(screen, beside.ticket.id)
    listed = screen.app.screen
    if isinstance(listed, HistoryScreen) and known is not None:
        listed.known = known


async def show(screen: "TriageScreen", ticket_id: TicketId | None) -> None:
    """Show another ticket of the customer in the transcript, or the case's own; what is not here is fetched."""
    known = screen.transcript.history
    beside = None if ticket_id is None or known is None else await _beside(screen, known, ticket_id)
    screen.transcript.show_beside(beside)


async def _beside(screen: "TriageScreen", known: CustomerHistory, ticket_id: TicketId) -> Beside | None:
    ids = [one.ticket.id for one in known.others]
    conversation = known.conversation(ticket_id)
    if conversation is None or ticket_id not in ids:
        return None
    messages = await asyncio.to_thread(screen.app.paperwork.merging.messages, ticket_id)
    before = screen.transcript.view.beside
    if screen.background is not None and (before is None or before.ticket.id != ticket_id):
        screen.background.show([ticket_id])
    number = ids.index(ticket_id) + 1
    return Beside(conversation.ticket, messages, number, len(ids), known.advised(ticket_id))


async def open_history(screen: "TriageScreen") -> None:
    """List the customer's tickets, and do what the person wants with one of them."""
    case = screen.case
    if case is None:
        return
    known = await asyncio.to_thread(screen.app.paperwork.merging.history, case)
    beside = screen.transcript.view.beside
    going = (
        one.ticket.id for one in known.advice if one.plan and {each.id for each in one.plan.goes} & {*known.merges}
    )
    begin = next(going, None) if beside is None else beside.ticket.id
    listing = HistoryScreen(known, screen.desk.playbook, lambda: screen.desk.now, begin)
    wanted = await screen.app.push_screen_wait(listing)
    if screen.case is None or screen.case.id != case.id:
        return
    match wanted:
        case Read(ticket_id):
            screen.transcript.history = known
            screen.go_to(screen.transcript)
            await show(screen, ticket_id)
        case MergeWanted(seen, plan):
            merging = screen.app.paperwork.merging
            taken = await screen.app.writer.write(merging.merge, case, seen, plan, by=screen.desk.agent)
            screen.grace.add(taken)
            screen.app.clear_notifications()
            screen.look(frozenset({"outbox"}))
        case ApartWanted(seen, tickets, reason):
            await screen.app.writer.write(
                screen.app.paperwork.merging.keep_apart, case, seen, tickets, reason, by=screen.desk.agent
            )
            screen.notify("Your reason is kept: the ticket is not to be merged.", markup=False, timeout=4)
            screen.read_history()


def to_merge(screen: "TriageScreen", key: str) -> tuple[Lack, ...]:
    """Return what is to be merged before the case on the screen is decided, as far as its history has been read."""
    known, case = screen.transcript.history, screen.case
    if known is None or case is None or case.stage in (Stage.DECIDED, Stage.SUPERSEDED):
        return ()
    how = f"{key} shows them: {{history.merge}} merges, {{history.apart}} keeps them apart with a reason"
    return known.lacks(with_keys(screen.app, how))


async def look_again(screen: "TriageScreen") -> bool:
    """Read the history beside the screen once more before a decision; tell whether it is known whole."""
    case = screen.case
    if case is None or screen.desk.playbook.merging is None:
        return True
    known = await asyncio.to_thread(screen.app.paperwork.merging.history, case)
    if screen.case is not None and screen.case.id == case.id:
        screen.transcript.history = known
        screen.tell_news()
    return known.known
