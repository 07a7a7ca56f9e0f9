"""The command line as data: every command with its arguments and options, as `--help` tells them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import typer

from csat_tui.cli.main import app

PROGRAM = "csat-tui"
_BY_SHELL = ("install_completion", "show_completion")
"""Options of Typer's own that take another form where it cannot tell which shell it runs in."""

_BRACES = re.compile(r"\{([^}]*)\}")
_TYPE = re.compile(r" +<([\w\[\] ]+)>")
_CHOICES = re.compile(r"<(\w[^>]*\|[^>]*)>")


@dataclass(frozen=True, slots=True)
class Parameter:
    """An argument or option: its names (`--all`), how it is written in help (`--settled N`), what it does."""

    names: tuple[str, ...]
    written: str
    help: str
    choices: tuple[str, ...]
    is_option: bool
    takes_value: bool


@dataclass(frozen=True, slots=True)
class CommandHelp:
    """A command: its words behind `csat-tui`, its usage line, what it does, and the commands below it."""

    words: tuple[str, ...]
    usage: str
    summary: str
    text: str
    parameters: tuple[Parameter, ...]
    below: tuple[str, ...]

    @property
    def own_parameters(self) -> tuple[Parameter, ...]:
        """The parameters without `--help`, which every command has and the program itself tells of."""
        return tuple(one for one in self.parameters if not self.words or "--help" not in one.names)

    @property
    def full_name(self) -> str:
        """The command as it is typed."""
        return " ".join((PROGRAM, *self.words))


def command_tree() -> tuple[CommandHelp, ...]:
    """Return the program itself and every command, in the order of `--help`."""
    return tuple(_walk(typer.main.get_command(app), None, ()))


def _walk(command: Any, parent: Any, words: tuple[str, ...]) -> Iterator[CommandHelp]:
    context = command.context_class(
        command, info_name=words[-1] if words else PROGRAM, parent=parent, **command.context_settings
    )
    names = tuple(command.list_commands(context)) if hasattr(command, "list_commands") else ()
    text = "\n\n".join(" ".join(part.split()) for part in (command.help or "").split("\n\n"))
    yield CommandHelp(
        words=words,
        usage=_BRACES.sub(r"\1", " ".join(context.get_usage().removeprefix("Usage: ").split())).replace(
            "......", "..."
        ),
        summary=text.partition("\n\n")[0],
        text=text,
        parameters=tuple(
            _parameter(one, context)
            for one in command.get_params(context)
            if not getattr(one, "hidden", False) and one.name not in _BY_SHELL
        ),
        below=names,
    )
    for word in names:
        yield from _walk(command.get_command(context, word), context, (*words, word))


def _usage(context: Any) -> str:
    """Return the usage line; Typer puts braces around arguments, and two ellipses behind one that has its own."""
    written = " ".join(context.get_usage().removeprefix("Usage: ").split())
    return _BRACES.sub(r"\1", written).replace("......", "...")


def _parameter(parameter: Any, context: Any) -> Parameter:
    is_option = parameter.param_type_name == "option"
    written, told = parameter.get_help_record(context) or (parameter.make_metavar(context), "")
    return Parameter(
        # Typer keeps the names of `--help` in a set.
        names=(*sorted(parameter.opts), *sorted(parameter.secondary_opts)) if is_option else (parameter.name,),
        written=_without_type(written, is_option=is_option),
        help=" ".join(told.split()),
        choices=tuple(found[1].split("|")) if (found := _CHOICES.search(written)) else (),
        is_option=is_option,
        takes_value=is_option and not parameter.is_flag,
    )


def _without_type(written: str, *, is_option: bool) -> str:
    """Return how a parameter is written, in words that people type and without the types of Python."""
    if is_option:
        return _TYPE.sub(lambda found: " N" if found[1].startswith(("int", "float")) else " TEXT", written)
    return _TYPE.sub("", written)
