"""Work beside the keys: reads of the store, its changes, background tasks, and writes in their order."""

import asyncio
import contextlib
import threading
from collections.abc import Awaitable, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from time import monotonic
from typing import Any, Generic, ParamSpec, TypeVar

from textual.message import Message
from textual.widget import Widget

from csat_tui.key_priority import yields_to_keys
from csat_tui.tui.base.commands import report_failure

T = TypeVar("T")


@dataclass(frozen=True)
class _Read(Generic[T]):
    """A requested read, and the function that shows its result."""

    failure: str
    what: Callable[[], T]
    show: Callable[[T], None]
    wish: object


class BackgroundWork:
    """Mixin for a screen or pane that works beside the keys. Name it before the Textual class."""

    def do(self, failure: str, what: Awaitable[Any], group: str = "write") -> None:
        """Start a task without waiting for it."""
        self._run(failure, lambda: what, group, exclusive=False)

    def do_anew(self, failure: str, what: Callable[[], Awaitable[Any]], group: str) -> None:
        """Start a task without waiting for it, and cancel the running tasks of its group."""
        self._run(failure, what, group, exclusive=True)

    def _run(self, failure: str, what: Callable[[], Awaitable[Any]], group: str, *, exclusive: bool) -> None:
        async def finish() -> None:
            with self.reporting(failure):
                await what()

        node: Any = self
        node.run_worker(finish, group=group, exclusive=exclusive, exit_on_error=False)

    def read_store(
        self, kind: str, failure: str, what: Callable[[], T], show: Callable[[T], None], wish: object = None
    ) -> None:
        """Call `what` on another thread and then `show` with its result on the screen's thread.

        One read of a `kind` runs at a time. Of the reads that are requested meanwhile only the newest follows. A result
        is dropped when a newer request has another `wish`. Until a result comes, the screen shows the earlier one.
        """
        reads = self._reads
        running = kind in reads
        reads[kind] = _Read(failure, what, show, wish)
        if not running:
            node: Any = self
            node.run_worker(self._read_on(kind), group=f"read:{kind}", exit_on_error=False)

    @property
    def _reads(self) -> dict[str, _Read[Any] | None]:
        """The newest request of each kind with a read under way; None once that request is the one being read."""
        found: dict[str, _Read[Any] | None] = self.__dict__.setdefault("_reads_by_kind", {})
        return found

    async def _read_on(self, kind: str) -> None:
        reads = self._reads
        try:
            while (wanted := reads[kind]) is not None:
                reads[kind] = None
                with self.reporting(wanted.failure):
                    found = await asyncio.to_thread(wanted.what)
                    newer = reads[kind]
                    if newer is None or newer.wish == wanted.wish:
                        wanted.show(found)
        finally:
            del reads[kind]

    @contextlib.contextmanager
    def reporting(self, failure: str) -> Iterator[None]:
        """Report an error of the block in one sentence that begins with `failure`, and swallow it."""
        try:
            yield
        except Exception as error:
            if not report_failure(self, failure, error):
                raise


P = ParamSpec("P")


class Writer:
    """Carries out writes in order on a thread of its own, so that a locked database delays words but not keys."""

    def __init__(self) -> None:
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="writer")

    async def write(self, what: Callable[P, T], *arguments: P.args, **named: P.kwargs) -> T:
        """Run a write after all earlier ones, and return its result or raise its error."""
        return await asyncio.shield(asyncio.wrap_future(self._thread.submit(what, *arguments, **named)))

    def close(self, *, wait: bool = True) -> None:
        """Finish the writes that were given; without `wait`, drop those that have not begun and return at once."""
        self._thread.shutdown(wait=wait, cancel_futures=not wait)


Hearer = Callable[[frozenset[str]], None]


@dataclass
class StoreChanged(Message):
    """The store has changed."""

    pause: float
    """Seconds to wait before the screen reads again."""


class Changes:
    """Collects topics of changes until the screen takes them, so that a thousand changes cause one refresh.

    A change by the person is announced at once; a change by the sync too, unless one was announced a moment ago.
    """

    PAUSE = 0.1
    """Seconds between two refreshes after changes by the person."""

    OFTEN = 1.0
    """Seconds between two refreshes after changes by the sync."""

    def __init__(self, screen: Widget, listen: Callable[[Hearer], Callable[[], None]]) -> None:
        self._screen = screen
        self._lock = threading.Lock()
        self._gathered: set[str] = set()
        self._taken_at = 0.0
        self._due: float | None = None
        self._stop = listen(self._hear)

    def stop(self) -> None:
        """Stop listening to the store."""
        self._stop()

    def take(self) -> frozenset[str]:
        """Return the collected topics and begin a new collection."""
        with self._lock:
            topics, self._gathered, self._due = frozenset(self._gathered), set(), None
            self._taken_at = monotonic()
        return topics

    def _hear(self, topics: frozenset[str]) -> None:
        with self._lock:
            now = monotonic()
            pause = self.PAUSE
            if yields_to_keys():
                pause = max(pause, self._taken_at + self.OFTEN - now)
            self._gathered |= topics
            if self._due is not None and self._due <= now + pause:
                return
            self._due = now + pause
        self._screen.post_message(StoreChanged(pause))


class FollowsStore(BackgroundWork):
    """Mixin for a screen that hears of changes of the store: once for all of them, after a pause."""

    _changes: Changes | None = None

    def follow_store(self, listen: Callable[[Hearer], Callable[[], None]]) -> None:
        """Begin to listen; the screen stops when it is removed."""
        self._changes = Changes(self, listen)  # type: ignore[arg-type]

    def store_changed(self, topics: frozenset[str]) -> None:
        """Called with the topics of what has changed."""
        raise NotImplementedError

    def on_unmount(self) -> None:
        """Stop listening."""
        if self._changes is not None:
            self._changes.stop()

    def on_store_changed(self, message: StoreChanged) -> None:
        """Wait for the pause."""
        node: Any = self
        node.set_timer(message.pause, self._take_changes)

    def _take_changes(self) -> None:
        node: Any = self
        if self._changes is not None and node.is_mounted:
            self.store_changed(self._changes.take())
