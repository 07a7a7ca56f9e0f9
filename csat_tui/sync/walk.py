"""Walk the whole view: a walk survives a restart, and is repeated until it agrees with the store.

The cursors of a view are offsets in disguise. If a ticket leaves the view during a walk, another one moves to a page
that was read already, and is skipped. So a ticket that one walk did not meet may still be in the view.
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
from csat_tui.helpdesk.port import HelpDesk, Page, ViewOrder
from csat_tui.store import fetching, leases, tickets
from csat_tui.store.cases import surveys
from csat_tui.store.database import Database
from csat_tui.store.leases import is_gone
from csat_tui.sync.ticket_lookup import TICKETS_PER_LOOKUP, look_up_tickets

log = logging.getLogger(__name__)

FINISHED = (Status.SOLVED, Status.CLOSED, Status.DELETED)
"""Nobody needs to review a survey whose ticket has one of these statuses."""

MOST_WALKS = 5
"""The most repetitions of a walk; a view that keeps changing is walked again at the next whole walk."""

TICKETS_BETWEEN_NOTES = 1_000
"""Tickets after which a walk without news saves its position; a page with news saves it at once."""

WALK_LEASE_SPAN = timedelta(minutes=5)
"""How long a silent process keeps the lease; longer than a page and a limit may take."""


class WalkedElsewhere(Exception):
    """Another process walks the view."""


@dataclass(frozen=True, slots=True)
class SavedPage:
    """What was saved of a page: new surveys, whether any ticket changed, and tickets that were not here before."""

    new: tuple[SurveyId, ...] = ()
    changed: bool = False
    fresh: frozenset[TicketId] = frozenset()


class SavePage(Protocol):
    """Saves a page; the note, if any, is written in the same transaction."""

    def __call__(self, page: Page, note: Callable[[Connection], None] | None = None, /) -> SavedPage:
        """Return what was saved."""
        ...


class Walk:
    """One whole walk. Only one process walks at a time, because all share one saved position."""

    def __init__(self, database: Database, helpdesk: HelpDesk, clock: Clock, holder: str, save: SavePage) -> None:
        self._database = database
        self._helpdesk = helpdesk
        self._clock = clock
        self._holder = holder
        self._save = save
        self._met: list[TicketId] = []
        self._cursor: str | None = None

    async def until_it_agrees(self, view: ViewId, progress: Callable[[int], None], *, here: Callable[[], None]) -> None:
        """Walk, repeat the walk until it agrees, and put away cases that the view no longer shows.

        `here` is called when the view has been read to its end for the first time. Raises WalkedElsewhere if another
        process walks, and HelpDeskError; the next walk continues this one.
        """
        with self._database.write() as connection:
            self._hold_lease(connection)
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
            # If nothing was new but some tickets were not met, this walk adds to the tickets that are met.
            certain, doubtful = not doubtful, await self._walk_once(view)
            if certain and not doubtful:
                await self._settle(certain=True)
                return
        log.info("sync: the view did not stand still in %d walks", MOST_WALKS + 1)
        await self._settle(certain=False)

    async def _first(self, view: ViewId, since: str | None, met: int, progress: Callable[[int], None]) -> bool:
        """Walk from the start, or continue an earlier walk; return whether tickets may have been skipped."""
        if since is None:
            return await self._walk_once(view, progress)
        try:
            await self._continue(view, since, met, progress)
        except _CursorRefused:
            self._begin()
            return await self._walk_once(view, progress)
        return True

    async def _continue(self, view: ViewId, since: str, met: int, progress: Callable[[int], None]) -> None:
        """Read what is new at the head of the view, and then everything behind the cursor."""
        self._met, self._cursor = [], since
        async for page in self._helpdesk.view(view, order=ViewOrder.NEWEST):
            if not self._take(page, view, since).fresh:
                break
        else:
            self._save_position(view)
            return
        begun = False
        try:
            async for page in self._helpdesk.view(view, order=ViewOrder.NEWEST, since=since):
                begun = True
                self._take(page, view, page.cursor)
                met += len(page.tickets)
                progress(met)
        except Refused as error:
            if begun:
                raise
            log.info("sync: the walk cannot be continued: %s", error)
            raise _CursorRefused from error
        self._save_position(view)

    async def _walk_once(self, view: ViewId, progress: Callable[[int], None] | None = None) -> bool:
        """Walk from the start to the end; return whether tickets may have been skipped.

        New tickets at the head of the first page have only just arrived. New tickets further down show that an earlier
        walk skipped them, or that the view changed during this walk, which may have skipped others.
        """
        doubtful, seen = False, 0
        self._met = []
        pages: AsyncIterator[Page] = self._helpdesk.view(view, order=ViewOrder.NEWEST)
        async for page in pages:
            taken = self._take(page, view, page.cursor)
            head = page.tickets[: len(taken.fresh)] if seen == 0 else ()
            doubtful = doubtful or taken.fresh != {ticket.id for ticket in head}
            seen += len(page.tickets)
            if progress is not None:
                progress(seen)
        self._save_position(view)
        return doubtful

    def _take(self, page: Page, view: ViewId, cursor: str | None) -> SavedPage:
        """Save a page, together with the tickets that the walk has met."""
        self._met += [ticket.id for ticket in page.tickets]
        self._cursor = cursor
        taken = self._save(page, lambda connection: self._write_position(connection, view))
        if taken.changed:
            self._met = []
        elif len(self._met) >= TICKETS_BETWEEN_NOTES:
            self._save_position(view)
        return taken

    def _write_position(self, connection: Connection, view: ViewId) -> None:
        self._hold_lease(connection)
        fetching.continue_walk(connection, view, self._met, self._cursor, self._clock.now())

    def _save_position(self, view: ViewId) -> None:
        if self._met:
            with self._database.write() as connection:
                self._write_position(connection, view)
            self._met = []

    def _begin(self) -> None:
        with self._database.write() as connection:
            self._hold_lease(connection)
            fetching.begin_walk(connection)

    def _hold_lease(self, connection: Connection) -> None:
        if not leases.take(connection, "walk", self._holder, self._clock.now(), WALK_LEASE_SPAN, is_gone):
            raise WalkedElsewhere

    async def _settle(self, *, certain: bool) -> bool:
        """Look up the tickets that the walk did not meet, and put away the cases whose ticket is finished or deleted.

        If it is `certain` that the view no longer shows them, put away all of them; the view brings them back. Return
        whether any case was not put away.
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
                self._hold_lease(connection)
                tickets.put_tickets(connection, found.tickets, self._clock.now())
                tickets.mark_deleted(connection, found.missing, self._clock.now())
                surveys.put_away(connection, away)


class _CursorRefused(Exception):
    """The help desk no longer accepts the cursor."""
