"""Write files atomically: completely or not at all, on the disk before they get their name, never through a link."""

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

PRIVATE = 0o600
"""Who may read a file that holds customers' words or secrets: its owner."""


@contextmanager
def atomic_file(path: Path, *, over: bool = True, mode: int = PRIVATE) -> Iterator[BinaryIO]:
    """Give a new file, and move it to `path` once everything in it is on the disk.

    Until then it has a random name, so that nobody can put a link there. A link at `path` is replaced and not followed.
    Raises OSError; FileExistsError if something is at `path` already and `over` is false. Unless everything goes well,
    whatever was there stays as it was.
    """
    part = path.with_name(f".{path.name[:80]}.{secrets.token_hex(8)}.part")
    handle = os.open(part, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, mode)
    try:
        with os.fdopen(handle, "w+b") as out:
            os.fchmod(out.fileno(), mode)  # whatever the umask leaves of it
            yield out
            out.flush()
            os.fsync(out.fileno())
        if over:
            part.replace(path)
        else:
            _name_new(part, path)
    finally:
        part.unlink(missing_ok=True)
    make_durable(path.parent)


def write_atomically(path: Path, content: str | bytes, *, over: bool = True, mode: int = PRIVATE) -> None:
    """Write a file with this content, like `atomic_file`."""
    with atomic_file(path, over=over, mode=mode) as out:
        out.write(content.encode("utf-8") if isinstance(content, str) else content)


def make_durable(folder: Path) -> None:
    """Make sure that the names in a folder are on the disk."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _name_new(part: Path, path: Path) -> None:
    """Give a file its name unless something has that name, at whatever moment it came."""
    try:
        os.link(part, path)
    except FileExistsError:
        raise
    except OSError:
        # A file system without second names: then the place is taken first, which nobody else can do at once.
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, PRIVATE))
        part.replace(path)
