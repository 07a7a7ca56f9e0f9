"""The terminal under the workstation, and how it goes away.

Textual 8.2.8 reads a terminal that has gone for ever, at full speed, and its writer thread ends at the first error, so
that the app then waits for room in a queue that nobody empties. A hang-up signal would end the program before that,
but it does not reach everybody: not in a container's exec, nor behind some remote shells. So the driver is replaced
where it reads (`run_input_thread`), where it writes (`_file`, `_writer_thread`), and where it ends (`close`).
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

LOOK = 0.1
"""Seconds between two looks at a terminal on which nobody types."""

LAST_FRAME = 0.5
"""Seconds that the last words to a terminal may take at an end that nobody asked for by a key."""


KEYS = 5.0
"""Seconds that keys which were read already get to have their effect, at most; they take milliseconds."""

BRIEFLY = 0.8
"""Seconds in which words are tried to be saved before they go to a file: whoever ends us may not wait much longer."""

WORDS = 15.0
"""Seconds in which it is tried where no file can be written either."""

AGAIN = 0.1
"""Seconds between two attempts to save them."""

GLANCE = 0.01
"""Seconds between two looks whether keys are waiting."""


class Ending(Enum):
    """Why the workstation ends though the person has not left it; the value is what the log says."""

    INPUT = "its input has ended"
    OUTPUT = "it takes no more output"
    HANG_UP = "it has hung up (SIGHUP)"
    TERMINATED = "the program was asked to end (SIGTERM)"


class TerminalGone(Message):
    """Tells the app that there is nobody in front of it any more; it comes after the keys that were read."""

    def __init__(self, why: Ending) -> None:
        super().__init__()
        self.why = why


class _Output:
    """The terminal as a file to write to; one that has gone swallows what it is given, and says so once."""

    def __init__(self, file: IO[str], driver: "TerminalDriver") -> None:
        self._stream = file
        self._terminal = driver

    def write(self, text: str) -> None:
        """Write, unless nobody is there."""
        with self._watched():
            if not self._terminal.mute:
                self._stream.write(text)

    def flush(self) -> None:
        """Send what was written."""
        with self._watched():
            if not self._terminal.mute:
                self._stream.flush()

    def fileno(self) -> int:
        """Return the number of the file."""
        return self._stream.fileno()

    @contextlib.contextmanager
    def _watched(self) -> Iterator[None]:
        try:
            yield
        except (OSError, ValueError):  # a file that was closed raises ValueError
            self._terminal.mute = True
            self._terminal.gone(Ending.OUTPUT)


class TerminalDriver(DriverSeams):
    """Textual's driver, which notices that its terminal has gone away, and that the program is to end."""

    def __init__(self, app: App[Any], **options: Any) -> None:
        super().__init__(app, **options)
        self.ending: Ending | None = None
        """Why the program is to end; None while all is well."""
        self.mute = False
        """Whether the terminal takes no more output."""
        self.stuck = False
        """Whether a thread still hangs on the terminal at the end; only the end of the process ends it."""
        self._told = threading.Lock()
        self._patience_until = 0.0
        self._output = _Output(sys.__stderr__, self)  # type: ignore[arg-type]
        self.replace_output(self._output)  # type: ignore[arg-type]
        for number, why in ((signal.SIGHUP, Ending.HANG_UP), (signal.SIGTERM, Ending.TERMINATED)):
            self._heed(number, why)

    def _heed(self, number: signal.Signals, why: Ending) -> None:
        """End in order at a signal, except where whoever started us wants it ignored, as nohup does."""

        def told(_number: int, _frame: FrameType | None) -> None:
            self.gone(why)

        if signal.getsignal(number) is signal.SIG_DFL:
            signal.signal(number, told)

    def gone(self, why: Ending) -> None:
        """Begin to end, once; may be called from any thread and from a signal's handler."""
        if self.ending is not None:
            return
        self._patience_until = monotonic() + LAST_FRAME
        self.ending = why
        with contextlib.suppress(RuntimeError):  # the loop has ended by itself meanwhile
            self.send_message(TerminalGone(why))

    def write(self, data: str) -> None:
        """Hand over to the writer thread; once the program ends nobody waits long for room in its queue."""
        while self.writes and not self.mute:
            try:
                self.hand_over(data, LOOK)
            except Full:
                self.mute = self.mute or (self.ending is not None and monotonic() > self._patience_until)
            else:
                return

    def close(self) -> None:
        """End the writer thread; one that hangs on a terminal which does not read is left behind."""
        if not self.writes:
            return
        if self.ending is None:
            super().close()
            return
        with contextlib.suppress(Full):
            self.hand_over(None, LAST_FRAME)
        self.stuck = not self.wait_for_writing(LAST_FRAME)

    def read_input(self) -> None:
        """Read until the end; a terminal that has gone ends the reading and is no fault."""
        try:
            self.run_input_thread()
        except EOFError:
            self.gone(Ending.INPUT)
        except OSError as error:
            log.warning("the terminal cannot be read: %s", errno.errorcode.get(error.errno or 0, "unknown"))
            self.gone(Ending.INPUT)
        except Exception as error:  # what Textual would show as a traceback
            self.report(error)

    def run_input_thread(self) -> None:
        """Read keys and hand them to the app. Raises EOFError and OSError where the terminal has gone away.

        This is Textual's own loop with an end: there, nothing to read is passed over and read again at once.
        """
        parser = self.new_parser()
        decode = getincrementaldecoder("utf-8")(errors="replace").decode
        # `poll` also tells that the other side has gone where nothing is written; some systems cannot ask terminals so.
        output = select.poll()
        output.register(self._output.fileno(), 0)
        try:
            while not self.exit_event.is_set():
                readable, _, _ = select.select([self.fileno], [], [], LOOK)
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
    """Return whether the mouse can be used without harm to the keys.

    GNU screen holds a lone escape back until the next key while the program in it listens to the mouse.
    """
    return not environ.get("STY")


class Outliving(AppSeams):
    """Ends by itself where its terminal has gone away or the program is asked to end."""

    def __init__(self, **options: Any) -> None:
        super().__init__(driver_class=TerminalDriver, **options)
        self.saved = False
        """Whether what was typed is saved, at an end that nobody asked for by a key."""
        self.rescued: Path | None = None
        """The file with what could not be saved at such an end; None where none was needed."""

    @property
    def ending(self) -> Ending | None:
        """Why it ends though nobody has left it; None where all is well."""
        return self.driver.ending if isinstance(self.driver, TerminalDriver) else None

    @property
    def stuck(self) -> bool:
        """Whether a thread still hangs on the terminal, so that only the end of the process ends it."""
        return isinstance(self.driver, TerminalDriver) and self.driver.stuck

    async def keep_everything(self) -> None:
        """Bring what was typed to safety; may raise, and is tried again then."""

    def rescue_words(self) -> Path | None:
        """Write what could not be saved to a file; None where nothing is known of any. Raises OSError."""
        return None

    def keys_are_waiting(self) -> bool:
        """Whether keys that were read have not had their effect yet."""
        return False

    def on_terminal_gone(self, message: TerminalGone) -> None:
        """End, beside whatever else is under way."""
        message.stop()
        log.warning("ending: the terminal: %s", message.why.value)
        self.run_worker(self._end(), group="ending", exit_on_error=False)

    async def _end(self) -> None:
        try:
            last = monotonic() + KEYS
            while self.keys_are_waiting() and monotonic() < last:
                await asyncio.sleep(GLANCE)
            await self._keep()
        finally:
            self.exit()

    async def _keep(self) -> None:
        began = monotonic()
        last = began + BRIEFLY
        while True:
            try:
                async with asyncio.timeout(max(last - monotonic(), AGAIN)):
                    await self.keep_everything()
            except Exception as error:
                if monotonic() >= last:
                    self._rescue()
                    if self.rescued is not None:
                        return
                    last = began + WORDS
                    if monotonic() >= last:
                        log.exception("ending: what was typed last could not be saved")
                        return
                log.warning("ending: what was typed is not saved yet: %s", str(error) or "the database is in use")
                await asyncio.sleep(AGAIN)
            else:
                self.saved = True
                log.info("ending: everything that was typed is saved")
                return

    def _rescue(self) -> None:
        """Write to a file what the store does not take."""
        try:
            self.rescued = self.rescue_words()
        except OSError as error:
            log.warning("ending: what was typed last cannot be written to a file either: %s", error.strerror)
        if self.rescued is not None:
            log.warning("ending: what was typed last could not be saved in time and is in %s", self.rescued)

    def log_failure(self, error: Exception | None) -> None:
        """Write the error that ends the workstation to the log."""
        log.critical("the screen has failed", exc_info=error)
