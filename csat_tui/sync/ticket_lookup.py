"""Look up tickets by number, a hundred at a time; a ticket that cannot be understood hides no other."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass, field

from csat_tui.domain.change import Denied, Forbidden, HelpDeskError, Limited, Malformed, Unreachable
from csat_tui.domain.ids import TicketId
from csat_tui.domain.ticket import Ticket
from csat_tui.helpdesk.port import HelpDesk

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


def concerns_everything(error: HelpDeskError) -> bool:
    """Return whether an error is about the whole help desk and not only about the request."""
    return isinstance(error, Unreachable | Limited | Denied) and not isinstance(error, Forbidden)
