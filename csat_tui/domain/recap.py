"""The mail at the end of a shift, as a playbook describes it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class RecapSection:
    """A part of a shift's recap that a person can edit; `hint` says what belongs in it."""

    id: str
    label: str
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Recap:
    """The mail at the end of a shift: to whom, its subject (places: date, shift, agent, team), and its parts."""

    to: tuple[str, ...]
    subject: str
    shifts: tuple[str, ...]
    """The names of the shifts, such as "AM" and "PM"."""
    sections: tuple[RecapSection, ...]
