"""The commands of the workstation with their keys and ids, place by place."""

from collections.abc import Iterator

from csat_tui.tui.app import all_scopes
from csat_tui.tui.base.commands import Command, Commanded
from csat_tui.tui.base.keymap import show_key
from docs.generate.regions import table


def key_page() -> str:
    """Return a table of commands for each place."""
    return "\n\n".join(
        f"## {place}\n\n{table(('key', 'does', 'command'), [_row(command) for command in commands])}"
        for place, commands in _by_owner().items()
    )


def _by_owner() -> dict[str, list[Command]]:
    """Return each command once, under the pane, screen or window that it belongs to."""
    scopes = all_scopes()  # imports every class that has commands
    owners: dict[str, str] = {}
    for owner in _subclasses(Commanded):
        for command in owner.__dict__.get("COMMANDS", ()):
            if owner.NAME:
                owners.setdefault(command.id, owner.NAME)
    found: dict[str, list[Command]] = {}
    seen: set[str] = set()
    for place, commands in scopes.items():
        for command in commands:
            if command.id not in seen:
                seen.add(command.id)
                found.setdefault(owners.get(command.id, place), []).append(command)
    return found


def _subclasses(owner: type[Commanded]) -> Iterator[type[Commanded]]:
    for below in owner.__subclasses__():
        yield below
        yield from _subclasses(below)


def _row(command: Command) -> tuple[str, str, str]:
    keys = " ".join(_code(show_key(key)) for key in command.keys)
    return keys, command.help, f"`{command.id}`"


def _code(text: str) -> str:
    return f"`` {text} ``" if "`" in text else f"`{text}`"
