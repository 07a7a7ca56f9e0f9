"""`csat-tui playbook`: check a playbook, read what it says, begin one of your own, and the schema for editors."""

import os
from pathlib import Path
from typing import Annotated

import typer

from csat_tui.cli.console import say, say_json
from csat_tui.cli.exits import Exit, Failure, complain

playbook = typer.Typer(rich_markup_mode=None, help="Your procedure as a file: check it, read it, start your own.")

Given = Annotated[
    str,
    typer.Argument(
        metavar="[NAME|FILE]", show_default=False, help="A playbook that ships, or a file; without it, your own."
    ),
]


@playbook.command("check")
def check(given: Given = "") -> None:
    """Check a playbook: list every mistake with its line, and try the wording rules on their own examples.

    Exit codes: 0 it can be used, 3 it has mistakes or cannot be read.
    """
    from csat_tui.cli.playbook_text import in_short
    from csat_tui.playbook import PlaybookError, load_playbook

    file = _file(given)
    try:
        found = load_playbook(file, examples=True)
    except PlaybookError as error:
        for problem in error.problems:
            complain(str(problem))
        count = len(error.problems)
        complain(f"{file.name} has {count} {'mistake' if count == 1 else 'mistakes'} and cannot be used as it is.")
        raise typer.Exit(Exit.CONFIGURATION) from None
    say(f"{file.name} is in order: {in_short(found)}.")


@playbook.command("show")
def show(
    given: Given = "", json: Annotated[bool, typer.Option("--json", help="Print what the file says as JSON.")] = False
) -> None:
    """Tell what a playbook says: paths, steps, checks, decisions with what they need and do, notes, guide, rules.

    JSON has the shape that `csat-tui playbook schema` describes.
    """
    from csat_tui.cli.playbook_text import procedure_lines
    from csat_tui.file_access import read_file, read_toml
    from csat_tui.playbook import load_playbook

    file = _file(given)
    found = load_playbook(file)
    if json:
        say_json(read_toml(read_file(file).decode("utf-8-sig")))
    else:
        for line in procedure_lines(found):
            say(line)


@playbook.command("init")
def init(
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="Where to put your copy; an existing file is never overwritten.")
    ],
    source: Annotated[str, typer.Option("--from", metavar="NAME", help="The playbook that ships to start from.")] = (
        "strike-team"
    ),
) -> None:
    """Write a copy of a playbook that ships, with its comments, for you to change."""
    from csat_tui.paths import Paths
    from csat_tui.playbook import builtin_file
    from csat_tui.playbook.schema import SCHEMA_NAME, write_copy

    builtin_file(source)
    if file.suffix != ".toml":
        raise Failure(Exit.USAGE, f"Call it {file.name}.toml, so that it is known as a playbook. Nothing was written.")
    try:
        with_schema = write_copy(file, source)
    except FileExistsError:
        raise Failure(Exit.USAGE, f"{file} is there already, and was left as it is. Name another file.") from None
    except OSError as error:
        raise Failure(Exit.USAGE, f"{file} cannot be written ({error.strerror}). Name another place.") from None
    paths = Paths.find(os.environ)
    say(f"{file} is a copy of “{source}”, yours to change.")
    if with_schema:
        say(f"{SCHEMA_NAME} beside it lets editors that know TOML schemas help while you type.")
    say(f"To work with it, put this into {paths.config_file}:\n")
    say(f"[playbook]\nuse = {_quoted(_as_named(file, paths.config_dir))}\n")
    say(f"Look through what you change with: csat-tui playbook check {file}")


@playbook.command("schema")
def schema() -> None:
    """Print the schema of playbooks, for editors that know JSON Schema."""
    import json

    from csat_tui.playbook.schema import schema_text

    say_json(json.loads(schema_text()))


def _file(given: str) -> Path:
    """Return the file that is meant: one that ships, one that is named, or the one in use here."""
    from csat_tui.playbook import builtin_file, own_file

    if given:
        return own_file(given, Path()) or builtin_file(given)
    from csat_tui.cli.installation import find_installation

    installation = find_installation()
    used = installation.config.playbook.use
    return own_file(used, installation.paths.config_dir) or builtin_file(used)


def _as_named(file: Path, config_dir: Path) -> str:
    """Return how config.toml names a file: from its own folder on where it lies in there."""
    whole = file.absolute()
    inside = whole.is_relative_to(config_dir.absolute())
    return (whole.relative_to(config_dir.absolute()) if inside else whole).as_posix()


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
