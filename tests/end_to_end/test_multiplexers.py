"""Every default key arrives as itself through the programs that people run terminals in."""

import os
from pathlib import Path

import pytest

from csat_tui.tui.app import all_scopes
from csat_tui.tui.base.keymap import show_key
from tests.multiplexers import PROGRAMS, inside

SEQUENCES = {
    "up": "\x1b[A", "down": "\x1b[B", "right": "\x1b[C", "left": "\x1b[D", "home": "\x1b[1~", "end": "\x1b[4~",
    "pageup": "\x1b[5~", "pagedown": "\x1b[6~", "delete": "\x1b[3~", "shift+tab": "\x1b[Z", "tab": "\t", "enter": "\r",
    "escape": "\x1b", "backspace": "\x7f", "space": " ", "f1": "\x1bOP", "f2": "\x1bOQ", "f3": "\x1bOR",
    "f4": "\x1bOS", "f5": "\x1b[15~", "f6": "\x1b[17~", "f7": "\x1b[18~", "f8": "\x1b[19~", "f9": "\x1b[20~",
    "f10": "\x1b[21~", "f11": "\x1b[23~", "f12": "\x1b[24~",
}  # fmt: skip
"""What xterm sends for the keys that are no letters."""

ZELLIJ = {f"ctrl+{letter}" for letter in "bghnopqst"}
"""What zellij takes for itself by its default keys, besides keys with alt: its modes, its locks and its end."""

KEPT_BY_DESIGN = {"app.palette"}
"""Within zellij the palette has only its other key, which is a letter where words are written: leave them first."""


def default_keys() -> list[str]:
    """Return every single key of every default, the steps of a sequence apart."""
    commands = [command for scope in all_scopes().values() for command in scope]
    return sorted({step for command in commands for key in command.keys for step in key.split()})


def sent_for(key: str) -> str:
    """Return what a terminal sends for a key."""
    if key in SEQUENCES:
        return SEQUENCES[key]
    shown = show_key(key)
    if shown.startswith("ctrl+") and len(shown) == len("ctrl+x"):
        return chr(ord(shown[-1]) & 0x1F)
    assert len(shown) == 1, f"no terminal sends {key} in a way that is the same everywhere"
    return shown


@pytest.mark.parametrize("program", PROGRAMS)
def test_every_default_key_arrives_as_itself(program: str, tmp_path: Path) -> None:
    written = tmp_path / "keys"
    with inside(program, ("-m", "tests.key_probe", str(written)), os.environ, tmp_path) as terminal:
        terminal.wait_for("the probe is ready")
        for key in default_keys():
            before = _lines(written)
            # A terminal program knows the escape key by the silence after it.
            terminal.send(sent_for(key))
            terminal.wait_until(lambda _text, before=before: _lines(written) > before, f"any key for {key}")
            assert written.read_text().splitlines()[before:] == [key], f"{program} passes on something else for {key}"


def test_no_default_key_needs_alt() -> None:
    assert [key for key in default_keys() if "alt" in key] == []


def test_zellij_leaves_every_command_a_key() -> None:
    commands = {command.id: command for scope in all_scopes().values() for command in scope}
    lost = {
        command.id for command in commands.values()
        if command.keys and all(key in ZELLIJ or key.startswith("alt+") for key in command.keys)
    }  # fmt: skip
    assert lost == set()
    only_letters = {
        command.id for command in commands.values()
        if set(command.keys) & ZELLIJ
        and all(len(show_key(key)) == 1 and key not in SEQUENCES for key in set(command.keys) - ZELLIJ)
    }  # fmt: skip
    assert only_letters == KEPT_BY_DESIGN


def _lines(file: Path) -> int:
    return len(file.read_text().splitlines()) if file.exists() else 0
