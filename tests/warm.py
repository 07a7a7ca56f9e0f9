"""Start csat-tui without starting Python each time: a process that has read the program's modules forks for each start.

What starts is a process of its own, with a session, standard streams, environment and folder of its own, from the first
line of `csat_tui.__main__` on. Starts of Python itself are left to tests that run `python -m csat_tui`.
"""

import atexit
import contextlib
import fcntl
import gc
import importlib
import json
import os
import select
import signal
import socket
import subprocess
import sys
import termios
import time
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any, Self

WRITTEN = 100_000
"""Bytes of the longest request: arguments and environment."""

READ_AHEAD = (
    "alembic.command", "anyio._backends._asyncio", "email_validator", "httpcore", "lxml.html", "stamina",
    "textual.layouts.factory", "textual.scrollbar",
    "uvicorn.lifespan.off", "uvicorn.loops.asyncio", "uvicorn.protocols.http.h11_impl",
    "csat_tui.admin.http", "csat_tui.cli.demo", "csat_tui.cli.logs", "csat_tui.demo.server",
    "csat_tui.helpdesk.zendesk.desk", "csat_tui.launch", "csat_tui.store.retention.upkeep",
    "csat_tui.sync.background", "csat_tui.targets.opening", "csat_tui.tui.app", "csat_tui.workflow.opening",
)  # fmt: skip
"""The modules that every start of the program reads sooner or later."""


def serve(line: socket.socket) -> None:
    """Fork for each request, and tell how each child ended; returns in each child, which then is the program."""
    woken, wake = os.pipe()
    os.set_blocking(woken, False)
    os.set_blocking(wake, False)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    signal.set_wakeup_fd(wake)
    endings: dict[int, int] = {}
    while True:
        ready, _, _ = select.select([line, woken], [], [])
        if woken in ready:
            with contextlib.suppress(BlockingIOError):
                os.read(woken, 4096)
            _tell_of_ends(endings)
        if line in ready:
            asked, files, _, _ = socket.recv_fds(line, WRITTEN, 4)
            if not asked:
                os._exit(0)
            child = os.fork()
            if not child:
                _become(json.loads(asked), files)
                return
            endings[child] = files.pop()
            for file in files:
                os.close(file)
            line.send(str(child).encode())


def _tell_of_ends(endings: dict[int, int]) -> None:
    while endings:
        child, status, used = os.wait4(-1, os.WNOHANG)
        if not child:
            return
        ending = endings.pop(child)
        with contextlib.suppress(BrokenPipeError):
            os.write(ending, json.dumps([os.waitstatus_to_exitcode(status), used.ru_utime + used.ru_stime]).encode())
        os.close(ending)


def _become(asked: dict[str, Any], files: Sequence[int]) -> None:
    """Make a forked child look like a process that has just been started."""
    signal.set_wakeup_fd(-1)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    # Whoever runs the suite aside, as `nohup` and `&` do, ignores these, and would hand that down to it.
    signal.signal(signal.SIGHUP, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    os.setsid()
    if asked["leads"]:
        fcntl.ioctl(files[0], termios.TIOCSCTTY, 0)
    for place, file in enumerate(files[:3]):
        os.dup2(file, place)
    os.closerange(3, 1024)
    os.chdir(asked["folder"])
    os.environ.clear()
    os.environ.update(asked["environ"])
    time.tzset()
    sys.stdout.reconfigure(line_buffering=os.isatty(1))  # type: ignore[union-attr]
    import csat_tui.__main__

    sys.argv = [csat_tui.__main__.__file__, *asked["arguments"]]


@cache
def _starter() -> socket.socket:
    """Return the line to this process's starter, which ends with it."""
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    # Streams that cannot be wound back, as a terminal's cannot.
    process = subprocess.Popen(
        [sys.executable, "-P", __file__, str(theirs.fileno())], pass_fds=[theirs.fileno()],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env={**os.environ, "LANG": "C.UTF-8"},
    )  # fmt: skip
    theirs.close()

    def end() -> None:
        ours.close()
        process.communicate()

    atexit.register(end)
    return ours


class Started:
    """A csat-tui that was started; like `subprocess.Popen` as far as it goes."""

    def __init__(
        self, arguments: Sequence[str], environ: Mapping[str, str], files: tuple[int, int, int], *, leads: bool = False
    ) -> None:
        """Start it with files for its standard streams, of which the first is its session's terminal if it `leads`."""
        self._ending, told = os.pipe()
        request = {"arguments": arguments, "environ": dict(environ), "folder": os.getcwd(), "leads": leads}
        socket.send_fds(_starter(), [json.dumps(request).encode()], [*files, told])
        os.close(told)
        self.pid = int(_starter().recv(100))
        self.returncode: int | None = None
        self.seconds_used = 0.0
        """Seconds of the processor that it took in all."""

    def poll(self) -> int | None:
        """Return its code once it has ended, minus the signal's number where one has ended it."""
        if self.returncode is None and select.select([self._ending], [], [], 0)[0]:
            self._hear()
        return self.returncode

    def wait(self, seconds: float | None = None) -> int:
        """Wait until it has ended, and return its code. Raises TimeoutError."""
        if self.returncode is None:
            if not select.select([self._ending], [], [], seconds)[0]:
                raise TimeoutError(f"it goes on after {seconds} s")
            self._hear()
        assert self.returncode is not None
        return self.returncode

    def send_signal(self, number: int) -> None:
        """Send it a signal, unless it has ended."""
        if self.poll() is None:
            os.kill(self.pid, number)

    def kill(self) -> None:
        """End it at once."""
        self.send_signal(signal.SIGKILL)

    def _hear(self) -> None:
        self.returncode, self.seconds_used = json.loads(os.read(self._ending, 1000))
        os.close(self._ending)


class Piped(Started):
    """A csat-tui whose standard streams are pipes of text."""

    def __init__(self, *arguments: str, environ: Mapping[str, str]) -> None:
        """Start it in this process's environment with what a test adds to it."""
        (its_input, ours), (out, its_out), (err, its_err) = os.pipe(), os.pipe(), os.pipe()
        super().__init__(arguments, {**os.environ, **environ}, (its_input, its_out, its_err))
        for file in (its_input, its_out, its_err):
            os.close(file)
        self.stdin = os.fdopen(ours, "w", encoding="utf-8")
        self.stdout = os.fdopen(out, encoding="utf-8")
        self.stderr = os.fdopen(err, encoding="utf-8")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.kill()
        self.wait()
        for stream in (self.stdin, self.stdout, self.stderr):
            stream.close()

    def rest(self, seconds: float) -> tuple[str, str]:
        """Wait until it has ended; returns what it has said since, and on its stream of errors. Raises TimeoutError."""
        self.wait(seconds)
        return self.stdout.read(), self.stderr.read()


def read_ahead() -> None:
    """Read what the program reads on its way; each child would read it anew, which takes it half a second."""
    for name in READ_AHEAD:
        importlib.import_module(name)
    importlib.import_module("csat_tui.language").tell_language("Where is the box that I have been waiting for?")


if __name__ == "__main__":
    read_ahead()
    gc.freeze()  # nothing of it is looked through in the children, so that they share its memory
    serve(socket.socket(fileno=int(sys.argv[1])))
    from csat_tui.__main__ import main

    main()
