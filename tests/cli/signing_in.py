"""`csat-tui login` as a process of its own, with somebody at a browser beside it."""

import os
import sys
from threading import Thread
from unittest.mock import patch

from csat_tui import browser
from csat_tui.cli import login
from csat_tui.demo.server import DemoServer
from tests.cli.conftest import CommandLine, Ended
from tests.end_to_end.places import free_port
from tests.oauth.browsing import answer_page, go
from tests.warm import Piped

PROGRAM = [sys.executable, "-m", "csat_tui"]
NO_KEYRING = "keyring.backends.fail.Keyring"


def surroundings(command: CommandLine, **more: str) -> dict[str, str]:
    """Return an environment that has no keyring, and no desktop or SSH unless a test says so."""
    quiet = {"SSH_CONNECTION": "", "DISPLAY": "", "WAYLAND_DISPLAY": "", "PYTHON_KEYRING_BACKEND": NO_KEYRING}
    return {**os.environ, **command.environ, **quiet, **more}


def beginning(command: CommandLine, demo: DemoServer, *more: str, **environ: str) -> Piped:
    """Begin a sign-in; the process waits for its browser."""
    arguments = ["login", "--url", demo.url, "--port", str(free_port()), "--insecure-storage", *more]
    process = Piped(*arguments, environ=surroundings(command, **environ))
    process.stdin.close()
    return process


def address_of(process: Piped) -> str:
    """Return the address that a sign-in shows."""
    for line in process.stdout:
        if line.strip().startswith("http"):
            return line.strip()
    raise AssertionError(f"no address was shown: {process.stderr.read()}")


def ended(process: Piped) -> Ended:
    """Wait for the end of a sign-in."""
    out, err = process.rest(30)
    return Ended(process.wait(), out, err)


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
