"""The sync: loops beside each other, for the view, for delivery, for what is looked at and for what comes next."""

import asyncio
import logging
import random
from collections.abc import Callable, Coroutine, Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, TypeVar

from csat_tui.admin.port import AdminSystem
from csat_tui.domain.change import Denied, HelpDeskError, Limited, Missing, Unreachable
from csat_tui.domain.clock import Clock
from csat_tui.domain.ids import SurveyId, TicketId, ViewId
from csat_tui.domain.playbook import Playbook
from csat_tui.helpdesk.adapter import find_view
from csat_tui.helpdesk.port import HelpDesk
from csat_tui.store import named_values
from csat_tui.store.cases import surveys
from csat_tui.store.database import Database
from csat_tui.store.errors import StoreError
from csat_tui.store.leases import holder_name
from csat_tui.store.outbox import attempts
from csat_tui.store.retention import known_time
from csat_tui.sync.case_fetch import CaseFetcher
from csat_tui.sync.deliver import Deliverer
from csat_tui.sync.delivery_lease import DeliveryLease
from csat_tui.sync.errands import Errands
from csat_tui.sync.histories import Histories
from csat_tui.sync.import_ticket import ImportedTicket, import_ticket
from csat_tui.sync.messenger import Messenger
from csat_tui.sync.prefetch import Prefetcher
from csat_tui.sync.pull import Puller
from csat_tui.sync.retry_delay import retry_delay
from csat_tui.sync.status import Link, SyncStatus, error_sentence
from csat_tui.sync.ticket_lookup import concerns_everything
from csat_tui.sync.wishes import Wishes
from csat_tui.targets.port import Targets
from csat_tui.transport.pace import Urgency, acting_for

Result = TypeVar("Result")

log = logging.getLogger(__name__)

WHOLE_WALK_EVERY = timedelta(minutes=15)
"""How often the whole view is walked, to find what others have finished; a long view less often."""

LONGEST_RETRY = 60.0
"""Seconds between attempts to reach a help desk that does not answer, at most."""

STORE_PAUSE = 1.0
"""Seconds after which a disk that refused a write, or a round that met a fault of our own, is tried again."""


class Engine:
    """Keeps the store and the help desk in step. Lives in one asyncio loop; `poke` and `want` belong to it."""

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
        poll_seconds: float = 30,
    ) -> None:
        self._database = database
        self._helpdesk = helpdesk
        self._admin = admin
        self._playbook = playbook
        self._clock = clock
        self._poll_seconds = poll_seconds
        self._view_wanted = view
        self._view: ViewId | None = None
        self._whole_walk_at: datetime | None = None
        self._whole_walk_again = WHOLE_WALK_EVERY
        self._fetcher = CaseFetcher(database, helpdesk, admin, clock)
        self._gatherer = Prefetcher(database, helpdesk, clock)
        self._histories = Histories(database, helpdesk, self._fetcher, clock, playbook)
        holder = holder_name()
        self._puller = Puller(database, helpdesk, playbook, clock, holder)
        # Jitter only spreads retries of many workstations; it need not be unpredictable.
        self._jitter = random.Random(holder)  # noqa: S311
        self._deliverer = Deliverer(database, helpdesk, self._fetcher, clock, holder, self._jitter)
        self._targets = targets
        lease = DeliveryLease(database, clock, holder)
        messenger = Messenger(database, targets, clock, self._jitter, lease.holds)
        self._errands = Errands(database, messenger, clock, lease)
        self._pull_now = asyncio.Event()
        self._deliver_now = asyncio.Event()
        self._errands_now = asyncio.Event()
        self._gather_now = asyncio.Event()
        self._wishes = Wishes()
        self._asked_to_wait = 0.0
        self.status = SyncStatus()
        """What the person is told; replaced whole, so that any thread may read it."""

    async def run(self) -> None:
        """Run until cancelled. Never raises for what the help desk or the disk does: `status` tells it."""
        try:
            async with asyncio.TaskGroup() as loops:
                loops.create_task(self._pull_loop())
                loops.create_task(self._due_loop(self._deliver, self._deliver_now))
                loops.create_task(self._due_loop(self._errands.run_once, self._errands_now))
                loops.create_task(self._gather_loop())
                loops.create_task(self._wishes.fetch_open(self._opened))
                loops.create_task(self._guarded_for_ever(self._histories.run))
                loops.create_task(self._wishes.fetch_ahead(self._wanted))
        finally:
            self._release()

    async def once(self) -> SyncStatus:
        """Walk the whole view once, deliver what is due and gather what comes next; returns how it went.

        Raises StoreError.
        """
        gathering = asyncio.create_task(self._gather_when_here())
        try:
            await self._pull(whole=True)
            await self._deliver_all()
        finally:
            self._release()
            if not self._gather_now.is_set():
                gathering.cancel()
            await asyncio.wait([gathering])
        if not gathering.cancelled():
            await gathering
            await self._gather()
        return self.status

    async def rest(self, seconds: float) -> None:
        """Begin no more deliveries, and wait for those under way, but no longer than this."""
        await asyncio.gather(self._deliverer.rest(seconds), self._errands.rest(seconds))

    async def bring(self, number: TicketId) -> ImportedTicket:
        """Put a ticket of a list of low scores on the desk as a case. Raises HelpDeskError."""
        with acting_for(Urgency.PERSON):
            return await import_ticket(self._database, self._helpdesk, self._playbook, self._clock, number)

    async def close(self) -> None:
        """Let go of connections."""
        await self._helpdesk.close()
        await self._admin.close()
        await self._targets.close()

    def poke(self) -> None:
        """Sync now, the whole view."""
        self._whole_walk_at = None
        self._fetcher.forget()
        self._histories.forget()
        self._pull_now.set()
        self.delivery_changed()

    def delivery_changed(self) -> None:
        """Look at the outbox again: something was decided, undone or settled."""
        self._deliver_now.set()
        self._errands_now.set()

    def want(self, survey_ids: Iterable[SurveyId]) -> None:
        """Fetch these cases' surroundings before anything else: the first one is open, the others come next."""
        self._wishes.want(survey_ids)

    def show(self, ids: Iterable[TicketId]) -> None:
        """Fetch these tickets with their transcripts: somebody reads them beside a case."""
        self._histories.show(ids)

    async def _pull_loop(self) -> None:
        failures = 0
        while True:
            self._pull_now.clear()
            due = self._whole_walk_at is None or self._clock.now() - self._whole_walk_at >= self._whole_walk_again
            await self._guarded(self._pull(whole=due))
            failures = failures + 1 if self.status.link is not Link.ONLINE else 0
            wait = retry_delay(failures, self._jitter, longest=LONGEST_RETRY) if failures else self._poll_seconds
            if not due:
                # A poll is one page, but where the help desk ignores the order asked for it is all of them.
                wait = max(wait, self._puller.last.good_for.total_seconds())
            wait *= self._jitter.uniform(0.9, 1.1)
            await _first_of(self._pull_now, max(wait, self._asked_to_wait))

    async def _due_loop(self, run: Callable[[], Coroutine[Any, Any, datetime | None]], now: asyncio.Event) -> None:
        """Run rounds for ever: when something has changed, when something is due, and now and then."""
        while True:
            now.clear()
            again_at = await self._guarded(run())
            wait = self._poll_seconds
            if again_at is not None:
                wait = min(wait, max(0.05, (again_at - self._clock.now()).total_seconds()))
            await _first_of(now, wait)

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

    async def _gather_loop(self) -> None:
        while True:
            await self._gather_now.wait()
            self._gather_now.clear()
            await self._guarded(self._gather())

    async def _gather_when_here(self) -> None:
        await self._gather_now.wait()
        await self._gather()

    def _gather_all(self) -> None:
        """Begin to gather as soon as the cases are here, while the walk still makes sure that it has met them all."""
        self._gatherer.want_all()
        self._gather_now.set()

    async def _gather(self) -> None:
        """Gather what is wanted; what the help desk holds up is taken up after the next pull that goes through."""
        try:
            with acting_for(Urgency.SYNC):
                await self._gatherer.run()
        except HelpDeskError as error:
            self._tell_problem(error)

    async def _opened(self, survey_id: SurveyId) -> bool | None:
        """Fetch the case that is open, and then what else its customer has written."""
        done = await self._wanted(survey_id)
        self._histories.look_at(survey_id)
        return done

    async def _guarded_for_ever(self, loop: Callable[[], Coroutine[Any, Any, None]]) -> None:
        """Run a loop, and begin it again after a failing disk or a fault of our own."""
        while True:
            await self._guarded(loop())

    async def _wanted(self, survey_id: SurveyId) -> bool | None:
        return await self._guarded(self._bring(survey_id))

    async def _bring(self, survey_id: SurveyId) -> bool:
        """Fetch one case's surroundings; returns whether to go on with the next."""
        try:
            await self._fetcher.case(survey_id)
        except HelpDeskError as error:
            if concerns_everything(error):
                self._tell_problem(error)
                return False
            # That one ticket is gone, not for us, or makes no sense; it says nothing about the help desk.
            log.warning("sync: case %s: %s", survey_id, error)
            self._tell(problem=error_sentence(error))
        return True

    async def _pull(self, *, whole: bool) -> None:
        """Walk the view and tell how it went."""
        self._tell(busy=True, fetched=0)
        self._asked_to_wait = 0.0
        before = self.status.link
        try:
            # At the start somebody waits for the queue; later it is only the sync that has to find its way again.
            with acting_for(Urgency.PERSON if self.status.synced_at is None else Urgency.SYNC):
                if self.status.agent is None:
                    await self._introduce()
                if self._view is None:
                    self._view = await find_view(self._helpdesk, self._view_wanted)
            with acting_for(Urgency.SYNC):
                await self._puller.walk(
                    self._view, whole=whole, progress=lambda fetched: self._tell(fetched=fetched), here=self._gather_all
                )
        except HelpDeskError as error:
            self._tell_problem(error)
        else:
            now = self._clock.now()
            if whole:
                self._whole_walk_at, self._whole_walk_again = now, max(WHOLE_WALK_EVERY, self._puller.last.good_for)
            self._gatherer.want(self._puller.last.arrived)
            if before is not Link.ONLINE:
                self._deliverer.hurry()
                self.delivery_changed()
            self._tell(
                link=Link.ONLINE,
                problem=self._puller.problem or self._deliverer.problem or self._fetcher.admin_problem,
                synced_at=now,
            )
            self._wishes.again()
            if self._gatherer.waiting:
                self._gather_now.set()
        finally:
            self._tell(busy=False)
        with self._database.write() as connection:
            woken = surveys.wake(connection, self._clock.now())
            if (told := self._helpdesk.told_at) is not None:
                known_time.note_desk_time(connection, told, self._clock.now())
        if woken:
            self._database.announce("queue")

    async def _introduce(self) -> None:
        """Learn whose credential it is, and remember the name for days without a network."""
        agent = await self._helpdesk.whoami()
        # Before the name is remembered: a former name tells whose the effects are that carry no number yet.
        self._deliverer.introduce(agent)
        with self._database.write() as connection:
            named_values.remember(connection, "agent", agent.name, self._clock.now())
        self._tell(agent=agent)

    async def _guarded(self, work: Coroutine[Any, Any, Result]) -> Result | None:
        """Run one round of a loop; a failing disk or a fault of our own is told, and the loops go on.

        The disk may recover, and a survey that one loop stumbles over is no reason to deliver nothing.
        """
        try:
            return await work
        except StoreError as error:
            log.error("sync: %s", error)
            self._tell(problem=str(error))
        except Exception:
            log.exception("sync: an error in csat-tui")
            self._tell(
                problem="The sync has met an error in csat-tui and goes on with the rest. "
                "Everything decided is safe in the outbox; the log has the details."
            )
        await asyncio.sleep(STORE_PAUSE)
        return None

    def _release(self) -> None:
        """Leave delivery to the next process; where the disk fails it has to wait until the lease runs out."""
        try:
            self._deliverer.release()
        except StoreError as error:
            log.warning("sync: the lease could not be given back: %s", error)

    def _tell_problem(self, error: HelpDeskError) -> None:
        """Say what is wrong; what is here stays usable."""
        match error:
            case Unreachable():
                link = Link.OFFLINE
            case Denied() | Missing():
                link = Link.REFUSED
                self._view = None
            case Limited():
                link = Link.ONLINE
                self._asked_to_wait = error.retry_after
            case _:
                link = Link.OFFLINE
        log.warning("sync: %s", error)
        self._tell(link=link, problem=error_sentence(error))
        if isinstance(error, Denied):
            # Another credential may be another person.
            self._tell(agent=None)

    def _tell(self, **changes: object) -> None:
        before = self.status
        self.status = replace(before, **changes)  # type: ignore[arg-type]
        if self.status != before:
            self._database.announce("sync")


async def _first_of(event: asyncio.Event, seconds: float) -> None:
    """Wait for the event, but no longer than this."""
    try:
        await asyncio.wait_for(event.wait(), seconds)
    except TimeoutError:
        return
