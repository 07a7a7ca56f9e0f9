"""Fetch the recovery notes that others have written: from the survey tickets of unhappy customers that have changed."""

import logging
from collections.abc import Mapping
from datetime import timedelta

from csat_tui.domain.clock import Clock
from csat_tui.domain.errors import HelpDeskError
from csat_tui.domain.ids import TicketId
from csat_tui.domain.recovery.rules import RecoveryRules
from csat_tui.domain.ticket import Ticket
from csat_tui.helpdesk.port import HelpDesk
from csat_tui.store import tickets
from csat_tui.store.database import Database
from csat_tui.store.service_recovery import keep_places, recovery_tickets
from csat_tui.sync.case_fetch import Prefetcher
from csat_tui.sync.fetched_tickets import STAMP_RESOLUTION, look_up_tickets
from csat_tui.sync.pull import FINISHED

log = logging.getLogger(__name__)

LOOKED_BACK = timedelta(days=30)
"""How old a survey may be whose ticket is looked at for notes."""

TICKETS_LOOKED_AT = 500
"""Survey tickets that are looked at in one pull, the newest first."""


class RecoveryReader:
    """Keeps the places of surveys and the notes about unhappy customers in step with the help desk."""

    def __init__(
        self, database: Database, helpdesk: HelpDesk, clock: Clock, prefetcher: Prefetcher, rules: RecoveryRules
    ) -> None:
        self._database = database
        self._helpdesk = helpdesk
        self._clock = clock
        self._prefetcher = prefetcher
        self._rules = rules

    def keep_places(self) -> None:
        """Place the surveys that have changed. Raises StoreError."""
        keep_places(self._database, self._rules, self._clock.now())

    async def pull(self, *, whole: bool) -> None:
        """Fetch transcripts that have changed; a `whole` pull asks for the tickets that no view shows any more.

        An error of the help desk leaves the rest to the next pull.
        """
        self.keep_places()
        try:
            await self._pull(whole)
        except HelpDeskError as error:
            log.warning("sync: recovery notes: %s", error)
        self.keep_places()

    async def _pull(self, whole: bool) -> None:
        since = self._clock.now() - LOOKED_BACK
        with self._database.read() as connection:
            ids = recovery_tickets(connection, since, TICKETS_LOOKED_AT)
            known = tickets.kept(connection, ids)
            stamps = tickets.stamps(connection, ids)
        there = dict(known)
        if whole and (away := [one for one in ids if one not in known or known[one].status in FINISHED]):
            there |= {one.id: one for one in (await look_up_tickets(self._helpdesk, away)).tickets}
        changed = [one for one in there.values() if _may_have_notes(one) and _outdated(one, stamps)]
        await self._prefetcher.transcripts(changed)


def _may_have_notes(ticket: Ticket) -> bool:
    """Whether anybody has written since the survey came in."""
    return ticket.updated_at - ticket.created_at >= STAMP_RESOLUTION


def _outdated(ticket: Ticket, stamps: Mapping[TicketId, tuple[object, object]]) -> bool:
    return stamps.get(ticket.id, (None, None))[1] != ticket.updated_at
