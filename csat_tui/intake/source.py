"""Opening a file that a person names: only what has an end can be taken in, and nobody waits for a pipe."""

import os
import stat
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

_KINDS: tuple[tuple[Callable[[int], bool], str], ...] = (
    (stat.S_ISDIR, "a folder"),
    (stat.S_ISFIFO, "a pipe"),
    (stat.S_ISSOCK, "a socket"),
    (stat.S_ISCHR, "a device"),
    (stat.S_ISBLK, "a device"),
)


class NotAFile(Exception):
    """What a person named can be no source; its text says why."""


def open_source(path: Path) -> BinaryIO:
    """Return a regular file open for reading. Raises NotAFile for anything else, and never waits for a writer."""
    try:
        descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    except IsADirectoryError:
        raise NotAFile(f"{path.name} is a folder, expected a file") from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "that is not a file's name"
        raise NotAFile(f"{path.name} cannot be read: {reason}") from None
    mode = os.fstat(descriptor).st_mode
    if not stat.S_ISREG(mode):
        os.close(descriptor)
        kind = next((name for test, name in _KINDS if test(mode)), "something else")
        raise NotAFile(f"{path.name} is {kind}, expected a file")
    return os.fdopen(descriptor, "rb")
