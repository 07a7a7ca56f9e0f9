"""A terminal that goes away without a word to the program: it ends by itself, with every typed word saved."""

import fcntl
import os
import select
import signal
import sqlite3
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from types import TracebackType
from typing import Self

import pyte
import pytest

from csat_tui.cli.exits import Exit
from csat_tui.store.cases.queue import QueueView
from csat_tui.store.files import DatabaseLock
from csat_tui.store.leases import is_gone
from tests.cli.conftest import CommandLine
from tests.terminal import KEYS, Screen
from tests.warm import Started

COLUMNS, LINES = 150, 50
PATIENCE = 30.0
"""Seconds until something has appeared; only whoever waits in vain waits so long."""

AT_MOST = 2.0
"""Seconds of its own work in which the program has ended."""

IN_TIME = 6.0
"""Seconds in which it has ended where nobody gives the store free: two on a machine that has nothing else to do."""

WORDS = "the box came two days late and nobody called"


class Pty:
    """A pseudo-terminal that is nobody's controlling terminal: closing it sends no signal."""

    def __init__(self) -> None:
        self.master, self.slave = os.openpty()
        self._open = {self.master, self.slave}
        fcntl.ioctl(self.slave, termios.TIOCSWINSZ, struct.pack("HHHH", LINES, COLUMNS, 0, 0))

    def close(self, *ends: int) -> None:
        """Close some ends or both, each once: its number may belong to another file by the second time."""
        for end in self._open.intersection(ends or self._open):
            self._open.remove(end)
            os.close(end)

    def go_away(self) -> None:
        self.close(self.master)


class Program:
    """The workstation with a terminal for what is typed, and the same or another one for what it shows."""

    def __init__(self, command: CommandLine, *, apart: bool = False, before: Callable[[], None] | None = None) -> None:
        self.input = Pty()
        self.output = Pty() if apart else self.input
        self._gone: set[int] = set()
        self._screen = Screen(COLUMNS, LINES)
        self.raw = bytearray()
        self._stream = pyte.ByteStream(self._screen)
        env = {**os.environ, "TERM": "xterm-256color", "LANG": "C.UTF-8", **command.environ}
        env.pop("NO_COLOR", None)
        files = self.input.slave, self.output.slave, self.output.slave
        self.process: Started | subprocess.Popen[bytes]
        if before is None:
            self.process = Started([], env, files)
        else:
            self.process = subprocess.Popen(
                [sys.executable, "-P", "-m", "csat_tui"],
                env=env,
                stdin=files[0],
                stdout=files[1],
                stderr=files[2],
                start_new_session=True,
                preexec_fn=before,
            )
        for pty in (self.input, self.output):
            pty.close(pty.slave)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        for pty in (self.input, self.output):
            pty.close()

    def press(self, *keys: str) -> None:
        os.write(self.input.master, "".join(KEYS.get(key, key) for key in keys).encode())

    def take(self, seconds: float = 0.1) -> None:
        while select.select([self.output.master], [], [], seconds)[0]:
            try:
                data = os.read(self.output.master, 65536)
            except OSError:
                return
            self.raw += data
            self._stream.feed(data)
            seconds = 0

    def wait_for(self, *parts: str) -> None:
        deadline = time.monotonic() + PATIENCE
        while not all(part in self._screen.text for part in parts):
            assert time.monotonic() < deadline, f"the screen does not show {parts}:\n{self._screen.text}"
            self.take()

    def wait_for_no(self, part: str) -> None:
        deadline = time.monotonic() + PATIENCE
        while part in self._screen.text:
            assert time.monotonic() < deadline, f"the screen still shows {part}:\n{self._screen.text}"
            self.take()

    @property
    def text(self) -> str:
        return self._screen.text

    def seconds_of_work(self) -> float:
        """Return the processor's time that the program has taken."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def end(self, *, reading: bool = True) -> tuple[int, float]:
        """Wait until it has ended; returns its code and the processor's time that it has taken by then."""
        deadline = time.monotonic() + PATIENCE
        while True:
            if isinstance(self.process, Started):
                if self.process.poll() is not None:
                    return self.process.wait(), self.process.seconds_used
            else:
                number, status, used = os.wait4(self.process.pid, os.WNOHANG)
                if number:
                    self.process.returncode = os.waitstatus_to_exitcode(status)
                    return self.process.returncode, used.ru_utime + used.ru_stime
            assert time.monotonic() < deadline, f"the program goes on:\n{self.text}"
            if reading and self.output.master not in self._gone:
                self.take(0.02)
            else:
                time.sleep(0.02)

    def go_away(self, which: Pty) -> None:
        self._gone.add(which.master)
        which.go_away()


def wait_until_it_stands_still(program: Program) -> None:
    """Wait until nothing more comes that nobody has read: the program waits for room that nobody makes."""
    deadline = time.monotonic() + PATIENCE
    looks: list[int] = []
    while len(looks) < 4 or len(set(looks[-4:])) > 1:
        assert time.monotonic() < deadline, "the program goes on writing"
        looks.append(struct.unpack("i", fcntl.ioctl(program.output.master, termios.FIONREAD, b"\0" * 4))[0])
        time.sleep(0.25)


def begin_to_type(program: Program) -> None:
    """Take an outcome of the first case and type, and leave no time for anything to be saved."""
    program.wait_for("1 Queue", "customer ·")
    program.press("e", "q")
    program.wait_for("Question to the channel")
    program.press(WORDS)
    program.wait_for(WORDS)


def kept(command: CommandLine) -> list[str]:
    """Return the words of all drafts in the store."""
    workplace = command.workplace()
    try:
        rows = workplace.desk.rows_after(QueueView(), None, 100)
        cases = [workplace.desk.case(row.id) for row in rows]
        return [text for case in cases if case is not None for text in case.draft.fields.values() if text]
    finally:
        workplace.close()


def assert_given_back(command: CommandLine, *, in_time: bool = True) -> None:
    """No lease is left, or only one that nobody waits for where it was not `in_time`; nobody holds the lock file."""
    with closing(sqlite3.connect(command.paths.database)) as store:
        left = [holder for (holder,) in store.execute("SELECT holder FROM lease")]
    assert not left or (not in_time and all(is_gone(holder) for holder in left))
    DatabaseLock.alone(command.paths.database).release()


def assert_ended_well(program: Program, command: CommandLine, before: float, code: Exit = Exit.HUNG_UP) -> None:
    ended, work = program.end()
    assert ended == code, program.text
    assert work - before < AT_MOST
    log = command.paths.log_file.read_text()
    assert "ending: the terminal" in log
    assert "everything that was typed is saved" in log
    assert "Traceback" not in bytes(program.raw).decode(errors="replace") + log
    assert_given_back(command)


def with_a_controlling_terminal_that_hangs_up_in_vain() -> None:
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)


@pytest.mark.parametrize("before", [None, with_a_controlling_terminal_that_hangs_up_in_vain], ids=["none", "ignored"])
def test_a_terminal_that_goes_away_without_a_signal_ends_it_with_every_word(
    synced: CommandLine, before: Callable[[], None] | None
) -> None:
    with Program(synced, before=before) as program:
        begin_to_type(program)
        work = program.seconds_of_work()
        program.go_away(program.input)
        assert_ended_well(program, synced, work)
    assert kept(synced) == [WORDS]


def test_an_input_that_ends_alone_leaves_the_screen_as_a_shell_needs_it(synced: CommandLine) -> None:
    with Program(synced, apart=True) as program:
        begin_to_type(program)
        work = program.seconds_of_work()
        program.go_away(program.input)
        assert_ended_well(program, synced, work)
        program.take()
        assert bytes(program.raw).rindex(b"\x1b[?1049l") > bytes(program.raw).rindex(b"\x1b[?1049h")
        assert "Everything that was typed is saved" in program.text
    assert kept(synced) == [WORDS]


def test_an_output_that_breaks_alone_ends_it_with_every_word(synced: CommandLine) -> None:
    with Program(synced, apart=True) as program:
        begin_to_type(program)
        work = program.seconds_of_work()
        program.go_away(program.output)
        assert_ended_well(program, synced, work)
    assert kept(synced) == [WORDS]


@pytest.mark.parametrize(
    ("number", "code"), [(signal.SIGHUP, Exit.HUNG_UP), (signal.SIGTERM, Exit.TERMINATED)], ids=["hup", "term"]
)
def test_a_signal_ends_it_in_order(synced: CommandLine, number: signal.Signals, code: Exit) -> None:
    with Program(synced) as program:
        begin_to_type(program)
        work = program.seconds_of_work()
        program.process.send_signal(number)
        assert_ended_well(program, synced, work, code)
    assert kept(synced) == [WORDS]


def test_words_wait_for_a_store_that_another_program_holds(synced: CommandLine) -> None:
    with Program(synced) as program:
        program.wait_for("1 Queue", "customer ·")
        program.press("e", "q")
        program.wait_for("Question to the channel")
        with closing(sqlite3.connect(synced.paths.database, isolation_level=None)) as other:
            other.execute("BEGIN EXCLUSIVE")
            program.press(WORDS)
            program.wait_for(WORDS)
            program.go_away(program.input)
            while "ending: the terminal" not in synced.paths.log_file.read_text():
                time.sleep(0.02)
        assert program.end()[0] == Exit.HUNG_UP
    assert kept(synced) == [WORDS]
    assert_given_back(synced, in_time=False)  # the store may come free too late for it


@pytest.mark.parametrize("number", [None, signal.SIGTERM], ids=["gone", "term"])
def test_words_that_the_store_does_not_take_in_time_are_in_a_file_that_the_next_start_shows(
    synced: CommandLine, number: signal.Signals | None
) -> None:
    with Program(synced) as program:
        program.wait_for("1 Queue", "customer ·")
        program.press("e", "q")
        program.wait_for("Question to the channel")
        with closing(sqlite3.connect(synced.paths.database, isolation_level=None)) as other:
            other.execute("BEGIN EXCLUSIVE")
            program.press(WORDS)
            program.wait_for(WORDS)
            began = time.monotonic()
            if number is None:
                program.go_away(program.input)
            else:
                program.process.send_signal(number)
            code, _ = program.end()
            took = time.monotonic() - began
            assert other.in_transaction, "the store was held all the while"
        assert code == (Exit.HUNG_UP if number is None else Exit.TERMINATED)
        assert took < IN_TIME
        (file,) = synced.paths.database.parent.glob("words-*.txt")
        assert WORDS in file.read_text()
        assert file.stat().st_mode & 0o777 == 0o600
        assert str(file) in synced.paths.log_file.read_text()
        if number is not None:
            assert file.name in bytes(program.raw).decode()
    with Program(synced) as program:
        program.wait_for("Words that were not sent or saved", WORDS, "stay there until")
        program.press("esc")
        program.wait_for_no("Words that were not sent or saved")
        program.process.send_signal(signal.SIGTERM)
        assert program.end()[0] == Exit.TERMINATED
    assert WORDS in file.read_text(), "it is the person's to remove"
    with Program(synced) as program:
        program.wait_for("open", "customer ·")
        assert "Words that were not sent or saved" not in program.text


def test_a_terminal_that_does_not_read_keeps_nobody_from_ending_it(synced: CommandLine) -> None:
    with Program(synced) as program:
        begin_to_type(program)
        # Nobody reads: what is drawn for these fills every buffer on the way.
        for _ in range(100):
            program.press(" and on it went")
            if not select.select([], [program.input.master], [], 0)[1]:
                break
        wait_until_it_stands_still(program)
        program.process.send_signal(signal.SIGTERM)
        ended, _ = program.end(reading=False)
        assert ended == Exit.TERMINATED
    assert kept(synced)[0].startswith(WORDS)
    assert_given_back(synced)


def test_the_doors_of_a_first_start_end_with_their_terminal(command: CommandLine) -> None:
    with Program(command) as program:
        program.wait_for("Look around in the demo")
        program.go_away(program.input)
        assert program.end()[0] == Exit.HUNG_UP


def test_words_of_a_recap_are_kept(synced: CommandLine) -> None:
    with Program(synced) as program:
        program.wait_for("open", "customer ·")
        program.press("g", "s")
        program.wait_for("No case was decided in this shift")
        program.press("enter")
        program.wait_for("esc")
        program.press(WORDS)
        program.wait_for(WORDS)
        program.go_away(program.input)
        assert program.end()[0] == Exit.HUNG_UP
    assert WORDS in synced("shift", "show").out


def test_words_in_a_window_that_asks_for_them_are_shown_at_the_next_start(synced: CommandLine) -> None:
    with Program(synced) as program:
        program.wait_for("open", "customer ·")
        program.press("g", "s")
        program.wait_for("No case was decided in this shift")
        program.press("i")
        program.wait_for("or the list itself, pasted")
        program.press(WORDS)
        program.wait_for(WORDS)
        program.go_away(program.input)
        assert program.end()[0] == Exit.HUNG_UP
    with Program(synced) as program:
        program.wait_for("Words that were not sent or saved", WORDS)
        program.press("esc")
        program.wait_for_no("Words that were not sent or saved")
        program.process.send_signal(signal.SIGTERM)
        assert program.end()[0] == Exit.TERMINATED
    with Program(synced) as program:
        program.wait_for("open", "customer ·")
        assert "Words that were not sent or saved" not in program.text
