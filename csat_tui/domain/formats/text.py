"""Render a note from its fields, and read a note back into its fields, also one that was typed by hand."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches

from csat_tui.domain.formats.shape import (
    ESCAPE,
    INDENT,
    FormatLine,
    FormatShape,
    normalise_text,
    read_values,
    shape_of,
    write_values,
)
from csat_tui.domain.playbook import Format


def render_note(form: Format, fields: Mapping[str, str]) -> str:
    """Return a note's text, leaving out each line all of whose places are empty.

    Values of one line stand there as they are. A further line of a labelled value is indented, so that none can be
    taken for a line of the note; `parse` takes that away again.
    """
    shape = shape_of(form.lines)
    if shape.is_one_block:
        return normalise_text(fields.get(shape.lines[0].names[0], ""))
    rendered = [text for line in shape.lines for text in _rendered(line, shape, fields)]
    return "\n".join(rendered).rstrip().strip("\n")


def _rendered(line: FormatLine, shape: FormatShape, fields: Mapping[str, str]) -> Iterator[str]:
    if not line.names:
        yield line.texts[0].rstrip()
    elif any(normalise_text(fields.get(name, "")) for name in line.names):
        if line.is_block:
            for text in normalise_text(fields[line.names[0]]).split("\n"):
                yield ESCAPE + text if text[:1].isspace() or shape.line_of(text) else text
        else:
            first, *more = write_values(line, fields).split("\n")
            yield first
            for text in more:
                yield INDENT + text if text else ""


def normalised_fields(form: Format, fields: Mapping[str, str]) -> dict[str, str]:
    """Return the words of a format's places as its text keeps them: what `parse_note` returns for a rendered note."""
    names = [name for line in shape_of(form.lines).lines for name in line.names]
    return {name: text for name in names if (text := normalise_text(fields.get(name, "")))}


def reads_as(form: Format, text: str) -> bool:
    """Return whether a text is a note of a format: it has each fixed line, and lines of its own.

    Without fixed lines two labels must be there: one alone, such as “Status:”, stands in many texts. A format that is
    one block takes any text, so that no text is known by it.
    """
    shape = shape_of(form.lines)
    if shape.is_one_block:
        return False
    begun = {line.index for typed in text.splitlines() if (line := shape.line_of(typed)) is not None}
    fixed = {line.index for line in shape.lines if line.sign is not None and not line.names}
    labels = begun - fixed
    return begun >= fixed and len(labels) >= (1 if fixed else min(2, len(shape.lines)))


def fixed_text_around(form: Format, names: Collection[str]) -> int:
    """Return how many characters a format itself writes on the lines of these places."""
    lines = [line for line in shape_of(form.lines).lines if set(line.names) & set(names)]
    return sum(len(text) for line in lines for text in line.texts)


_LABEL = 40
"""Characters within which a label ends that may be misspelt."""


@dataclass(frozen=True, slots=True)
class FormatProblem:
    """A problem in a text that was typed by hand: a sentence, the line from 1, and the field."""

    sentence: str
    line: int = 0
    field_id: str = ""


@dataclass(frozen=True, slots=True)
class ParsedNote:
    """A note that was read: words by field or fact, the remainder that belongs to none, and problems."""

    fields: Mapping[str, str]
    remainder: str = ""
    problems: tuple[FormatProblem, ...] = ()


def parse_note(form: Format, text: str, *, one_line: Collection[str] = ()) -> ParsedNote:
    """Return what a note's text says; `one_line` are the fields that take no further lines from a person's hand.

    What was rendered gives back exactly what it was rendered from (`normalised`). In a text typed by hand labels may
    be in any capitals and order; a line that is none of the note's goes on with the value above it or, where there is
    none, is the remainder.
    """
    shape = shape_of(form.lines)
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if shape.is_one_block:
        whole = normalise_text(text)
        return ParsedNote({shape.lines[0].names[0]: whole} if whole else {})
    reader = _Reader(shape, frozenset(one_line))
    for number, line in enumerate(text.split("\n"), 1):
        reader.take(number, line.rstrip())
    return reader.parsed()


@dataclass(slots=True)
class _Item:
    """A line of the format found in a text, with the lines that continue it."""

    line: FormatLine
    number: int
    texts: list[str] = field(default_factory=list)


class _Reader:
    """Read a text line by line; each line begins an item, continues the item before, or belongs to none."""

    def __init__(self, shape: FormatShape, one_line: frozenset[str]) -> None:
        self._shape = shape
        self._one_line = one_line
        self._items: list[_Item] = []
        self._open: _Item | None = None
        self._blank = 0
        self._rest: list[str] = []
        self._problems: list[FormatProblem] = []

    def take(self, number: int, text: str) -> None:
        """Take one line, which has no spaces at its end."""
        if not text:
            self._blank += 1
        elif self._open is not None and self._open.line.is_block:
            self._take_in_block(number, text)
        elif self._open is not None and text.startswith(INDENT):
            self._go_on(text[len(INDENT) :])
        elif (block := self._next_block()) is not None and text.startswith(ESCAPE) and not text.startswith(INDENT):
            self._begin(block, number, text[len(ESCAPE) :])
        elif (line := self._shape.line_of(text, self._last)) is not None:
            self._begin(line, number, text.strip())
        elif block is not None:
            self._begin(block, number, text)
        else:
            self._take_unknown(number, text)

    def _take_in_block(self, number: int, text: str) -> None:
        if text.startswith(ESCAPE):
            self._go_on(text[len(ESCAPE) :])
        elif (line := self._shape.line_of(text, self._last)) is not None:
            self._begin(line, number, text)
        else:
            self._go_on(text)

    def _begin(self, line: FormatLine, number: int, text: str) -> None:
        self._blank = 0
        if not line.names:
            self._open = None
            self._items.append(_Item(line, number))
            return
        self._open = _Item(line, number, [text])
        self._items.append(self._open)

    def _go_on(self, text: str) -> None:
        if self._open is not None:
            self._open.texts += [""] * self._blank + [text]
        self._blank = 0

    @property
    def _last(self) -> int:
        return self._items[-1].line.index if self._items else -1

    def _next_block(self) -> FormatLine | None:
        """Return the block that a line may begin here: the first after the last line of the format that was found."""
        return next((line for line in self._shape.blocks if line.index > self._last), None)

    def _take_unknown(self, number: int, text: str) -> None:
        near = self._near(text)
        if near:
            self._problems.append(FormatProblem(f"“{_label(text)}” is not a line of this note; {near}", number))
        if self._open is not None and self._open.line.names[-1] not in self._one_line:
            self._go_on(text)
            return
        self._rest += [""] * (self._blank if self._rest else 0) + [text]
        self._blank = 0
        if not near:
            self._problems.append(FormatProblem(f"“{_short(text)}” belongs to no line of this note", number))

    def _near(self, text: str) -> str:
        labels = {line.texts[0].strip().casefold(): line.texts[0].strip() for line in self._shape.lines if line.names}
        found = get_close_matches(_label(text).casefold(), [label for label in labels if label], n=1, cutoff=0.75)
        return f"did you mean “{labels[found[0]]}”?" if found and ":" in text[:_LABEL] else ""

    def parsed(self) -> ParsedNote:
        """Return the note that was read."""
        fields: dict[str, str] = {}
        for item in self._items:
            for name, value in self._values(item).items():
                if value and name in fields:
                    self._problems.append(
                        FormatProblem(f"“{_short(item.texts[0])}” is there twice; both were kept", item.number, name)
                    )
                    fields[name] = f"{fields[name]}\n{value}"
                elif value:
                    fields[name] = value
        rest = "\n".join(self._rest)
        return ParsedNote(fields, rest, tuple(sorted(self._problems, key=lambda problem: problem.line)))

    def _values(self, item: _Item) -> Mapping[str, str]:
        line, text = item.line, "\n".join(item.texts)
        if not line.names:
            return {}
        if line.is_block:
            return {line.names[0]: normalise_text(text)}
        found = read_values(line, text)
        if found is not None:
            return found
        label = line.sign.match(text) if line.sign else None
        sentence = f"“{_short(text)}” is not as this note has it, expected “{'…'.join(line.texts).strip()}”"
        self._problems.append(FormatProblem(sentence, item.number, line.names[0]))
        return {line.names[0]: normalise_text(text[label.end() :] if label else text)}


def _label(text: str) -> str:
    return text[: text.find(":", 0, _LABEL) + 1].strip() or _short(text)


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= 40 else f"{line[:39]}…"
