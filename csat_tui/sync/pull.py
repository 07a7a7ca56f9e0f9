"""Pull the view: save its survey tickets as surveys, newest first; the queue is usable after the first page."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import Connection

from csat_tui.domain.arrival import Arrival
from csat_tui.domain.clock import Clock
from csat_tui.domain.ids import SurveyId, ViewId
from csat_tui.domain.playbook import Playbook
from csat_tui.domain.ticket import Status, Ticket
from csat_tui.helpdesk.port import HelpDesk, Page, ViewOrder
from csat_tui.intake.survey_mail import arrival_of, source_of
from csat_tui.key_priority import wait_for_keys
from csat_tui.store import tickets
from csat_tui.store.cases import surveys
from csat_tui.store.database import Database
from csat_tui.store.leases import holder_name
from csat_tui.sync.walk import SavedPage, Walk, WalkedElsewhere

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


class Puller:
    """Walks the view and keeps the store's surveys in step with it."""

    def __init__(
        self, database: Database, helpdesk: HelpDesk, playbook: Playbook, clock: Clock, holder: str | None = None
    ) -> None:
        self._database = database
        self._helpdesk = helpdesk
        self._playbook = playbook
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
        last: datetime | None = None
        in_order = True
        async for page in self._helpdesk.view(view, order=ViewOrder.CHANGED):
            taken = self._save(page)
            self.last.arrived = [*self.last.arrived, *taken.new][:MOST_ARRIVALS]
            seen += len(page.tickets)
            progress(seen)
            for ticket in page.tickets:
                in_order = in_order and (last is None or ticket.updated_at <= last)
                last = ticket.updated_at
            if in_order and not taken.changed:
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
        return arrival_of(ticket, self._playbook)

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
