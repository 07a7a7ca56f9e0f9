"""Open a file that a person names: only regular files, so that nobody waits for a pipe."""

from pathlib import Path
from typing import BinaryIO

from csat_tui.file_access import NotOrdinary, open_file


class NotAFile(Exception):
    """A path that cannot be read as a file; the error's text says why."""


def open_source(path: Path) -> BinaryIO:
    """Return a regular file open for reading. Raises NotAFile for anything else, and never waits for a writer."""
    try:
        return open_file(path)
    except IsADirectoryError:
        raise NotAFile(f"{path.name} is a folder, expected a file") from None
    except NotOrdinary as other:
        raise NotAFile(f"{path.name} is {other.kind}, expected a file") from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "that is not a file's name"
        raise NotAFile(f"{path.name} cannot be read: {reason}") from None
