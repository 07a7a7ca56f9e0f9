"""The shape of a note format: its lines, how each is recognised in a text, and how values stand in a labelled line.

A line is literal text (`NRN`), a labelled line (`Summary: {summary}`), or a block: a place alone on its line, whose
words stand there as they are. Everything after the first line of a labelled value is indented by two spaces, and a line
of a block that could be taken for another line of the format by one; so every text has one reading. A value is written
as it is where it can be found again, and in quotes where it cannot, such as a value with the very words that separate
it from the next.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations

from csat_tui.domain.places import PLACE, places

INDENT = "  "
"""Begins each further line of a labelled value."""
ESCAPE = " "
"""Begins a line of a block that would otherwise be taken for another line of the format, or that begins with space."""

_WORD_OR_SIGN = re.compile(r"\w+|[^\w\s]")


@dataclass(frozen=True, slots=True)
class FormatLine:
    """A line of a format: `names` are its places, and `texts` the literal texts before, between and after them."""

    index: int
    texts: tuple[str, ...]
    names: tuple[str, ...]
    sign: re.Pattern[str] | None
    """Matches the beginning of this line, also typed by hand; None for a block and an empty line."""

    @property
    def is_block(self) -> bool:
        """Whether the line is a place and nothing else."""
        return len(self.names) == 1 and not any(self.texts)


@dataclass(frozen=True, slots=True)
class FormatShape:
    """All lines of a format."""

    lines: tuple[FormatLine, ...]

    @property
    def is_one_block(self) -> bool:
        """Whether the whole text is a place, so that nothing in it can be mistaken for anything else."""
        return len(self.lines) == 1 and self.lines[0].is_block

    @property
    def blocks(self) -> tuple[FormatLine, ...]:
        """The lines that are only a place."""
        return tuple(line for line in self.lines if line.is_block)

    def line_of(self, text: str, after: int = -1) -> FormatLine | None:
        """Return the line of the format that a line of a text begins, however it was typed; None where it begins none.

        Of equal fixed lines, return the next line after `after`.
        """
        typed = text.strip()
        found = [line for line in self.lines if typed and line.sign and line.sign.match(typed)]
        return next((line for line in found if line.index > after), found[0] if found else None)


@lru_cache(256)
def shape_of(lines: tuple[str, ...]) -> FormatShape:
    """Return the shape of a format's lines."""
    return FormatShape(tuple(_line(index, text) for index, text in enumerate(lines)))


def format_mistakes(lines: tuple[str, ...]) -> Iterator[tuple[int, str]]:
    """Yield what would prevent reading a text of this format back: the line's index, and the end of a sentence."""
    shape = shape_of(lines)
    used: set[str] = set()
    for line, text in zip(shape.lines, lines, strict=True):
        if "\n" in text or "\r" in text:
            yield line.index, "holds a line break: write each line as a text of its own"
        elif text.strip() and text[0].isspace():
            yield line.index, f"begins with a space (“{text}”), which marks the further lines of a value"
        elif line.names and not line.is_block and not line.texts[0]:
            yield line.index, f"begins with a place (“{text}”): put a word before it, by which the line is known again"
        if len(line.names) > 1 and ("“" in text or "”" in text):
            yield (
                line.index,
                f"has curly quotes beside several places (“{text}”): use straight ones, for those mark values",
            )
        for first, between in zip(line.names, line.texts[1:-1], strict=False):
            if not between.strip():
                yield line.index, f"has nothing between “{{{first}}}” and the next place (“{text}”)"
        for name in line.names:
            if name in used:
                yield line.index, f"has a place “{{{name}}}” twice, and nobody could tell which of them counts"
            used.add(name)
    yield from _alike(shape, lines)
    yield from _touching_blocks(shape)


def _alike(shape: FormatShape, lines: tuple[str, ...]) -> Iterator[tuple[int, str]]:
    """Yield each line that would be mistaken for another line; literal lines may repeat."""
    for one, other in combinations(shape.lines, 2):
        both_literal = not one.names and not other.names
        if one.sign and other.sign and not both_literal and (_takes(one, other) or _takes(other, one)):
            yield other.index, f"has two lines that begin alike, “{lines[one.index]}” and “{lines[other.index]}”"


def _takes(one: FormatLine, other: FormatLine) -> bool:
    """Return whether a line's pattern could match the beginning of another, whatever is filled in there."""
    return one.sign is not None and one.sign.match(other.texts[0].strip()) is not None


def _touching_blocks(shape: FormatShape) -> Iterator[tuple[int, str]]:
    last: FormatLine | None = None
    for line in shape.lines:
        if line.is_block:
            if last is not None:
                yield (
                    line.index,
                    f"has “{{{last.names[0]}}}” and “{{{line.names[0]}}}” on lines of their own with no fixed text"
                    " between them, and nobody could tell where one ends",
                )
            last = line
        elif line.sign and not line.names:
            last = None


def _line(index: int, text: str) -> FormatLine:
    names = places(text)
    texts = tuple(PLACE.split(text)[::2])
    if not texts[0].strip():
        return FormatLine(index, texts, names, None)
    if not names:
        return FormatLine(index, texts, names, re.compile(f"{_loosely(text)}$", re.IGNORECASE))
    # A label that ends in a word needs a space after it: “Tickets” is not “Ticket s”.
    ending = r"(?:\s+|$)" if texts[0][-1:].isspace() and re.search(r"\w\s*$", texts[0]) else r"\s*"
    return FormatLine(index, texts, names, re.compile(f"{_loosely(texts[0])}{ending}", re.IGNORECASE))


def _loosely(text: str) -> str:
    """Return a pattern for a literal text that ignores capitals, and spaces except those between words."""
    parts: list[str] = []
    last = ""
    for found in _WORD_OR_SIGN.finditer(text):
        if parts:
            parts.append(r"\s+" if last[-1].isalnum() and found[0][0].isalnum() else r"\s*")
        last = found[0]
        parts.append(re.escape(last))
    return "".join(parts)


_OPEN, _CLOSE = "“", "”"


def normalise_text(text: str) -> str:
    """Return a text in the form that formats keep: only line feeds, no space at line ends, no blank lines around it."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return "\n".join(line.rstrip() for line in lines).strip()


def write_values(line: FormatLine, fields: Mapping[str, str]) -> str:
    """Return a labelled line with its values, which may have several lines, so that it can be read back."""
    values = {name: normalise_text(fields.get(name, "")) for name in line.names}
    text = _joined(line, [values[name] for name in line.names])
    if len(line.names) > 1 and read_values(line, text) != values:
        text = _joined(line, [f"{_OPEN}{value.replace(_CLOSE, 2 * _CLOSE)}{_CLOSE}" for value in values.values()])
    return text


def _joined(line: FormatLine, values: list[str]) -> str:
    bits = [line.texts[0]]
    for value, bit in zip(values, line.texts[1:], strict=True):
        bits += [value, bit]
    return normalise_text("".join(bits)) if len(values) > 1 else "".join(bits).rstrip()


def read_values(line: FormatLine, text: str) -> dict[str, str] | None:
    """Return the values in a labelled line's text; None where a literal text of the line is missing."""
    bits = line.texts
    at = _after_label(line, text)
    if at is None:
        return None
    found: dict[str, str] = {}
    for index, name in enumerate(line.names):
        bit, is_last = bits[index + 1], index == len(line.names) - 1
        quoted = _quoted(text, at, bit, is_last) if len(line.names) > 1 else None
        if quoted is not None:
            found[name], at = quoted
            continue
        end = _last_bit(text, at, bit) if is_last else _next_bit(text, at, bit)
        if end is None:
            return None
        found[name], at = text[at : end[0]].strip(), end[1]
    return found


def _after_label(line: FormatLine, text: str) -> int | None:
    if text.startswith(line.texts[0]):
        return len(line.texts[0])
    found = line.sign.match(text) if line.sign else None
    return found.end() if found else None


def _next_bit(text: str, at: int, bit: str) -> tuple[int, int] | None:
    """Return where the literal text between two values begins and ends."""
    begin = text.find(bit, at)
    if begin >= 0:
        return begin, begin + len(bit)
    # The end of a line has lost its spaces, and so has what was typed in a hurry.
    short = bit.strip()
    begin = text.find(short, at)
    return (begin, begin + len(short)) if begin >= 0 else None


def _last_bit(text: str, at: int, bit: str) -> tuple[int, int] | None:
    """Return where the literal text at the very end begins and ends."""
    short = bit.rstrip()
    for ending in (short, short.strip()):
        if text.endswith(ending) and len(text) - len(ending) >= at:
            return len(text) - len(ending), len(text)
    return None


def _quoted(text: str, at: int, bit: str, is_last: bool) -> tuple[str, int] | None:
    """Return a value in quotes, and where the text continues behind its literal text; None if there is none."""
    if not text.startswith(_OPEN, at):
        return None
    end = at + 1
    while (end := text.find(_CLOSE, end)) >= 0 and text.startswith(2 * _CLOSE, end):
        end += 2
    if end < 0:
        return None
    rest, follows = end + 1, bit.rstrip() if is_last else bit
    if not text.startswith(follows, rest) or (is_last and rest + len(follows) != len(text)):
        return None
    return text[at + 1 : end].replace(2 * _CLOSE, _CLOSE), rest + len(follows)
