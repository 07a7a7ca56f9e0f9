"""Load playbooks: those that ship and those of a file; a broken one is refused with all its mistakes."""

import os
from functools import cache
from pathlib import Path

from csat_tui.domain.playbook import Playbook
from csat_tui.file_access import expanded
from csat_tui.playbook.reading import read_playbook
from csat_tui.toml_file import BrokenFile, Problem, Problems, Table, did_you_mean, read_text
from csat_tui.toml_file import parse as parse_toml
from csat_tui.toml_file.document import unreadable

_BUILTIN = Path(__file__).parent / "builtin"


class PlaybookError(BrokenFile):
    """A playbook that cannot be used."""


def builtin_names() -> tuple[str, ...]:
    """Return the names of the playbooks that ship."""
    return tuple(sorted(file.stem for file in _BUILTIN.glob("*.toml")))


def builtin_file(name: str) -> Path:
    """Return the file of a playbook that ships; PlaybookError where there is none of that name."""
    if name not in builtin_names():
        raise PlaybookError(
            [Problem(Path(name), 1, f"no playbook of that name ships{did_you_mean(name, builtin_names())}")]
        )
    return _BUILTIN / f"{name}.toml"


@cache  # the files ship with this version of the program
def load_builtin(name: str) -> Playbook:
    """Return a playbook that ships; PlaybookError where there is none of that name."""
    text = builtin_file(name).read_text("utf-8")
    return _read(text, Path(f"{name}.toml"), Problems(Path(f"{name}.toml"), text, proven=True))


def own_file(name_or_path: str, base: Path) -> Path | None:
    """Return the file that a setting means, relative to `base`; None where it means one that ships."""
    if name_or_path in builtin_names():
        return None
    path = base / expanded(name_or_path)
    return path if path.suffix == ".toml" or os.path.lexists(path) else None


def resolve(name_or_path: str, base: Path) -> Playbook:
    """Return the playbook that a setting means: one that ships, or a file, relative to `base`."""
    path = own_file(name_or_path, base)
    return load_builtin(name_or_path) if path is None else load(path)


def load(path: Path, *, examples: bool = False) -> Playbook:
    """Return the playbook in a file; PlaybookError with every problem, also if the file cannot be read.

    With `examples`, the examples of its rules are tried as well: for `playbook check`, and not for every start.
    """
    try:
        text = read_text(path, PlaybookError)
    except FileNotFoundError as error:
        raise PlaybookError([unreadable(path, error)]) from None
    return parse(text, path, examples=examples)


def parse(text: str, file: Path, *, examples: bool = False) -> Playbook:
    """Return the playbook in a text; problems give the name of `file`, without its folder."""
    text = text.replace("\r\n", "\n")
    shown = Path(file.name)
    return _read(text, shown, Problems(shown, text, examples=examples))


def _read(text: str, file: Path, log: Problems) -> Playbook:
    playbook = read_playbook(Table(parse_toml(text, file, PlaybookError), (), "the file", log))
    if problems := log.in_order():
        raise PlaybookError(problems)
    return playbook
