"""`csat-tui demo --pair`: an agent's and a supervisor's workstation on one help desk, opened and ended together."""

import os
import re
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.cli.test_demo import answers, silent_within
from tests.terminal import PROGRAM, Terminal

PAIR = (*PROGRAM, "demo", "--pair", "--no-animation", "--surveys", "12")
F10 = "\x1b[21~"
COMMAND = re.compile(r"^ +(env CSAT_TUI_HOME=.*?)\r?$", re.MULTILINE)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


@contextmanager
def pair(home: Path, columns: int, *, tmux: bool = True) -> Iterator[tuple[Terminal, int]]:
    """Give a terminal with a pair in it, and the port of its help desk; nothing of the person's own is around."""
    if tmux and shutil.which("tmux") is None:
        pytest.skip("needs Debian's package tmux")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    environ = {"CSAT_TUI_HOME": "", "TMPDIR": str(home), "TMUX": ""} | ({} if tmux else {"PATH": "/nowhere"})
    home.mkdir()
    with Terminal([*PAIR, "--port", str(port)], environ, columns, 50) as terminal:
        yield terminal, port


def gone(home: Path, port: int) -> bool:
    """Return whether nothing of a pair is left: no file, no help desk, and no program that knows its home."""
    deadline = time.monotonic() + 10
    while list(home.iterdir()) and time.monotonic() < deadline:
        time.sleep(0.05)
    running = subprocess.run(["ps", "-eo", "args"], capture_output=True, text=True, check=True).stdout
    return not list(home.iterdir()) and silent_within(port, 10) and str(home) not in running


def test_both_open_side_by_side_and_end_with_the_last_of_them(home: Path) -> None:
    with pair(home, 200) as (terminal, port):
        terminal.wait_for("Agent: Otis Pellam", "Supervisor: Alex Marren", r"open", "online", "risky first")
        terminal.press("ctrl+q")
        terminal.wait_until(lambda screen: "Agent" not in screen, "the supervisor alone")
        assert answers(port)
        terminal.press("ctrl+q")
        assert terminal.wait_for_end() == 0
        assert gone(home, port)
    assert "it has ended, and nothing of it is left" in bytes(terminal.raw).decode()


def test_in_a_small_terminal_each_has_a_window_and_both_end_with_the_terminal(home: Path) -> None:
    with pair(home, 120) as (terminal, port):
        terminal.wait_for(r"── Agent: Otis Pellam", "online", "F10")
        terminal.send(F10)
        terminal.wait_for(r"── Supervisor: Alex Marren", "risky first")
        terminal.send(F10)
        terminal.wait_for(r"── Agent: Otis Pellam", "online")
        os.kill(terminal.process.pid, signal.SIGHUP)  # as a terminal does that is closed
        terminal.wait_for_end()
        assert gone(home, port)


def test_without_tmux_it_says_how_to_open_each_and_waits_until_they_are_closed(home: Path) -> None:
    with pair(home, 120, tmux=False) as (terminal, port):
        terminal.wait_for("Agent: Otis Pellam", "Supervisor: Alex Marren", "Ctrl-C here")
        agent, supervisor = COMMAND.findall(bytes(terminal.raw).decode())
        assert "--review" not in agent
        with Terminal(["sh", "-c", agent], {}) as first, Terminal(["sh", "-c", supervisor], {}) as second:
            first.wait_for("Otis Pellam", "online")
            second.wait_for("risky first")
            terminal.send("\x03")
            terminal.wait_for("Still open: Agent: Otis Pellam, Supervisor: Alex Marren")
            for one in (first, second):
                one.press("ctrl+q")
                assert one.wait_for_end() == 0
        terminal.send("\x03")
        assert terminal.wait_for_end() == 0
        assert gone(home, port)
