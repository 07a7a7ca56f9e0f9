"""Work beside the keys: reads of the store and tasks whose end nobody waits for; a failure is said in a sentence."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from csat_tui.tui.base.commands import SENTENCES, tell

T = TypeVar("T")


@dataclass(frozen=True)
class _Read(Generic[T]):
    """A wish to read something and to show it."""

    doing: str
    what: Callable[[], T]
    show: Callable[[T], None]
    wish: object


class BackgroundWork:
    """A screen or pane that works beside the keys. Mix it in before the Textual class."""

    def do(self, what: Awaitable[Any], group: str = "write", *, doing: str = "This") -> None:
        """Begin a task and go on; `doing` names it in the sentence about a failure, such as "Saving the words"."""
        node: Any = self
        node.run_worker(self._finish(doing, what), group=group, exit_on_error=False)

    async def _finish(self, doing: str, what: Awaitable[Any]) -> None:
        with self.telling(doing):
            await what

    def read_store(
        self, kind: str, doing: str, what: Callable[[], T], show: Callable[[T], None], wish: object = None
    ) -> None:
        """Call `what` on a thread and then `show` with its result on the screen's thread.

        One read of a kind runs at a time. Of those that are wished for meanwhile only the newest follows, and what was
        read for another `wish` than the newest is not shown. Until then the screen shows what was there before.
        """
        reads = self._reads
        running = kind in reads
        reads[kind] = _Read(doing, what, show, wish)
        if not running:
            node: Any = self
            node.run_worker(self._read_on(kind), group=f"read:{kind}", exit_on_error=False)

    @property
    def _reads(self) -> dict[str, _Read[Any] | None]:
        """The newest wish of each kind that is being read; None once it is the one being read."""
        found: dict[str, _Read[Any] | None] = self.__dict__.setdefault("_reads_by_kind", {})
        return found

    async def _read_on(self, kind: str) -> None:
        reads = self._reads
        try:
            while (wanted := reads[kind]) is not None:
                reads[kind] = None
                with self.telling(wanted.doing):
                    found = await asyncio.to_thread(wanted.what)
                    newer = reads[kind]
                    if newer is None or newer.wish == wanted.wish:
                        wanted.show(found)
        finally:
            del reads[kind]

    @contextlib.contextmanager
    def telling(self, doing: str = "This") -> Iterator[None]:
        """Say what goes wrong within; an error that nobody foresaw goes to the log and is said as `doing` failed."""
        node: Any = self
        try:
            yield
        except SENTENCES as error:
            tell(node, error)
        except Exception as error:
            if not hasattr(node.app, "fault"):
                raise
            node.app.fault(error, doing)
