"""The database's files: readable by their owner alone, and locked while somebody uses or repairs the database."""

import errno
import fcntl
import os
import time
import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from csat_tui.store.errors import StoreBusy, StoreFull


def make_private(file: Path) -> None:
    """Create the file if it is missing, and keep others from reading it. Raises OSError if it cannot be used.

    An existing file is not opened: closing it again would end the locks that SQLite has on it in this process, and
    another process could then remove the log that this one uses.
    """
    try:
        os.close(os.open(file, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
    except FileExistsError:
        if not file.is_file():
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(file)) from None
        if not os.access(file, os.R_OK | os.W_OK):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(file)) from None
        if file.stat().st_mode & 0o077:
            file.chmod(0o600)


REPAIR_WAIT = 5.0
"""Seconds to wait, when the database is opened, for another process to finish a repair."""


class DatabaseLock:
    """A lock on the file beside the database; the system releases it when the process ends."""

    def __init__(self, file: Path) -> None:
        path = lock_file(file)
        try:
            handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        except OSError as error:
            raise StoreFull(
                f"The lock file {path} cannot be opened ({error.strerror}). Nothing was changed; "
                "check the folder's owner, its permissions and the free disk space."
            ) from error
        self._handle = handle
        # Also where nobody closes it: a lock that outlives its database would keep a repair away.
        self.release = weakref.finalize(self, os.close, handle)

    @classmethod
    def shared(cls, file: Path) -> "DatabaseLock":
        """Take the lock together with others. Raises StoreBusy during a repair, StoreFull if there is no lock file."""
        hold = cls(file)
        last = time.monotonic() + REPAIR_WAIT
        while not hold._take(fcntl.LOCK_SH):
            if time.monotonic() >= last:
                hold.release()
                raise StoreBusy(
                    f"The database {file} is being repaired by another csat-tui. Nothing was changed; "
                    "try again when it has finished."
                )
            time.sleep(0.05)
        return hold

    @classmethod
    def alone(cls, file: Path) -> "DatabaseLock":
        """Take the lock alone. Raises StoreBusy while anybody has the database open."""
        hold = cls(file)
        if not hold._take(fcntl.LOCK_EX):
            hold.release()
            raise StoreBusy(
                f"The database {file} is open in another csat-tui, so it was left as it is. Close the other one first."
            )
        return hold

    def _take(self, kind: int) -> bool:
        try:
            fcntl.flock(self._handle, kind | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True


def lock_file(file: Path) -> Path:
    """Return the lock file of a database; a file of its own, for closing the database's would end SQLite's locks."""
    return file.with_name(f"{file.name}.lock")


@contextmanager
def exclusive(file: Path, what: str) -> Iterator[bool]:
    """Lock a file beside the database for work that one process does at a time; yields False if another holds it.

    The system releases the lock when its process ends, whatever any clock says. Raises StoreFull.
    """
    path = file.with_name(f"{file.name}.{what}")
    try:
        handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
    except OSError as error:
        raise StoreFull(
            f"The lock file {path} cannot be opened ({error.strerror}). Nothing was changed; "
            "check the folder's owner, its permissions and the free disk space."
        ) from error
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(handle)
        yield False
        return
    try:
        yield True
    finally:
        os.close(handle)
