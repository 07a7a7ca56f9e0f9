"""Make text that came from outside safe to show: nothing in it can steer the terminal."""

import re

from textual.content import Content

from csat_tui.domain.safe_text import visible

_BREAKS = re.compile(r"[ \t]*\n[ \t\n]*")

LINE_LIMIT = 4_000
"""Characters of a text that are looked at for one line; wider than any screen."""

PER_CELL = 8
"""Characters looked at for one cell: enough for letters with accents, too few for towers of them."""


def safe(text: str, style: str = "") -> Content:
    """Return text from outside as content that is never parsed as markup; its line breaks stay."""
    return Content.styled(visible(text), style, strip_control_codes=False)


def safe_line(text: str, style: str = "", width: int | None = None) -> Content:
    """Return text from outside as one line of at most `width` cells, ending in “…” where something is left out."""
    return Content.styled(one_line(text, width), style, strip_control_codes=False)


def one_line(text: str, width: int | None = None) -> str:
    """Return text from outside as one line of plain, visible text; the work does not grow with the text."""
    limit = LINE_LIMIT if width is None else min(LINE_LIMIT, (width + 1) * PER_CELL)
    cut = len(text) > limit
    line = visible(_BREAKS.sub(" ↵ ", text[:limit].strip())).replace("\t", " ")
    if cut:
        line += "…"
    if width is None:
        return line
    return Content(line, strip_control_codes=False).truncate(max(width, 0), ellipsis=True).plain
