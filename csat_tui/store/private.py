"""Files that hold customers' words: their owner's alone from the first byte on."""

import errno
import os
from pathlib import Path


def make_private(file: Path) -> None:
    """Make the file where there is none, and keep others from reading it. Raises OSError where it cannot be used.

    One that is there is not opened: closing it again would end the locks that SQLite has on it in this process, and
    another process would then take the log from under this one.
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
