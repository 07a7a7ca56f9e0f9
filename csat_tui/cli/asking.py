"""Asking the person at the terminal, and never anybody else: a pipe has no answer and would wait for ever."""

import sys

import typer

from csat_tui.cli.exits import Exit, Failure

LONGEST = 65_536
"""Characters of a secret that is read from standard input; the longest have some thousands."""


def ask(what: str, default: str | None = None) -> str:
    """Return what the person types; the default, or a Failure where there is none and nobody is here."""
    if default is not None and not sys.stdin.isatty():
        return default
    require_person(what.lower(), "the option for it (see --help)")
    return str(typer.prompt(what, default=default, show_default=False, err=True)).strip()


def require_person(what: str, instead: str) -> None:
    """Raise Failure where nobody is here to answer."""
    if not sys.stdin.isatty():
        raise Failure(
            Exit.USAGE,
            f"This is not a terminal, so csat-tui cannot ask for {what}; use {instead}. Nothing was written.",
        )


def ask_secret(what: str, *, from_input: bool, option: str) -> str:
    """Return a secret, typed without an echo or read from standard input; it never stands on a command line.

    Raises Failure where nobody is here, or where nothing was given.
    """
    if from_input:
        text = sys.stdin.readline(LONGEST + 1).strip()
        if len(text) > LONGEST:
            raise Failure(Exit.CONFIGURATION, f"What was given for {what} is too long. Nothing was written.")
    else:
        require_person(what, option)
        text = str(typer.prompt(f"{what[:1].upper()}{what[1:]} (it is not shown)", hide_input=True, err=True)).strip()
    if not text:
        raise Failure(Exit.CONFIGURATION, f"There is nothing in what was given for {what}. Nothing was written.")
    return text
