"""Giving way to keys: threads that work beside the screen share its interpreter, and wait while a key is under way.

There is one interpreter and one keyboard to a process, so there is one of this too. Without a screen nobody ever waits.
"""

import threading
from time import monotonic

LONGEST = 0.05
"""Seconds that a key is waited for at most: what it set off may take long, and the sync must never starve."""


AFTER = 0.01
"""Seconds after a paint in which no next key can be there yet, however fast one that is held down repeats."""

HELD = 0.1
"""Seconds after a paint in which the next key is to be expected: in between, work is done right after paints."""


class _Beside(threading.local):
    gives_way = False


_beside = _Beside()
_painted = threading.Event()
_until = 0.0
_free_since = 0.0


def screen_busy() -> None:
    """Say that a key is under way, until it is painted."""
    global _until
    _painted.clear()
    _until = monotonic() + LONGEST


def screen_free() -> None:
    """Say that no key is under way any more."""
    global _until, _free_since
    _until = 0.0
    _free_since = monotonic()
    _painted.set()


def work_beside() -> None:
    """Let this thread give way from now on."""
    _beside.gives_way = True


def works_beside() -> bool:
    """Whether this thread is one that gives way: what it brings can wait a moment, and what a person does cannot."""
    return _beside.gives_way


def give_way() -> None:
    """Wait while a key is under way or to be expected; work beside a screen passes here every few milliseconds."""
    if not _beside.gives_way:
        return
    now, painted = monotonic(), _free_since
    if _until > now:
        _painted.wait(_until - now)
    elif painted + AFTER < now < painted + HELD:
        _painted.clear()
        if painted == _free_since:
            _painted.wait(painted + HELD - now)
