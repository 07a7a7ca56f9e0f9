"""Errors that nobody had foreseen: each goes to the log, and to the person as a sentence without its innards."""

import logging
from collections.abc import Callable
from time import monotonic

log = logging.getLogger(__name__)

SAME_FAULT = 10.0
"""Seconds in which the same error is neither written nor said again, as from every drawing of a line."""


class Faults:
    """Takes unforeseen errors; the app that shows them sets `say`."""

    def __init__(self) -> None:
        self.count = 0
        self.say: Callable[[str], None] = log.warning
        self._last: tuple[object, float] = (None, 0.0)

    def __call__(self, error: BaseException, failure: str) -> None:
        """Report an error; `failure` says what did not happen, such as "The note could not be saved"."""
        self.count += 1
        same = (failure, type(error), str(error))
        now = monotonic()
        if self._last[0] == same and now - self._last[1] < SAME_FAULT:
            return
        self._last = (same, now)
        log.error("%s", failure, exc_info=error)
        self.say(f"{failure} because of an error in csat-tui. What was saved before is safe; the log has the details.")
