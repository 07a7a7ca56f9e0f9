"""Parse a TOML file, find the line of each key, and collect the mistakes in it with their lines."""

import re
import tomllib
from bisect import bisect_right
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

from csat_tui.file_access import read_file, read_toml

KeyPath = tuple[str | int, ...]
"""The way to a value: keys and list positions, as in `("outcome", 0, "needs", "issue-logged")`."""

_BLANK = re.compile(r"(?:[ \t\r\n]+|#[^\n]*)*")
_SPACE = re.compile(r"[ \t]*")
_STRING = re.compile(
    r'"""(?:[^\\]|\\.)*?"{3,5}' r"|'''.*?'{3,5}" r'|"(?:[^"\\\n]|\\.)*"' r"|'[^'\n]*'",
    re.DOTALL,
)
_BARE = re.compile(r"[A-Za-z0-9_-]+")
_SCALAR = re.compile(r"[^,\]}\n#]*")


class _Lost(Exception):
    """The scan met something that it does not know; a line that is too early is better than no line."""


class Positions:
    """An index from places to lines of a text that tomllib has already accepted."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0
        self._starts = [0, *(match.end() for match in re.finditer("\n", text))]
        self._lines: dict[KeyPath, int] = {}
        self._counts: dict[KeyPath, int] = {}
        with suppress(_Lost, IndexError):
            self._scan()

    def line(self, place: KeyPath) -> int:
        """Return the line of a place, or of the nearest thing around it that was written down."""
        for end in range(len(place), 0, -1):
            if place[:end] in self._lines:
                return self._lines[place[:end]]
        return 1

    def _scan(self) -> None:
        table: KeyPath = ()
        while self._skip(_BLANK) and self._at < len(self._text):
            if self._text.startswith("[[", self._at):
                table = self._header(2)
                number = self._counts.get(table, 0)
                self._counts[table] = number + 1
                self._note(table)
                table = (*table, number)
                self._note(table)
            elif self._text.startswith("[", self._at):
                table = self._header(1)
                self._note(table)
            else:
                self._pair(table)

    def _header(self, brackets: int) -> KeyPath:
        """Read a table's name, putting the newest list position behind each list of tables on the way."""
        self._at += brackets
        place: KeyPath = ()
        parts = self._key()
        for part in parts[:-1]:
            place = (*place, part)
            if place in self._counts:
                place = (*place, self._counts[place] - 1)
        self._skip(_SPACE)
        self._at += brackets
        return (*place, parts[-1])

    def _pair(self, table: KeyPath) -> None:
        begin = self._at
        place = table
        for part in self._key():
            place = (*place, part)
            self._note(place, begin)
        self._skip(_SPACE)
        self._at += 1
        self._skip(_SPACE)
        self._value(place)

    def _key(self) -> list[str]:
        parts: list[str] = []
        while True:
            self._skip(_SPACE)
            quoted = _STRING.match(self._text, self._at)
            found = quoted or _BARE.match(self._text, self._at)
            if found is None:
                raise _Lost
            self._at = found.end()
            parts.append(found[0][1:-1] if quoted else found[0])
            self._skip(_SPACE)
            if not self._text.startswith(".", self._at):
                return parts
            self._at += 1

    def _value(self, place: KeyPath) -> None:
        opening = self._text[self._at : self._at + 1]
        if opening in ("[", "{"):
            self._at += 1
            number = 0
            while self._skip(_BLANK) and self._text[self._at] not in "]}":
                if opening == "{":
                    self._pair(place)
                else:
                    self._note((*place, number))
                    self._value((*place, number))
                    number += 1
                self._skip(_BLANK)
                if self._text[self._at] == ",":
                    self._at += 1
            self._at += 1
        else:
            found = _STRING.match(self._text, self._at)
            if found:
                self._at = found.end()
            else:
                self._skip(_SCALAR)

    def _skip(self, pattern: re.Pattern[str]) -> bool:
        found = pattern.match(self._text, self._at)
        if found:
            self._at = found.end()
        return True

    def _note(self, place: KeyPath, at: int | None = None) -> None:
        self._lines.setdefault(place, bisect_right(self._starts, self._at if at is None else at))


_FEW = 13
"""The most words that a sentence lists."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One mistake: where it stands and a sentence that says what is expected instead."""

    file: Path
    """As it is shown to a person."""
    line: int
    sentence: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.sentence}"


class BrokenFile(Exception):
    """A file that cannot be used; `problems` lists every mistake, and the text has one line for each."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(map(str, self.problems)))


class Problems:
    """Collects mistakes while a file is read, so that one reading tells a person all of them."""

    def __init__(self, file: Path, text: str, *, proven: bool = False, examples: bool = False) -> None:
        self.proven = proven
        """Whether the file ships with csat-tui: its patterns were checked before the release, not at each start."""
        self.examples = examples
        """Whether to try the examples of rules as well, which takes longer than reading everything."""
        self.meant: set[str] = set()
        """Ids that misspelt references probably meant, so that they are not reported as unused as well."""
        self._file = file
        self._text = text
        self._found: list[tuple[KeyPath, str]] = []

    def add(self, place: KeyPath, sentence: str) -> None:
        """Note a mistake at a place in the document."""
        self._found.append((place, sentence))

    @property
    def count(self) -> int:
        """The number of mistakes so far."""
        return len(self._found)

    def in_order(self) -> list[Problem]:
        """Return the mistakes by their lines.

        Lines are looked up only here: a file without mistakes need not pay for them at every start.
        """
        if not self._found:
            return []
        positions = Positions(self._text)
        found = {Problem(self._file, positions.line(place), sentence) for place, sentence in self._found}
        return sorted(found, key=lambda problem: (problem.line, problem.sentence))


def nearest(word: str, known: Iterable[str]) -> str:
    """Return the known word that was most likely meant; empty where none is near."""
    return next(iter(get_close_matches(word.casefold(), sorted(known), n=1, cutoff=0.6)), "")


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """Return the end of a sentence that offers the nearest known word, or lists them where none is near and few are."""
    choices = sorted(known)
    if near := nearest(word, choices):
        return f"; did you mean “{near}”?"
    return f"; there is {joined(choices)}" if 0 < len(choices) <= _FEW else ""


def joined(words: Iterable[str], joint: str = "and") -> str:
    """Return words as English lists them."""
    *rest, last = [f"“{word}”" for word in words] or ["nothing"]
    return f"{', '.join(rest)} {joint} {last}" if rest else last


_SYNTAX = re.compile(r"(?P<what>.*) \(at (?:line (?P<line>\d+), column \d+|end of document)\)", re.DOTALL)


def read_toml_text(path: Path, error: type[BrokenFile]) -> str:
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


def parse_toml(text: str, file: Path, error: type[BrokenFile]) -> dict[str, object]:
    """Return the values of a TOML text; raises `error` with the line that the parser names."""
    try:
        return read_toml(text)
    except tomllib.TOMLDecodeError as wrong:
        found = _SYNTAX.fullmatch(str(wrong))
        line = int(found["line"]) if found and found["line"] else text.rstrip().count("\n") + 1
        what = found["what"] if found else str(wrong)
        raise error([Problem(file, line, f"this is not TOML: {what[:1].lower()}{what[1:]}")]) from None
