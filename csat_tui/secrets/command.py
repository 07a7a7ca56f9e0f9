"""A credential from a command that the person has configured, such as a password manager's."""

import shlex
import subprocess

from csat_tui.secrets.problem import NoCredential

PATIENCE = 30.0
"""Seconds that a token command may take; a password manager may be asking its owner for a finger."""


def run(command: tuple[str, ...] | str, key: str = "token_command") -> str:
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
        done = subprocess.run(  # noqa: S603 - the person's own configuration names it
            words, capture_output=True, timeout=PATIENCE, check=False, stdin=subprocess.DEVNULL
        )
    except subprocess.TimeoutExpired as error:
        raise NoCredential(f"{key} ({program}) did not finish within {PATIENCE:g} s") from error
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else "it is not a command"
        raise NoCredential(f"{key} ({program}) could not be started: {reason.lower()}") from error
    if done.returncode != 0:
        raise NoCredential(f"{key} ({program}) ended with code {done.returncode}; run it by hand to see what it says")
    lines = done.stdout.decode("utf-8", "replace").strip().splitlines()
    if not lines:
        raise NoCredential(f"{key} ({program}) printed nothing")
    return lines[0].strip()
