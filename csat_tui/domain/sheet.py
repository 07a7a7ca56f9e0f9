"""The sheets that rows are written into: the tracker, and the records beside it; each is declared here alone."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Sheet(StrEnum):
    """The tables that keep rows; an effect's key in a playbook and the web form for it have the same names."""

    TRACKER = "tracker"
    COACHING = "coaching"
    """Submissions about what the first agent could do better."""
    CORRECTION = "correction"
    """What was logged or given wrongly, and how it was corrected."""

    @property
    def words(self) -> "SheetWords":
        """The words for it and its rows."""
        return SHEET_WORDS[self]


@dataclass(frozen=True, slots=True)
class SheetWords:
    """The words for a sheet and its rows."""

    title: str
    """The sheet's title."""
    row: str
    """The noun for a row."""
    planned: str
    """The noun for a row before the decision."""
    in_playbook: str
    """The noun for a row in the schema of playbooks."""
    empty: str
    """The sentence for a sheet without rows."""


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
