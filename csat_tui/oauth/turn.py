"""Whoever changes a sign-in is alone with it, over all processes of this person."""

from collections.abc import Iterator
from contextlib import contextmanager

from csat_tui.domain.change import Denied, Unreachable
from csat_tui.secrets import Kept

PATIENCE = 40.0
"""Seconds to wait for another process's turn: two answers of a slow token endpoint and a keyring between them."""


@contextmanager
def turn(kept: Kept) -> Iterator[None]:
    """Hold the sign-in; it is let go at the end, and by the system where this process dies. Blocks.

    Raises Unreachable where another process does not let go, Denied where the folder cannot be written.
    """
    from filelock import FileLock, Timeout

    lock = FileLock(kept.turn_file, mode=0o600)
    try:
        kept.turn_file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        lock.acquire(timeout=PATIENCE)
    except Timeout as error:
        raise Unreachable(
            f"another csat-tui has been renewing the sign-in for {PATIENCE:g} s; it is tried again"
        ) from error
    except OSError as error:
        raise Denied(
            f"{kept.turn_file} cannot be made ({error.strerror}), and without it two processes could spoil the "
            "sign-in; check the folder's permissions and the free disk space"
        ) from error
    try:
        yield
    finally:
        lock.release()
