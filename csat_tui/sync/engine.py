"""The sync engine: loops for the view, delivery, errands, the open case, its customer's history, and fetching ahead."""

import asyncio
import logging
import random
from collections.abc import Callable, Coroutine, Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any, TypeVar

from csat_tui.admin.port import AdminSystem
from csat_tui.domain.clock import Clock
from csat_tui.domain.composing import NOWHERE, Reach
from csat_tui.domain.contact_clock import in_time_zone
from csat_tui.domain.errors import Denied, HelpDeskError, Limited, Missing
from csat_tui.domain.ids import SurveyId, TicketId, ViewId
from csat_tui.domain.playbook import Playbook
from csat_tui.helpdesk.port import HelpDesk, find_view
from csat_tui.store import named_values
from csat_tui.store.cases import surveys
from csat_tui.store.database import Database
from csat_tui.store.errors import StoreError
from csat_tui.store.leases import holder_name
from csat_tui.store.outbox import attempts
from csat_tui.store.retention import known_time
from csat_tui.sync.case_fetch import CaseFetcher, CasePriority, Prefetcher
from csat_tui.sync.deliverer import Deliverer, ErrandDeliverer
from csat_tui.sync.delivery_rounds import DeliveryLease
from csat_tui.sync.effect_sender import ErrandSender
from csat_tui.sync.escalations import Escalator
from csat_tui.sync.history_fetch import HistoryFetcher
from csat_tui.sync.import_ticket import ImportedTicket, import_ticket
from csat_tui.sync.note_audit import NoteAuditor
from csat_tui.sync.pull import Puller
from csat_tui.sync.recovery_pull import RecoveryReader
from csat_tui.sync.review_pull import ReviewPuller
from csat_tui.sync.status import Link, SyncStatus, concerns_everything, error_sentence, retry_delay, wait_for_event
from csat_tui.targets.port import Targets
from csat_tui.transport.pace import Urgency, acting_for

Result = TypeVar("Result")

log = logging.getLogger(__name__)

WHOLE_WALK_EVERY = timedelta(minutes=15)
"""How often the whole view is walked, to find what others have finished; a long view is walked less often."""

LONGEST_RETRY = 60.0
"""The most seconds between two attempts to reach a help desk that does not answer."""

STORE_PAUSE = 1.0
"""Seconds before a loop goes on after the disk refused a write, or after an error in csat-tui."""


class Engine:
    """Keeps the store and the help desk in step; all methods must be called in one asyncio loop."""

    def __init__(
        self,
        database: Database,
        helpdesk: HelpDesk,
        admin: AdminSystem,
        playbook: Playbook,
        clock: Clock,
        *,
        view: int | str,
        targets: Targets,
        review_view: int | str = "",
        reviewers: Sequence[str] = (),
        poll_seconds: float = 30,
        user: str = "",
        reach: Reach = NOWHERE,
    ) -> None:
        self._database = database
        self._helpdesk = helpdesk
        self._admin = admin
        self._playbook = playbook
        self._clock = clock
        self._poll_seconds = poll_seconds
        self._configured_view = view
        self._view: ViewId | None = None
        self._whole_walk_at: datetime | None = None
        self._whole_walk_again = WHOLE_WALK_EVERY
        self._fetcher = CaseFetcher(database, helpdesk, admin, clock)
        self._prefetcher = Prefetcher(database, helpdesk, clock)
        self._history_fetcher = HistoryFetcher(database, helpdesk, self._fetcher, clock, playbook)
        holder = holder_name()
        self._puller = Puller(database, helpdesk, playbook, clock, holder)
        # Jitter only spreads retries of many workstations; it need not be unpredictable.
        self._jitter = random.Random(holder)  # noqa: S311
        self._noted_time: datetime | None = None
        self._user = user
        self._auditor = NoteAuditor(database, playbook, clock, self._fetcher)
        self._reviews = ReviewPuller(
            database, helpdesk, playbook, clock, self._prefetcher, self._auditor, review_view, reviewers
        )
        self._recovery = RecoveryReader(database, helpdesk, clock, self._prefetcher, playbook.recovery)
        self._deliverer = Deliverer(database, helpdesk, self._fetcher, clock, holder, self._jitter)
        self._targets = targets
        self._escalator = Escalator(database, playbook, clock, self._fetcher.case, reach)
        lease = DeliveryLease(database, clock, holder)
        errand_sender = ErrandSender(database, targets, clock, self._jitter, lease.holds)
        self._errands = ErrandDeliverer(database, errand_sender, clock, lease)
        self._pull_now = asyncio.Event()
        self._deliver_now = asyncio.Event()
        self._errands_now = asyncio.Event()
        self._prefetch_now = asyncio.Event()
        self._cases = CasePriority()
        self._retry_after = 0.0
        self._lost_beside = 0
        """How often in a row something other than the view found that the help desk could not be reached."""
        self.status = SyncStatus()
        """What the screen shows of the sync; always replaced as a whole, so that any thread may read it."""

    async def run(self) -> None:
        """Run until cancelled. Errors of the help desk and of the disk go to `status` and are never raised."""
        try:
            async with asyncio.TaskGroup() as loops:
                loops.create_task(self._pull_loop())
                loops.create_task(self._delivery_loop(self._deliver, self._deliver_now))
                loops.create_task(self._delivery_loop(self._errands.run_once, self._errands_now))
                escalate = partial(self._escalator.keep_up, lambda: self.status, self._poll_seconds)
                loops.create_task(self._run_forever(escalate))
                loops.create_task(self._prefetch_loop())
                loops.create_task(self._cases.fetch_open(self._fetch_open_case))
                loops.create_task(self._run_forever(self._history_fetcher.run))
                loops.create_task(self._cases.fetch_ahead(self._fetch_guarded))
        finally:
            self._release_lease()

    async def run_once(self) -> SyncStatus:
        """Walk the whole view once, deliver what is due, fetch ahead, and return the status. Raises StoreError."""
        prefetching = asyncio.create_task(self._prefetch_when_wanted())
        try:
            await self._pull(whole=True)
            if self.status.synced_at is not None:
                await self._escalator.run()
            await self._deliver_all()
        finally:
            self._release_lease()
            if not self._prefetch_now.is_set():
                prefetching.cancel()
            await asyncio.wait([prefetching])
        if not prefetching.cancelled():
            await prefetching
            await self._prefetch()
        return self.status

    async def drain(self, seconds: float) -> None:
        """Start no more deliveries, and wait so many seconds at most for those under way."""
        await asyncio.gather(self._deliverer.drain(seconds), self._errands.drain(seconds))

    async def import_ticket(self, number: TicketId) -> ImportedTicket:
        """Save a ticket of a list of low scores as a case. Raises HelpDeskError."""
        with acting_for(Urgency.PERSON):
            return await import_ticket(self._database, self._helpdesk, self._playbook, self._clock, number)

    async def close(self) -> None:
        """Close all connections."""
        await self._helpdesk.close()
        await self._admin.close()
        await self._targets.close()

    def sync_now(self) -> None:
        """Walk the whole view and deliver what is due, now."""
        self._whole_walk_at = None
        self._fetcher.forget()
        self._history_fetcher.forget()
        self._pull_now.set()
        self.delivery_changed()

    def delivery_changed(self) -> None:
        """Look at the outbox now: something was decided, undone or settled."""
        self._deliver_now.set()
        self._errands_now.set()

    def prioritize(self, survey_ids: Iterable[SurveyId]) -> None:
        """Fetch what belongs to these cases before anything else: the first is open, the others come next."""
        self._cases.prioritize(survey_ids)

    def fetch_tickets(self, ids: Iterable[TicketId]) -> None:
        """Fetch these tickets with their transcripts: somebody reads them beside a case."""
        self._history_fetcher.fetch_tickets(ids)

    async def _pull_loop(self) -> None:
        failures = 0
        while True:
            self._pull_now.clear()
            if self.status.link is Link.ONLINE:
                self._lost_beside = 0
            due = self._whole_walk_at is None or self._clock.now() - self._whole_walk_at >= self._whole_walk_again
            asked = await self._guarded(self._pull(whole=due))
            failures = failures + 1 if self.status.link is not Link.ONLINE else 0
            wait = retry_delay(failures, self._jitter, longest=LONGEST_RETRY) if failures else self._poll_seconds
            if not asked:
                # The store was busy, or there was an error in csat-tui: neither tells of the help desk.
                wait = retry_delay(1, self._jitter, longest=LONGEST_RETRY)
            elif not due:
                # A poll is one page, but where the help desk ignores the order asked for it is all of them.
                wait = max(wait, self._puller.last.good_for.total_seconds())
            wait *= self._jitter.uniform(0.9, 1.1)
            await wait_for_event(self._pull_now, max(wait, self._retry_after))

    async def _delivery_loop(self, run: Callable[[], Coroutine[Any, Any, datetime | None]], now: asyncio.Event) -> None:
        """Run round after round: after each change, when something is due, and at least once per poll."""
        while True:
            now.clear()
            again_at = await self._guarded(run())
            wait = self._poll_seconds
            if again_at is not None:
                wait = min(wait, max(0.05, (again_at - self._clock.now()).total_seconds()))
            await wait_for_event(now, wait)

    async def _deliver(self) -> datetime | None:
        with acting_for(Urgency.DELIVERY):
            return await self._deliverer.run_once()

    async def _deliver_all(self) -> None:
        """Deliver what is due, and then what waited for an errand of the same decision."""
        while True:
            await self._deliver()
            before = self._last_event()
            await self._errands.run_once()
            if self._last_event() == before:
                return

    def _last_event(self) -> int:
        with self._database.read() as connection:
            return attempts.last_event(connection)

    async def _prefetch_loop(self) -> None:
        while True:
            await self._prefetch_now.wait()
            self._prefetch_now.clear()
            await self._guarded(self._prefetch())

    async def _prefetch_when_wanted(self) -> None:
        await self._prefetch_now.wait()
        await self._prefetch()

    def _want_all(self) -> None:
        """Start to fetch ahead as soon as the cases are here; the walk still checks that it has met all of them."""
        self._prefetcher.want_all()
        self._prefetch_now.set()

    async def _prefetch(self) -> None:
        """Fetch ahead what is wanted. After an error of the help desk, the next successful pull starts it again."""
        try:
            with acting_for(Urgency.SYNC):
                await self._prefetcher.run()
        except HelpDeskError as error:
            self._report(error)
        self._recovery.keep_places()
        if not self._reviews.rests:
            await self._auditor.run()

    async def _fetch_open_case(self, survey_id: SurveyId) -> bool | None:
        """Fetch what belongs to the open case, and then what else its customer has written."""
        done = await self._fetch_guarded(survey_id)
        self._history_fetcher.fetch_history(survey_id)
        return done

    async def _run_forever(self, loop: Callable[[], Coroutine[Any, Any, None]]) -> None:
        """Run a loop, and start it again after an error of the disk or in csat-tui."""
        while True:
            await self._guarded(loop())

    async def _fetch_guarded(self, survey_id: SurveyId) -> bool | None:
        return await self._guarded(self._fetch(survey_id))

    async def _fetch(self, survey_id: SurveyId) -> bool:
        """Fetch what belongs to one case; return whether to go on with the next."""
        try:
            await self._fetcher.case(survey_id)
            if not self._reviews.rests:
                self._prefetch_now.set()  # its notes are audited with what came
        except HelpDeskError as error:
            if concerns_everything(error):
                self._report(error)
                return False
            # Only this ticket is gone, refused or unreadable; the help desk works.
            log.warning("sync: case %s: %s", survey_id, error)
            self._update(problem=error_sentence(error))
        return True

    async def _pull(self, *, whole: bool) -> bool:
        """Walk the view, and put the result into the status; return True, also after an error of the help desk."""
        self._update(busy=True, fetched=0)
        self._retry_after = 0.0
        link_before = self.status.link
        try:
            # At the start, a person waits for the queue. Later, only the sync waits.
            with acting_for(Urgency.PERSON if self.status.synced_at is None else Urgency.SYNC):
                if self.status.agent is None:
                    await self._identify()
                if self._view is None:
                    self._view = await find_view(self._helpdesk, self._configured_view)
            with acting_for(Urgency.SYNC):
                await self._puller.walk(
                    self._view, whole=whole, progress=lambda fetched: self._update(fetched=fetched), here=self._want_all
                )
        except HelpDeskError as error:
            self._report(error)
        else:
            now = self._clock.now()
            if whole:
                self._whole_walk_at, self._whole_walk_again = now, max(WHOLE_WALK_EVERY, self._puller.last.good_for)
            self._prefetcher.want(self._puller.last.arrived)
            if link_before is not Link.ONLINE:
                self._deliverer.end_pauses()
                self.delivery_changed()
            if not self._reviews.rests:
                with acting_for(Urgency.SYNC):
                    await self._reviews.pull()
                self._prefetch_now.set()  # what came is audited once what belongs to it is here
            with acting_for(Urgency.SYNC):
                await self._recovery.pull(whole=whole)
            self._update(
                link=Link.ONLINE,
                problem=self._puller.problem
                or self._deliverer.problem
                or self._fetcher.admin_problem
                or self._reviews.problem,
                synced_at=now,
            )
            self._cases.retry()
            if self._prefetcher.waiting:
                self._prefetch_now.set()
        finally:
            self._update(busy=False)
        with self._database.write() as connection:
            woken = surveys.wake(connection, self._clock.now())
            answered_at = self._helpdesk.told_at
            if answered_at is not None and answered_at != self._noted_time:
                self._noted_time = answered_at  # told once: later on it says nothing about the clock
                known_time.note_desk_time(connection, answered_at, self._clock.now())
        if woken:
            self._database.announce("queue")
        return True

    async def _identify(self) -> None:
        """Ask whose credential it is, and remember the name for starts without a network."""
        agent = await self._helpdesk.whoami()
        # The former name says whose the effects without an agent number are, so it is replaced afterwards.
        self._deliverer.set_agent(agent)
        with self._database.write() as connection:
            # The user is not the address that the help desk names, which may be another one of the same person.
            told = {
                "": agent.name,
                "_user": self._user,
                "_email": agent.email,
                "_role": agent.role,
                "_zone": agent.time_zone,
            }
            for name, value in told.items():
                named_values.remember(connection, f"agent{name}", value, self._clock.now())
        # At the first sync of all nobody has known the time zone before, and surveys come in right behind this.
        self._playbook = in_time_zone(self._playbook, agent.time_zone)
        self._puller.playbook = self._escalator.playbook = self._playbook
        self._update(agent=agent)

    async def _guarded(self, work: Coroutine[Any, Any, Result]) -> Result | None:
        """Run one round of a loop; errors of the disk or in csat-tui go to the status, and all loops go on.

        The disk may recover, and an error over one survey must not stop delivery.
        """
        try:
            return await work
        except StoreError as error:
            log.error("sync: %s", error)
            self._update(problem=str(error))
        except Exception:
            log.exception("sync: an error in csat-tui")
            self._update(
                problem="The sync has met an error in csat-tui and goes on with the rest. "
                "Everything decided is safe in the outbox; the log has the details."
            )
        await asyncio.sleep(STORE_PAUSE)
        return None

    def _release_lease(self) -> None:
        """Release the delivery lease; if the disk fails, the next process waits until the lease expires."""
        try:
            self._deliverer.release()
        except StoreError as error:
            log.warning("sync: the lease could not be released: %s", error)

    def _report(self, error: HelpDeskError) -> None:
        """Put an error of the help desk into the status."""
        match error:
            case Denied() | Missing():
                link = Link.REFUSED
                self._view = None
            case Limited():
                link = Link.ONLINE
                self._retry_after = error.retry_after
            case _:
                link = Link.OFFLINE
        log.warning("sync: %s", error)
        if link is not Link.ONLINE and self.status.link is Link.ONLINE and not self.status.busy:
            self._pull_soon()
        self._update(link=link, problem=error_sentence(error))
        if isinstance(error, Denied):
            # The next credential may belong to another person.
            self._update(agent=None)

    def _pull_soon(self) -> None:
        """Ask for the view soon, and later each time: only that tells whether the help desk can be reached again.

        What was lost was lost beside the view, whose next poll may be far away.
        """
        self._lost_beside += 1
        wait = retry_delay(self._lost_beside, self._jitter, longest=LONGEST_RETRY)
        asyncio.get_running_loop().call_later(wait, self._pull_now.set)

    def _update(self, **changes: object) -> None:
        before = self.status
        self.status = replace(before, **changes)  # type: ignore[arg-type]
        if self.status != before:
            self._database.announce("sync")
