"""How keys are written for people, and which keys a command has in the person's keymap."""

import re
import unicodedata
from collections.abc import Callable
from functools import partial
from typing import Any

from textual.app import App
from textual.keys import KEY_TO_UNICODE_NAME, REPLACED_KEYS

from csat_tui.tui.base.commands import DECLARED, Command

_WORDS = {"escape": "esc", "question_mark": "?", "full_stop": ".", "pagedown": "pgdn", "pageup": "pgup"}
_PLACE = re.compile(r"\{([a-z]+\.[a-z0-9-]+)(:typing)?\}")
_ARROWS = {"down": "↓", "up": "↑", "left": "←", "right": "→"}


def keys_of(app: App[Any] | None, command: Command) -> tuple[str, ...]:
    """Return the keys of a command as the app's keymap has them."""
    keymap: dict[str, tuple[str, ...]] = getattr(app, "keys", {})
    return keymap.get(command.id, command.keys)


def key_for(app: App[Any] | None, command_id: str, *, typing: bool = False) -> str:
    """Return the key of a command as it is printed, for a sentence; with `typing`, one that types no letter.

    A command that the person has left without a key is named by its label, as the command palette lists it.
    """
    command = DECLARED[command_id]
    keys = [show_key(key) for key in keys_of(app, command)]
    if typing:
        keys = [key for key in keys if len(key) > 1 and " " not in key]
    return keys[0] if keys else f"“{command.label}”"


def with_keys(app: App[Any] | None, sentence: str) -> str:
    """Return a sentence of ours with each `{command.id}` in it as the person's key for that command.

    `{command.id:typing}` is a key that types no letter. Foreign text is put in afterwards, never before.
    """
    return _PLACE.sub(lambda place: key_for(app, place[1], typing=bool(place[2])), sentence)


InKeys = Callable[[str], str]
"""Puts keys into a sentence, for what draws lines without an app: `partial(with_keys, app)`."""

DEFAULT_KEYS: InKeys = partial(with_keys, None)
"""The keys that commands have where nobody has changed any."""


def show_key(key: str) -> str:
    """Return a key or a sequence as it is printed on a keyboard."""
    if " " in key:
        return " ".join(show_key(part) for part in key.split())
    *modifiers, name = key.split("+") if key != "+" else [key]
    name = _WORDS.get(name) or _ARROWS.get(name) or _printed(name)
    return "+".join((*modifiers, name))


def _printed(name: str) -> str:
    if len(name) == 1 or name == "space":
        return name
    full = REPLACED_KEYS.get(name, name)
    try:
        character = unicodedata.lookup(KEY_TO_UNICODE_NAME.get(full, full.replace("_", " ").upper()))
    except KeyError:
        return name
    return character if character.isprintable() else name
