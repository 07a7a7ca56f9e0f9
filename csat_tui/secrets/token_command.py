"""Run a configured command that prints a credential, such as a password manager."""

import contextlib
import os
import selectors
import shlex
import signal
import subprocess
import threading
import time
from collections.abc import Iterator

from csat_tui.secrets.storage import NoCredential

COMMAND_TIMEOUT = 30.0
"""Seconds that a token command may take; a password manager may ask its owner for a fingerprint."""

LONGEST_OUTPUT = 65_536
"""Bytes that a token command may print; the longest tokens have some thousands."""

GRACE = 0.2
"""Seconds that a command gets to end by itself before it is killed."""

LOOK = 0.05
"""Seconds between two checks whether a command that prints nothing has ended."""


class _Endless(Exception):
    """It has printed more than any credential."""


def run_token_command(command: tuple[str, ...] | str, key: str = "token_command") -> str:
    """Return the first line that a command prints; it is run without a shell. Raises NoCredential.

    `key` is what config.toml calls it, for sentences.
    """
    try:
        words = shlex.split(command) if isinstance(command, str) else list(command)
    except ValueError as error:
        raise NoCredential(f"{key} cannot be read ({error}); check its quotes") from error
    if not words:
        raise NoCredential(f"{key} is empty")
    program = words[0]
    try:
        code, printed = _printed(words)
    except TimeoutError as error:
        raise NoCredential(f"{key} ({program}) did not finish within {COMMAND_TIMEOUT:g} s, and was ended") from error
    except _Endless as error:
        raise NoCredential(
            f"{key} ({program}) printed more than {LONGEST_OUTPUT:,} bytes and was ended; "
            "it should print the credential alone"
        ) from error
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else "it is not a command"
        raise NoCredential(f"{key} ({program}) could not be started: {reason.lower()}") from error
    if code != 0:
        raise NoCredential(f"{key} ({program}) ended with code {code}; run it by hand to see what it says")
    lines = printed.decode("utf-8", "replace").strip().splitlines()
    if not lines:
        raise NoCredential(f"{key} ({program}) printed nothing")
    return lines[0].strip()


def _printed(words: list[str]) -> tuple[int, bytes]:
    """Return a command's exit code and what it printed. Raises TimeoutError, _Endless, OSError, ValueError."""
    until = time.monotonic() + COMMAND_TIMEOUT
    # In a group of its own, so that whatever it has started itself can be ended with it.
    with subprocess.Popen(  # noqa: S603 - the person's own configuration names it
        words, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, process_group=0
    ) as process:
        try:
            with _terminal_lent_to(process.pid):
                printed = _read(process, until)
                return process.wait(max(0.0, until - time.monotonic())), printed
        except subprocess.TimeoutExpired as error:
            raise TimeoutError from error
        finally:
            # One that has ended by itself may have left an agent behind, which it is meant to.
            if process.poll() is None:
                _end_group(process)


def _read(process: "subprocess.Popen[bytes]", until: float) -> bytes:
    """Return what is printed until the command ends. Raises TimeoutError, _Endless."""
    assert process.stdout is not None  # noqa: S101 - it was asked for
    printed = b""
    with selectors.DefaultSelector() as selector:
        selector.register(process.stdout, selectors.EVENT_READ)
        while True:
            ended = process.poll() is not None
            if not selector.select(0.0 if ended else LOOK):
                if ended:
                    return printed  # an agent that it has left behind may hold the output open for ever
                if time.monotonic() >= until:
                    raise TimeoutError
                continue
            piece = os.read(process.stdout.fileno(), LONGEST_OUTPUT + 1)
            printed += piece
            if len(printed) > LONGEST_OUTPUT:
                raise _Endless
            if not piece:
                return printed


def _end_group(process: "subprocess.Popen[bytes]") -> None:
    """End a command and everything that it has started."""
    for number in (signal.SIGTERM, signal.SIGKILL):
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, number)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(GRACE)


@contextlib.contextmanager
def _terminal_lent_to(group: int) -> Iterator[None]:
    """Let a command ask its owner at the terminal, as password managers do, where a command line waits for it.

    The workstation has a thread for this and keeps its terminal: a screen cannot share it.
    """
    terminal = -1
    if threading.current_thread() is threading.main_thread():
        with contextlib.suppress(OSError):
            terminal = os.open("/dev/tty", os.O_RDWR | os.O_CLOEXEC | os.O_NOCTTY)
    if terminal < 0:
        yield
        return
    before = signal.signal(signal.SIGTTOU, signal.SIG_IGN)  # taking the terminal back would stop us
    ours = os.getpgrp()
    lent = False
    try:
        with contextlib.suppress(OSError):  # it has ended already
            if os.tcgetpgrp(terminal) == ours:
                os.tcsetpgrp(terminal, group)
                lent = True
                os.killpg(group, signal.SIGCONT)  # it may have asked, and been stopped, a moment before
        yield
    finally:
        if lent:
            with contextlib.suppress(OSError):
                os.tcsetpgrp(terminal, ours)
        signal.signal(signal.SIGTTOU, before)
        os.close(terminal)
