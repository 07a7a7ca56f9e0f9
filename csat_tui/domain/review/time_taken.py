"""The time that a review takes a person; it rests while they do something else."""

from datetime import datetime, timedelta

RESTS_AFTER = timedelta(seconds=30)
"""After so long without a key the time rests until the next key."""


class TimeTaken:
    """Counts from the moment at which a note is shown; each key keeps it going."""

    def __init__(self, before: timedelta = timedelta()) -> None:
        self._counted = before
        """What is counted, up to the last key."""
        self._last: datetime | None = None
        """The last key, or when the note was shown; None while the note is not shown."""

    def go_on(self, now: datetime) -> None:
        """Count until now, because the note is shown or a key was pressed."""
        self._counted = self.until(now)
        self._last = now

    def rest(self, now: datetime) -> None:
        """Count until now and no further: the note is no longer shown."""
        self._counted = self.until(now)
        self._last = None

    def until(self, now: datetime) -> timedelta:
        """Return the time taken by now; a clock that was put back takes nothing away."""
        if self._last is None:
            return self._counted
        return self._counted + min(max(now - self._last, timedelta()), RESTS_AFTER)
