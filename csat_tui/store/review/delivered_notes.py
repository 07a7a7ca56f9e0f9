"""Delivered notes by the numbers of their comments: kept when a transcript comes, audited, and listed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

import uuid_utils
from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Connection,
    Select,
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
from csat_tui.domain.ids import SurveyId, TicketId, UserId
from csat_tui.domain.playbook import Playbook
from csat_tui.domain.review.delivered_note import COACHING_FIELD, DeliveredNote, delivered_notes
from csat_tui.domain.review.steps import ReviewState
from csat_tui.domain.ticket import Author, Message
from csat_tui.store import rows, tickets
from csat_tui.store.cases import casework
from csat_tui.store.tables import DeliveredNoteRow, SurveyRow
from csat_tui.store.types import Json

_NOTE = DeliveredNoteRow
_NEW = insert(_NOTE)
_TOLD_AGAIN = ("author_id", "author", "format_id", "outcome_ids", "op_id", "audited", "coaching")
_PUT = _NEW.on_conflict_do_update(
    index_elements=["comment_id"],
    set_={name: _NEW.excluded[name] for name in _TOLD_AGAIN},
)
_WITHDRAWN = delete(_NOTE).where(
    col(_NOTE.ticket_id) == bindparam("ticket"), col(_NOTE.comment_id).not_in(bindparam("there", expanding=True))
)
_SOME: BindParameter[Any] = bindparam("some", expanding=True)
_SURVEYS = select(col(SurveyRow.survey_ticket_id), col(SurveyRow.id)).where(col(SurveyRow.survey_ticket_id).in_(_SOME))
_BY_COMMENT = select(_NOTE).where(col(_NOTE.comment_id) == bindparam("comment"))
_NOT_AUDITED = select(_NOTE).where(col(_NOTE.audited) == literal(0)).limit(bindparam("limit"))
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

FREE = "free"
"""Instead of an outcome: notes in no format."""

SAMPLED_AND_OPEN = (col(_NOTE.review_state) == ReviewState.NOT_REVIEWED) & col(_NOTE.sampled_due).is_not(None)
"""The condition of notes that are to be reviewed as part of a sample."""


class NoteOrder(StrEnum):
    """What stands first in a list of notes."""

    NEWEST = "newest"
    RISK = "risk"
    """What is to be reviewed as part of a sample, due first; then the risky notes."""


@dataclass(frozen=True, slots=True)
class NoteFilter:
    """Which notes to list; an empty value leaves nothing out.

    `outcome` is an id, or `FREE`; `sampled_by` whose open sample they are in, by the help desk's number.
    """

    author: str = ""
    outcome: str = ""
    since: datetime | None = None
    until: datetime | None = None
    order: NoteOrder = NoteOrder.NEWEST
    sampled_by: UserId | None = None


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
    risk: int | None
    """None until it is audited for the first time."""
    failed: tuple[str, ...]
    """The audit rules that it fails, by id."""
    due: datetime | None = None
    """Until when it is to be reviewed as part of a sample; None where it is in none, or reviewed."""

    @property
    def place(self) -> "NotePlace":
        """Where it stands among all notes; a list goes on after it."""
        return NotePlace(self.at, self.id, self.risk or 0, self.due)


@dataclass(frozen=True, slots=True)
class NotePlace:
    """Where a note stands in a list, in either order."""

    at: datetime
    id: str
    risk: int
    due: datetime | None = None


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
    return [note_in_list(row) for row in rows.every(connection, _NOTE, _NOT_AUDITED, {"limit": limit})]


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


def read_notes(connection: Connection, wanted: NoteFilter, after: NotePlace | None, limit: int) -> list[NoteInList]:
    """Return notes in the order asked for: those that follow a place in the list, or the first ones."""
    query = _matching(wanted).limit(limit)
    at, number, risk = col(_NOTE.at), col(_NOTE.id), col(_NOTE.risk)
    if wanted.order is NoteOrder.NEWEST:
        query = query.order_by(at.desc(), number.desc())
        if after is not None:
            query = query.where(_older(after))
        return _listed(connection, query)
    found: list[NoteInList] = []
    if after is None or after.due is not None:
        found = _listed(connection, _sampled_first(query, after))
        after = None
    if len(found) < limit and wanted.sampled_by is None:
        query = query.where(~SAMPLED_AND_OPEN, risk > 0).order_by(risk.desc(), at.desc(), number.desc())
        if after is not None:
            query = query.where(or_(risk < after.risk, (risk == after.risk) & _older(after)))
        found += _listed(connection, query.limit(limit - len(found)))
    return found


def _matching(wanted: NoteFilter) -> Select[Any]:
    query = select(_NOTE)
    if wanted.author:
        query = query.where(col(_NOTE.author) == wanted.author)
    if wanted.outcome == FREE:
        query = query.where(col(_NOTE.format_id) == "")
    elif wanted.outcome:
        query = query.where(col(_NOTE.outcome_ids) == [wanted.outcome])
    if wanted.since is not None:
        query = query.where(col(_NOTE.at) >= wanted.since)
    if wanted.until is not None:
        query = query.where(col(_NOTE.at) < wanted.until)
    if wanted.sampled_by is not None:
        query = query.where(SAMPLED_AND_OPEN, col(_NOTE.sampled_by) == wanted.sampled_by)
    return query


def _older(place: NotePlace) -> ColumnElement[bool]:
    at, number = col(_NOTE.at), col(_NOTE.id)
    return or_(at < place.at, (at == place.at) & (number < place.id))


def _sampled_first(query: Select[Any], after: NotePlace | None) -> Select[Any]:
    due, number = col(_NOTE.sampled_due), col(_NOTE.id)
    query = query.where(SAMPLED_AND_OPEN).order_by(due, number)
    if after is not None:
        query = query.where(or_(due > after.due, (due == after.due) & (number > after.id)))
    return query


def _listed(connection: Connection, query: Select[Any]) -> list[NoteInList]:
    return [note_in_list(row) for row in rows.every(connection, _NOTE, query)]


def delivered_note(connection: Connection, comment_id: int) -> NoteInList | None:
    """Return one note by the number of its comment, or None."""
    row = rows.first(connection, _NOTE, _BY_COMMENT, {"comment": comment_id})
    return None if row is None else note_in_list(row)


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
    return NoteWithCase(NoteUnderAudit(note, case, tuple(replies), later, earlier), others)


def _earlier(connection: Connection, found: NoteInList, playbook: Playbook) -> tuple[DeliveredNote, ...]:
    """Return the author's notes before one, on other tickets, latest first, as far as they are compared."""
    notes: list[DeliveredNote] = []
    for one in read_notes(connection, NoteFilter(author=found.author), found.place, LOOKED_BACK):
        ticket = tickets.ticket(connection, one.ticket_id)
        if ticket is not None and one.ticket_id != found.ticket_id:
            told = [m for m in tickets.messages(connection, one.ticket_id) if m.id == one.comment_id]
            notes += delivered_notes(ticket, told, playbook)
    return tuple(notes)


def _is_reply(message: Message) -> bool:
    return message.public and message.author is Author.AGENT


def note_in_list(row: DeliveredNoteRow) -> NoteInList:
    """Return a row as lists show it."""
    return NoteInList(
        row.id, row.comment_id, SurveyId(row.survey_id), TicketId(row.ticket_id), row.at,
        None if row.author_id is None else UserId(row.author_id), row.author, row.format_id, tuple(row.outcome_ids),
        row.risk, tuple(row.failed), row.sampled_due if row.review_state == ReviewState.NOT_REVIEWED else None,
    )  # fmt: skip
