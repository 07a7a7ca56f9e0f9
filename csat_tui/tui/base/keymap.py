"""Keys: their names on the screen, and the person's keymap, read with a sentence for each entry that is wrong."""

import difflib
import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from textual.app import App
from textual.keys import KEY_TO_UNICODE_NAME, REPLACED_KEYS, Keys

from csat_tui.tui.base.commands import DECLARED, Command, Commanded
from csat_tui.tui.base.textual_seams import character_to_key

_WORDS = {"escape": "esc", "question_mark": "?", "full_stop": ".", "pagedown": "pgdn", "pageup": "pgup"}
_PLACE = re.compile(r"\{([a-z]+\.[a-z0-9-]+)(:typing)?\}")
_ARROWS = {"down": "↓", "up": "↑", "left": "←", "right": "→"}


def keys_of(app: App[Any] | None, command: Command) -> tuple[str, ...]:
    """Return the keys of a command in the app's keymap."""
    keymap: dict[str, tuple[str, ...]] = getattr(app, "keys", {})
    return keymap.get(command.id, command.keys)


def key_for(app: App[Any] | None, command_id: str, *, typing: bool = False) -> str:
    """Return the name of a command's key, for a sentence; with `typing`, the name of a key that types no letter.

    A command without a key is named by its label in quotation marks, as the command palette lists it.
    """
    command = DECLARED[command_id]
    keys = [show_key(key) for key in keys_of(app, command)]
    if typing:
        keys = [key for key in keys if len(key) > 1 and " " not in key]
    return keys[0] if keys else f"“{command.label}”"


def with_keys(app: App[Any] | None, sentence: str) -> str:
    """Return one of our sentences with each `{command.id}` replaced by the person's key for that command.

    `{command.id:typing}` is a key that types no letter. Insert text from outside afterwards, never before.
    """
    return _PLACE.sub(lambda place: key_for(app, place[1], typing=bool(place[2])), sentence)


InKeys = Callable[[str], str]
"""Puts keys into a sentence, for functions that draw lines without an app: `partial(with_keys, app)`."""

DEFAULT_KEYS: InKeys = partial(with_keys, None)
"""Puts the default keys into a sentence."""


def show_key(key: str) -> str:
    """Return the name of a key or a sequence as keyboards print it."""
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


QUIT = "app.quit"
QUIT_KEY = "ctrl+q"
"""Always quits, whatever the keymap says: a person must be able to leave a broken keymap."""

_MODIFIERS = ("ctrl", "alt", "shift", "super", "meta", "hyper")
_NAMED = {key.value for key in Keys} | {f"f{number}" for number in range(1, 25)}
_OTHER_NAMES = {"esc": "escape", "return": "enter", "del": "delete", "pgup": "pageup", "pgdn": "pagedown"}
_TERMINAL = {
    "ctrl+i": "tab",
    "ctrl+m": "enter",
    "ctrl+[": "escape",
    "ctrl+left_square_bracket": "escape",
    "alt+f": "ctrl+right",
    "alt+b": "ctrl+left",
}
"""Keys for which a terminal sends the same as for another key."""

Scopes = Mapping[str, Sequence[Command]]
"""The commands that can be reached at the same time, by the name of the place."""


@dataclass(frozen=True, slots=True)
class Keymap:
    """The keys that differ from the defaults, and a sentence for each entry that cannot be used."""

    keys: Mapping[str, tuple[str, ...]]
    problems: tuple[str, ...]


def read_keymap(wanted: Mapping[str, Sequence[str]], scopes: Scopes) -> Keymap:
    """Return the usable entries of a keymap, with a sentence for each of the others."""
    known = {command.id: command for commands in scopes.values() for command in commands}
    problems: list[str] = []
    keys: dict[str, tuple[str, ...]] = {}
    for command_id, entry in wanted.items():
        if command_id not in known:
            problems.append(_unknown(command_id, known))
            continue
        good: list[str] = []
        for key in entry:
            sequence, problem = _read(key)
            if problem:
                problems.append(f"keys: {command_id}: {problem}")
            else:
                good.append(sequence)
        if command_id == QUIT and QUIT_KEY not in good:
            if not entry:
                problems.append(f"keys: {QUIT}: you could not quit without a key, so it keeps {QUIT_KEY}")
            good.append(QUIT_KEY)
        if entry and not good:
            problems.append(f"keys: {command_id}: its keys cannot be used, so it keeps the default keys")
        elif not entry and not known[command_id].palette:
            problems.append(f"keys: {command_id}: you could not reach it without a key, so it keeps the default keys")
        else:
            keys[command_id] = tuple(dict.fromkeys(good))
    problems += _resolve_clashes(keys, scopes)
    return Keymap(keys, tuple(problems))


def apply_keymap(app: App[Any], wanted: Mapping[str, Sequence[str]], scopes: Scopes) -> Keymap:
    """Give an app the person's keys, and return the keymap with its problems."""
    keymap = read_keymap(wanted, scopes)
    app.keys = dict(keymap.keys)  # type: ignore[attr-defined]
    app.set_keymap({name: ",".join(key for key in keys if " " not in key) for name, keys in keymap.keys.items()})
    return keymap


def scopes_of(*places: tuple[type[Commanded], ...]) -> Scopes:
    """Return the commands by place; a place is given as the classes whose commands can be reached together."""
    return {
        classes[0].NAME: tuple(command for owner in classes for command in owner.all_commands()) for classes in places
    }


def _unknown(command_id: str, known: Iterable[str]) -> str:
    near = difflib.get_close_matches(command_id, list(known), n=1)
    hint = f"; did you mean {near[0]}?" if near else "; the help screen and docs list them all"
    return f"keys: there is no command {command_id}{hint}"


def _read(written: str) -> tuple[str, str]:
    """Return a key or sequence in Textual's spelling and an empty text, or an empty text and the problem."""
    steps: list[str] = []
    for step in written.split():
        *modifiers, name = [step] if step == "+" else step.lower().split("+") if len(step) > 1 else [step]
        modifiers = ["ctrl" if modifier in ("control", "c", "^") else modifier for modifier in modifiers]
        if wrong := [modifier for modifier in modifiers if modifier not in _MODIFIERS]:
            return "", f"“{written}”: {wrong[0]} is not a modifier; use {', '.join(_MODIFIERS[:3])}"
        name = _OTHER_NAMES.get(name, name)
        if len(name) == 1:
            if "shift" in modifiers and name.isalpha():
                modifiers.remove("shift")
                name = name.upper()
            name = character_to_key(name)
        elif name not in _NAMED and not _is_character_name(name):
            return "", f"“{written}”: there is no key {name}"
        key = "+".join((*modifiers, name))
        if key in _TERMINAL:
            return "", f"“{written}”: a terminal sends the same for it as for {_TERMINAL[key]}"
        steps.append(key)
    if not steps:
        return "", "an empty key"
    if len(steps) > 2:
        return "", f"“{written}”: a sequence can have two keys"
    return " ".join(steps), ""


def _is_character_name(name: str) -> bool:
    """Whether it names an ASCII character; Unicode also has names for characters that no keyboard has."""
    import unicodedata

    try:
        return unicodedata.lookup(name.replace("_", " ").upper()).isascii()
    except KeyError:
        return name in ("slash", "question_mark", "colon", "backspace", "space")


def _resolve_clashes(keys: dict[str, tuple[str, ...]], scopes: Scopes) -> list[str]:
    """Remove changed keys that another command of the same place has; an unchanged command keeps its key."""
    problems: dict[str, None] = {}
    for place, commands in scopes.items():
        owner: dict[str, Command] = {}
        # Commands without changes come first, so that they keep their keys.
        for command in sorted(commands, key=lambda command: command.id in keys):
            for key in keys.get(command.id, command.keys):
                other = owner.setdefault(key, command)
                if other.id == command.id or command.id not in keys:
                    continue
                problems[
                    f"keys: {show_key(key)} is both {other.id} and {command.id} ({place}); {other.id} keeps it"
                ] = None
                rest = tuple(own_key for own_key in keys[command.id] if own_key != key)
                if rest:
                    keys[command.id] = rest
                else:
                    del keys[command.id]
                    problems[f"keys: {command.id} keeps its default keys"] = None
                    break
    leaders = {
        key.split()[0] for commands in scopes.values() for command in commands for key in command.keys if " " in key
    }
    for command_id, own in list(keys.items()):
        for key in own:
            if " " in key and key.split()[0] not in leaders:
                problems[f"keys: {command_id}: “{key}”: sequences begin with {' or '.join(sorted(leaders))}"] = None
                keys[command_id] = tuple(own_key for own_key in keys[command_id] if own_key != key)
        if own and not keys[command_id]:
            del keys[command_id]
    return list(problems)
