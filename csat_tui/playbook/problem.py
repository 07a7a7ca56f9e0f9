"""What is wrong with a playbook, all of it at once, each with its line."""

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

from csat_tui.playbook.positions import Place, Positions

_FEW = 13
"""How many words a sentence still lists."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One mistake: where it stands and a sentence that says what is expected instead."""

    file: Path
    line: int
    sentence: str

    def __str__(self) -> str:
        return f"{self.file.name}:{self.line}: {self.sentence}"


class PlaybookError(Exception):
    """A playbook that cannot be used; `problems` lists every mistake in the order of its lines."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(map(str, self.problems)))


class Complaints:
    """Collects problems while a playbook is read, so that one reading tells a person everything."""

    def __init__(self, file: Path, text: str, *, proven: bool = False, examples: bool = False) -> None:
        self.proven = proven
        """Whether the file ships, and has been looked through in every way long before this start."""
        self.examples = examples
        """Whether examples are to be tried out, which takes longer than reading everything."""
        self.meant: set[str] = set()
        """What misspelt references most likely mean: told once, and not again as something that nothing uses."""
        self._file = file
        self._text = text
        self._found: list[tuple[Place, str]] = []

    def add(self, place: Place, sentence: str) -> None:
        """Note a problem at a place in the document."""
        self._found.append((place, sentence))

    @property
    def count(self) -> int:
        """How many problems there are so far."""
        return len(self._found)

    def raise_any(self) -> None:
        """Raise PlaybookError with everything found, or do nothing where nothing was.

        Lines are looked up only now: a playbook without mistakes need not pay for them at every start.
        """
        if self._found:
            positions = Positions(self._text)
            problems = {Problem(self._file, positions.line(place), sentence) for place, sentence in self._found}
            raise PlaybookError(sorted(problems, key=lambda problem: (problem.line, problem.sentence)))


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
