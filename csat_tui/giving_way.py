"""Giving way to keys: threads that work beside the screen share its interpreter, and wait while a key is under way.

There is one interpreter and one keyboard to a process, so there is one of this too. Without a screen nobody ever waits.
"""

import threading
from time import monotonic

LONGEST = 0.05
"""Seconds that a key is waited for at most: what it set off may take long, and the sync must never starve."""


class _Beside(threading.local):
    gives_way = False


_beside = _Beside()
_painted = threading.Event()
_until = 0.0


def screen_busy() -> None:
    """Say that a key is under way, until it is painted."""
    global _until
    _painted.clear()
    _until = monotonic() + LONGEST


def screen_free() -> None:
    """Say that no key is under way any more."""
    global _until
    _until = 0.0
    _painted.set()


def work_beside() -> None:
    """Let this thread give way from now on."""
    _beside.gives_way = True


def works_beside() -> bool:
    """Whether this thread is one that gives way: what it brings can wait a moment, and what a person does cannot."""
    return _beside.gives_way


def give_way() -> None:
    """Wait while a key is under way; work beside a screen passes here every few milliseconds."""
    if _until and _beside.gives_way and (left := _until - monotonic()) > 0:
        _painted.wait(left)
