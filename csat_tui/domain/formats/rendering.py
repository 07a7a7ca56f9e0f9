"""Rendering a note's text from the words about a case."""

from collections.abc import Iterator, Mapping

from csat_tui.domain.formats.shape import ESCAPE, INDENT, Line, Shape, shape_of
from csat_tui.domain.formats.values import even, write
from csat_tui.domain.playbook import Format


def render(form: Format, fields: Mapping[str, str]) -> str:
    """Return a note's text, leaving out each line all of whose places are empty.

    Values of one line stand there as they are. A further line of a labelled value is indented, so that none can be
    taken for a line of the note; `parse` takes that away again.
    """
    shape = shape_of(form.lines)
    if shape.is_one_block:
        return even(fields.get(shape.lines[0].names[0], ""))
    rendered = [text for line in shape.lines for text in _rendered(line, shape, fields)]
    return "\n".join(rendered).rstrip().strip("\n")


def _rendered(line: Line, shape: Shape, fields: Mapping[str, str]) -> Iterator[str]:
    if not line.names:
        yield line.texts[0].rstrip()
    elif any(even(fields.get(name, "")) for name in line.names):
        if line.is_block:
            for text in even(fields[line.names[0]]).split("\n"):
                yield ESCAPE + text if text[:1].isspace() or shape.line_of(text) else text
        else:
            first, *more = write(line, fields).split("\n")
            yield first
            for text in more:
                yield INDENT + text if text else ""


def normalised(form: Format, fields: Mapping[str, str]) -> dict[str, str]:
    """Return the words of a format's places as its text keeps them: what `parse` gives back of what was rendered."""
    names = [name for line in shape_of(form.lines).lines for name in line.names]
    return {name: text for name in names if (text := even(fields.get(name, "")))}
