"""The review desk: which notes there are to review, and everything beside one of them."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from csat_tui.domain.audit import AuditedNote, NoteUnderAudit, audit
from csat_tui.domain.case import Suggestion
from csat_tui.domain.review.delivered_note import DeliveredNote
from csat_tui.domain.review.set_aside import SetAside, standing_step
from csat_tui.language import tell_language
from csat_tui.store.database import Database
from csat_tui.store.review import (
    NoteFilter,
    NoteInList,
    NoteKey,
    authors_of_notes,
    delivered_note,
    load_note,
    note_if_listed,
    notes_after,
    notes_before,
    reviewers_of_notes,
    set_aside_steps,
)
from csat_tui.workflow.desk import Desk

HIGHEST_NUMBER = 2**63 - 1
"""No comment has a higher number: the store could not hold it."""

MOST_NAMES = 500
"""Authors, and reviewers, that are offered at most."""


@dataclass(frozen=True, slots=True)
class NoteToReview:
    """A delivered note with its case, what the team wrote to the customer, and what the machine says of it."""

    subject: NoteUnderAudit
    other_notes: tuple[DeliveredNote, ...]
    """The other notes on the survey ticket, oldest first."""
    audited: AuditedNote
    suggestions: Mapping[str, Suggestion] = field(default_factory=dict)
    """What the records say of the checks that were answered at this home, by check."""
    set_aside: SetAside | None = None
    """By which step the rating of its survey is set aside or given; None where it stands as it was rated."""


class ReviewDesk:
    """Reads what is reviewed. Works offline."""

    def __init__(self, database: Database, desk: Desk) -> None:
        self._database = database
        self._desk = desk

    def rows_after(self, view: NoteFilter, key: NoteKey | None, limit: int) -> list[NoteInList]:
        """Return the notes that follow a place in the list, or the first ones. Raises StoreError."""
        with self._database.read() as connection:
            return notes_after(connection, view, key, limit)

    def rows_before(self, view: NoteFilter, key: NoteKey | None, limit: int) -> list[NoteInList]:
        """Return the notes that precede a place in the list, or the last ones, in its order. Raises StoreError."""
        with self._database.read() as connection:
            return notes_before(connection, view, key, limit)

    def row(self, view: NoteFilter, note_id: str) -> NoteInList | None:
        """Return a note where the filter lets it through. Raises StoreError."""
        with self._database.read() as connection:
            return note_if_listed(connection, view, note_id)

    def row_anywhere(self, view: NoteFilter, note_id: str) -> NoteInList | None:
        """Return a note that the filter does not let through. Raises StoreError."""
        found = self.row(NoteFilter(order=view.order), note_id)
        return None if found is None else found.left()

    def authors(self) -> list[str]:
        """Return who has written notes, by name. Raises StoreError."""
        with self._database.read() as connection:
            return authors_of_notes(connection, MOST_NAMES)

    def reviewers(self) -> list[str]:
        """Return whose reviews stand, by name. Raises StoreError."""
        with self._database.read() as connection:
            return reviewers_of_notes(connection, MOST_NAMES)

    def note(self, comment_id: int) -> NoteToReview | None:
        """Return a note by the number of its comment, audited now; None where it is not here. Raises StoreError."""
        playbook = self._desk.playbook
        if not 0 < comment_id <= HIGHEST_NUMBER:
            return None
        with self._database.read() as connection:
            found = delivered_note(connection, comment_id)
            loaded = None if found is None else load_note(connection, found, playbook)
            steps = [] if found is None else set_aside_steps(connection, found.survey_id)
        if loaded is None:
            return None
        audited = audit(loaded.subject, playbook, tell_language)
        case = loaded.subject.case
        suggestions = self._desk.suggestions(case) if case.answers else {}
        return NoteToReview(loaded.subject, loaded.other_notes, audited, suggestions, standing_step(steps))
