"""The six filters of lists of surveys, by the letters and names of source document 003."""

from enum import StrEnum

from csat_tui.domain.recovery.notes import NotesState

WITHOUT_NOTES = "n"
"""The letter that shows every survey and no notes."""


class RecoveryFilter(StrEnum):
    """Which surveys a list shows."""

    ALL = "y"
    NEEDING = "r"
    NO_NOTES = "x"
    WITH_NOTES = "w"
    NEVER_SPOKEN = "v"
    HAS_SPOKEN = "s"

    @property
    def label(self) -> str:
        """Its name; “SR” is service recovery."""
        return _LABELS[self]

    def lets_through(self, needs: bool, notes: NotesState) -> bool:
        """Whether a survey is in the list, by whether it needs recovery and by what its notes come to."""
        match self:
            case RecoveryFilter.ALL:
                return True
            case RecoveryFilter.NEEDING:
                return needs
            case RecoveryFilter.NO_NOTES:
                return needs and notes is NotesState.NONE
            case RecoveryFilter.WITH_NOTES:
                return notes is not NotesState.NONE
            case RecoveryFilter.NEVER_SPOKEN:
                return notes is NotesState.NEVER_SPOKEN
            case RecoveryFilter.HAS_SPOKEN:
                return notes is NotesState.HAS_SPOKEN

    @property
    def ranges(self) -> tuple[tuple[bool, NotesState], ...]:
        """Return what it lets through, each as a range of the index of lists."""
        every = [(needs, notes) for needs in (True, False) for notes in NotesState]
        return tuple((needs, notes) for needs, notes in every if self.lets_through(needs, notes))


_LABELS = {
    RecoveryFilter.ALL: "All surveys",
    RecoveryFilter.NEEDING: "All needing recovery",
    RecoveryFilter.NO_NOTES: "No SR notes",
    RecoveryFilter.WITH_NOTES: "With SR notes",
    RecoveryFilter.NEVER_SPOKEN: "SR notes - Never spoken",
    RecoveryFilter.HAS_SPOKEN: "SR notes - Has spoken",
}
