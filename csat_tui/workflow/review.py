"""The review desk: which notes there are to review, and everything beside one of them."""

from dataclasses import dataclass, field
from datetime import datetime

from csat_tui.domain.audit import AuditedNote, NoteUnderAudit, audit
from csat_tui.domain.audit.note_checks import LOOKED_BACK
from csat_tui.domain.case import Case
from csat_tui.domain.review.delivered_note import DeliveredNote, delivered_notes
from csat_tui.domain.ticket import Author, Message
from csat_tui.language import tell_language
from csat_tui.store import tickets
from csat_tui.store.cases import casework
from csat_tui.store.database import Database
from csat_tui.store.review import NoteFilter, NoteInList, delivered_note, read_notes
from csat_tui.workflow.desk import Desk


@dataclass(frozen=True, slots=True)
class NoteToReview:
    """A delivered note with its case, and what else stands on its survey ticket."""

    note: DeliveredNote
    case: Case
    replies: tuple[Message, ...] = ()
    """The public messages that people of the team wrote on the survey ticket and the source ticket since the survey."""
    other_notes: tuple[DeliveredNote, ...] = ()
    """The other notes on the survey ticket, oldest first."""
    audited: AuditedNote = field(default_factory=AuditedNote)
    """What the machine says of it by the playbook's rules."""


class ReviewDesk:
    """Reads what is reviewed. Works offline."""

    def __init__(self, database: Database, desk: Desk) -> None:
        self._database = database
        self._desk = desk

    def notes(self, wanted: NoteFilter, after: tuple[datetime, str] | None, limit: int) -> list[NoteInList]:
        """Return notes newest first, from a place in the list on. Raises StoreError."""
        with self._database.read() as connection:
            return read_notes(connection, wanted, after, limit)

    def note(self, comment_id: int) -> NoteToReview | None:
        """Return a note by the number of its comment; None where it is not here. Raises StoreError."""
        playbook = self._desk.playbook
        with self._database.read() as connection:
            found = delivered_note(connection, comment_id)
            if found is None:
                return None
            case = casework.load_case(connection, found.survey_id, playbook)
            told = tickets.messages(connection, found.ticket_id)
        if case is None or case.survey_ticket is None:
            return None
        notes = delivered_notes(case.survey_ticket, told, playbook)
        note = next((one for one in notes if one.comment_id == comment_id), None)
        if note is None:
            return None
        since = case.survey.received_at
        replies = sorted(
            (one for one in (*told, *case.messages) if _is_reply(one) and one.created_at >= since),
            key=lambda one: (one.created_at, one.id),
        )
        others = tuple(one for one in notes if one != note)
        earlier = self._earlier(found)
        subject = NoteUnderAudit(note, case, tuple(replies), any(one.at > note.at for one in others), earlier)
        return NoteToReview(note, case, tuple(replies), others, audit(subject, playbook, tell_language))

    def _earlier(self, found: NoteInList) -> tuple[DeliveredNote, ...]:
        """Return the author's notes before one, on other tickets, latest first, as far as a rationale is compared."""
        playbook, notes = self._desk.playbook, []
        with self._database.read() as connection:
            for one in read_notes(connection, NoteFilter(author=found.author), found.place, LOOKED_BACK):
                ticket = tickets.ticket(connection, one.ticket_id)
                if ticket is not None and one.ticket_id != found.ticket_id:
                    told = delivered_notes(ticket, tickets.messages(connection, one.ticket_id), playbook)
                    notes += [note for note in told if note.comment_id == one.comment_id]
        return tuple(notes)


def _is_reply(message: Message) -> bool:
    return message.public and message.author is Author.AGENT
