"""The manual page, in roff."""

from collections.abc import Sequence

from docs.generate.commands import PROGRAM, CommandHelp
from docs.generate.exit_codes import EXIT_CODES


def man_page(commands: Sequence[CommandHelp]) -> str:
    """Return the page for section 1 of the manual: the program, its commands and its exit codes."""
    program, *rest = commands
    lines = [
        f'.TH "{PROGRAM.upper()}" "1" "" "{PROGRAM}" "User Commands"',
        ".SH NAME",
        f"{_roff(PROGRAM)} \\- the workstation of a CSAT strike team",
        ".SH SYNOPSIS",
        f".B {_roff(program.usage)}",
        ".SH DESCRIPTION",
        *_paragraphs(program.text),
        ".SH OPTIONS",
        *_parameters(program),
        ".SH COMMANDS",
    ]
    for command in rest:
        lines += [f".SS {_roff(' '.join(command.words))}", f".B {_roff(command.usage)}", ".PP"]
        lines += [*_paragraphs(command.text), *_parameters(command)]
    lines.append(".SH EXIT STATUS")
    for code, meaning in EXIT_CODES.items():
        lines += [".TP", f".B {code.value}", _roff(meaning.replace("`", ""))]
    return "\n".join(lines) + "\n"


def _paragraphs(text: str) -> list[str]:
    return [line for part in text.split("\n\n") for line in (_roff(part), ".PP")][:-1]


def _parameters(command: CommandHelp) -> list[str]:
    lines = []
    for parameter in command.own_parameters:
        lines += [".TP", f".B {_roff(parameter.written)}", _roff(parameter.help)]
    return lines


def _roff(text: str) -> str:
    """Return a text in which roff sees no request, no escape and no hyphenation of options."""
    text = text.replace("\\", "\\e").replace("-", "\\-")
    return f"\\&{text}" if text.startswith((".", "'")) else text
