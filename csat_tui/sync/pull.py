"""Pull the view: save its survey tickets as surveys, newest first; the queue is usable after the first page.

A poll asks for what is new. A walk reads the whole view; it survives a restart, and is repeated until it agrees with
the store. The cursors of a view are offsets in disguise: if a ticket leaves the view during a walk, another one moves
to a page that was read already, and is skipped. So a ticket that one walk did not meet may still be in the view.
"""

import logging
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol

from sqlalchemy import Connection

from csat_tui.domain.clock import Clock
from csat_tui.domain.errors import Refused
from csat_tui.domain.ids import SurveyId, TicketId, ViewId
from csat_tui.domain.playbook import Playbook
from csat_tui.domain.survey import Arrival
from csat_tui.domain.ticket import Status, Ticket
from csat_tui.helpdesk.port import HelpDesk, Page, ViewOrder
from csat_tui.intake.survey_mail import arrival_of, source_of
from csat_tui.key_priority import wait_for_keys
from csat_tui.store import fetching, leases, tickets
from csat_tui.store.cases import surveys
from csat_tui.store.database import Database
from csat_tui.store.leases import holder_name, is_gone
from csat_tui.sync.fetched_tickets import TICKETS_PER_LOOKUP, look_up_tickets

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


PAGES_A_MINUTE = 70
"""Pages that pulling may read per minute on average: a tenth of the requests that a help desk usually allows."""

MOST_ARRIVALS = 500
"""The most new surveys that one poll names for fetching ahead."""

MOST_UNREADABLE = 100
"""The most unreadable tickets that are counted; with more of them, the sentence says “or more”."""


def _is_news(told: Ticket, known: Ticket | None) -> bool:
    """Return whether a ticket differs from the known one; two changes within one second have the same stamp."""
    if known is None or known.status is Status.DELETED:
        return True
    return told != known and told.updated_at >= known.updated_at


@dataclass(slots=True)
class Pulled:
    """The result of one pull; `arrived` are the new surveys of a poll, and `pages` counts the pages that were read."""

    new: int = 0
    pages: int = 0
    arrived: list[SurveyId] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    """One sentence for each ticket that cannot be read."""

    @property
    def good_for(self) -> timedelta:
        """How long to wait before the next pull, so that most of the limit is left to people."""
        return timedelta(minutes=self.pages / PAGES_A_MINUTE)


class ChangeOrder:
    """The order of a poll's pages: only while the latest change comes first does a page tell of those behind it."""

    def __init__(self) -> None:
        self._last: datetime | None = None
        self._kept = True

    def kept_by(self, page: Page) -> bool:
        """Return whether every ticket up to the end of this page, the next one, came in order."""
        for ticket in page.tickets:
            self._kept = self._kept and (self._last is None or ticket.updated_at <= self._last)
            self._last = ticket.updated_at
        return self._kept


class Puller:
    """Walks the view and keeps the store's surveys in step with it."""

    def __init__(
        self, database: Database, helpdesk: HelpDesk, playbook: Playbook, clock: Clock, holder: str | None = None
    ) -> None:
        self._database = database
        self._helpdesk = helpdesk
        self.playbook = playbook
        self._clock = clock
        self._holder = holder or holder_name()
        self.last = Pulled()
        """The pull under way, or the last one."""
        self.problem = ""
        """A sentence about tickets that could not be read in the last whole walk or a poll since then; or empty."""

    async def walk(
        self, view: ViewId, *, whole: bool, progress: Callable[[int], None], here: Callable[[], None] = lambda: None
    ) -> int:
        """Pull what is new or changed in the view; return the number of new surveys. Raises HelpDeskError.

        A `whole` walk continues an interrupted one, is repeated until it agrees with the store, and puts away cases
        that the view no longer shows; `here` is called once all pages have been read for the first time. While another
        process walks, the view is only polled. A poll ends at the first page without anything new.
        """
        self.last = Pulled()
        if whole:
            walk = Walk(self._database, self._helpdesk, self._clock, self._holder, self._save)
            try:
                await walk.until_it_agrees(view, progress, here=here)
            except WalkedElsewhere:
                await self._poll(view, progress)
        else:
            await self._poll(view, progress)
        if whole or self.last.problems:
            self.problem = _unread_sentence(self.last.problems)
        return self.last.new

    async def _poll(self, view: ViewId, progress: Callable[[int], None]) -> None:
        """Read from the latest change backwards, to the first page without anything new.

        If the help desk ignores the order, all pages are read: a page then says nothing about those behind it.
        """
        seen = 0
        order = ChangeOrder()
        async for page in self._helpdesk.view(view, order=ViewOrder.CHANGED):
            taken = self._save(page)
            self.last.arrived = [*self.last.arrived, *taken.new][:MOST_ARRIVALS]
            seen += len(page.tickets)
            progress(seen)
            if order.kept_by(page) and not taken.changed:
                return

    def _save(self, page: Page, note: Callable[[Connection], None] | None = None, /) -> SavedPage:
        """Save what is new or changed of a page in one transaction, together with the walk's note."""
        self.last.pages += 1
        self._add_problems(page.problems)
        told = [ticket.id for ticket in page.tickets]
        with self._database.read() as connection:
            known = tickets.kept(connection, told)
            gone = surveys.gone(connection, told)
            sources = {source_of(ticket_id): ticket_id for ticket_id in told if ticket_id not in known}
            # What retention has removed does not come back, although the view still shows its ticket.
            purged = {sources[source] for source in surveys.purged_among(connection, list(sources))}
        there = [one for one in page.tickets if one.id not in purged]
        changed = [one for one in there if one.id in gone or _is_news(one, known.get(one.id))]
        if not changed:
            return SavedPage()
        arrived = [self._read(one) for one in changed]
        with self._database.write("queue", *(f"ticket:{ticket.id}" for ticket in changed)) as connection:
            tickets.put_tickets(connection, changed, self._clock.now())
            new = surveys.put_surveys(connection, arrived)
            if note is not None:
                note(connection)
        self.last.new += len(new)
        return SavedPage(tuple(new), True, frozenset({*told} - {*known} - purged | gone))

    def _read(self, ticket: Ticket) -> Arrival:
        wait_for_keys()
        return arrival_of(ticket, self.playbook)

    def _add_problems(self, problems: Sequence[str]) -> None:
        for problem in problems:
            if problem not in self.last.problems and len(self.last.problems) < MOST_UNREADABLE:
                self.last.problems.append(problem)


def _unread_sentence(problems: Sequence[str]) -> str:
    """Return a sentence about tickets that could not be read; empty if there are none."""
    if not problems:
        return ""
    some = (
        f"{len(problems)} tickets of the view are"
        if len(problems) < MOST_UNREADABLE
        else f"{MOST_UNREADABLE} tickets or more are"
    )
    many = "One ticket of the view is" if len(problems) == 1 else some
    return f"{many} not here, because csat-tui cannot understand what the help desk says: {problems[0]}."
