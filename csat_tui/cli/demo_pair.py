"""`csat-tui demo --pair`: an agent's and a supervisor's workstation on one demo help desk, each in a home of its own.

Where tmux is there, both open in it, on a server of their own that knows nobody's settings; elsewhere the two commands
are printed. Everything ends with the last of both workstations, or with this process.
"""

import os
import shlex
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from types import FrameType

from csat_tui.cli.console import say
from csat_tui.cli.demo_desk import DemoDesk, DemoSettings, furnish, prepare_reports, running_desk
from csat_tui.cli.demo_server import require_demo
from csat_tui.cli.exits import Exit
from csat_tui.cli.screen import ScreenOptions
from csat_tui.paths import Paths

SIDE_BY_SIDE = 161
"""Columns of a terminal in which two workstations fit beside each other; in a smaller one each has a window."""

OTHER_KEY = "F10"
"""The key that changes over in tmux; the workstation has no use for it."""

LEAVE_WITHIN = 5.0
"""Seconds that workstations have to end once tmux has ended."""

LOOK_AGAIN = 0.1

TMUX_CONF = f"""
set -g default-terminal "screen-256color"
set -g mouse on
set -s escape-time 10
set -g allow-rename off
set -g automatic-rename off
set -g status-left ""
set -g window-status-format " #W "
set -g window-status-current-format " #W "
set -g window-status-current-style "bold,reverse"
set -g status-right " {OTHER_KEY} or a click: the other workstation · ctrl+q: quit "
set -g status-right-length 60
set -g pane-border-status top
set -g pane-border-format " #{{@who}} "
bind -n {OTHER_KEY} if-shell -F "#{{==:#{{window_panes}},1}}" "next-window" "select-pane -t :.+"
"""
"""Where two panes are, the key changes between them; where each has its window, between these."""

TRUE_COLOUR = 'set -ga terminal-overrides ",*:Tc"\n'


@dataclass(frozen=True, slots=True)
class Seat:
    """One of the two workstations of a pair; `environ` names its home and its credential."""

    who: str
    home: Path
    environ: Mapping[str, str]
    arguments: Sequence[str]

    def command(self, *program: str) -> list[str]:
        """Return the command that opens it, in any shell."""
        return ["env", *(f"{name}={value}" for name, value in self.environ.items()), *program, *self.arguments]

    @property
    def taken(self) -> bool:
        """Whether a workstation is open in its home."""
        from csat_tui.store.errors import StoreBusy
        from csat_tui.store.files import DatabaseLock

        database = Paths.find(self.environ).database
        if not database.exists():
            return False
        try:
            DatabaseLock.alone(database).release()
        except StoreBusy:
            return True
        return False


def run_pair(options: ScreenOptions, wishes: DemoSettings) -> Exit:
    """Start the help desk, open both workstations or say how, and end all of it together."""
    require_demo()
    prepare_reports(wishes.reports)
    tmux = shutil.which("tmux") if sys.stdin.isatty() and sys.stdout.isatty() else None
    with _ended_by_signals(), running_desk(wishes) as (desk, home):
        seats = _seats(home, desk, options, wishes)
        desk.wait()
        desk.check()
        if tmux is None or not _in_tmux(tmux, home, seats):
            _in_terminals(desk, seats)
    return Exit.OK


def _seats(home: Path, desk: DemoDesk, options: ScreenOptions, wishes: DemoSettings) -> tuple[Seat, Seat]:
    from csat_tui.demo.people import SIGN_INS

    told = []
    for role, sign_in in (("Agent", "reviewed"), ("Supervisor", "admin")):
        folder = home / role.lower()
        folder.mkdir(mode=0o700, exist_ok=True)
        environ = furnish(folder, desk.url, wishes, sign_in)
        arguments = replace(options, review=sign_in == "admin").arguments
        told.append(Seat(f"{role}: {SIGN_INS[sign_in].name}", folder, environ, arguments))
    return told[0], told[1]


def _in_tmux(tmux: str, home: Path, seats: tuple[Seat, Seat]) -> bool:
    """Open both in tmux, and come back when both have ended; False where tmux could not show them."""
    settings = home / "tmux.conf"
    settings.write_text(TMUX_CONF + (TRUE_COLOUR if os.environ.get("COLORTERM") in ("truecolor", "24bit") else ""))
    # Within tmux it would refuse; a server of its own takes nothing from the one around it.
    environ = {name: value for name, value in os.environ.items() if name not in ("TMUX", "TMUX_PANE")}
    # A folder of its own: the path of a socket must be short.
    with tempfile.TemporaryDirectory(prefix="csat-tui-") as sockets:
        server = [tmux, "-u", "-S", str(Path(sockets) / "tmux"), "-f", str(settings)]
        process = subprocess.Popen([*server, *_tmux_commands(seats)], env=environ)  # noqa: S603 - the person's tmux
        try:
            code = process.wait()
        finally:
            # Also where this process is told to end: both workstations then end as with a closed terminal.
            subprocess.run([*server, "kill-server"], env=environ, capture_output=True, check=False)  # noqa: S603
            process.wait()
            _left(seats, time.monotonic() + LEAVE_WITHIN)
    return code == 0


def _tmux_commands(seats: tuple[Seat, Seat]) -> list[str]:
    # -P: a file that happens to lie in the current folder must not stand in for a library
    agent, supervisor = (seat.command(sys.executable, "-P", "-m", "csat_tui") for seat in seats)
    beside = shutil.get_terminal_size().columns >= SIDE_BY_SIDE
    opened = ["split-window", "-h"] if beside else ["new-window", "-n", seats[1].who]
    return [
        *("new-session", "-n", "csat-tui" if beside else seats[0].who, *agent, ";"),
        *("set", "-p", "@who", seats[0].who, ";"),
        *(*opened, *supervisor, ";"),
        *("set", "-p", "@who", seats[1].who, ";"),
        *("select-window", "-t", ":0", ";", "select-pane", "-t", ":.0", ";"),
        # Whoever detaches or closes the terminal ends it: nobody would find it again.
        *("set", "destroy-unattached", "on"),
    ]


def _left(seats: Sequence[Seat], until: float) -> bool:
    """Wait until nobody sits at any of the workstations; False if somebody still does."""
    while any(seat.taken for seat in seats):
        if time.monotonic() > until:
            return False
        time.sleep(LOOK_AGAIN)
    return True


def _in_terminals(desk: DemoDesk, seats: tuple[Seat, Seat]) -> None:
    """Print how each is opened, and wait for Ctrl-C; while one is open, the first Ctrl-C only says so."""
    program = ["csat-tui"] if shutil.which("csat-tui") else [sys.executable, "-P", "-m", "csat_tui"]
    say(f"The demo's help desk is at {desk.url}. Open two terminals, and run one of these in each:")
    for seat in seats:
        say(f"\n{seat.who}\n  {shlex.join(seat.command(*program))}")
    say(
        "\nQuit both with ctrl+q when you have seen enough; then Ctrl-C here ends the help desk and removes everything."
    )
    sys.stdout.flush()
    for asked in (1, 2):
        try:
            while True:
                desk.check()
                time.sleep(LOOK_AGAIN)
        except KeyboardInterrupt:
            open_still = [seat.who for seat in seats if seat.taken]
            if asked == 2 or not open_still:
                return
            say(f"\nStill open: {', '.join(open_still)}. Quit there with ctrl+q first; Ctrl-C once more ends it all.")


@contextmanager
def _ended_by_signals() -> Iterator[None]:
    """Let a closed terminal or a signal end this process in order, with everything that it started."""

    def end(number: int, frame: FrameType | None) -> None:  # noqa: ARG001 - a signal handler's signature
        raise SystemExit(128 + number)

    before = {number: signal.signal(number, end) for number in (signal.SIGHUP, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
