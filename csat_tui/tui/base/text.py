"""Texts on the screen: what came from outside is made safe, times are short, and what stays the same is not redrawn."""

import re
from datetime import datetime, timedelta

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


def age(since: datetime, now: datetime) -> str:
    """Return how long ago something was, in at most three cells: “38m”, “2h”, “9d”, “14w”."""
    seconds = max(0, (now - since).total_seconds())
    if seconds < 60:
        return "now"
    if seconds < 3600:
        return f"{seconds // 60:.0f}m"
    if seconds < 100 * 3600:
        return f"{seconds // 3600:.0f}h"
    if seconds < 100 * 86400:
        return f"{seconds // 86400:.0f}d"
    if seconds < 100 * 7 * 86400:
        return f"{seconds // (7 * 86400):.0f}w"
    return f"{min(99, seconds // (365 * 86400)):.0f}y"


def ago(since: datetime, now: datetime) -> str:
    """Return how long ago something was, as a phrase."""
    seconds = max(0, (now - since).total_seconds())
    if seconds < 5:
        return "just now"
    if seconds < 60:
        return f"{seconds:.0f} s ago"
    if seconds < 3600:
        return f"{seconds // 60:.0f} min ago"
    if seconds < 48 * 3600:
        return f"{seconds // 3600:.0f} h ago"
    return f"{seconds // 86400:.0f} d ago"


def stamp(moment: datetime, now: datetime) -> str:
    """Return a moment as it heads a message, in the person's own time; the year only where it is another one."""
    local = moment.astimezone()
    form = "%d %b %H:%M" if local.year == now.astimezone().year else "%d %b %Y %H:%M"
    return local.strftime(form)


def clock_time(moment: datetime, now: datetime) -> str:
    """Return a moment of today as its time alone, any other one with its day; in the person's own time."""
    local = moment.astimezone()
    return local.strftime("%H:%M") if local.date() == now.astimezone().date() else stamp(moment, now)


def day(moment: datetime, now: datetime) -> str:
    """Return the day of a moment in the person's own time."""
    local = moment.astimezone()
    return local.strftime("%d %b" if local.year == now.astimezone().year else "%d %b %Y")


def remaining(until: datetime, now: datetime) -> int:
    """Return the whole seconds left, counting one that has begun."""
    return max(0, -int((now - until) // timedelta(seconds=1)))
