"""Delivered notes by the numbers of their comments: kept when a transcript comes, audited, and read."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import uuid_utils
from sqlalchemy import (
    BindParameter,
    Connection,
    bindparam,
    delete,
    literal,
    or_,
    select,
    text,
    update,
)
from sqlalchemy.dialects.sqlite import insert
from sqlmodel import col

from csat_tui.domain.audit import AuditedNote, NoteUnderAudit
from csat_tui.domain.audit.note_checks import LOOKED_BACK
from csat_tui.domain.case import customer_email
from csat_tui.domain.ids import SurveyId, TicketId
from csat_tui.domain.playbook import Playbook
from csat_tui.domain.review.delivered_note import COACHING_FIELD, DeliveredNote, delivered_notes
from csat_tui.domain.ticket import Author, Message
from csat_tui.store import tickets
from csat_tui.store.cases import casework
from csat_tui.store.review.note_list import EVERY_NOTE, NoteFilter, NoteInList, in_list, notes_after
from csat_tui.store.tables import DeliveredNoteRow, SurveyRow
from csat_tui.store.types import Json

_NOTE = DeliveredNoteRow
_NEW = insert(_NOTE)
# A comment that was merged away from another ticket comes with its number: the newest owner keeps it.
_TOLD_AGAIN = (
    "survey_id",
    "ticket_id",
    "author_id",
    "author",
    "format_id",
    "outcome_ids",
    "op_id",
    "audited",
    "coaching",
)
_PUT = _NEW.on_conflict_do_update(
    index_elements=["comment_id"],
    set_={name: _NEW.excluded[name] for name in _TOLD_AGAIN},
)
_WITHDRAWN = delete(_NOTE).where(
    col(_NOTE.ticket_id) == bindparam("ticket"), col(_NOTE.comment_id).not_in(bindparam("there", expanding=True))
)
_SOME: BindParameter[Any] = bindparam("some", expanding=True)
_SURVEYS = select(col(SurveyRow.survey_ticket_id), col(SurveyRow.id)).where(col(SurveyRow.survey_ticket_id).in_(_SOME))
_OF_SURVEY = EVERY_NOTE.where(col(_NOTE.survey_id) == bindparam("survey")).order_by(col(_NOTE.at), col(_NOTE.id))
_BY_COMMENT = EVERY_NOTE.where(col(_NOTE.comment_id) == bindparam("comment"))
_NOT_AUDITED = EVERY_NOTE.where(col(_NOTE.audited) == literal(0)).limit(bindparam("limit"))
_AUDITED = (
    update(_NOTE)
    .where(col(_NOTE.id) == bindparam("note"))
    .values(audited=True, risk=bindparam("found_risk"), failed=bindparam("found_failed", type_=Json))
)
_FORGET = update(_NOTE).where(col(_NOTE.audited) != literal(0)).values(audited=False)
_FORGET_SURVEYS = _FORGET.where(
    or_(
        col(_NOTE.ticket_id).in_(_SOME),
        col(_NOTE.survey_id).in_(select(col(SurveyRow.id)).where(col(SurveyRow.source_ticket_id).in_(_SOME))),
    )
)
_FORGET_SURVEY = _FORGET.where(col(_NOTE.survey_id) == bindparam("survey"))

_MARK_SAMPLED = """
UPDATE delivered_note SET (sampled_due, sampled_by) = (
    SELECT sample.due_at, sample.author_id FROM sample_item JOIN sample ON sample.id = sample_item.sample_id
    WHERE sample_item.comment_id = delivered_note.comment_id
      AND NOT EXISTS (SELECT 1 FROM sample_replacement WHERE item_id = sample_item.id)
    ORDER BY sample.at DESC LIMIT 1)
WHERE comment_id IN (SELECT value FROM json_each(:notes))
  AND (sampled_due IS NOT NULL OR EXISTS (SELECT 1 FROM sample_item WHERE comment_id = delivered_note.comment_id))
"""


@dataclass(frozen=True, slots=True)
class NoteWithCase:
    """A note with its case, the team's replies, and the other notes on its ticket: ready to be audited."""

    subject: NoteUnderAudit
    other_notes: tuple[DeliveredNote, ...]


def put_delivered_notes(connection: Connection, told: Sequence[tuple[TicketId, Sequence[DeliveredNote]]]) -> None:
    """Keep the notes of survey tickets whose transcripts came, and forget those that their tickets no longer have.

    Notes of a ticket that carries no survey here are left out. All of them are audited again.
    """
    surveys = surveys_of(connection, [ticket_id for ticket_id, _ in told])
    values = [
        {
            "id": str(uuid_utils.uuid7()), "comment_id": note.comment_id, "survey_id": surveys[ticket_id],
            "ticket_id": ticket_id, "at": note.at, "author_id": note.author_id, "author": note.author,
            "format_id": note.format_id, "outcome_ids": list(note.outcome_ids), "op_id": note.op_id, "risk": None,
            "failed": [], "audited": False, "coaching": note.fields.get(COACHING_FIELD, "").strip(),
        }
        for ticket_id, notes in told
        if ticket_id in surveys
        for note in notes
    ]  # fmt: skip
    for ticket_id, notes in told:
        connection.execute(_WITHDRAWN, {"ticket": ticket_id, "there": [note.comment_id for note in notes]})
    if values:
        connection.execute(_PUT, values)
        mark_sampled(connection, [note.comment_id for _, notes in told for note in notes])


def mark_sampled(connection: Connection, comment_ids: Sequence[int]) -> None:
    """Write to notes until when they are to be reviewed, by the samples that they are in."""
    connection.execute(text(_MARK_SAMPLED), {"notes": str(list(comment_ids))})


def surveys_of(connection: Connection, ticket_ids: Sequence[TicketId]) -> dict[TicketId, SurveyId]:
    """Return the surveys that these tickets carry."""
    found = connection.execute(_SURVEYS, {"some": ticket_ids})
    return {TicketId(int(row[0] or 0)): SurveyId(int(row[1] or 0)) for row in found}


def not_audited(connection: Connection, limit: int) -> list[NoteInList]:
    """Return notes that are not audited with what is known by now."""
    return [in_list(row) for row in connection.execute(_NOT_AUDITED, {"limit": limit})]


def put_audit(connection: Connection, note_id: str, audited: AuditedNote) -> None:
    """Keep what an audit found of a note."""
    connection.execute(_AUDITED, {"note": note_id, "found_risk": audited.risk, "found_failed": list(audited.failed)})


def forget_audits(connection: Connection, ticket_ids: Sequence[TicketId]) -> None:
    """Have the notes audited again that belong to survey tickets or source tickets about which something came."""
    connection.execute(_FORGET_SURVEYS, {"some": ticket_ids})


def forget_audits_of(connection: Connection, survey_id: SurveyId | None = None) -> None:
    """Have the notes of a survey audited again, or all notes."""
    if survey_id is None:
        connection.execute(_FORGET)
    else:
        connection.execute(_FORGET_SURVEY, {"survey": survey_id})


def delivered_note(connection: Connection, comment_id: int) -> NoteInList | None:
    """Return one note by the number of its comment, or None."""
    row = connection.execute(_BY_COMMENT, {"comment": comment_id}).first()
    return None if row is None else in_list(row)


def notes_of_survey(connection: Connection, survey_id: SurveyId) -> list[NoteInList]:
    """Return the notes on a survey's ticket, oldest first."""
    return [in_list(row) for row in connection.execute(_OF_SURVEY, {"survey": survey_id})]


def load_note(connection: Connection, found: NoteInList, playbook: Playbook) -> NoteWithCase | None:
    """Return a note with everything beside it; None where its case or its words are not here."""
    case = casework.load_case(connection, found.survey_id, playbook)
    if case is None or case.survey_ticket is None:
        return None
    told = tickets.messages(connection, found.ticket_id)
    notes = delivered_notes(case.survey_ticket, told, playbook)
    note = next((one for one in notes if one.comment_id == found.comment_id), None)
    if note is None:
        return None
    since = case.survey.received_at
    replies = sorted(
        {one.id: one for one in (*told, *case.messages) if _is_reply(one) and one.created_at >= since}.values(),
        key=lambda one: (one.created_at, one.id),
    )
    others = tuple(one for one in notes if one != note)
    later = any(one.at > note.at for one in others)
    earlier = _earlier(connection, found, playbook)
    email = customer_email(case.survey, case.source_ticket, case.survey_ticket)
    _, account_since = tickets.account(connection, email) if email else (None, None)
    return NoteWithCase(NoteUnderAudit(note, case, tuple(replies), later, earlier, account_since), others)


def _earlier(connection: Connection, found: NoteInList, playbook: Playbook) -> tuple[DeliveredNote, ...]:
    """Return the author's notes before one, on other tickets, latest first, as far as they are compared."""
    notes: list[DeliveredNote] = []
    for one in notes_after(connection, NoteFilter(author=found.author), found.key, LOOKED_BACK):
        ticket = tickets.ticket(connection, one.ticket_id)
        if ticket is not None and one.ticket_id != found.ticket_id:
            told = [m for m in tickets.messages(connection, one.ticket_id) if m.id == one.comment_id]
            notes += delivered_notes(ticket, told, playbook)
    return tuple(notes)


def _is_reply(message: Message) -> bool:
    return message.public and message.author is Author.AGENT
