"""One TOML table under the reader's eye: values come out typed, and what is wrong is written down with its line."""

import difflib
import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from csat_tui.config.problems import Problem
from csat_tui.domain.visible import UNSAFE

LONGEST = 2_000
"""Characters of one text; addresses and commands are far shorter."""

NEAR = 0.65
"""How alike two names are that are taken for one another; below this another word was meant."""

_HEADER = re.compile(r"^\s*\[\s*([^\[\]]+?)\s*\]\s*(?:#.*)?$")
_KEY = re.compile(r"""^\s*((?:"[^"]*"|'[^']*'|[\w.-]+))\s*=""")


@dataclass(frozen=True, slots=True)
class Table:
    """A table, where it stands, and the list that its problems go to."""

    raw: Mapping[str, object]
    source: str
    problems: list[Problem]
    name: str = ""

    def wrong(self, key: str, sentence: str) -> None:
        """Write a problem down at the line of a key, or of the table where the key is missing."""
        line = line_of(self.source, self.name, key)
        self.problems.append(Problem(sentence, line if line is not None else line_of(self.source, self.name)))

    def knows(self, known: Iterable[str]) -> None:
        """Write down every key that nothing reads, with the one that was probably meant."""
        names = tuple(known)
        for key in self.raw:
            if key not in names:
                near = difflib.get_close_matches(key, names, n=1, cutoff=NEAR)
                hint = f"did you mean {near[0]}?" if near else f"known are {', '.join(names)}"
                self.wrong(key, f"{self._path(key)} is not known; {hint}")

    def table(self, key: str) -> "Table | None":
        """Return an inner table; None where there is none."""
        value = self.raw.get(key)
        if value is None:
            return None
        if not isinstance(value, dict):
            self._expected(key, f"a section, written [{key}]")
            return None
        return Table(value, self.source, self.problems, self._path(key))

    def text(self, key: str, default: str, *, choices: tuple[str, ...] = ()) -> str:
        """Return a text."""
        value = self.raw.get(key, default)
        if not isinstance(value, str):
            self._expected(key, "a text in quotes")
            return default
        if wrong := _unfit(value):
            self.wrong(key, f"{self._path(key)} should be one line of at most {LONGEST:,} characters, and {wrong}")
            return default
        if choices and value not in choices:
            near = difflib.get_close_matches(value, choices, n=1, cutoff=NEAR)
            hint = f"; did you mean {near[0]}?" if near else ""
            self._expected(key, " or ".join(f'"{choice}"' for choice in choices) + hint)
        return value

    def needed(self, key: str, expected: str) -> bool:
        """Whether a key is there; written down if it is not."""
        if self.raw.get(key) in (None, ""):
            self.wrong(key, f"{self._path(key)} is missing; it should be {expected}")
            return False
        return True

    def flag(self, key: str, *, default: bool) -> bool:
        """Return a yes or no."""
        value = self.raw.get(key, default)
        if not isinstance(value, bool):
            self._expected(key, "true or false")
            return default
        return value

    def number(self, key: str, default: float, least: float, most: float, *, or_zero: bool = False) -> float:
        """Return a number within bounds; `or_zero` says that 0 has a meaning of its own."""
        value = self.raw.get(key, default)
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        if not is_number or not (least <= value <= most or (or_zero and value == 0)):  # type: ignore[operator]
            self._expected(key, f"{'0 or ' if or_zero else ''}a number from {least:g} to {most:g}")
            return default
        assert isinstance(value, int | float)  # noqa: S101 - looked at just before
        return float(value)

    def words(self, key: str) -> tuple[str, ...] | str:
        """Return a text, or a list of texts."""
        value = self.raw.get(key, "")
        words = [value] if isinstance(value, str) else value
        if isinstance(words, list) and words and all(isinstance(word, str) for word in words):
            if wrong := next((wrong for word in words if (wrong := _unfit(word))), ""):
                self.wrong(key, f"{self._path(key)} should be one line of at most {LONGEST:,} characters, and {wrong}")
                return ""
            return value if isinstance(value, str) else tuple(words)
        self._expected(key, "a text in quotes or a list of them")
        return ""

    def number_or_text(self, key: str) -> int | str:
        """Return a positive whole number or a text that is not empty."""
        value = self.raw.get(key)
        if isinstance(value, str) and value.strip() and not _unfit(value):
            return value
        if isinstance(value, int) and not isinstance(value, bool) and 0 < value < 2**63:
            return value
        self._expected(key, "a view's number, or its title in quotes")
        return 0

    def converted(self, key: str, convert: Callable[[str], str]) -> str:
        """Return a text after a conversion whose ValueError says what it should be; the text may hold a secret."""
        text = self.raw.get(key, "")
        if not isinstance(text, str):
            self._expected(key, "a text in quotes")
            return ""
        try:
            return convert(text) if text else ""
        except ValueError as error:
            self.wrong(key, f"{self._path(key)} should be {error}")
            return ""

    def _path(self, key: str) -> str:
        return f"{self.name}.{key}" if self.name else key

    def _expected(self, key: str, expected: str) -> None:
        value = self.raw.get(key)
        shown = (
            json.dumps(value, ensure_ascii=False) if isinstance(value, str | int | float | bool) else "something else"
        )
        if len(shown) > 60:
            shown = f"{shown[:57]}…"
        self.wrong(key, f"{self._path(key)} should be {expected}, and is {shown}")


def line_of(source: str, table: str, key: str = "") -> int | None:
    """Return the line of a key or of a table's header; None where it is written in a way that we do not follow."""
    wanted = f"{table}.{key}" if table and key else table or key
    current = ""
    for number, line in enumerate(source.splitlines(), start=1):
        if header := _HEADER.match(line):
            current = _bare(header[1])
            if current == wanted:
                return number
        elif found := _KEY.match(line):
            name = _bare(found[1])
            if (f"{current}.{name}" if current else name) == wanted:
                return number
    return None


def _unfit(text: str) -> str:
    """Return why a text cannot be one line of a configuration; empty where it can."""
    if len(text) > LONGEST:
        return f"has {len(text):,}"
    if UNSAFE.search(text) or "\n" in text or "\t" in text:
        return "has a line break or another character that cannot be seen"
    return ""


def _bare(name: str) -> str:
    """Return a key as it is compared, without quotes and spaces around its dots."""
    return ".".join(part.strip().strip("\"'") for part in name.split("."))
