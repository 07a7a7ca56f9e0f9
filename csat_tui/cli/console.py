"""Print to the terminal, and ask the person there; a command in a pipe never waits for an answer."""

import json
import math
import re
import shutil
import sys
import unicodedata
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

import typer

from csat_tui.cli.exits import Exit, Failure
from csat_tui.domain.safe_text import UNSAFE, visible

_BREAKS = re.compile(r"\s*\n\s*")


def say(text: str = "") -> None:
    """Print text, harmless for the terminal."""
    typer.echo(visible(text))


def say_json(value: object, *, indent: int | None = 2) -> None:
    """Print one JSON document; characters that steer terminals are escaped, as JSON allows for every character."""
    text = json.dumps(value, ensure_ascii=False, indent=indent, default=_plain)
    typer.echo(UNSAFE.sub(_escaped, text))


def single_line(text: str) -> str:
    """Return text as a single line."""
    return _BREAKS.sub(" ↵ ", text.strip()).replace("\t", " ")


FIRST_YEAR, LAST_YEAR = 1970, 2999
"""Years of days that can be asked for; beyond them no zone of time can be told."""


def day_asked_for(said: str, now: datetime) -> datetime:
    """Return the beginning of a day of this machine's zone; Failure where it is none."""
    words = {"today": 0, "yesterday": 1}
    here_now = now.astimezone()
    try:
        date = (
            here_now.date() - timedelta(days=words[said])
            if said in words
            else datetime.strptime(said, "%Y-%m-%d").replace(tzinfo=UTC).date()
        )
        if not FIRST_YEAR <= date.year <= LAST_YEAR:
            raise ValueError(said)
    except ValueError:
        raise Failure(
            Exit.USAGE,
            f"“{said[:40]}” is not a valid day; write it as 2026-11-08, today or yesterday, "
            f"from {FIRST_YEAR} to {LAST_YEAR}.",
        ) from None
    return datetime.combine(date, time()).astimezone()


def date_and_time(at: datetime | None) -> str:
    """Return a time as people read it, in this machine's zone."""
    return "" if at is None else at.astimezone().strftime("%Y-%m-%d %H:%M")


def time_or_day(at: datetime, now: datetime) -> str:
    """Return a time of today to the second; one of another day, as after a clock was put right, with its day."""
    here = at.astimezone()
    return here.strftime("%H:%M:%S" if here.date() == now.astimezone().date() else "%Y-%m-%d %H:%M:%S")


def duration(length: timedelta) -> str:
    """Return a length of time in its largest fitting unit."""
    seconds = int(abs(length).total_seconds())
    for size, unit in ((86_400, "d"), (3_600, "h"), (60, "min")):
        if seconds >= size:
            return f"{seconds // size} {unit}"
    return f"{seconds} s"


def due_phrases(overdue: int, due_soon: int) -> list[str]:
    """Say how many cases are overdue and how many will be soon, as the screen says it."""
    from csat_tui.store.cases import queue

    return queue.due_words(overdue, due_soon)


def table(rows: Sequence[Sequence[str]], *, right: Iterable[int] = ()) -> None:
    """Print rows in aligned columns; the last column takes what is left of the line and is cut there."""
    rows = [[visible(single_line(cell)) for cell in row] for row in rows]
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


LONGEST_SECRET = 65_536
"""Characters of a secret that is read from standard input; the longest have some thousands."""


def ask(what: str, default: str | None = None) -> str:
    """Return what the person types; the default, or a Failure where there is none and nobody is here."""
    if default is not None and not sys.stdin.isatty():
        return default
    require_person(what.lower(), "the option for it (see --help)")
    return str(typer.prompt(what, default=default, show_default=False, err=True)).strip()


def require_person(what: str, instead: str) -> None:
    """Raise Failure where nobody is here to answer."""
    if not sys.stdin.isatty():
        raise Failure(
            Exit.USAGE,
            f"This is not a terminal, so csat-tui cannot ask for {what}; use {instead}. Nothing was written.",
        )


def ask_leave(question: str, *, yes: bool) -> None:
    """Ask before something is written or removed, unless the person has said `--yes`. Raises Failure without leave."""
    if yes:
        return
    require_person("leave to write this", "--yes")
    if not typer.confirm(question, err=True):
        raise Failure(Exit.NEEDS_PERSON, "Nothing was written.")


def ask_secret(what: str, *, from_input: bool, option: str) -> str:
    """Return a secret, typed without an echo or read from standard input; it never stands on a command line.

    Raises Failure where nobody is here, or where nothing was given.
    """
    if from_input:
        text = sys.stdin.readline(LONGEST_SECRET + 1).strip()
        if len(text) > LONGEST_SECRET:
            raise Failure(Exit.CONFIGURATION, f"What was given for {what} is too long. Nothing was written.")
    else:
        require_person(what, option)
        text = str(typer.prompt(f"{what[:1].upper()}{what[1:]} (it is not shown)", hide_input=True, err=True)).strip()
    if not text:
        raise Failure(Exit.CONFIGURATION, f"There is nothing in what was given for {what}. Nothing was written.")
    return text


def finite(value: float | None) -> float | None:
    """Return a number; BadParameter for nan, which passes every bound, and for what has no end."""
    if value is not None and not math.isfinite(value):
        raise typer.BadParameter(f"{value} is not a number that can be meant.")
    return value


def read_number(text: str) -> int:
    """Return a number as people write it, with or without a number sign; Failure for anything else."""
    digits = text.strip().removeprefix("#")
    if not (digits.isascii() and digits.isdigit() and len(digits) <= 18):
        raise Failure(Exit.USAGE, f"“{text}” is not a number, such as 60 or #7335060.")
    return int(digits)
