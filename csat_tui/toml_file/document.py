"""From a file to the values in it."""

import re
import tomllib
from pathlib import Path

from csat_tui.file_access import read_file, read_toml
from csat_tui.toml_file.problems import BrokenFile, Problem

_SYNTAX = re.compile(r"(?P<what>.*) \(at (?:line (?P<line>\d+), column \d+|end of document)\)", re.DOTALL)


def read_text(path: Path, error: type[BrokenFile]) -> str:
    """Return the text of a file, with `\\n` at the end of each line.

    Raises FileNotFoundError, and `error` where the file is there and cannot be read.
    """
    content = b""
    try:
        content = read_file(path)
        return content.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as wrong:
        line = content.count(b"\n", 0, wrong.start) + 1
        raise error([Problem(path, line, "the file is not UTF-8 text; save it as UTF-8")]) from None
    except FileNotFoundError:
        raise
    except OSError as wrong:
        raise error([unreadable(path, wrong)]) from None


def unreadable(path: Path, wrong: OSError) -> Problem:
    """Return the problem of a file that cannot be read."""
    return Problem(path, 1, f"the file cannot be read: {wrong.strerror}")


def parse(text: str, file: Path, error: type[BrokenFile]) -> dict[str, object]:
    """Return the values of a TOML text; raises `error` with the line that the parser names."""
    try:
        return read_toml(text)
    except tomllib.TOMLDecodeError as wrong:
        found = _SYNTAX.fullmatch(str(wrong))
        line = int(found["line"]) if found and found["line"] else text.rstrip().count("\n") + 1
        what = found["what"] if found else str(wrong)
        raise error([Problem(file, line, f"this is not TOML: {what[:1].lower()}{what[1:]}")]) from None
