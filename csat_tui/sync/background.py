"""The sync on a thread and loop of its own, so that neither network nor disk ever stalls the screen."""

import asyncio
import contextlib
import gc
import logging
import sys
import threading
from collections.abc import Callable, Sequence

from csat_tui.domain.ids import SurveyId, TicketId
from csat_tui.store import named_values
from csat_tui.store.database import ELSEWHERE, Database
from csat_tui.store.errors import StoreError
from csat_tui.sync.courtesy import TURN, courteous_loop
from csat_tui.sync.engine import Engine
from csat_tui.sync.import_ticket import ImportedTicket
from csat_tui.sync.status import Link, SyncStatus

log = logging.getLogger(__name__)

SHUTDOWN_WAIT = 5.0
"""Seconds that a write under way at the end gets to finish; after that the outbox finds out what became of it."""

MOST_EARLY_WISHES = 64
"""How many wishes are kept until the sync is ready to hear them."""


class NotReady(Exception):
    """The sync cannot begin yet; its text says why and what to do. What is in the store stays usable."""


class Background:
    """An engine running beside the screen; every method may be called from any thread.

    One that cannot begin is made again when the person asks for a sync, and when somebody has signed in beside it; so
    is one that runs then, as it may be somebody else who has. It is not tried by the clock: keyrings ask their owners.
    """

    def __init__(self, database: Database, make_engine: Callable[[], Engine]) -> None:
        self._database = database
        self._make_engine = make_engine
        self._engine: Engine | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stopping: asyncio.Event | None = None
        self._anew = asyncio.Event()
        self._signed_in = ""
        self._ready = threading.Event()
        self._thread = threading.Thread(target=self._run, name="sync", daemon=True)
        self._ended_because = ""
        self._gate = threading.Lock()
        self._last_words = SHUTDOWN_WAIT
        self._early: list[Callable[[Engine], None]] = []

    def start(self) -> None:
        """Begin."""
        sys.setswitchinterval(TURN)
        self._thread.start()

    def stop(self, last_words: float = SHUTDOWN_WAIT) -> None:
        """End, giving a write under way a little time; what is not finished is found out at the next start."""
        if not self._thread.is_alive():
            return
        self._last_words = last_words
        self._ready.wait(last_words)
        if self._loop is not None and self._stopping is not None:
            with contextlib.suppress(RuntimeError):  # the loop has ended by itself meanwhile
                self._loop.call_soon_threadsafe(self._stopping.set)
        self._thread.join(last_words + 1)

    def status(self) -> SyncStatus:
        """Return how things stand."""
        if self._ended_because:
            return SyncStatus(link=Link.REFUSED, problem=self._ended_because)
        return self._engine.status if self._engine is not None else SyncStatus()

    def sync_now(self) -> None:
        """Walk the whole view and look at the outbox now."""
        if self._ended_because:
            self._on_loop(self._anew.set)
        self._call(lambda engine: engine.poke())

    def begin_anew(self) -> None:
        """End the engine that runs as gently as at the end, and make another: it is to work by something else."""
        self._on_loop(self._anew.set)

    def want(self, survey_ids: Sequence[SurveyId]) -> None:
        """Fetch these cases' surroundings ahead of others."""
        self._call(lambda engine: engine.want(survey_ids))

    async def bring(self, number: TicketId) -> ImportedTicket:
        """Put a ticket on the desk as a case. Raises NotReady without a sync, HelpDeskError."""
        engine, loop = self._engine, self._loop
        if engine is None or loop is None or loop.is_closed():
            raise NotReady(self._ended_because or "The help desk is not reached yet; try again in a moment.")
        return await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(engine.bring(number), loop))

    def show(self, ids: Sequence[TicketId]) -> None:
        """Fetch these tickets with their transcripts ahead of others."""
        self._call(lambda engine: engine.show(ids))

    def _call(self, what: Callable[[Engine], None]) -> None:
        with self._gate:
            if self._engine is None:
                # Not ready yet; the latest wishes are kept for then.
                self._early = [*self._early[1 - MOST_EARLY_WISHES :], what]
                return
            engine = self._engine
        self._on_loop(lambda: what(engine))

    def _on_loop(self, what: Callable[[], None]) -> None:
        if self._loop is not None and not self._loop.is_closed():
            with contextlib.suppress(RuntimeError):  # the loop has ended by itself meanwhile
                self._loop.call_soon_threadsafe(what)

    def _run(self) -> None:
        try:
            with asyncio.Runner(loop_factory=courteous_loop) as runner:
                runner.run(self._main())
        except Exception:
            log.exception("the sync ended unexpectedly")
            self._ended_because = (
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
                self._anew.clear()
                try:
                    engine = self._make_engine()
                except NotReady as reason:
                    self._not_ready_because(str(reason))
                    await _first_of(self._anew, stopping)
                else:
                    self._not_ready_because("")
                    await self._run_engine(engine, stopping)
        finally:
            stop_listening()

    async def _run_engine(self, engine: Engine, stopping: asyncio.Event) -> None:
        """Run an engine until the end, or until there is another credential to begin anew with."""
        # What the program has loaded stays; looking through all of it for garbage again and again, as a sync makes
        # much of it, would stop the screen for a fifth of a second each time.
        gc.freeze()
        with self._gate:
            self._engine = engine
            early, self._early = self._early, []
        for what in early:
            what(engine)
        running = asyncio.create_task(engine.run())
        ending = asyncio.create_task(_first_of(self._anew, stopping))
        try:
            await asyncio.wait({running, ending}, return_when=asyncio.FIRST_COMPLETED)
            if not running.done():
                await engine.rest(self._last_words)
                running.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await running
        finally:
            ending.cancel()
            with self._gate:
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
            self._anew.set()

    def _last_sign_in(self) -> str:
        """Return when somebody last signed in here; a store that cannot be read says it at the next change."""
        try:
            with self._database.read() as connection:
                return named_values.recall(connection, named_values.SIGNED_IN)
        except StoreError as error:
            log.warning("sync: %s", error)
            return self._signed_in

    def _not_ready_because(self, sentence: str) -> None:
        if sentence != self._ended_because:
            self._ended_because = sentence
            self._database.announce("sync")


async def _first_of(*events: asyncio.Event) -> None:
    """Wait until one of them is set."""
    waiting = [asyncio.create_task(event.wait()) for event in events]
    try:
        await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in waiting:
            task.cancel()
