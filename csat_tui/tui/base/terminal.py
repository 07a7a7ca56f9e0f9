"""The terminal under the workstation, and what happens when it disappears.

If the terminal disappears, Textual 8.2.8 goes on reading it at full speed for ever. Its writer thread ends at the first
error, and the app then waits for room in a queue that nobody empties. A hang-up signal would end the program before
that, but some programs never get it: in a container's exec, or behind some remote shells. So this driver replaces how
Textual's reads (`run_input_thread`), writes (`_file`, `_writer_thread`) and ends (`close`).
"""

import asyncio
import contextlib
import errno
import logging
import os
import select
import signal
import sys
import threading
from codecs import getincrementaldecoder
from collections.abc import Iterator, Mapping
from enum import Enum
from pathlib import Path
from queue import Full
from time import monotonic
from types import FrameType
from typing import IO, Any

from textual.app import App
from textual.message import Message

from csat_tui.tui.base.textual_seams import AppSeams, DriverSeams, ParseError

log = logging.getLogger(__name__)

POLL_INTERVAL = 0.1
"""Seconds between two checks of a terminal on which nobody types."""

LAST_FRAME = 0.5
"""Seconds for the last output to the terminal when the program ends by itself."""

KEYS_TIME = 5.0
"""Seconds that the keys read so far may take at most to have their effect; they usually take milliseconds."""

SAVE_TIME = 0.8
"""Seconds of attempts to save words before they go to a file: a SIGKILL may soon follow the signal that ends us."""

LAST_SAVE_TIME = 15.0
"""Seconds of attempts to save words if no file can be written either."""

RETRY_INTERVAL = 0.1
"""Seconds between two attempts to save words."""

KEY_INTERVAL = 0.01
"""Seconds between two checks for waiting keys."""


class Ending(Enum):
    """Why the workstation ends although the person did not quit; the value is the words of the log."""

    INPUT = "its input has ended"
    OUTPUT = "it takes no more output"
    HANG_UP = "it has hung up (SIGHUP)"
    TERMINATED = "the program was asked to end (SIGTERM)"


class TerminalGone(Message):
    """Tells the app that its terminal has disappeared or a signal ends it; it follows the keys that were read."""

    def __init__(self, why: Ending) -> None:
        super().__init__()
        self.why = why


class _Output:
    """The terminal as a writable file; if the terminal disappears, output is dropped and the driver is told once."""

    def __init__(self, file: IO[str], driver: "TerminalDriver") -> None:
        self._stream = file
        self._terminal = driver

    def write(self, text: str) -> None:
        """Write a text, unless the terminal has disappeared."""
        with self._watched():
            if not self._terminal.mute:
                self._stream.write(text)

    def flush(self) -> None:
        """Send the buffered text."""
        with self._watched():
            if not self._terminal.mute:
                self._stream.flush()

    def fileno(self) -> int:
        """Return the file descriptor."""
        return self._stream.fileno()

    @contextlib.contextmanager
    def _watched(self) -> Iterator[None]:
        try:
            yield
        except (OSError, ValueError):  # a file that was closed raises ValueError
            self._terminal.mute = True
            self._terminal.gone(Ending.OUTPUT)


class TerminalDriver(DriverSeams):
    """Textual's driver, extended to notice that the terminal has disappeared or that a signal ends the program."""

    def __init__(self, app: App[Any], **options: Any) -> None:
        super().__init__(app, **options)
        self.ending: Ending | None = None
        """Why the program ends; None while it runs normally."""
        self.mute = False
        """Whether output is dropped."""
        self.stuck = False
        """Whether the writer thread still blocks on the terminal; only the end of the process ends it."""
        self._told = threading.Lock()
        self._patience_until = 0.0
        self._output = _Output(sys.__stderr__, self)  # type: ignore[arg-type]
        self.replace_output(self._output)  # type: ignore[arg-type]
        for number, why in ((signal.SIGHUP, Ending.HANG_UP), (signal.SIGTERM, Ending.TERMINATED)):
            self._heed(number, why)

    def _heed(self, number: signal.Signals, why: Ending) -> None:
        """End in order at a signal, unless our parent had it ignored, as nohup does."""

        def handle(_number: int, _frame: FrameType | None) -> None:
            self.gone(why)

        if signal.getsignal(number) is signal.SIG_DFL:
            signal.signal(number, handle)

    def gone(self, why: Ending) -> None:
        """Begin to end; later calls do nothing. May be called from any thread and from a signal handler."""
        if self.ending is not None:
            return
        self._patience_until = monotonic() + LAST_FRAME
        self.ending = why
        with contextlib.suppress(RuntimeError):  # the loop has ended by itself meanwhile
            self.send_message(TerminalGone(why))

    def write(self, data: str) -> None:
        """Pass a text to the writer thread; once the program ends, do not wait long for room in its queue."""
        while self.writes and not self.mute:
            try:
                self.hand_over(data, POLL_INTERVAL)
            except Full:
                self.mute = self.mute or (self.ending is not None and monotonic() > self._patience_until)
            else:
                return

    def close(self) -> None:
        """End the writer thread, or abandon it if it blocks on a terminal that does not read."""
        if not self.writes:
            return
        if self.ending is None:
            super().close()
            return
        with contextlib.suppress(Full):
            self.hand_over(None, LAST_FRAME)
        self.stuck = not self.wait_for_writing(LAST_FRAME)

    def read_input(self) -> None:
        """Read until the end; if the terminal disappears, the reading ends without a fault."""
        try:
            self.run_input_thread()
        except EOFError:
            self.gone(Ending.INPUT)
        except OSError as error:
            log.warning("the terminal cannot be read: %s", errno.errorcode.get(error.errno or 0, "unknown"))
            self.gone(Ending.INPUT)
        except Exception as error:  # Textual would show a traceback
            self.report(error)

    def run_input_thread(self) -> None:
        """Read keys and pass them to the app. Raises EOFError and OSError if the terminal has disappeared.

        This is Textual's own loop with an end: Textual ignores an empty read and reads again at once.
        """
        parser = self.new_parser()
        decode = getincrementaldecoder("utf-8")(errors="replace").decode
        # `poll` reports a closed other side even if nothing is written; some systems do not support it for terminals.
        output = select.poll()
        output.register(self._output.fileno(), 0)
        try:
            while not self.exit_event.is_set():
                readable, _, _ = select.select([self.fileno], [], [], POLL_INTERVAL)
                if readable:
                    data = os.read(self.fileno, 4096)
                    if not data:
                        raise EOFError
                    for message in parser.feed(decode(data)):
                        self.process_message(message)
                for message in parser.tick():
                    self.process_message(message)
                if any(state & (select.POLLHUP | select.POLLERR) for _, state in output.poll(0)):
                    self.mute = True
                    self.gone(Ending.OUTPUT)
        finally:
            with contextlib.suppress(EOFError, ParseError):
                for _ in parser.feed(""):
                    pass


def mouse_works(environ: Mapping[str, str]) -> bool:
    """Return whether the mouse can be used without delaying keys.

    While a program listens to the mouse, GNU screen holds a lone Escape back until the next key.
    """
    return not environ.get("STY")


class TerminalApp(AppSeams):
    """An app that ends in order if its terminal disappears or a signal asks it to end."""

    def __init__(self, **options: Any) -> None:
        super().__init__(driver_class=TerminalDriver, **options)
        self.saved = False
        """Whether the typed words were saved when the app ended by itself."""
        self.rescued: Path | None = None
        """The file with the words that could not be saved then; None if there is none."""

    @property
    def ending(self) -> Ending | None:
        """Why the app ends by itself; None while it runs normally."""
        return self.driver.ending if isinstance(self.driver, TerminalDriver) else None

    @property
    def stuck(self) -> bool:
        """Whether a thread still blocks on the terminal, so that only the end of the process ends it."""
        return isinstance(self.driver, TerminalDriver) and self.driver.stuck

    async def keep_everything(self) -> None:
        """Save the typed words; if it raises, it is called again."""

    def rescue_words(self) -> Path | None:
        """Write the unsaved words to a file and return it; None if there are no such words. Raises OSError."""
        return None

    def keys_are_waiting(self) -> bool:
        """Whether keys were read that have not had their effect yet."""
        return False

    def on_terminal_gone(self, message: TerminalGone) -> None:
        """Save the words and end, beside other running work."""
        message.stop()
        log.warning("ending: the terminal: %s", message.why.value)
        self.run_worker(self._end(), group="ending", exit_on_error=False)

    async def _end(self) -> None:
        try:
            last = monotonic() + KEYS_TIME
            while self.keys_are_waiting() and monotonic() < last:
                await asyncio.sleep(KEY_INTERVAL)
            await self._keep()
        finally:
            self.exit()

    async def _keep(self) -> None:
        began = monotonic()
        last = began + SAVE_TIME
        while True:
            try:
                async with asyncio.timeout(max(last - monotonic(), RETRY_INTERVAL)):
                    await self.keep_everything()
            except Exception as error:
                if monotonic() >= last:
                    self._rescue()
                    if self.rescued is not None:
                        return
                    last = began + LAST_SAVE_TIME
                    if monotonic() >= last:
                        log.exception("ending: what was typed last could not be saved")
                        return
                log.warning("ending: what was typed is not saved yet: %s", str(error) or "the database is in use")
                await asyncio.sleep(RETRY_INTERVAL)
            else:
                self.saved = True
                log.info("ending: everything that was typed is saved")
                return

    def _rescue(self) -> None:
        """Write the words that the store does not accept to a file."""
        try:
            self.rescued = self.rescue_words()
        except OSError as error:
            log.warning("ending: what was typed last cannot be written to a file either: %s", error.strerror)
        if self.rescued is not None:
            log.warning("ending: what was typed last could not be saved in time and is in %s", self.rescued)

    def log_failure(self, error: Exception | None) -> None:
        """Log the error that ends the workstation."""
        log.critical("the screen has failed", exc_info=error)
