"""How keys are written for people, and which keys a command has under the person's own keymap."""

from typing import Any

from textual.keys import KEY_NAME_REPLACEMENTS, key_to_character

from csat_tui.tui.commands import Command

_WORDS = {"escape": "esc", "question_mark": "?", "full_stop": ".", "pagedown": "pgdn", "pageup": "pgup"}
_ARROWS = {"down": "↓", "up": "↑", "left": "←", "right": "→"}


def keys_of(app: Any, command: Command) -> tuple[str, ...]:
    """Return the keys of a command as the app's keymap has them."""
    keymap: dict[str, tuple[str, ...]] = getattr(app, "keys", {})
    return keymap.get(command.id, command.keys)


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
    character = key_to_character(KEY_NAME_REPLACEMENTS.get(name, name))
    return character if character and character.isprintable() else name
