"""From a file to a playbook: read, checked as a whole, or refused with everything that is wrong."""

import os
import re
import tomllib
from pathlib import Path

from csat_tui.bounded import expanded, read_file, read_toml
from csat_tui.domain.playbook import Playbook
from csat_tui.playbook.problem import Complaints, PlaybookError, Problem, did_you_mean
from csat_tui.playbook.table import Table
from csat_tui.playbook.whole import read_playbook

_BUILTIN = Path(__file__).parent / "builtin"
_SYNTAX = re.compile(r"(?P<what>.*) \(at (?:line (?P<line>\d+), column \d+|end of document)\)", re.DOTALL)


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


def load_builtin(name: str) -> Playbook:
    """Return a playbook that ships; PlaybookError where there is none of that name."""
    text = builtin_file(name).read_text("utf-8")
    return _read(text, Path(f"{name}.toml"), Complaints(Path(f"{name}.toml"), text, proven=True))


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
    """Return the playbook in a file; PlaybookError with every problem, also where the file cannot be read.

    `examples` tries the examples of its rules out as well, which is for checking it and not for every start.
    """
    try:
        content = read_file(path)
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise PlaybookError([Problem(path, line, "the file is not UTF-8 text; save it as UTF-8")]) from None
    except OSError as error:
        raise PlaybookError([Problem(path, 1, f"the file cannot be read: {error.strerror}")]) from None
    return parse(text, path, examples=examples)


def parse(text: str, file: Path, *, examples: bool = False) -> Playbook:
    """Return the playbook in a text; `file` is what problems name."""
    text = text.replace("\r\n", "\n")
    return _read(text, file, Complaints(file, text, examples=examples))


def _read(text: str, file: Path, log: Complaints) -> Playbook:
    try:
        data = read_toml(text)
    except tomllib.TOMLDecodeError as error:
        raise PlaybookError([_syntax_problem(str(error), text, file)]) from None
    playbook = read_playbook(Table(data, (), "the file", log))
    log.raise_any()
    return playbook


def _syntax_problem(message: str, text: str, file: Path) -> Problem:
    match = _SYNTAX.fullmatch(message)
    line = int(match["line"]) if match and match["line"] else text.rstrip().count("\n") + 1
    what = match["what"] if match else message
    return Problem(file, line, f"this is not TOML: {what[:1].lower()}{what[1:]}")
