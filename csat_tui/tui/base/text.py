"""Texts on the screen: text from outside is made safe, and times are shortened."""

import re
from datetime import datetime, timedelta

from textual.content import Content

from csat_tui.domain.safe_text import visible

_BREAKS = re.compile(r"[ \t]*\n[ \t\n]*")

LINE_LIMIT = 4_000
"""Characters of a text that are used for one line; more than any screen has cells."""

PER_CELL = 8
"""Characters used for one cell: enough for letters with accents, but not for hundreds of accents on a letter."""


def safe(text: str, style: str = "") -> Content:
    """Return text from outside as content without markup and control characters; line breaks stay."""
    return Content.styled(visible(text), style, strip_control_codes=False)


def safe_line(text: str, style: str = "", width: int | None = None) -> Content:
    """Return text from outside as one line of at most `width` cells; “…” marks an omission."""
    return Content.styled(one_line(text, width), style, strip_control_codes=False)


def one_line(text: str, width: int | None = None) -> str:
    """Return text from outside as one line of visible characters; the work is limited for texts of any length."""
    limit = LINE_LIMIT if width is None else min(LINE_LIMIT, (width + 1) * PER_CELL)
    cut = len(text) > limit
    line = visible(_BREAKS.sub(" ↵ ", text[:limit].strip())).replace("\t", " ")
    if cut:
        line += "…"
    if width is None:
        return line
    return Content(line, strip_control_codes=False).truncate(max(width, 0), ellipsis=True).plain


def age(since: datetime, now: datetime) -> str:
    """Return the time since a moment in at most three cells: “38m”, “2h”, “9d”, “14w”."""
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
    """Return the time since a moment as a phrase: “5 min ago”."""
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
    """Return a moment as “12 Mar 09:30” in local time, with its year if that is not the current year."""
    local = moment.astimezone()
    form = "%d %b %H:%M" if local.year == now.astimezone().year else "%d %b %Y %H:%M"
    return local.strftime(form)


def clock_time(moment: datetime, now: datetime) -> str:
    """Return a moment of today as “09:30” and any other moment as “12 Mar 09:30”, in local time."""
    local = moment.astimezone()
    return local.strftime("%H:%M") if local.date() == now.astimezone().date() else stamp(moment, now)


def day(moment: datetime, now: datetime) -> str:
    """Return a moment as “12 Mar” in local time, with its year if that is not the current year."""
    local = moment.astimezone()
    return local.strftime("%d %b" if local.year == now.astimezone().year else "%d %b %Y")


def remaining(until: datetime, now: datetime) -> int:
    """Return the seconds left, rounded up."""
    return max(0, -int((now - until) // timedelta(seconds=1)))
