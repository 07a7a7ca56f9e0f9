"""Mistakes in a file: each with its line and what is expected instead, and all of them at once."""

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

from csat_tui.toml_file.positions import Place, Positions

_FEW = 13
"""How many words a sentence still lists."""


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
        self._found: list[tuple[Place, str]] = []

    def add(self, place: Place, sentence: str) -> None:
        """Note a mistake at a place in the document."""
        self._found.append((place, sentence))

    @property
    def count(self) -> int:
        """How many mistakes there are so far."""
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
    return f"; there is {listed(choices)}" if 0 < len(choices) <= _FEW else ""


def listed(words: Iterable[str], joint: str = "and") -> str:
    """Return words as English lists them."""
    *rest, last = [f"“{word}”" for word in words] or ["nothing"]
    return f"{', '.join(rest)} {joint} {last}" if rest else last
