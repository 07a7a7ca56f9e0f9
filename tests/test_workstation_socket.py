"""The socket of a workstation: who may speak to it, what it takes, and what is left by one that was killed."""

import contextlib
import os
import signal
import socket
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from csat_tui import workstation_socket
from csat_tui.workstation_socket import (
    FOLDER,
    LONGEST_REQUEST,
    TEMPORARY,
    WorkstationSilent,
    WorkstationSocket,
    ask_workstation,
)

LISTENS = """
import sys
from pathlib import Path
from csat_tui.workstation_socket import WorkstationSocket
with WorkstationSocket(Path(sys.argv[1]), lambda request: f"{request} at the other"):
    print("there", flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path


def other_workstation(home: Path) -> "subprocess.Popen[str]":
    """A process with a socket in this home, once it is there."""
    process = subprocess.Popen(
        [sys.executable, "-c", LISTENS, str(home)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "there\n"
    return process


@pytest.fixture
def other(home: Path) -> Iterator["subprocess.Popen[str]"]:
    process = other_workstation(home)
    yield process
    process.kill()
    process.communicate()


def sockets(home: Path) -> list[Path]:
    return sorted((home / FOLDER).iterdir())


def test_a_request_is_answered_by_the_workstation_of_the_home(home: Path) -> None:
    with WorkstationSocket(home, lambda request: f"{request}, thanks"):
        assert ask_workstation(home, "Show it") == "Show it, thanks"
    assert ask_workstation(home, "Show it") is None
    assert sockets(home) == []


def test_a_home_in_which_nothing_was_ever_open_has_no_workstation(home: Path) -> None:
    assert ask_workstation(home / "not there", "Show it") is None


def test_only_the_owner_can_reach_it(home: Path) -> None:
    before = os.umask(0)
    try:
        with WorkstationSocket(home, str.upper) as own:
            assert stat.S_IMODE(own.path.stat().st_mode) == 0o600
            assert stat.S_IMODE(own.path.parent.stat().st_mode) == 0o700
    finally:
        os.umask(before)


def test_a_process_of_another_user_hears_nothing(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with WorkstationSocket(home, str.upper) as own:
        monkeypatch.setattr(workstation_socket.os, "getuid", lambda: 4242)
        with socket.socket(socket.AF_UNIX) as line:
            line.connect(str(own.path))
            with contextlib.suppress(BrokenPipeError):  # it may have hung up already
                line.sendall(b"show it\n")
            assert received(line) == b""
        with pytest.raises(WorkstationSilent):
            ask_workstation(home, "show it")


def test_a_path_that_is_too_long_for_a_socket_is_no_obstacle(home: Path) -> None:
    deep = home / ("d" * 120) / ("e" * 120)
    deep.mkdir(parents=True)
    before = temporary_folders()
    with WorkstationSocket(deep, str.upper) as own:
        assert own.path.is_symlink()
        assert len(temporary_folders() - before) == 1
        assert ask_workstation(deep, "show it") == "SHOW IT"
    assert temporary_folders() == before
    assert sockets(deep) == []


def temporary_folders() -> set[Path]:
    return set(Path(tempfile.gettempdir()).glob(f"{TEMPORARY}*"))


def test_where_no_socket_can_be_made_the_workstation_goes_on_without(
    home: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (home / FOLDER).write_text("a file in its place")
    with WorkstationSocket(home, str.upper):
        assert ask_workstation(home, "show it") is None
    assert "links cannot reach this workstation" in caplog.text


def test_a_killed_workstation_counts_as_none_and_its_socket_is_removed(
    home: Path, other: "subprocess.Popen[str]"
) -> None:
    assert ask_workstation(home, "Show it") == "Show it at the other"
    other.kill()
    other.wait()
    assert len(sockets(home)) == 1
    assert ask_workstation(home, "Show it") is None
    assert sockets(home) == []


def test_the_next_workstation_takes_the_place_of_a_killed_one(home: Path, other: "subprocess.Popen[str]") -> None:
    other.kill()
    other.wait()
    with WorkstationSocket(home, str.upper) as own:
        assert sockets(home) == [own.path]
        assert ask_workstation(home, "show it") == "SHOW IT"


def test_of_two_workstations_the_newest_answers_and_then_the_one_that_is_left(
    home: Path, other: "subprocess.Popen[str]"
) -> None:
    with WorkstationSocket(home, str.upper):
        assert ask_workstation(home, "show it") == "SHOW IT"
    assert ask_workstation(home, "show it") == "show it at the other"


def test_a_stopped_workstation_is_passed_over_or_said_to_be_silent(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with WorkstationSocket(home, str.upper):
        other = other_workstation(home)
        try:
            other.send_signal(signal.SIGSTOP)
            os.waitpid(other.pid, os.WUNTRACED)
            assert ask_workstation(home, "show it") == "SHOW IT"
            sockets_oldest(home).unlink()
            monkeypatch.setattr(workstation_socket, "ANSWER_WITHIN", 0.2)
            with pytest.raises(WorkstationSilent):
                ask_workstation(home, "show it")
            assert len(sockets(home)) == 1, "it is open, and its socket stays"
        finally:
            other.send_signal(signal.SIGCONT)
            other.kill()
            other.communicate()


def sockets_oldest(home: Path) -> Path:
    return min(sockets(home), key=lambda one: one.lstat().st_mtime_ns)


@pytest.mark.parametrize(
    "garbage",
    [b"", b"\n" * 3000, b"\xff\xfe\n", b"x" * (LONGEST_REQUEST + 1) + b"\n", b"x" * 1_000_000, b"without an end",
     b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"],
    ids=["nothing", "empty lines", "no text", "too long", "endless", "unfinished", "a browser"],
)  # fmt: skip
def test_garbage_does_no_harm(home: Path, garbage: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workstation_socket, "ANSWER_WITHIN", 0.2)
    with WorkstationSocket(home, lambda request: "No." if not request.startswith("show") else "yes") as own:
        with socket.socket(socket.AF_UNIX) as line:
            line.connect(str(own.path))
            try:
                line.sendall(garbage)
                answer = received(line)
            except BrokenPipeError:
                answer = b""  # it had heard enough
            assert answer in (b"", b"No.\n")
        monkeypatch.undo()
        assert ask_workstation(home, "show it") == "yes"


def received(line: socket.socket) -> bytes:
    """What came until the other side closed, also where it had not read everything."""
    line.settimeout(10)
    try:
        return line.makefile("rb").read()
    except ConnectionResetError:
        return b""


def test_a_hundred_connections_that_say_nothing_hold_up_nobody(home: Path) -> None:
    with WorkstationSocket(home, str.upper) as own:
        silent = [socket.socket(socket.AF_UNIX) for _ in range(100)]
        for line in silent:
            line.connect(str(own.path))
        assert ask_workstation(home, "show it") == "SHOW IT"
        for line in silent:
            line.close()


def test_a_hundred_requests_at_once_are_all_answered(home: Path) -> None:
    with WorkstationSocket(home, str.upper), ThreadPoolExecutor(100) as askers:
        answers = list(askers.map(lambda number: ask_workstation(home, f"show {number}"), range(100)))
    assert answers == [f"SHOW {number}" for number in range(100)]


def test_an_error_in_the_answer_ends_nothing(home: Path, caplog: pytest.LogCaptureFixture) -> None:
    def answer(request: str) -> str:
        return str(1 // len(request.removeprefix("show it")))

    with WorkstationSocket(home, answer):
        with pytest.raises(WorkstationSilent):
            ask_workstation(home, "show it")
        assert ask_workstation(home, "show it again") == "0"
    assert "a request to this workstation" in caplog.text
