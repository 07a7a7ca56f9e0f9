"""What others wrote, read within bounds: no file is endless, waits for somebody, or ends the reader by its depth."""

import errno
import os
import stat
import tomllib
from collections.abc import Callable
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
