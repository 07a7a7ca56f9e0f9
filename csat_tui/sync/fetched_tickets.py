"""Tickets on their way into the store: look them up by number, and save them with their transcripts."""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import Connection

from csat_tui.domain.errors import Malformed
from csat_tui.domain.ids import TicketId
from csat_tui.domain.ticket import Message, Ticket
from csat_tui.helpdesk.port import HelpDesk
from csat_tui.store import tickets
from csat_tui.store.database import Database
from csat_tui.store.outbox import attempts
from csat_tui.store.review import forget_audits
from csat_tui.store.service_recovery import PLACES_CHANGED, take_recovery_notes

log = logging.getLogger(__name__)

TICKETS_PER_LOOKUP = 100
"""The number of tickets that one request asks for."""


@dataclass(slots=True)
class TicketLookup:
    """What a look-up found: the tickets, the missing numbers, and the tickets that cannot be understood."""

    tickets: list[Ticket] = field(default_factory=list)
    missing: list[TicketId] = field(default_factory=list)
    unread: list[TicketId] = field(default_factory=list)


async def look_up_tickets(helpdesk: HelpDesk, ids: Sequence[TicketId]) -> TicketLookup:
    """Return what the help desk has under these numbers. Raises HelpDeskError, but not for a single ticket."""
    found = TicketLookup()
    waiting = [list(ids[start : start + TICKETS_PER_LOOKUP]) for start in range(0, len(ids), TICKETS_PER_LOOKUP)]
    while waiting:
        asked = waiting.pop()
        try:
            told = await helpdesk.tickets(asked)
        except Malformed as error:
            if len(asked) == 1:
                log.warning("sync: ticket %s: %s", asked[0], error)
                found.unread += asked
            else:
                # Halved until the one that makes no sense stands alone.
                middle = len(asked) // 2
                waiting += [asked[:middle], asked[middle:]]
            continue
        there = {ticket.id for ticket in told}
        found.tickets += told
        found.missing += [ticket_id for ticket_id in asked if ticket_id not in there]
    return found


STAMP_RESOLUTION = timedelta(seconds=2)
"""Stamps are whole seconds, so a transcript fetched this soon after its stamp may lack messages of the same second."""


@dataclass(frozen=True, slots=True)
class FetchedTicket:
    """A ticket as the help desk had it at a moment; `messages` is None if its transcript was not fetched."""

    ticket: Ticket
    at: datetime
    messages: Sequence[Message] | None = None


SaveMore = Callable[[Connection, Sequence[FetchedTicket]], None]
"""Saves in the same transaction what else is read in the transcripts that are saved."""


def save_tickets(database: Database, told: Sequence[FetchedTicket], save_more: SaveMore | None = None) -> None:
    """Save tickets; a transcript never replaces one with a later stamp.

    An effect whose message is in a saved transcript is confirmed.
    """
    if not told:
        return
    ids = [one.ticket.id for one in told]
    with database.write(*(f"ticket:{ticket_id}" for ticket_id in ids)) as connection:
        tickets.put_tickets(connection, [one.ticket for one in told], max(one.at for one in told))
        here = tickets.stamps(connection, ids)
        transcripts = []
        saved: list[FetchedTicket] = []
        for one in told:
            stamp = one.ticket.updated_at
            _, known = here.get(one.ticket.id, (None, None))
            if one.messages is not None and (known is None or known <= stamp):
                transcripts.append((one.ticket.id, one.messages, _settled(one)))
                saved.append(one)
        tickets.put_transcripts(connection, transcripts)
        recovered = sum(take_recovery_notes(connection, number, said) for number, said, _ in transcripts)
        forget_audits(connection, ids)
        if save_more is not None:
            save_more(connection, saved)
        landed = attempts.take_from_transcripts(
            connection, [ticket_id for ticket_id, *_ in transcripts], max(one.at for one in told)
        )
    if landed:
        database.announce("outbox")
    if recovered:
        database.announce(PLACES_CHANGED)


def _settled(one: FetchedTicket) -> datetime | None:
    """Return the stamp that a transcript belongs to; None while more messages may come within the same second."""
    stamp = one.ticket.updated_at
    return stamp if abs(one.at - stamp) >= STAMP_RESOLUTION else None
