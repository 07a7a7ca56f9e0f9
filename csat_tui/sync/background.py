"""Run the sync on its own thread and asyncio loop, so that neither network nor disk stalls the screen.

The loop rests after each turn and lets keys go first.
"""

import asyncio
import contextlib
import gc
import logging
import selectors
import sys
import threading
import time
from collections.abc import Callable, Sequence
from selectors import SelectorKey

from csat_tui.domain.ids import SurveyId, TicketId
from csat_tui.key_priority import wait_for_keys, yield_to_keys
from csat_tui.store import named_values
from csat_tui.store.database import ELSEWHERE, Database
from csat_tui.store.errors import StoreError
from csat_tui.sync.engine import Engine
from csat_tui.sync.import_ticket import ImportedTicket
from csat_tui.sync.status import Link, SyncStatus

SWITCH_INTERVAL = 0.0005
"""Seconds after which a thread hands the interpreter to another one that waits; a key needs it several times."""

REST_PER_WORK = 2.0
"""Seconds of rest for each second of work, so that most keys arrive while the loop rests."""

LONGEST_REST = 0.1
"""Seconds of rest at most, so that the sync does not fall behind."""


class YieldingSelector(selectors.DefaultSelector):
    """A selector that rests in proportion to the work of the last turn, and then waits for keys."""

    def __init__(self) -> None:
        super().__init__()
        yield_to_keys()
        self._worked = time.thread_time()

    def select(self, timeout: float | None = None) -> list[tuple[SelectorKey, int]]:
        """Rest, select, and return what is ready once the screen handles no key."""
        rest = min(LONGEST_REST, REST_PER_WORK * (time.thread_time() - self._worked))
        if rest > SWITCH_INTERVAL:
            time.sleep(rest)
        ready: list[tuple[SelectorKey, int]] = super().select(timeout)
        wait_for_keys()
        self._worked = time.thread_time()
        return ready


def yielding_loop() -> asyncio.AbstractEventLoop:
    """Return a loop for the calling thread that leaves the interpreter to others when they need it."""
    return asyncio.SelectorEventLoop(YieldingSelector())


log = logging.getLogger(__name__)

SHUTDOWN_WAIT = 5.0
"""Seconds that a write under way gets at the end; the next start finds out what became of a slower one."""

MOST_EARLY_CALLS = 64
"""How many calls are kept until the engine can take them."""


class NotReady(Exception):
    """The sync cannot start; the text says why and what to do. What is in the store stays usable."""


class BackgroundSync:
    """Runs an engine beside the screen; every method may be called from any thread.

    An engine that cannot start is made again when the person asks for a sync. After a sign-in by another process, a new
    engine replaces even a running one, because another person may have signed in. There are no retries by the clock: a
    keyring may prompt its owner at each try.
    """

    def __init__(self, database: Database, make_engine: Callable[[], Engine]) -> None:
        self._database = database
        self._make_engine = make_engine
        self._engine: Engine | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stopping: asyncio.Event | None = None
        self._restart = asyncio.Event()
        self._signed_in = ""
        self._ready = threading.Event()
        self._thread = threading.Thread(target=self._run, name="sync", daemon=True)
        self._stopped_because = ""
        self._lock = threading.Lock()
        self._shutdown_wait = SHUTDOWN_WAIT
        self._early_calls: list[Callable[[Engine], None]] = []

    def start(self) -> None:
        """Start the thread."""
        sys.setswitchinterval(SWITCH_INTERVAL)
        self._thread.start()

    def stop(self, wait: float = SHUTDOWN_WAIT) -> None:
        """Stop, after so many seconds for a write under way; the next start finds out what became of a slower one."""
        if not self._thread.is_alive():
            return
        self._shutdown_wait = wait
        self._ready.wait(wait)
        if self._loop is not None and self._stopping is not None:
            with contextlib.suppress(RuntimeError):  # the loop has ended meanwhile
                self._loop.call_soon_threadsafe(self._stopping.set)
        self._thread.join(wait + 1)

    def status(self) -> SyncStatus:
        """Return the status of the sync."""
        if self._stopped_because:
            return SyncStatus(link=Link.REFUSED, problem=self._stopped_because)
        return self._engine.status if self._engine is not None else SyncStatus()

    def sync_now(self) -> None:
        """Walk the whole view and deliver what is due, now."""
        if self._stopped_because:
            self._on_loop(self._restart.set)
        self._call(lambda engine: engine.sync_now())

    def restart(self) -> None:
        """Stop the engine as at the end, and make a new one: the playbook has changed."""
        self._on_loop(self._restart.set)

    def prioritize(self, survey_ids: Sequence[SurveyId]) -> None:
        """Fetch what belongs to these cases before anything else: the first is open, the others come next."""
        self._call(lambda engine: engine.prioritize(survey_ids))

    async def import_ticket(self, number: TicketId) -> ImportedTicket:
        """Save a ticket of a list of low scores as a case. Raises NotReady without a running engine, HelpDeskError."""
        engine, loop = self._engine, self._loop
        if engine is None or loop is None or loop.is_closed():
            raise NotReady(self._stopped_because or "The help desk is not reached yet; try again in a moment.")
        return await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(engine.import_ticket(number), loop))

    def fetch_tickets(self, ids: Sequence[TicketId]) -> None:
        """Fetch these tickets with their transcripts: somebody reads them beside a case."""
        self._call(lambda engine: engine.fetch_tickets(ids))

    def _call(self, call: Callable[[Engine], None]) -> None:
        with self._lock:
            if self._engine is None:
                # The latest calls are kept for the engine.
                self._early_calls = [*self._early_calls[1 - MOST_EARLY_CALLS :], call]
                return
            engine = self._engine
        self._on_loop(lambda: call(engine))

    def _on_loop(self, call: Callable[[], None]) -> None:
        if self._loop is not None and not self._loop.is_closed():
            with contextlib.suppress(RuntimeError):  # the loop has ended meanwhile
                self._loop.call_soon_threadsafe(call)

    def _run(self) -> None:
        try:
            with asyncio.Runner(loop_factory=yielding_loop) as runner:
                runner.run(self._main())
        except Exception:
            log.exception("the sync ended unexpectedly")
            self._stopped_because = (
                "The sync has stopped because of an error in csat-tui. Everything decided is safe in the outbox; "
                "start csat-tui again, and see the log."
            )
            self._database.announce("sync")

    async def _main(self) -> None:
        self._loop = asyncio.get_running_loop()
        stopping = self._stopping = asyncio.Event()
        self._signed_in = self._last_sign_in()
        self._ready.set()
        stop_listening = self._database.listen(self._on_change)
        try:
            while not stopping.is_set():
                self._restart.clear()
                try:
                    engine = self._make_engine()
                except NotReady as reason:
                    self._not_ready_because(str(reason))
                    await _first_of(self._restart, stopping)
                else:
                    self._not_ready_because("")
                    await self._run_engine(engine, stopping)
        finally:
            stop_listening()

    async def _run_engine(self, engine: Engine, stopping: asyncio.Event) -> None:
        """Run an engine until the sync stops or a new engine is wanted."""
        # The screen has done the same at its start (`tui/app.py` says why); this is for what the sync has loaded since.
        gc.freeze()
        with self._lock:
            self._engine = engine
            early, self._early_calls = self._early_calls, []
        for call in early:
            call(engine)
        running = asyncio.create_task(engine.run())
        ending = asyncio.create_task(_first_of(self._restart, stopping))
        try:
            await asyncio.wait({running, ending}, return_when=asyncio.FIRST_COMPLETED)
            if not running.done():
                await engine.drain(self._shutdown_wait)
                running.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await running
        finally:
            ending.cancel()
            with self._lock:
                self._engine = None
            await engine.close()

    def _on_change(self, topics: frozenset[str]) -> None:
        if "outbox" in topics and self._engine is not None:
            self._call(lambda engine: engine.delivery_changed())
        if ELSEWHERE in topics:
            self._on_loop(self._look_for_sign_in)

    def _look_for_sign_in(self) -> None:
        last = self._last_sign_in()
        if last != self._signed_in:
            self._signed_in = last
            self._restart.set()

    def _last_sign_in(self) -> str:
        """Return when somebody last signed in here; if the store cannot be read, return what was known."""
        try:
            with self._database.read() as connection:
                return named_values.recall(connection, named_values.SIGNED_IN)
        except StoreError as error:
            log.warning("sync: %s", error)
            return self._signed_in

    def _not_ready_because(self, sentence: str) -> None:
        if sentence != self._stopped_because:
            self._stopped_because = sentence
            self._database.announce("sync")


async def _first_of(*events: asyncio.Event) -> None:
    """Wait until one of the events is set."""
    waiting = [asyncio.create_task(event.wait()) for event in events]
    try:
        await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in waiting:
            task.cancel()
