"""Commands and their options as Markdown."""

from collections.abc import Sequence

from docs.generate.commands import CommandHelp, Parameter
from docs.generate.regions import table


def overview(commands: Sequence[CommandHelp]) -> str:
    """Return a table of every command and what it does."""
    return table(
        ("command", "does"),
        [(f"[`{one.full_name}`](#{one.full_name.replace(' ', '-')})", one.summary) for one in commands],
    )


def reference(commands: Sequence[CommandHelp]) -> str:
    """Return a part for each command: usage, what it does, arguments and options."""
    return "\n\n".join(_part(one) for one in commands)


def _part(command: CommandHelp) -> str:
    parts = [f"### {command.full_name}", f"    {command.usage}", command.text]
    for head, is_option in (("argument", False), ("option", True)):
        if rows := [_row(one) for one in command.own_parameters if one.is_option is is_option]:
            parts.append(table((head, "meaning"), rows))
    return "\n\n".join(parts)


def _row(parameter: Parameter) -> tuple[str, str]:
    return f"`{parameter.written}`", parameter.help
