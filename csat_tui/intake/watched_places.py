"""Places where lists of low scores arrive: a folder of files, a Maildir, or a mailbox in one file."""

import hashlib
import os
import re
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from email.errors import HeaderParseError
from email.header import decode_header, make_header
from itertools import islice
from pathlib import Path
from typing import BinaryIO

from csat_tui.file_access import NotAFile, open_source
from csat_tui.intake.low_scores import LARGEST_LIST
from csat_tui.key_priority import wait_for_keys

MOST_FILES = 10_000
"""Files of a watched place; a list a day for a lifetime are no more."""

_UNFINISHED = (".part", ".partial", ".crdownload", ".download", ".tmp", ".swp", "~")
"""Endings of file names that another program is still writing, or keeps beside another file."""

_LINE = 65_536
_TAIL = 4_096
_BETWEEN = re.compile(rb"From [^\r\n]{1,400}?\d:\d\d[^\r\n]{0,60}\d{4}")
"""The line before each mail of a mailbox: its sender and its time."""

_OF_THE_MAILBOX = re.compile(rb"(?:x-)?status|x-mozilla-[\w-]+|x-keywords|x-uid|x-imap|content-length|lines", re.I)
"""Headers that mail programs write into a mail that lies in a mailbox, as when it is read."""

_HEADERS = 65_536
_SUBJECT = re.compile(rb"^subject:[ \t]*([^\n]*(?:\n[ \t][^\n]*){0,5})", re.I | re.M)
_LONGEST_NAME = 80


@dataclass(frozen=True, slots=True)
class WatchedFile:
    """A file in a watched place; `name` identifies it, `stamp` changes with it, and `size` is -1 if it is no file."""

    name: str
    stamp: str
    path: Path
    size: int


@dataclass(frozen=True, slots=True)
class MailboxEntry:
    """A mail of a mailbox in one file, and where it begins and ends; content beyond LARGEST_LIST is left out."""

    content: bytes
    begins: int
    ends: int


def is_maildir(place: Path) -> bool:
    """Return whether a folder is a Maildir."""
    return (place / "cur").is_dir() or (place / "new").is_dir()


def watched_files(place: Path, *, mails: bool = False) -> list[WatchedFile]:
    """Return the files of a folder, or the mails of a Maildir, the oldest first. Raises NotAFile, OSError."""
    folders = [one for one in (place / "new", place / "cur") if one.is_dir()] if mails else [place]
    entries = [entry for folder in folders for entry in _entries(folder)]
    if len(entries) > MOST_FILES:
        raise NotAFile(f"it has more than {MOST_FILES:,} files; lists of low scores need a place of their own")
    found: list[tuple[int, WatchedFile]] = []
    for entry in entries:
        wait_for_keys()
        # A mail keeps its name's beginning when it is read, and only then moves from one folder to the other.
        name = storable(entry.name.partition(":2,")[0] if mails else entry.name)
        try:
            about = entry.stat()
        except FileNotFoundError:
            continue  # it has gone since, or leads nowhere
        except OSError:
            found.append((0, WatchedFile(name, "0 -1", Path(entry.path), -1)))  # opening it says why
            continue
        if not stat.S_ISDIR(about.st_mode):
            size = about.st_size if stat.S_ISREG(about.st_mode) else -1
            lies = WatchedFile(name, f"{about.st_mtime_ns} {size}", Path(entry.path), size)
            found.append((about.st_mtime_ns, lies))
    return [one for _, one in sorted(found, key=lambda each: (each[0], each[1].name))]


def _entries(folder: Path) -> list[os.DirEntry[str]]:
    with os.scandir(folder) as entries:
        seen = (one for one in entries if not one.name.startswith((".", "~$")))
        return list(islice((one for one in seen if not one.name.lower().endswith(_UNFINISHED)), MOST_FILES + 1))


def content_of(path: Path) -> bytes:
    """Return the content of a file, up to the size that a list can have. Raises NotAFile, OSError."""
    with open_source(path) as file:
        return file.read(LARGEST_LIST + 1)


def stamp_of(path: Path) -> str:
    """Return a stamp that changes with a mailbox in one file. Raises OSError."""
    about = path.stat()
    return f"{about.st_mtime_ns} {about.st_size} {about.st_ino}"


def tail_of(path: Path, place: int) -> str:
    """Return a digest of the content before a position of a file; empty if the file has become shorter."""
    with open_source(path) as file:
        begins = max(0, place - _TAIL)
        file.seek(begins)
        found = file.read(place - begins)
    return hashlib.sha256(found).hexdigest() if len(found) == place - begins else ""


def mails_of(path: Path, place: int = 0) -> Iterator[MailboxEntry]:
    """Yield the mails of a mailbox in one file from a place on, each read when it is asked for.

    Raises NotAFile where no mail begins there, OSError.
    """
    with open_source(path) as file:
        file.seek(place)
        yield from _mails(file, place, path.name)


def _mails(file: BinaryIO, at: int, name: str) -> Iterator[MailboxEntry]:
    begins, kept, size = -1, list[bytes](), 0
    blank = whole = True
    while line := file.readline(_LINE):
        wait_for_keys()
        if whole and blank and _BETWEEN.match(line):
            if begins >= 0:
                yield MailboxEntry(b"".join(kept), begins, at)
            begins, kept, size = at, [], 0
        elif begins >= 0 and size <= LARGEST_LIST:
            # Mailboxes mark lines of a mail that begin as the line between two mails does.
            kept.append(line[1:] if line.startswith((b">From ", b">>From ")) else line)
            size += len(line)
        elif begins < 0 and line.strip():
            raise NotAFile(f"{name} is no mailbox: it does not begin with a line “From …”")
        at += len(line)
        # A line that is longer than one read goes on, and what follows is no new one.
        blank, whole = (not line.strip() if whole else False), line.endswith(b"\n")
    if begins >= 0:
        yield MailboxEntry(b"".join(kept), begins, at)


def digest_of(content: bytes, *, is_mail: bool = False) -> str:
    """Return a digest of the content; for a mail it ignores what a mail program has noted in it since."""
    if is_mail:
        ends = content[:_HEADERS].replace(b"\r\n", b"\n")
        head, gap, _ = ends.partition(b"\n\n")
        lines = [one for one in head.split(b"\n") if not _OF_THE_MAILBOX.fullmatch(one.partition(b":")[0])]
        rest = content.replace(b"\r\n", b"\n")[len(head) :] if gap else content
        content = b"\n".join(lines) + rest.rstrip(b"\n")
    return hashlib.sha256(content).hexdigest()


def subject_of(content: bytes) -> str:
    """Return a mail's subject, as far as it can be read."""
    head = content[:_HEADERS].replace(b"\r\n", b"\n").partition(b"\n\n")[0]
    match = _SUBJECT.search(head)
    raw = "" if match is None else match[1][:600].decode("utf-8", "replace")
    try:
        said = str(make_header(decode_header(" ".join(raw.split()))))
    except (HeaderParseError, LookupError, ValueError):
        said = raw
    return storable(" ".join(said.split())[:_LONGEST_NAME]) or "a mail without a subject"


def storable(name: str) -> str:
    """Return a name without the halves of characters that a file's name may have; different ones stay different."""
    return name.encode("utf-8", "backslashreplace").decode()
