"""The programs that people run terminals in, each started for one command with nobody's own settings."""

import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import pytest

from tests.terminal import Terminal

ROOT = Path(__file__).parents[1]

PROGRAMS = ("tmux", "screen")


@contextmanager
def inside(program: str, arguments: Sequence[str], environ: Mapping[str, str], tmp_path: Path) -> Iterator[Terminal]:
    """Give a terminal with a multiplexer in it that runs Python with these arguments; skips where it is missing."""
    if shutil.which(program) is None:
        pytest.skip(f"needs Debian's package {program}")
    name = f"csat{uuid4().hex[:8]}"
    sockets = tmp_path / "sockets"
    sockets.mkdir(mode=0o700)
    # No socket of ours lies in a folder that other sessions of the same person use. A terminal of 256 colours is what
    # a multiplexer is for most people.
    around = {"TMUX": "", "TMUX_TMPDIR": str(sockets), "SCREENDIR": str(sockets), "COLORTERM": "", "STY": ""}
    start, end = {
        "tmux": (("-L", name, "-f", "/dev/null", "new-session"), ("-L", name, "kill-server")),
        "screen": (("-c", "/dev/null", "-S", name, "-T", "screen-256color"), ("-S", name, "-X", "quit")),
    }[program]
    environ = {**environ, "PYTHONPATH": str(ROOT)} | around
    try:
        with Terminal([program, *start, sys.executable, *arguments], environ) as terminal:
            yield terminal
    finally:
        # The program in it would go on without a terminal, as it does for people.
        subprocess.run([program, *end], env=environ, capture_output=True, check=False, timeout=20)
