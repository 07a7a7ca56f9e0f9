"""Notice what other processes change in the database: another workstation, or a command beside this one."""

import logging
import sqlite3
import threading
from contextlib import suppress

from csat_tui.giving_way import work_beside
from csat_tui.store.database import Database

log = logging.getLogger(__name__)

LOOK_EVERY = 1.0
"""Seconds between two checks; a check takes a few microseconds."""

ELSEWHERE = "elsewhere"
"""The topic of a change by another process; it is announced with every topic that may have changed."""

CHANGED_TOPICS = ("queue", "outbox", "case")
"""The topics that another process may have changed; SQLite does not say which case."""


class OutsideChanges:
    """Announces that something was committed elsewhere; begin it before the first look at the store.

    What this process commits is announced once more, at most once a second: SQLite does not tell the two apart here.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="watch", daemon=True)
        address = f"{database.file.absolute().as_uri()}?mode=ro"
        self._connection = sqlite3.connect(address, uri=True, check_same_thread=False)
        self._seen: int | None = None

    def __enter__(self) -> "OutsideChanges":
        with suppress(sqlite3.Error):  # then the first look finds out that there is something new
            self._seen = self._version()
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stopping.set()
        self._thread.join()
        self._connection.close()

    def look(self) -> None:
        """Announce what was committed since the last check. Raises sqlite3.Error."""
        version = self._version()
        if version != self._seen:
            self._seen = version
            self._database.announce(ELSEWHERE, *CHANGED_TOPICS)

    def _version(self) -> int:
        """Return a number that changes with every commit of another connection."""
        return int(self._connection.execute("PRAGMA data_version").fetchone()[0])

    def _run(self) -> None:
        work_beside()
        while not self._stopping.wait(LOOK_EVERY):
            try:
                self.look()
            except sqlite3.Error as error:
                # Whoever needs the store itself tells the person what is the matter with it.
                log.warning("the database could not be looked at: %s", type(error).__name__)
