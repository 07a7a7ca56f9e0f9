"""A whole walk of the view: it survives a restart, and is repeated until it agrees with what is here.

A view is read in pages that are offsets in disguise. Where a ticket leaves the view under the walk, another moves
over the edge of a page and is passed over; so what a walk did not meet proves nothing until another agrees.
"""

import logging
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol

from sqlalchemy import Connection

from csat_tui.domain.change import Refused
from csat_tui.domain.clock import Clock
from csat_tui.domain.ids import SurveyId, TicketId, ViewId
from csat_tui.domain.ticket import Status
from csat_tui.helpdesk.port import HelpDesk, Order, Page
from csat_tui.store import fetching, leases, tickets
from csat_tui.store.cases import surveys
from csat_tui.store.database import Database
from csat_tui.store.leases import is_gone
from csat_tui.sync.ticket_lookup import TICKETS_PER_LOOKUP, look_up_tickets

log = logging.getLogger(__name__)

FINISHED = (Status.SOLVED, Status.CLOSED, Status.DELETED)
"""A survey ticket in one of these needs nobody any more."""

MOST_WALKS = 5
"""How often a walk is repeated at most; a view that never stands still is walked again in its time."""

TICKETS_BETWEEN_NOTES = 1_000
"""Tickets that a walk meets, where nothing is new, before it notes its place; a page with news notes it at once."""

WALK_LEASE_SPAN = timedelta(minutes=5)
"""How long a silent process keeps the walk to itself; longer than a page and a limit may take."""


class WalkedElsewhere(Exception):
    """Another process walks the view."""


@dataclass(frozen=True, slots=True)
class SavedPage:
    """What was kept of a page: the new surveys, whether any ticket changed, and which were not here before."""

    new: tuple[SurveyId, ...] = ()
    changed: bool = False
    fresh: frozenset[TicketId] = frozenset()


class SavePage(Protocol):
    """Keeps a page; the note is written in the same transaction, if there is one."""

    def __call__(self, page: Page, note: Callable[[Connection], None] | None = None, /) -> SavedPage:
        """Return what was kept."""
        ...


class Walk:
    """One whole walk. Only one process walks at a time, for all share one note of the place."""

    def __init__(self, database: Database, helpdesk: HelpDesk, clock: Clock, holder: str, keep: SavePage) -> None:
        self._database = database
        self._helpdesk = helpdesk
        self._clock = clock
        self._holder = holder
        self._keep = keep
        self._met: list[TicketId] = []
        self._cursor: str | None = None

    async def until_it_agrees(self, view: ViewId, progress: Callable[[int], None], *, here: Callable[[], None]) -> None:
        """Walk, repeat it until it agrees, and put away what the view no longer shows.

        `here` is called when the view was read to its end for the first time: what comes after only makes sure.
        Raises WalkedElsewhere where another process is about it, and HelpDeskError; the next walk then goes on
        from there.
        """
        with self._database.write() as connection:
            self._hold(connection)
            since, met = fetching.walk_cursor(connection, view), fetching.tickets_met(connection)
            if since is None:
                fetching.begin_walk(connection)
        agreed = False
        try:
            doubtful = await self._first(view, since, met, progress)
            here()
            await self._agree(view, doubtful=doubtful)
            agreed = True
        finally:
            with self._database.write() as connection:
                if agreed:
                    fetching.begin_walk(connection)
                leases.give_back(connection, "walk", self._holder)

    async def _agree(self, view: ViewId, *, doubtful: bool) -> None:
        for _ in range(MOST_WALKS):
            if not doubtful and not await self._settle(certain=False):
                return
            if doubtful:
                self._begin()
            # Where nothing was new and some were not met, it is those that this walk looks for, on top of the others.
            certain, doubtful = not doubtful, await self._through(view)
            if certain and not doubtful:
                await self._settle(certain=True)
                return
        log.info("sync: the view did not stand still in %d walks", MOST_WALKS + 1)
        await self._settle(certain=False)

    async def _first(self, view: ViewId, since: str | None, met: int, progress: Callable[[int], None]) -> bool:
        """Walk from the start, or go on where an earlier walk stopped; returns whether some may be passed over."""
        if since is None:
            return await self._through(view, progress)
        try:
            await self._go_on(view, since, met, progress)
        except _NoWayOn:
            self._begin()
            return await self._through(view, progress)
        return True

    async def _go_on(self, view: ViewId, since: str, met: int, progress: Callable[[int], None]) -> None:
        """Read what has come to the head of the view meanwhile, then all behind the cursor."""
        self._met, self._cursor = [], since
        async for page in self._helpdesk.view(view, order=Order.NEWEST):
            if not self._take(page, view, since).fresh:
                break
        else:
            self._note_now(view)
            return
        begun = False
        try:
            async for page in self._helpdesk.view(view, order=Order.NEWEST, since=since):
                begun = True
                self._take(page, view, page.cursor)
                met += len(page.tickets)
                progress(met)
        except Refused as error:
            if begun:
                raise
            log.info("sync: the walk cannot go on where it was: %s", error)
            raise _NoWayOn from error
        self._note_now(view)

    async def _through(self, view: ViewId, progress: Callable[[int], None] | None = None) -> bool:
        """Walk from the start to the end; returns whether some may be passed over.

        What is new at the head of the first page has only just come. What is new further down either came under
        an earlier walk that passed it over, or under this one, which may have passed over others.
        """
        doubtful, seen = False, 0
        self._met = []
        pages: AsyncIterator[Page] = self._helpdesk.view(view, order=Order.NEWEST)
        async for page in pages:
            taken = self._take(page, view, page.cursor)
            head = page.tickets[: len(taken.fresh)] if seen == 0 else ()
            doubtful = doubtful or taken.fresh != {ticket.id for ticket in head}
            seen += len(page.tickets)
            if progress is not None:
                progress(seen)
        self._note_now(view)
        return doubtful

    def _take(self, page: Page, view: ViewId, cursor: str | None) -> SavedPage:
        """Keep a page, and with it whom the walk has met."""
        self._met += [ticket.id for ticket in page.tickets]
        self._cursor = cursor
        taken = self._keep(page, lambda connection: self._note(connection, view))
        if taken.changed:
            self._met = []
        elif len(self._met) >= TICKETS_BETWEEN_NOTES:
            self._note_now(view)
        return taken

    def _note(self, connection: Connection, view: ViewId) -> None:
        self._hold(connection)
        fetching.continue_walk(connection, view, self._met, self._cursor, self._clock.now())

    def _note_now(self, view: ViewId) -> None:
        if self._met:
            with self._database.write() as connection:
                self._note(connection, view)
            self._met = []

    def _begin(self) -> None:
        with self._database.write() as connection:
            self._hold(connection)
            fetching.begin_walk(connection)

    def _hold(self, connection: Connection) -> None:
        if not leases.take(connection, "walk", self._holder, self._clock.now(), WALK_LEASE_SPAN, is_gone):
            raise WalkedElsewhere

    async def _settle(self, *, certain: bool) -> bool:
        """Look up the cases that the walk did not meet, and put away those that are finished or deleted.

        Where it is `certain` that the view no longer shows them, the others too: they come back with it. Returns
        whether some were left.
        """
        beyond, left = TicketId(0), False
        while True:
            with self._database.read() as connection:
                asked = fetching.tickets_not_met(connection, beyond, TICKETS_PER_LOOKUP)
            if not asked:
                return left
            beyond = asked[-1]
            found = await look_up_tickets(self._helpdesk, asked)
            away = [ticket.id for ticket in found.tickets if certain or ticket.status in FINISHED] + found.missing
            left = left or len(away) < len(asked) - len(found.unread)
            with self._database.write("queue", *(f"ticket:{ticket_id}" for ticket_id in asked)) as connection:
                self._hold(connection)
                tickets.put_tickets(connection, found.tickets, self._clock.now())
                tickets.mark_deleted(connection, found.missing, self._clock.now())
                surveys.put_away(connection, away)


class _NoWayOn(Exception):
    """The help desk does not take the cursor any more."""
