"""Records what the screen's thread waits for: statements to the store, and files that it opens, changes or looks at."""

import os
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from types import FrameType
from typing import Any
from unittest.mock import patch

from sqlalchemy import Engine

OURS = "csat_tui"

FILE_EVENTS = frozenset(
    {"open", "os.listdir", "os.scandir", "os.mkdir", "os.rename", "os.remove", "os.link", "os.truncate", "os.chmod",
     "tempfile.mkstemp", "tempfile.mkdtemp", "subprocess.Popen", "sqlite3.connect", "socket.connect", "shutil.copyfile",
     "shutil.move"}
)  # fmt: skip
"""Audit events of the interpreter that wait for a disk, a process or a network."""

CODE = (".py", ".pyc", ".so", ".tcss")
"""Endings of files that belong to the program, which is loaded as it runs."""


@dataclass(frozen=True, slots=True)
class Waited:
    """One time that the screen's thread waited for the store or a file."""

    event: str
    by: str
    """The program's own functions on the stack, the innermost last."""
    doing: str
    """The command that was under way."""

    def __str__(self) -> str:
        """Say where it was."""
        return f"{self.doing or 'nothing'}: {self.event} by {self.by}"


class Notes:
    """What has been noted; `doing` names the command that is under way."""

    def __init__(self) -> None:
        self.waited: list[Waited] = []
        self.doing = ""
        self._thread = threading.get_ident()

    def note(self, event: str) -> None:
        """Note an event of the screen's thread that one of the program's own functions has caused."""
        if threading.get_ident() == self._thread and (by := _ours(sys._getframe(1))):
            self.waited.append(Waited(event, by, self.doing))

    def __str__(self) -> str:
        """List what was noted, each once."""
        return "\n".join(dict.fromkeys(str(one) for one in self.waited))


_active: list[Notes] = []


@cache
def _hear_audit_events() -> None:
    """Have each event of the interpreter told, from now on: a hook cannot be taken away, and costs every test after."""
    sys.addaudithook(_audit)


def _audit(event: str, arguments: tuple[Any, ...]) -> None:
    if _active and event in FILE_EVENTS:
        what = arguments[0] if arguments else ""
        if not (event == "open" and isinstance(what, int)) and not str(what).endswith(CODE):
            _active[-1].note(f"{event} {what}")


def _ours(frame: FrameType | None) -> str:
    """Return the program's own functions on a stack, the innermost last; none for what the interpreter loads."""
    found: list[str] = []
    while frame is not None:
        if frame.f_globals.get("__name__") == "importlib._bootstrap":
            return ""
        module = frame.f_globals.get("__name__", "")
        if module.split(".")[0] == OURS:
            found.append(f"{module.removeprefix('csat_tui.')}:{frame.f_code.co_qualname}")
        frame = frame.f_back
    return " > ".join(reversed(found)) if any(one.startswith("tui.") for one in found) else ""


@contextmanager
def screen_thread() -> Iterator[Notes]:
    """Note what this thread waits for within."""
    _hear_audit_events()
    notes = Notes()
    connect, stat, access = Engine.connect, os.stat, os.access

    def connecting(engine: Engine, *arguments: Any, **named: Any) -> Any:
        notes.note("the store")
        return connect(engine, *arguments, **named)

    def looking(path: Any, *arguments: Any, **named: Any) -> Any:
        if not isinstance(path, int) and not str(path).endswith(CODE):
            notes.note(f"stat {path}")
        return stat(path, *arguments, **named)

    def accessing(path: Any, *arguments: Any, **named: Any) -> Any:
        notes.note(f"access {path}")
        return access(path, *arguments, **named)

    _active.append(notes)
    try:
        with patch.object(Engine, "connect", connecting), patch("os.stat", looking), patch("os.access", accessing):
            yield notes
    finally:
        _active.remove(notes)
