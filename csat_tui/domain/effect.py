"""What a decision does to the outside world, one effect at a time."""

from collections.abc import Mapping
from dataclasses import dataclass

from csat_tui.domain.ids import TicketId
from csat_tui.domain.ticket import Status


@dataclass(frozen=True, slots=True)
class PrivateNote:
    """An internal note; the customer never sees it."""

    ticket_id: TicketId
    body: str
    status: Status | None = None
    add_tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PublicReply:
    """A message to the customer."""

    ticket_id: TicketId
    body: str
    status: Status | None = None
    add_tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class TrackerRow:
    """A row of the team's tracker: column letter to cell."""

    cells: Mapping[str, str]


Effect = PrivateNote | PublicReply | TrackerRow
