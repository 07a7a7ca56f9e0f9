"""Find the line of each key in a TOML text; tomllib reads only the values."""

import re
from bisect import bisect_right
from contextlib import suppress

Place = tuple[str | int, ...]
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
        self._lines: dict[Place, int] = {}
        self._counts: dict[Place, int] = {}
        with suppress(_Lost, IndexError):
            self._scan()

    def line(self, place: Place) -> int:
        """Return the line of a place, or of the nearest thing around it that was written down."""
        for end in range(len(place), 0, -1):
            if place[:end] in self._lines:
                return self._lines[place[:end]]
        return 1

    def _scan(self) -> None:
        table: Place = ()
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

    def _header(self, brackets: int) -> Place:
        """Read a table's name, putting the newest list position behind each list of tables on the way."""
        self._at += brackets
        place: Place = ()
        parts = self._key()
        for part in parts[:-1]:
            place = (*place, part)
            if place in self._counts:
                place = (*place, self._counts[place] - 1)
        self._skip(_SPACE)
        self._at += brackets
        return (*place, parts[-1])

    def _pair(self, table: Place) -> None:
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

    def _value(self, place: Place) -> None:
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

    def _note(self, place: Place, at: int | None = None) -> None:
        self._lines.setdefault(place, bisect_right(self._starts, self._at if at is None else at))
