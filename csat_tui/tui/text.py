"""The only way onto the screen for text that came from outside: nothing in it can steer the terminal."""

import re

from textual.content import Content

_CONTROL_PICTURES = 0x2400
_UNSAFE = re.compile(
    "["
    "\x00-\x08\x0b-\x1f"  # C0 except tab and newline
    "\x7f-\x9f"  # DEL and C1
    "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"  # bidirectional controls: they reorder what stands around them
    "\u2028\u2029\ufeff"  # line separators and the byte order mark, on which terminals disagree
    "\ud800-\udfff"  # lone surrogates, which cannot be encoded
    "\U000e0000-\U000e007f"  # invisible tags
    "]"
)
_BREAKS = re.compile(r"[ \t]*\n[ \t\n]*")

LINE_LIMIT = 4_000
"""Characters of a text that are looked at for one line; wider than any screen."""

PER_CELL = 8
"""Characters looked at for one cell: enough for letters with accents, too few for towers of them."""


def visible(text: str) -> str:
    """Return the text with everything that a terminal might act on replaced by a visible symbol."""
    text = text.replace("\r\n", "\n")
    return _UNSAFE.sub(_symbol, text) if _UNSAFE.search(text) else text


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


def _symbol(match: re.Match[str]) -> str:
    code = ord(match[0])
    if code < 0x20:
        return chr(_CONTROL_PICTURES + code)
    if code == 0x7F:
        return "␡"
    return f"‹U+{code:04X}›"
