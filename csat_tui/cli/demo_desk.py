"""The demo's help desk beside the workstation: a process of its own that never outlives it."""

import socket
import subprocess
import sys
import time
from pathlib import Path
from types import TracebackType
from typing import Self

from csat_tui.cli.exits import Exit, Failure

HOST = "127.0.0.1"
PATIENCE = 15.0
"""Seconds that the help desk may take until it listens; a hundred thousand surveys take one or two."""


def free_port(wanted: int) -> int:
    """Return a port that can be listened on, the wanted one unless that is 0; Failure where it is taken."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, wanted))
        except OSError as error:
            raise Failure(
                Exit.USAGE,
                f"The demo's help desk cannot listen on {HOST} port {wanted} ({error.strerror}). "
                "Nothing was started; choose another --port.",
            ) from error
        port: int = probe.getsockname()[1]
        return port


class DemoDesk:
    """A `demo-server` in the background, ended with its block or with this process, whichever comes first."""

    def __init__(self, port: int, arguments: list[str], words: Path) -> None:
        self.port = port
        self.url = f"http://{HOST}:{port}"
        self._arguments = ["demo-server", "--exit-with-parent", "--json", "--port", str(port), *arguments]
        self._words = words
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        """Start it, and do not wait: the screen has better things to do meanwhile."""
        with self._words.open("wb") as words:
            self._process = subprocess.Popen(  # noqa: S603 - our own program
                # -P: a file that happens to lie in the current folder must not stand in for a library
                [sys.executable, "-P", "-m", "csat_tui", *self._arguments],
                stdin=subprocess.PIPE,
                stdout=subprocess.DEVNULL,
                stderr=words,
                start_new_session=True,  # a Ctrl-C at the terminal is for the workstation alone
            )
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End it."""
        if self._process is None:
            return
        if self._process.stdin is not None:
            self._process.stdin.close()
        self._process.terminate()
        try:
            self._process.wait(3)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def check(self) -> None:
        """Raise Failure if it has ended by itself."""
        if self._process is not None and self._process.poll() is not None:
            said = self._words.read_text("utf-8", "replace").strip() or "it gave no reason."
            raise Failure(Exit.HELP_DESK, f"The demo's help desk has not started: {said}")

    def wait(self) -> None:
        """Wait until it listens; where it does not in time, the sync says so."""
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline and self._process is not None and self._process.poll() is None:
            try:
                socket.create_connection((HOST, self.port), 1).close()
            except OSError:
                time.sleep(0.02)
            else:
                return
