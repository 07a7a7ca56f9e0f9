"""What a command prints: plain text that cannot steer the terminal, or JSON in a documented shape."""

import json
import re
import shutil
import unicodedata
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import typer

from csat_tui.domain.safe_text import UNSAFE, visible

_BREAKS = re.compile(r"\s*\n\s*")


def say(text: str = "") -> None:
    """Print text, harmless for the terminal."""
    typer.echo(visible(text))


def say_json(value: object, *, indent: int | None = 2) -> None:
    """Print one JSON document; characters that steer terminals are escaped, as JSON allows for every character."""
    text = json.dumps(value, ensure_ascii=False, indent=indent, default=_plain)
    typer.echo(UNSAFE.sub(_escaped, text))


def one_line(text: str) -> str:
    """Return text as a single line."""
    return _BREAKS.sub(" ↵ ", text.strip()).replace("\t", " ")


def moment(at: datetime | None) -> str:
    """Return a time as people read it, in this machine's zone."""
    return "" if at is None else at.astimezone().strftime("%Y-%m-%d %H:%M")


def clock_time(at: datetime, now: datetime) -> str:
    """Return a time of today to the second; one of another day, as after a clock was put right, with its day."""
    here = at.astimezone()
    return here.strftime("%H:%M:%S" if here.date() == now.astimezone().date() else "%Y-%m-%d %H:%M:%S")


def span(length: timedelta) -> str:
    """Return a length of time in its largest fitting unit."""
    seconds = int(abs(length).total_seconds())
    for size, unit in ((86_400, "d"), (3_600, "h"), (60, "min")):
        if seconds >= size:
            return f"{seconds // size} {unit}"
    return f"{seconds} s"


def due_words(overdue: int, due_soon: int) -> list[str]:
    """Say how many cases are overdue and how many will be soon, as the screen says it."""
    from csat_tui.store.cases import queue

    return queue.due_words(overdue, due_soon)


def table(rows: Sequence[Sequence[str]], *, right: Iterable[int] = ()) -> None:
    """Print rows in aligned columns; the last column takes what is left of the line and is cut there."""
    rows = [[visible(one_line(cell)) for cell in row] for row in rows]
    columns = len(rows[0]) if rows else 0
    widths = [max(map(cells, column)) for column in zip(*rows, strict=True)][: columns - 1]
    aligned_right = set(right)
    room = max(20, shutil.get_terminal_size((120, 24)).columns - sum(widths) - 2 * len(widths))
    for row in rows:
        parts = [
            " " * (width - cells(cell)) + cell if place in aligned_right else cell + " " * (width - cells(cell))
            for place, (cell, width) in enumerate(zip(row, widths, strict=False))
        ]
        say("  ".join([*parts, cut(row[-1], room)]).rstrip())


def cells(text: str) -> int:
    """Return how many cells of a terminal a text takes."""
    return sum(_width(character) for character in text)


def cut(text: str, room: int) -> str:
    """Return the text, ending in “…” where it does not fit."""
    if cells(text) <= room:
        return text
    kept, used = [], 0
    for character in text:
        used += _width(character)
        if used >= room:
            break
        kept.append(character)
    return "".join(kept) + "…"


def _width(character: str) -> int:
    if unicodedata.combining(character):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def _escaped(match: re.Match[str]) -> str:
    return json.dumps(match[0])[1:-1] if ord(match[0]) != 0x7F else "\\u007f"


def _plain(value: object) -> object:
    match value:
        case datetime():
            return value.astimezone(UTC).isoformat()
        case date():
            return value.isoformat()
        case Decimal():
            return str(value)
    raise TypeError(f"{type(value).__name__} has no place in a JSON document")
