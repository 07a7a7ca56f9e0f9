"""One line of `csat-tui doctor`: what was looked at, how it is, and what to do."""

from dataclasses import dataclass
from enum import StrEnum

from csat_tui.cli.exits import Exit


class Mark(StrEnum):
    """How something is."""

    OK = "ok"
    LOOK = "look"
    """It works, and somebody should have a look."""
    BAD = "bad"


GLYPHS = {Mark.OK: "✔", Mark.LOOK: "!", Mark.BAD: "✘"}


@dataclass(frozen=True, slots=True)
class Finding:
    """What was found about one thing; `todo` is empty where nothing needs doing."""

    about: str
    mark: Mark
    sentence: str
    todo: str = ""
    code: Exit = Exit.OK
    """How the command ends because of it."""


def ok(about: str, sentence: str) -> Finding:
    """Return a finding that needs nobody."""
    return Finding(about, Mark.OK, sentence)


def look(about: str, sentence: str, todo: str) -> Finding:
    """Return a finding that works, and that somebody should look at."""
    return Finding(about, Mark.LOOK, sentence, todo, Exit.NEEDS_PERSON)


def bad(about: str, sentence: str, todo: str, code: Exit) -> Finding:
    """Return a finding that keeps something from working."""
    return Finding(about, Mark.BAD, sentence, todo, code)
