"""Give keys priority over threads that work beside the screen and share its interpreter.

The state is global: a process has one interpreter and one keyboard. Without a screen, no thread waits.
"""

import threading
from time import monotonic

LONGEST_WAIT = 0.05
"""Seconds that a thread waits for a key at most: the key may have started something long, and the sync must go on."""

AFTER_PAINT = 0.01
"""Seconds after a paint in which work can go on: even a key that is held down does not repeat faster."""

KEY_REPEAT = 0.1
"""Seconds after a paint in which the next key is likely. Threads wait for it, and work right after its paint."""


class _Thread(threading.local):
    yields = False


_thread = _Thread()
_painted = threading.Event()
_busy_until = 0.0
_painted_at = 0.0


def screen_busy() -> None:
    """Say that the screen handles a key and has not painted its effect yet."""
    global _busy_until
    _painted.clear()
    _busy_until = monotonic() + LONGEST_WAIT


def screen_free() -> None:
    """Say that the effect of the last key is painted."""
    global _busy_until, _painted_at
    _busy_until = 0.0
    _painted_at = monotonic()
    _painted.set()


def yield_to_keys() -> None:
    """Make this thread wait for keys from now on."""
    _thread.yields = True


def yields_to_keys() -> bool:
    """Return whether this thread waits for keys; what such a thread changes need not be shown at once."""
    return _thread.yields


def wait_for_keys() -> None:
    """Wait while the screen handles a key or expects one; threads beside it call this every few milliseconds."""
    if not _thread.yields:
        return
    now, painted = monotonic(), _painted_at
    if _busy_until > now:
        _painted.wait(_busy_until - now)
    elif painted + AFTER_PAINT < now < painted + KEY_REPEAT:
        _painted.clear()
        if painted == _painted_at:
            _painted.wait(painted + KEY_REPEAT - now)
