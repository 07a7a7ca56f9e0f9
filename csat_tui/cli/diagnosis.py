"""A line of `csat-tui doctor`: what was checked, its state, and what to do."""

from dataclasses import dataclass
from enum import StrEnum

from csat_tui.cli.exits import Exit


class Health(StrEnum):
    """The result of one check."""

    OK = "ok"
    ATTENTION = "look"
    """It works, but somebody should look at it."""
    BAD = "bad"


GLYPHS = {Health.OK: "✔", Health.ATTENTION: "!", Health.BAD: "✘"}


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """The result of a check; `todo` is empty if nothing needs to be done."""

    about: str
    mark: Health
    sentence: str
    todo: str = ""
    code: Exit = Exit.OK
    """The exit code of the command because of it."""


def ok(about: str, sentence: str) -> Diagnosis:
    """Return a diagnosis that something is well."""
    return Diagnosis(about, Health.OK, sentence)


def attention(about: str, sentence: str, todo: str) -> Diagnosis:
    """Return a diagnosis that something works but needs attention."""
    return Diagnosis(about, Health.ATTENTION, sentence, todo, Exit.NEEDS_PERSON)


def bad(about: str, sentence: str, todo: str, code: Exit) -> Diagnosis:
    """Return a diagnosis that something does not work."""
    return Diagnosis(about, Health.BAD, sentence, todo, code)
