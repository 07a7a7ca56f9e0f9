"""A line of `csat-tui doctor`: what was checked, its state, and what to do."""

from dataclasses import dataclass
from enum import StrEnum

from csat_tui.cli.exits import Exit


class Health(StrEnum):
    """How something is."""

    OK = "ok"
    LOOK = "look"
    """It works, and somebody should have a look."""
    BAD = "bad"


GLYPHS = {Health.OK: "✔", Health.LOOK: "!", Health.BAD: "✘"}


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """What was found about one thing; `todo` is empty where nothing needs doing."""

    about: str
    mark: Health
    sentence: str
    todo: str = ""
    code: Exit = Exit.OK
    """How the command ends because of it."""


def ok(about: str, sentence: str) -> Diagnosis:
    """Return a diagnosis that needs nobody."""
    return Diagnosis(about, Health.OK, sentence)


def attention(about: str, sentence: str, todo: str) -> Diagnosis:
    """Return a diagnosis that works, and that somebody should look at."""
    return Diagnosis(about, Health.LOOK, sentence, todo, Exit.NEEDS_PERSON)


def bad(about: str, sentence: str, todo: str, code: Exit) -> Diagnosis:
    """Return a diagnosis that keeps something from working."""
    return Diagnosis(about, Health.BAD, sentence, todo, code)
