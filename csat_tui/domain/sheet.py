"""The sheets that rows are written into: the tracker, and the records beside it; each is declared here alone."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Sheet(StrEnum):
    """What is kept as rows; the key of an effect in a playbook and the web form that repeats it have the same name."""

    TRACKER = "tracker"
    COACHING = "coaching"
    """Submissions about what the first agent could do better."""
    CORRECTION = "correction"
    """What was logged or given wrongly, and how it was put right."""

    @property
    def words(self) -> "SheetWords":
        """What it and its rows are called."""
        return SHEET_WORDS[self]


@dataclass(frozen=True, slots=True)
class SheetWords:
    """What a sheet and its rows are called."""

    title: str
    """What the sheet is called."""
    row: str
    """What one of its rows is called."""
    planned: str
    """What a row is called before it is decided."""
    in_playbook: str
    """What a row is called in the schema for playbooks."""
    empty: str
    """What is said of a sheet without rows."""


SHEET_WORDS: Mapping[Sheet, SheetWords] = {
    Sheet.TRACKER: SheetWords(
        "Tracker",
        "tracker row",
        "tracker row",
        "a row of the tracker",
        "The tracker is empty: each decision adds a row once it is sent.",
    ),
    Sheet.COACHING: SheetWords(
        "Coaching",
        "coaching submission",
        "coaching submission",
        "a coaching submission",
        "No coaching was submitted.",
    ),
    Sheet.CORRECTION: SheetWords(
        "Corrections", "correction", "correction on record", "a correction on record", "No correction was recorded."
    ),
}
"""The words of each sheet."""

RECORDS = tuple(sheet for sheet in Sheet if sheet is not Sheet.TRACKER)
"""The sheets beside the tracker."""
