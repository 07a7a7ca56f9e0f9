"""What a csat-tui without a terminal needs of the desktop: a terminal, a notification, and how it is started again."""

import html
import os
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from csat_tui.domain.safe_text import visible_line

TERMINALS = (
    "xdg-terminal-exec", "x-terminal-emulator", "gnome-terminal", "ptyxis", "kgx", "konsole", "xfce4-terminal",
    "mate-terminal", "kitty", "foot", "alacritty", "xterm",
)  # fmt: skip
"""Terminals that are looked for where the person has named none, the system's own choice first."""

_BEFORE_COMMAND = {
    "xdg-terminal-exec": (), "kitty": (), "foot": (), "gnome-terminal": ("--",), "ptyxis": ("--",), "kgx": ("--",),
    "xfce4-terminal": ("-x",), "mate-terminal": ("-x",), "wezterm": ("start", "--"),
}  # fmt: skip
"""What stands between a terminal's name and the command in it; `-e` for all others."""

_PLACES = ("CSAT_TUI_HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME")
"""What says where csat-tui's files are; the desktop may have started with other ones."""

FAILS_WITHIN = 1.0
"""Seconds in which a terminal that cannot open a window has ended."""


def own_command(environ: Mapping[str, str], *arguments: str) -> list[str]:
    """Return the command that starts this csat-tui in its home from anywhere."""
    script = Path(sys.executable).with_name("csat-tui")
    # -P: a file that happens to lie in the current folder must not stand in for a library
    program = [str(script)] if script.is_file() else [sys.executable, "-P", "-m", "csat_tui"]
    kept = {name: environ[name].strip() for name in _PLACES if environ.get(name, "").strip()}
    placed = [f"{name}={Path(value).expanduser().absolute()}" for name, value in kept.items()]
    if placed:
        return ["env", *placed, *program, *arguments]
    return [*program, *arguments]


def open_in_terminal(command: Sequence[str], environ: Mapping[str, str], platform: str = sys.platform) -> bool:
    """Run a command in a new window of the person's terminal; False where no terminal opens one."""
    return any(_opens(one, environ) for one in _in_terminals(command, environ, platform))


def _in_terminals(command: Sequence[str], environ: Mapping[str, str], platform: str) -> Iterator[list[str]]:
    """Return what runs a command in a terminal, for each that is here."""
    if platform == "darwin":
        typed = shlex.join(command).replace("\\", "\\\\").replace('"', '\\"')
        script = f'tell application "Terminal"\nactivate\ndo script "{typed}"\nend tell'
        yield ["osascript", "-e", script]
        return
    if not any(environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY")):
        return
    try:
        named = shlex.split(environ.get("TERMINAL", ""))
    except ValueError:
        named = []
    for terminal in ([named] if named else []) + [[name] for name in TERMINALS]:
        before = _BEFORE_COMMAND.get(os.path.basename(terminal[0]), ("-e",))
        yield [*terminal, *before, *command]


def _opens(command: Sequence[str], environ: Mapping[str, str]) -> bool:
    program = shutil.which(command[0], path=environ.get("PATH"))
    if program is None:
        return False
    try:
        process = subprocess.Popen(  # noqa: S603 - the person's terminal
            [program, *command[1:]], env=dict(environ), stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL, start_new_session=True,
        )  # fmt: skip
    except OSError:
        return False
    try:
        return process.wait(FAILS_WITHIN) == 0
    except subprocess.TimeoutExpired:
        return True


def notify_desktop(sentence: str, environ: Mapping[str, str], platform: str = sys.platform) -> None:
    """Show a notification of the desktop, where there is one."""
    text = visible_line(sentence)
    if platform == "darwin":
        quoted = text.replace("\\", "\\\\").replace('"', '\\"')
        command = ["osascript", "-e", f'display notification "{quoted}" with title "csat-tui"']
    else:
        command = ["notify-send", "--app-name=csat-tui", "--", "csat-tui", html.escape(text)]
    _opens(command, environ)
