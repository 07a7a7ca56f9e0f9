"""The log file: what happened, without what customers wrote."""

import io
import logging
import os
import traceback
from logging.handlers import RotatingFileHandler
from types import TracebackType

from csat_tui.paths import Paths

LARGEST = 1_000_000
"""Bytes of one log file; two older ones are kept beside it."""

_FORMAT = "%(asctime)s %(levelname)s %(name)s [%(process)d] %(message)s"


class PrivateFile(RotatingFileHandler):
    """A log that only its owner can read, from its first byte on."""

    def _open(self) -> io.TextIOWrapper:
        handle = os.open(self.baseFilename, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        return io.TextIOWrapper(io.FileIO(handle, "a"), encoding="utf-8", errors="backslashreplace", write_through=True)


class Reticent(logging.Formatter):
    """Writes tracebacks without the errors' own words, which may quote a customer or a token."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the record's line, whatever another handler has made of its traceback before."""
        own = logging.makeLogRecord({**record.__dict__, "exc_text": None})
        return super().format(own)

    def formatException(self, ei: object) -> str:  # noqa: N802 - the name is logging's
        """Return where it happened and the kinds of error, outermost cause first."""
        assert isinstance(ei, tuple)  # noqa: S101 - logging hands over nothing else
        lines: list[str] = []
        error: BaseException | None = ei[1]
        seen: set[int] = set()
        while error is not None and id(error) not in seen:
            seen.add(id(error))
            lines.append(_where(error.__traceback__) + type(error).__name__)
            error = error.__cause__ or error.__context__
        return "\nbecause of\n".join(lines)


def _where(trace: TracebackType | None) -> str:
    frames = traceback.extract_tb(trace)
    return "".join(f"  {frame.filename}:{frame.lineno} in {frame.name}\n" for frame in frames)


def begin_log(paths: Paths) -> None:
    """Begin to log; a place that cannot be written is told elsewhere and must not stop the program."""
    root = logging.getLogger()
    for handler in [one for one in root.handlers if isinstance(one, PrivateFile)]:
        root.removeHandler(handler)
        handler.close()
    try:
        paths.make()
        handler = PrivateFile(paths.log_file, maxBytes=LARGEST, backupCount=2)
    except OSError:
        root.addHandler(logging.NullHandler())
        return
    handler.setFormatter(Reticent(_FORMAT))
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    logging.getLogger("alembic").setLevel(logging.WARNING)  # it tells of its own plugins at every first start
    logging.raiseExceptions = False  # a full disk must not print tracebacks over the screen
