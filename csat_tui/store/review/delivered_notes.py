"""Delivered notes by the numbers of their comments: kept when a transcript comes, listed newest first."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import uuid_utils
from sqlalchemy import Connection, bindparam, delete, or_, select
from sqlalchemy.dialects.sqlite import insert
from sqlmodel import col

from csat_tui.domain.ids import SurveyId, TicketId, UserId
from csat_tui.domain.review.delivered_note import DeliveredNote
from csat_tui.store import rows
from csat_tui.store.tables import DeliveredNoteRow, SurveyRow

_NEW = insert(DeliveredNoteRow)
_PUT = _NEW.on_conflict_do_update(
    index_elements=["comment_id"],
    set_={name: _NEW.excluded[name] for name in ("author_id", "author", "format_id", "outcome_ids", "op_id")},
)
_WITHDRAWN = delete(DeliveredNoteRow).where(
    col(DeliveredNoteRow.ticket_id) == bindparam("ticket"),
    col(DeliveredNoteRow.comment_id).not_in(bindparam("there", expanding=True)),
)
_SURVEYS = select(col(SurveyRow.survey_ticket_id), col(SurveyRow.id)).where(
    col(SurveyRow.survey_ticket_id).in_(bindparam("some", expanding=True))
)
_BY_COMMENT = select(DeliveredNoteRow).where(col(DeliveredNoteRow.comment_id) == bindparam("comment"))


@dataclass(frozen=True, slots=True)
class NoteFilter:
    """Which notes to list; an empty value leaves nothing out. `outcome` is an id, or "free" for notes in no format."""

    author: str = ""
    outcome: str = ""
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class NoteInList:
    """A note as lists show it, without its words."""

    id: str
    comment_id: int
    survey_id: SurveyId
    ticket_id: TicketId
    at: datetime
    author_id: UserId | None
    author: str
    format_id: str
    outcome_ids: tuple[str, ...]

    @property
    def place(self) -> tuple[datetime, str]:
        """Where it stands among all notes; a list goes on after it."""
        return self.at, self.id


def put_delivered_notes(connection: Connection, told: Sequence[tuple[TicketId, Sequence[DeliveredNote]]]) -> None:
    """Keep the notes of survey tickets whose transcripts came, and forget those that their tickets no longer have.

    Notes of a ticket that carries no survey here are left out.
    """
    surveys = surveys_of(connection, [ticket_id for ticket_id, _ in told])
    values = [
        {
            "id": str(uuid_utils.uuid7()), "comment_id": note.comment_id, "survey_id": surveys[ticket_id],
            "ticket_id": ticket_id, "at": note.at, "author_id": note.author_id, "author": note.author,
            "format_id": note.format_id, "outcome_ids": list(note.outcome_ids), "op_id": note.op_id,
        }
        for ticket_id, notes in told
        if ticket_id in surveys
        for note in notes
    ]  # fmt: skip
    for ticket_id, notes in told:
        connection.execute(_WITHDRAWN, {"ticket": ticket_id, "there": [note.comment_id for note in notes]})
    if values:
        connection.execute(_PUT, values)


def surveys_of(connection: Connection, ticket_ids: Sequence[TicketId]) -> dict[TicketId, SurveyId]:
    """Return the surveys that these tickets carry."""
    found = connection.execute(_SURVEYS, {"some": ticket_ids})
    return {TicketId(int(row[0] or 0)): SurveyId(int(row[1] or 0)) for row in found}


def read_notes(
    connection: Connection, wanted: NoteFilter, after: tuple[datetime, str] | None, limit: int
) -> list[NoteInList]:
    """Return notes newest first: those that follow a place in the list, or the first ones."""
    note = DeliveredNoteRow
    query = select(note).order_by(col(note.at).desc(), col(note.id).desc()).limit(limit)
    if after is not None:
        at, last = after
        query = query.where(or_(col(note.at) < at, (col(note.at) == at) & (col(note.id) < last)))
    if wanted.author:
        query = query.where(col(note.author) == wanted.author)
    if wanted.outcome == FREE:
        query = query.where(col(note.format_id) == "")
    elif wanted.outcome:
        query = query.where(col(note.outcome_ids) == [wanted.outcome])
    if wanted.since is not None:
        query = query.where(col(note.at) >= wanted.since)
    if wanted.until is not None:
        query = query.where(col(note.at) < wanted.until)
    return [_in_list(row) for row in rows.every(connection, note, query)]


FREE = "free"
"""Instead of an outcome: notes in no format."""


def delivered_note(connection: Connection, comment_id: int) -> NoteInList | None:
    """Return one note by the number of its comment, or None."""
    row = rows.first(connection, DeliveredNoteRow, _BY_COMMENT, {"comment": comment_id})
    return None if row is None else _in_list(row)


def _in_list(row: DeliveredNoteRow) -> NoteInList:
    return NoteInList(
        row.id, row.comment_id, SurveyId(row.survey_id), TicketId(row.ticket_id), row.at,
        None if row.author_id is None else UserId(row.author_id), row.author, row.format_id, tuple(row.outcome_ids),
    )  # fmt: skip
