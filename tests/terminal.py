"""A real pseudo-terminal with a real program in it: type, read the screen, keep every byte that was sent to it."""

import os
import re
import select
import signal
import sys
import termios
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from functools import cache
from types import TracebackType
from typing import Any, Self

import pexpect
import pexpect.fdpexpect
import pyte
from wcwidth import wcwidth

from tests.warm import Started

PATIENCE = 30.0
"""Seconds until what must appear has appeared; generous, for it only matters when something is broken."""

ESCAPE_ALONE = 0.25
"""Seconds of quiet by which a terminal program knows the escape key from the beginning of a sequence."""

PROGRAM = (sys.executable, "-m", "csat_tui")
"""What starts csat-tui in a terminal; a process that has read its modules already does it."""

KEYS = {
    "enter": "\r",
    "tab": "\t",
    "esc": "\x1b",
    "ctrl+s": "\x13",
    "ctrl+q": "\x11",
    "ctrl+p": "\x10",
    "ctrl+d": "\x04",
    "ctrl+u": "\x15",
    "ctrl+l": "\x0c",
    "f6": "\x1b[17~",
    "backspace": "\x7f",
    "shift+tab": "\x1b[Z",
}
"""What a terminal sends for a key that is not a letter."""


COLOURS = re.compile(rb"\x1b\[[0-9;:]*m")
"""What sets colours and weights, of which nobody here takes note; a parser spends most of its time on it."""
UNFINISHED = re.compile(rb"\x1b(\[[0-9;:?]*)?\Z")
"""The beginning of a sequence whose rest is still to come."""


@cache
def cell_of(char: str) -> pyte.screens.Char | None:
    """Return the one cell that a character takes; None for all that is not as simple."""
    return pyte.screens.Char(char) if wcwidth(char) == 1 else None


class Screen(pyte.Screen):
    """A terminal's screen without colours that, like a terminal, passes over what it does not know."""

    def __init__(self, columns: int, lines: int) -> None:
        super().__init__(columns, lines)
        self._rows = [""] * lines

    def report_device_status(self, mode: int, **kwargs: bool) -> None:
        """Answer nothing: nobody reads the answers here."""

    def draw(self, data: str) -> None:
        """Write a text at the cursor: a simple one at once, any other by all the rules."""
        end = self.cursor.x + len(data)
        cells = [cell_of(char) for char in data]
        if end > self.columns or None in cells or pyte.modes.IRM in self.mode:
            super().draw(data)
            return
        self.buffer[self.cursor.y].update(zip(range(self.cursor.x, end), cells, strict=True))
        self.dirty.add(self.cursor.y)
        self.cursor.x = end

    @property
    def text(self) -> str:
        """What stands on it, a line a row; only rows that were written to since the last look are read again."""
        for row in self.dirty:
            if row < self.lines:
                self._rows[row] = self._row(row)
        self.dirty.clear()
        return "\n".join(self._rows)

    def _row(self, row: int) -> str:
        cells = self.buffer[row]
        # A wide letter is followed by a cell with nothing in it.
        return "".join(cells[column].data for column in range(self.columns)).rstrip()


class InTerminal(pexpect.fdpexpect.fdspawn):
    """A csat-tui in a pseudo-terminal, started by a process that is warm."""

    def __init__(self, arguments: Sequence[str], environ: Mapping[str, str], columns: int, lines: int) -> None:
        ours, its = os.openpty()
        termios.tcsetwinsize(its, (lines, columns))
        self._started = Started(arguments, environ, (its, its, its), leads=True)
        os.close(its)
        super().__init__(ours, timeout=5)
        self.pid = self._started.pid

    def close(self, force: bool = True) -> None:
        """Close the terminal, and end what does not end by that."""
        if not self.closed:
            super().close()
        for number in (signal.SIGHUP, signal.SIGCONT, signal.SIGINT, signal.SIGKILL) if force else ():
            self.kill(number)
            with suppress(TimeoutError):
                self.wait(0.1)
                return

    def wait(self, seconds: float | None = None) -> int:
        """Wait until it has ended."""
        code = self._started.wait(seconds)
        self.exitstatus, self.signalstatus = (code, None) if code >= 0 else (None, -code)
        return code

    def kill(self, sig: int) -> None:
        """Send it a signal."""
        self._started.send_signal(sig)


class Terminal:
    """One program in one pseudo-terminal."""

    def __init__(
        self,
        command: Sequence[str],
        environ: Mapping[str, str],
        columns: int = 120,
        lines: int = 40,
        *,
        warm: bool = True,
    ) -> None:
        self.raw = bytearray()
        """Every byte that the program has sent."""
        self._unfinished = b""
        self._screen = Screen(columns, lines)
        self._stream = pyte.ByteStream(self._screen)
        env = {**os.environ, "TERM": "xterm-256color", "COLORTERM": "truecolor", "LANG": "C.UTF-8", **environ}
        # A test runner may have said something about a terminal of its own.
        for name in ("NO_COLOR", "COLUMNS", "LINES"):
            env.pop(name, None)
        if warm and tuple(command[: len(PROGRAM)]) == PROGRAM:
            self.process: Any = InTerminal(command[len(PROGRAM) :], env, columns, lines)
        else:
            self.process = pexpect.spawn(command[0], list(command[1:]), env=env, dimensions=(lines, columns), timeout=5)
            self.process.delaybeforesend = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.process.close(force=True)

    @property
    def text(self) -> str:
        """The screen as it stands, a line a row."""
        return self._screen.text

    def press(self, *keys: str) -> None:
        """Type keys, each by its name or itself; a plain string of several characters is typed as it is."""
        for key in keys:
            self.process.send(KEYS.get(key, key))
            self._read(ESCAPE_ALONE if key == "esc" else 0.05)

    def send(self, data: str) -> None:
        """Send what a terminal sends, as it is."""
        self.process.send(data)

    def wait_for(self, *patterns: str, patience: float = PATIENCE) -> str:
        """Read until the screen shows all the patterns at once; returns the screen."""
        return self.wait_until(
            lambda text: all(re.search(pattern, text) for pattern in patterns), " and ".join(patterns), patience
        )

    def wait_until(self, holds: Callable[[str], object], what: str, patience: float = PATIENCE) -> str:
        """Read until something holds of the screen; returns the screen."""
        deadline = time.monotonic() + patience
        while not holds(text := self.text):
            if not self._take(0.1):
                self.process.close()
                how = f"code {self.process.exitstatus}, signal {self.process.signalstatus}"
                raise AssertionError(f"the program ended ({how}) before its screen showed {what}:\n{self.text}")
            if time.monotonic() > deadline:
                raise AssertionError(f"the screen does not show {what}:\n{self.text}")
        return text

    def read_until_quiet(self, seconds: float = 0.05) -> None:
        """Read until the program has sent nothing for some time, or has ended."""
        before = -1
        while before != len(self.raw):
            before = len(self.raw)
            if not self._take(seconds):
                return

    def wait_for_end(self, patience: float = PATIENCE) -> int | None:
        """Read until the program has ended; returns its exit code."""
        deadline = time.monotonic() + patience
        while self._take(0.1):
            if time.monotonic() > deadline:
                raise AssertionError(f"the program goes on:\n{self.text}")
        self.process.wait()
        return self.process.exitstatus

    def kill(self) -> None:
        """End the program as a closed terminal window or a crash would: at once."""
        self.process.kill(signal.SIGKILL)
        self.process.wait()

    def _read(self, seconds: float) -> bool:
        """Take in what the program sends within some time; False once it has ended."""
        deadline = time.monotonic() + seconds
        while True:
            left = deadline - time.monotonic()
            if not self._take(max(left, 0.01)):
                return False
            if left <= 0:
                return True

    def _take(self, seconds: float) -> bool:
        try:
            data = self.process.read_nonblocking(65536, timeout=seconds)
        except pexpect.TIMEOUT:
            return True
        except pexpect.EOF:
            return False
        # A frame comes in many pieces; what has come already is taken in at once, and looked at once.
        while select.select([self.process.child_fd], [], [], 0)[0]:
            try:
                data += self.process.read_nonblocking(65536, timeout=0)
            except (pexpect.TIMEOUT, pexpect.EOF):
                break
        self.raw += data
        shown = COLOURS.sub(b"", self._unfinished + data)
        rest = UNFINISHED.search(shown)
        self._unfinished = rest[0] if rest else b""
        self._stream.feed(shown.removesuffix(self._unfinished))
        return True
