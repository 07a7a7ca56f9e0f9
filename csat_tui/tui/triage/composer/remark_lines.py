"""Draw remarks about words: one line each under the field, the one at the cursor with its fixes and keys."""

from collections.abc import Sequence

from textual.content import Content

from csat_tui.domain.wording import Level, Remark
from csat_tui.tui.base.text import safe_line

SHOWN = 3
"""Lines of remarks under one field; the key that goes to the next one reaches the others."""

FIXES = 3
"""Fixes of one remark that have a key."""

LOOKS = {Level.ERROR: ("✘", "$bad"), Level.WARNING: ("!", "$fair")}
"""Glyph and colour by weight: an error keeps a text from the customer."""


def at(remarks: Sequence[Remark], place: int) -> Remark | None:
    """Return the remark whose stretch the cursor stands in or right after, the gravest first."""
    return next((one for one in remarks if one.start < one.end and one.start <= place <= one.end), None)


def following(remarks: Sequence[Remark], place: int) -> Remark | None:
    """Return the next remark after the one at a place of the text; None where there is none any more."""
    later = [one for one in remarks if one.start > place]
    return min(later, key=lambda one: one.start, default=None)


def remark_lines(remarks: Sequence[Remark], here: Remark | None, width: int, keys: Sequence[str]) -> Content:
    """Return the lines under a field; `keys` are those of the first fix and of the others.

    The remark at the cursor comes first and is told in full; the others are cut to a line.
    """
    order = sorted(remarks, key=lambda one: one is not here)
    lines: list[Content] = []
    for one in order[:SHOWN]:
        glyph, colour = LOOKS[one.level]
        line = Content.styled(f"{glyph} ", f"bold {colour}") + safe_line(one.sentence, "" if one is here else "$muted")
        if one is here and one.fixes:
            lines.append(line + _fixes(one, keys))
        else:
            lines.append(line.truncate(width, ellipsis=True) if width > 0 and one is not here else line)
    if (more := len(order) - SHOWN) > 0:
        lines.append(Content.styled(f"  and {more} more", "$muted"))
    return Content("\n").join(lines)


def _fixes(remark: Remark, keys: Sequence[str]) -> Content:
    parts = [Content("")]
    for key, fix in zip(keys, remark.fixes[:FIXES], strict=False):
        parts.append(Content.styled(key, "bold $accent") + Content(" ") + safe_line(f"“{fix}”" if fix else "take out"))
    return Content("  ").join(parts)
