"""What the workstation needs of a help desk, and all that it needs."""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from csat_tui.domain.ids import OpId, TicketId, UserId, ViewId
from csat_tui.domain.ticket import Agent, Message, Receipt, Ticket, TicketChange, TicketMerge


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What a help desk can do that others cannot; who needs to know asks here and never for a product's name."""

    merging: bool = False
    """The conversations of several tickets can go into one of them."""


class ViewOrder(StrEnum):
    """In which order a view is walked."""

    NEWEST = "newest"
    """By the day of arrival: what came last is here first."""
    CHANGED = "changed"
    """By the last change: whoever knows a page has missed nothing behind it."""


@dataclass(frozen=True, slots=True)
class Page:
    """Some tickets of a view, in the order asked for; `total` where the help desk tells it.

    `problems` says of each ticket that could not be understood what was wrong with it. `cursor` is where a later
    walk in the same order may go on after this page; None on the last page, and where the help desk has no cursors.
    """

    tickets: tuple[Ticket, ...]
    total: int | None = None
    problems: tuple[str, ...] = ()
    cursor: str | None = None


@dataclass(frozen=True, slots=True)
class View:
    """A saved search of the help desk."""

    id: ViewId
    title: str


class HelpDesk(Protocol):
    """A help desk. Every method may raise the errors of `domain.errors`; reads never raise Uncertain."""

    capabilities: Capabilities

    @property
    def told_at(self) -> datetime | None:
        """What time it was by the help desk's own clock when it last answered; None where it has not said."""
        ...

    async def whoami(self) -> Agent:
        """Return whom the credential belongs to; Denied for a wrong one, even if the wire answers 200."""
        ...

    async def views(self) -> Sequence[View]:
        """Return the views that the person can open."""
        ...

    def view(
        self, view_id: ViewId, *, order: ViewOrder = ViewOrder.NEWEST, since: str | None = None
    ) -> AsyncIterator[Page]:
        """Yield the view's tickets page by page, from a page's cursor on; Missing if there is no view.

        A ticket may come twice, or be passed over, where others leave the view during the walk. Refused for a
        cursor that the help desk no longer takes.
        """
        ...

    async def tickets(self, ids: Sequence[TicketId]) -> list[Ticket]:
        """Return those of the tickets that exist, in any order and number."""
        ...

    async def messages(self, ticket_id: TicketId) -> list[Message]:
        """Return a ticket's messages, oldest first."""
        ...

    async def requested(self, requester_id: UserId, *, since: datetime, most: int = 100) -> list[Ticket]:
        """Return the tickets that a customer asked for, newest first: those that moved after `since`, `most` at most.

        Missing where there is no such customer.
        """
        ...

    async def apply(self, change: TicketChange) -> Receipt:
        """Make one atomic write.

        Unreachable, Limited, Denied, Missing, Refused and Conflict all mean that nothing was applied;
        Uncertain means that it may have been.
        """
        ...

    async def find(self, ticket_id: TicketId, op_id: OpId, since: datetime) -> Receipt | None:
        """Return the receipt of a write that landed at or after `since`, or None if it did not.

        It tells when the write landed and who can see its message; of the ticket as it is now, stamp and tags, it
        tells nothing: others may have been there since.
        """
        ...

    async def merge(self, merge: TicketMerge) -> Receipt:
        """Merge tickets into another one; the same errors as `apply`.

        Refused can mean that some of the sources have gone and others have not: `merged` tells which.
        """
        ...

    async def merged(self, merge: TicketMerge) -> Mapping[TicketId, datetime]:
        """Return those of the sources that have gone into the ticket that stays, each with when."""
        ...

    async def close(self) -> None:
        """Let go of connections."""
        ...
