"""What this process leaves in open windows when it ends, and what others have left."""

from collections.abc import Mapping

from csat_tui.domain.clock import Clock
from csat_tui.store.cases import left_words
from csat_tui.store.database import Database


class LeftWords:
    """Keeps words that belong to no case yet; every method is one short transaction on the store."""

    def __init__(self, database: Database, clock: Clock, writer: str) -> None:
        self._database = database
        self._clock = clock
        self._writer = writer

    def leave(self, words: str) -> None:
        """Keep what this process leaves, in place of what it left before."""
        with self._database.write() as connection:
            left_words.leave(connection, self._writer, words, self._clock.now())

    def found(self) -> Mapping[str, str]:
        """Return what was left, by the process that left it."""
        with self._database.read() as connection:
            return left_words.left(connection)

    def forget(self, seen: Mapping[str, str]) -> None:
        """Forget what the person has seen; words that have changed since then stay."""
        with self._database.write() as connection:
            left_words.forget(connection, seen)
