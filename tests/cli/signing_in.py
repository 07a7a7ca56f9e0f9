"""`csat-tui login` as a process of its own, with somebody at a browser beside it."""

import os
import subprocess
import sys
from threading import Thread
from unittest.mock import patch

from csat_tui import browser
from csat_tui.cli import login
from csat_tui.demo.server import DemoServer
from tests.cli.conftest import CommandLine, Ended
from tests.end_to_end.places import free_port
from tests.oauth.browsing import answer_page, go

PROGRAM = [sys.executable, "-m", "csat_tui"]
NO_KEYRING = "keyring.backends.fail.Keyring"


def surroundings(command: CommandLine, **more: str) -> dict[str, str]:
    """Return an environment that has no keyring, and no desktop or SSH unless a test says so."""
    quiet = {"SSH_CONNECTION": "", "DISPLAY": "", "WAYLAND_DISPLAY": "", "PYTHON_KEYRING_BACKEND": NO_KEYRING}
    return {**os.environ, **command.environ, **quiet, **more}


def beginning(command: CommandLine, demo: DemoServer, *more: str, **environ: str) -> "subprocess.Popen[str]":
    """Begin a sign-in; the process waits for its browser."""
    arguments = ["login", "--url", demo.url, "--port", str(free_port()), "--insecure-storage", *more]
    return subprocess.Popen(
        [*PROGRAM, *arguments], env=surroundings(command, **environ), text=True,
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip


def address_of(process: "subprocess.Popen[str]") -> str:
    """Return the address that a sign-in shows."""
    assert process.stdout is not None
    for line in process.stdout:
        if line.strip().startswith("http"):
            return line.strip()
    assert process.stderr is not None
    raise AssertionError(f"no address was shown: {process.stderr.read()}")


def ended(process: "subprocess.Popen[str]") -> Ended:
    """Wait for the end of a sign-in."""
    out, err = process.communicate(timeout=30)
    return Ended(process.returncode, out, err)


def log_in(command: CommandLine, demo: DemoServer, *more: str, answer: str = "allow") -> Ended:
    """Sign in from beginning to end in this process, with somebody at the browser that it opens."""
    visits: list[Thread] = []

    def visit(address: str, environ: object) -> bool:
        visits.append(Thread(target=lambda: go(answer_page(address, demo, answer))))
        visits[0].start()
        return True

    arguments = ["--url", demo.url, "--port", str(free_port()), "--insecure-storage", *more]
    with patch.object(browser, "opens", visit), patch.object(login, "SIGN_IN_TIMEOUT", 20):
        done = command("login", *arguments)
    for one in visits:
        one.join(20)
    return done


def first_log_in(command: CommandLine, demo: DemoServer) -> Ended:
    """Sign in where nothing is known yet."""
    done = log_in(command, demo, "--view", str(demo.view_id))
    assert done.code == 0, done
    return done
