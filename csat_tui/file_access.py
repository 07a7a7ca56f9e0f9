"""Files: what others wrote is read within bounds, and what we write takes its place complete or not at all."""

import errno
import os
import secrets
import stat
import tomllib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

MOST = 4_000_000
"""Bytes of a configuration, a playbook or a text that is checked; hundreds of times what people write."""


_KINDS: tuple[tuple[Callable[[int], bool], str], ...] = (
    (stat.S_ISFIFO, "a pipe"),
    (stat.S_ISSOCK, "a socket"),
    (stat.S_ISCHR, "a device"),
    (stat.S_ISBLK, "a device"),
)


class NotOrdinary(OSError):
    """What was named is no file that has an end; `kind` says what it is."""

    def __init__(self, path: Path, kind: str) -> None:
        super().__init__(errno.EINVAL, "it is not an ordinary file", str(path))
        self.kind = kind


def read_file(path: Path, most: int = MOST) -> bytes:
    """Return what is in an ordinary file; OSError, its reason in plain words, for any other and for one too long."""
    with open_file(path) as file:
        return read_stream(file, most, str(path))


def open_file(path: Path) -> BinaryIO:
    """Open an ordinary file to be read; OSError, its reason in plain words, for any other."""
    # A pipe that nobody writes to would be waited for at its opening already.
    handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    kind = os.fstat(handle).st_mode
    if stat.S_ISREG(kind):
        return os.fdopen(handle, "rb")
    os.close(handle)
    if stat.S_ISDIR(kind):
        raise IsADirectoryError(errno.EISDIR, "it is a folder", str(path))
    raise NotOrdinary(path, next((name for test, name in _KINDS if test(kind)), "something else"))


def read_stream(stream: BinaryIO, most: int = MOST, name: str = "") -> bytes:
    """Return what a stream gives until its end; OSError for more than `most` bytes."""
    content = stream.read(most + 1)
    if len(content) > most:
        raise OSError(errno.EFBIG, f"it has more than {most:,} bytes", name)
    return content


def read_toml(text: str) -> dict[str, object]:
    """Return a TOML document; TOMLDecodeError also where the library fails in another way."""
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        raise
    except RecursionError:
        raise tomllib.TOMLDecodeError("It is nested too deeply") from None
    except (ValueError, OverflowError):
        raise tomllib.TOMLDecodeError("A number in it has too many digits") from None


def expanded(path: str | Path) -> Path:
    """Return a path with `~` in place of a home folder; unchanged where nobody of that name has one."""
    try:
        return Path(path).expanduser()
    except RuntimeError:
        return Path(path)


class NotAFile(Exception):
    """A path that cannot be read as a file; the error's text says why."""


def open_source(path: Path) -> BinaryIO:
    """Open a file that a person named. Raises NotAFile, with a sentence for them, for anything but an ordinary file."""
    try:
        return open_file(path)
    except IsADirectoryError:
        raise NotAFile(f"{path.name} is a folder, expected a file") from None
    except NotOrdinary as other:
        raise NotAFile(f"{path.name} is {other.kind}, expected a file") from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "that is not a file's name"
        raise NotAFile(f"{path.name} cannot be read: {reason}") from None


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


class NotSaved(Exception):
    """A file could not be written; its text says why, and that nothing else was changed."""


@contextmanager
def new_file(path: Path, *, over: bool = False) -> Iterator[BinaryIO]:
    """Give a private file that takes the name a person wants once it is complete. Raises NotSaved."""
    if os.path.isdir(path):
        raise NotSaved(f"{path} is a folder. Nothing was written; name a file in it.")
    if os.path.lexists(path) and not over:
        raise _there_already(path)
    try:
        with atomic_file(path, over=over) as part:
            yield part
    except FileExistsError as error:
        raise _there_already(path) from error
    except OSError as error:
        raise NotSaved(
            f"{path} could not be written ({error.strerror}). What is in the database is safe; "
            "check that the folder exists and has space, or choose another folder."
        ) from error


def save_text(path: Path, text: str, *, over: bool = False) -> None:
    """Write a private text file. Raises NotSaved."""
    with new_file(path, over=over) as part:
        part.write(text.encode("utf-8"))


def _there_already(path: Path) -> NotSaved:
    return NotSaved(f"{path} is there already. Nothing was written; choose another name, or allow writing over it.")
