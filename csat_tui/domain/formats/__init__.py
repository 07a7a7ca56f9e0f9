"""The note formats of a playbook: rendered, read back, and checked for being readable."""

from csat_tui.domain.formats.shape import format_mistakes, normalise_text
from csat_tui.domain.formats.text import (
    FormatProblem,
    ParsedNote,
    fixed_text_around,
    normalised_fields,
    parse_note,
    reads_as,
    render_note,
)
from csat_tui.domain.places import PLACE, fill, places

__all__ = [
    "PLACE",
    "FormatProblem",
    "ParsedNote",
    "fill",
    "fixed_text_around",
    "format_mistakes",
    "normalise_text",
    "normalised_fields",
    "parse_note",
    "places",
    "reads_as",
    "render_note",
]
