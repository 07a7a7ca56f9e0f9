"""The log file: it records what happened, and never what customers wrote."""

import io
import logging
import os
import re
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from logging.handlers import QueueHandler, QueueListener, RotatingFileHandler
from pathlib import Path
from queue import SimpleQueue
from types import TracebackType

from csat_tui.domain.safe_text import visible
from csat_tui.paths import Paths

LARGEST_FILE = 1_000_000
"""Bytes of one log file; two older ones are kept beside it."""

LONGEST_MESSAGE = 4_000
"""Characters of a message: a service's long answer must not push earlier entries out of the log."""

_ADDRESS = re.compile(r"[\w.+-]+(?:@|%40)[\w-]+(?:\.[\w-]+)+")
_PROOF = re.compile(r"\b(Bearer|Basic)\s+[^\s'\",]+", re.IGNORECASE)
_UUID = r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b"
_TOKEN = re.compile(rf"\b(?!{_UUID})(?=[\w-]*\d)(?=[\w-]*[A-Za-z])[\w-]{{32,}}")
"""Long and of letters and digits, but for operation ids, by which an effect is found again."""

_FORMAT = "%(asctime)s %(levelname)s %(name)s [%(process)d] %(message)s"


class PrivateFile(RotatingFileHandler):
    """A log file that only its owner can read, from its first byte on."""

    def _open(self) -> io.TextIOWrapper:
        handle = os.open(self.baseFilename, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        return io.TextIOWrapper(io.FileIO(handle, "a"), encoding="utf-8", errors="backslashreplace", write_through=True)


class Entries(QueueHandler):
    """Hands each entry as it is to the thread that writes the log."""

    def __init__(self, file: PrivateFile) -> None:
        super().__init__(SimpleQueue())
        self.file = file

    def prepare(self, record: logging.LogRecord) -> logging.LogRecord:
        """Return the entry itself; as the base class prepares it, an error's text would be part of the line."""
        return record


class Reticent(logging.Formatter):
    """A formatter that leaves out the errors' texts, which may quote a customer, and masks addresses and tokens."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the record's line; a traceback that another handler has formatted is not used."""
        own = logging.makeLogRecord({**record.__dict__, "exc_text": None, "args": _without_words(record.args)})
        return masked(super().format(own))

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 - the name is logging's
        """Return the message as one line in which everything can be seen, whoever wrote any part of it."""
        return line(super().formatMessage(record))

    def formatStack(self, stack_info: str) -> str:  # noqa: N802 - the name is logging's
        """Return where it happened, without what is not a line of it."""
        return "\n".join(f"  {line(one)}" for one in stack_info.splitlines())

    def formatException(self, ei: object) -> str:  # noqa: N802 - the name is logging's
        """Return where it happened and the kinds of error, outermost cause first."""
        assert isinstance(ei, tuple)  # noqa: S101 - logging hands over nothing else
        lines: list[str] = []
        error: BaseException | None = ei[1]
        seen: set[int] = set()
        while error is not None and id(error) not in seen:
            seen.add(id(error))
            lines.append(_where(error.__traceback__) + line(type(error).__name__))
            error = error.__cause__ or error.__context__
        return "\nbecause of\n".join(lines)


def line(text: str) -> str:
    """Return a text as one line that steers no terminal, forges no other line and hides nothing."""
    cut = text[:LONGEST_MESSAGE]
    return visible(cut).replace("\n", "␊").replace("\t", "␉") + ("…" if len(text) > LONGEST_MESSAGE else "")


def masked(line: str) -> str:
    """Return a line without e-mail addresses, credentials and what looks like one."""
    return _TOKEN.sub("<token>", _PROOF.sub(r"\1 <token>", _ADDRESS.sub("<address>", line)))


def _without_words(arguments: object) -> object:
    """Return what a line is to be filled with, each error as its kind: a service's answer may be in its text.

    The store's errors are sentences of our own about files, and stay.
    """
    if not isinstance(arguments, tuple):
        return arguments
    return tuple(_kind(one) if isinstance(one, BaseException) else one for one in arguments)


def _kind(error: BaseException) -> str:
    from csat_tui.store.errors import StoreError

    return str(error) if isinstance(error, StoreError) else type(error).__name__


def _where(trace: TracebackType | None) -> str:
    frames = traceback.extract_tb(trace)
    return "".join(f"  {line(f'{frame.filename}:{frame.lineno} in {frame.name}')}\n" for frame in frames)


def begin_log(paths: Paths) -> None:
    """Begin to log; a log that cannot be written is reported elsewhere and must not stop the program."""
    root = logging.getLogger()
    for handler in [one for one in root.handlers if isinstance(one, PrivateFile)]:
        root.removeHandler(handler)
        handler.close()
    try:
        paths.make()
        handler = PrivateFile(paths.log_file, maxBytes=LARGEST_FILE, backupCount=2)
    except OSError:
        root.addHandler(logging.NullHandler())
        return
    handler.setFormatter(Reticent(_FORMAT))
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    logging.getLogger("alembic").setLevel(logging.WARNING)  # it tells of its own plugins at every first start
    for chatty in ("httpx", "httpcore"):
        logging.getLogger(chatty).setLevel(logging.WARNING)  # they tell whole addresses and headers
    logging.raiseExceptions = False  # a full disk must not print tracebacks over the screen


@contextmanager
def log_written_aside() -> Iterator[None]:
    """Write the log on a thread of its own until the end of the block, so that no screen waits for its disk."""
    root = logging.getLogger()
    file = next((handler for handler in root.handlers if isinstance(handler, PrivateFile)), None)
    if file is None:
        yield
        return
    entries = Entries(file)
    writing = QueueListener(entries.queue, file)
    writing.start()
    root.removeHandler(file)
    root.addHandler(entries)
    try:
        yield
    finally:
        root.removeHandler(entries)
        root.addHandler(file)
        writing.stop()  # after the last entry that was handed over


def log_in_use() -> Path | None:
    """Return the file that is logged to now, which for a demo is its own; None where there is none."""
    for handler in logging.getLogger().handlers:
        file = handler.file if isinstance(handler, Entries) else handler
        if isinstance(file, PrivateFile) and (path := Path(file.baseFilename)).exists():
            return path
    return None
