"""A playbook of one's own, read again while the workstation runs: a right one is taken over, a wrong one is not."""

import logging
import threading
from pathlib import Path

from csat_tui.domain.clock import Clock
from csat_tui.domain.playbook import Playbook
from csat_tui.giving_way import work_beside
from csat_tui.playbook import PlaybookError, load
from csat_tui.store.cases import ON_THE_DESK
from csat_tui.store.database import Database
from csat_tui.store.errors import StoreError
from csat_tui.store.records import shifts
from csat_tui.workflow.recasting import recast_if_measured_otherwise

log = logging.getLogger(__name__)

EVERY = 1.0
"""Seconds between two looks at the file."""

CHANGED = "playbook"
"""The topic under which a change is announced."""

AT_ONCE = 500
"""Cases on the desk that are measured before the screen opens; more of them are measured beside it."""

Stamp = tuple[int, int, int] | None


class PlaybookFile:
    """A file whose changes are found by its stamp; one that is still being written is left alone until it rests."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._read = self._seen = self._stamp()

    def look(self) -> Playbook | PlaybookError | None:
        """Return what the file says now, or all that is wrong with it; None where nothing has changed."""
        now = self._stamp()
        rests, self._seen = now == self._seen, now
        if not rests or now == self._read:
            return None
        self._read = now
        try:
            return load(self._file)
        except PlaybookError as error:
            return error

    def _stamp(self) -> Stamp:
        """Return what changes with the file; None where it is not there, as between two steps of an editor."""
        try:
            found = self._file.stat()
        except OSError:
            return None
        return found.st_mtime_ns, found.st_size, found.st_ino


class Reloading:
    """Looks at the playbook's file on a thread of its own, and has what is on the desk measured by it."""

    def __init__(self, database: Database, playbook: Playbook, clock: Clock, file: Path | None = None) -> None:
        self._database = database
        self._playbook = playbook
        self._clock = clock
        self._file = None if file is None else PlaybookFile(file)
        self._ended = threading.Event()
        self._thread: threading.Thread | None = None
        self.found: Playbook | PlaybookError | None = None
        """What the file said last, right or wrong; None while it has not changed since the start."""

    def start(self) -> None:
        """Begin; each change is announced by the store's listeners under the topic “playbook”."""
        self._thread = threading.Thread(target=self._run, name="playbook", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """End; a batch of surveys that is under way is finished."""
        self._ended.set()
        if self._thread is not None:
            self._thread.join()

    def _run(self) -> None:
        work_beside()
        self.settle()
        while self._file is not None and not self._ended.wait(EVERY):
            try:
                self.look()
            except Exception:  # on a thread beside the screen, where nobody else would hear of it
                log.exception("playbook: an error in csat-tui")

    def look(self) -> None:
        """Look once, announce what has changed, and measure what is on the desk by it."""
        found = None if self._file is None else self._file.look()
        if found is None:
            return
        self.found = found
        self._database.announce(CHANGED)
        if isinstance(found, Playbook):
            self._playbook = found
            self.settle()

    def settle_if_quick(self) -> None:
        """Measure what is on the desk before anything of it is shown, where that takes no longer than a moment."""
        with self._database.read() as connection:
            cases = sum(shifts.standing(connection, stage) for stage in ON_THE_DESK)
        if cases <= AT_ONCE:
            self.settle()

    def settle(self) -> None:
        """Measure what is on the desk by the playbook in force; what the store refuses waits for the next start."""
        try:
            changed = recast_if_measured_otherwise(self._database, self._playbook, self._clock, self._ended.is_set)
        except StoreError as error:
            log.warning("playbook: %s", error)
            return
        if changed:
            log.info("playbook: %d surveys have another rating, way or time now", changed)
