"""Recovery notes: written here or read back from tickets, each kept once, and those that are not saved yet."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from operator import attrgetter
from typing import Any

from sqlalchemy import BindParameter, Connection, bindparam, delete, insert, literal, select
from sqlalchemy.dialects.sqlite import insert as insert_or_replace
from sqlmodel import col

from csat_tui.domain.contact_clock import ContactWay
from csat_tui.domain.effect import EffectState
from csat_tui.domain.ids import OpId, SurveyId, TicketId, UserId
from csat_tui.domain.recovery.notes import NotesState, RecoveryNote, is_recovery_note, read_recovery_note
from csat_tui.domain.review.rules import HelpDeskUser
from csat_tui.domain.review.step_notes import step_id_of
from csat_tui.domain.ticket import Message
from csat_tui.store import rows
from csat_tui.store.contact import note_contact
from csat_tui.store.tables import (
    OutboxRow,
    RecoveryDraftRow,
    RecoveryNoteRow,
    RecoveryReceiptRow,
    RecoverySurveyRow,
    SurveyRow,
)
from csat_tui.store.types import Moment

_NOTE, _RECEIPT, _DRAFT = RecoveryNoteRow, RecoveryReceiptRow, RecoveryDraftRow
_SOME: BindParameter[Any] = bindparam("some", expanding=True)

_NEW_NOTE, _NEW_RECEIPT = insert(_NOTE), insert(_RECEIPT)
_KNOWN_COMMENT = select(literal(1)).where(col(_RECEIPT.comment_id) == bindparam("comment"))
_BY_OP_ID = select(col(_NOTE.id), col(_NOTE.writer_id)).where(col(_NOTE.op_id) == bindparam("op"))
_KNOWN_NOTE = select(literal(1)).where(col(_NOTE.id) == bindparam("known"))
_WITHDRAWN = (
    select(literal(1))
    .where(col(OutboxRow.op_id) == col(_NOTE.op_id), col(OutboxRow.state) == EffectState.WITHDRAWN.value)
    .exists()
)
_READ_BACK = select(literal(1)).where(col(_RECEIPT.note_id) == col(_NOTE.id)).exists()
# What was taken back can still have been on its way: once it is on the ticket, it was said.
_STANDING = select(_NOTE).where(col(_NOTE.survey_id).in_(_SOME), ~_WITHDRAWN | _READ_BACK)
_ONE = select(_NOTE).where(col(_NOTE.id) == bindparam("known"))
_RECEIPTS = select(_RECEIPT).where(col(_RECEIPT.survey_id).in_(_SOME))
_SURVEY_OF = select(col(SurveyRow.id)).where(col(SurveyRow.survey_ticket_id) == bindparam("ticket")).limit(1)
_DRAFT_OF = select(_DRAFT).where(col(_DRAFT.survey_id) == bindparam("known"))
_DROP_DRAFT = delete(_DRAFT).where(col(_DRAFT.survey_id) == bindparam("known"))
_NEW_DRAFT = insert_or_replace(_DRAFT)
_PUT_DRAFT = _NEW_DRAFT.on_conflict_do_update(
    index_elements=["survey_id"],
    set_={name: _NEW_DRAFT.excluded[name] for name in ("author", "spoken", "text", "saved_at")},
)
_TICKETS = (
    select(col(SurveyRow.survey_ticket_id))
    .join(RecoverySurveyRow, col(RecoverySurveyRow.survey_id) == col(SurveyRow.id))
    .where(
        col(RecoverySurveyRow.received_at) >= bindparam("since", type_=Moment),
        col(SurveyRow.survey_ticket_id).is_not(None),
        col(RecoverySurveyRow.needs) | (col(RecoverySurveyRow.notes) != NotesState.NONE.value),
    )
    .order_by(col(RecoverySurveyRow.received_at).desc())
    .limit(bindparam("most"))
)

REPEATED = "it repeats the reference of another note, as a copy does"


def put_recovery_note(connection: Connection, survey_id: SurveyId, note: RecoveryNote) -> None:
    """Write a note; an effect of the outbox sends it under the same operation id."""
    values = {
        "id": note.id, "survey_id": survey_id, "ticket_id": note.ticket_id, "at": note.at, "author": note.author,
        "spoken": note.spoken, "text": note.text, "op_id": note.op_id, "problems": list(note.problems),
        **_writer(note.by),
    }  # fmt: skip
    connection.execute(_NEW_NOTE, values)
    if note.spoken and note.ticket_id is None:
        note_contact(connection, survey_id, note.at, ContactWay.CONVERSATION)


def take_recovery_notes(connection: Connection, ticket_id: TicketId, messages: Iterable[Message]) -> int:
    """Keep the recovery notes in a survey ticket's transcript; returns how many were new here in any way."""
    found = [read_recovery_note(message) for message in messages if is_recovery_note(message)]
    if not found:
        return 0
    survey_id = connection.execute(_SURVEY_OF, {"ticket": ticket_id}).scalar_one_or_none()
    return 0 if survey_id is None else sum(_put_read_note(connection, SurveyId(survey_id), note) for note in found)


def _put_read_note(connection: Connection, survey_id: SurveyId, note: RecoveryNote) -> bool:
    """Keep a note that was read on a ticket, with its receipt.

    What was written here is one record with what is read back: it is known by its operation id and its writer, for both
    the reference in a note's text and an operation id can be copied by anybody.
    """
    if connection.execute(_KNOWN_COMMENT, {"comment": note.comment_id}).first() is not None:
        return False
    known = None if note.op_id is None else connection.execute(_BY_OP_ID, {"op": note.op_id}).first()
    note_id = note.id
    if known is not None and known[1] == note.by.id:
        note_id = known[0]
    else:
        problems = note.problems
        if connection.execute(_KNOWN_NOTE, {"known": note_id}).first() is not None:
            note_id, problems = step_id_of(note.comment_id or 0, note.at), (*problems, REPEATED)
        op_id = None if known is not None else note.op_id
        put_recovery_note(connection, survey_id, replace(note, id=note_id, op_id=op_id, problems=problems))
    receipt = {
        "note_id": note_id, "survey_id": survey_id, "comment_id": note.comment_id, "at": note.at, **_writer(note.by),
    }  # fmt: skip
    connection.execute(_NEW_RECEIPT, receipt)
    if note.spoken:  # not before: until a note is on its ticket, it can be taken back
        note_contact(connection, survey_id, note.at, ContactWay.CONVERSATION)
    return True


def _writer(by: HelpDeskUser) -> dict[str, Any]:
    return {"writer_id": by.id, "writer": by.name, "writer_email": by.email, "writer_role": by.role}


def recovery_notes(connection: Connection, survey_ids: Collection[int]) -> dict[SurveyId, list[RecoveryNote]]:
    """Return the notes of some surveys, the oldest first, without those that were taken back before they were sent."""
    some = {"some": list(survey_ids)}
    receipts = {row.note_id: row for row in rows.every(connection, _RECEIPT, _RECEIPTS, some)}
    found: dict[SurveyId, list[RecoveryNote]] = {}
    for row in rows.every(connection, _NOTE, _STANDING, some):
        found.setdefault(SurveyId(row.survey_id), []).append(_note(row, receipts.get(row.id)))
    for notes in found.values():
        notes.sort(key=attrgetter("order"))
    return found


def _note(row: RecoveryNoteRow, receipt: RecoveryReceiptRow | None) -> RecoveryNote:
    written = row if receipt is None else receipt
    by = HelpDeskUser(
        None if written.writer_id is None else UserId(written.writer_id), written.writer, written.writer_email,
        written.writer_role,
    )  # fmt: skip
    return RecoveryNote(
        id=row.id, ticket_id=None if row.ticket_id is None else TicketId(row.ticket_id), by=by, at=written.at,
        author=row.author, spoken=bool(row.spoken), text=row.text, op_id=None if row.op_id is None else OpId(row.op_id),
        comment_id=None if receipt is None else receipt.comment_id, problems=tuple(row.problems),
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class RecoveryDraft:
    """A recovery note that is not saved yet."""

    author: str = ""
    spoken: bool = False
    text: str = ""


def put_recovery_draft(connection: Connection, survey_id: SurveyId, draft: RecoveryDraft, at: datetime) -> None:
    """Keep what is typed for a survey in place of what was typed before."""
    values = {
        "survey_id": survey_id, "author": draft.author, "spoken": draft.spoken, "text": draft.text, "saved_at": at,
    }  # fmt: skip
    connection.execute(_PUT_DRAFT, values)


def recovery_draft(connection: Connection, survey_ids: Sequence[int]) -> RecoveryDraft | None:
    """Return what is typed for the first of some surveys that has any words; None where nobody has begun."""
    for survey_id in survey_ids:
        row = rows.first(connection, _DRAFT, _DRAFT_OF, {"known": survey_id})
        if row is not None:
            return RecoveryDraft(row.author, bool(row.spoken), row.text)
    return None


def drop_recovery_draft(connection: Connection, survey_ids: Sequence[int]) -> None:
    """Forget what is typed for surveys."""
    for survey_id in survey_ids:
        connection.execute(_DROP_DRAFT, {"known": survey_id})


def take_note_back(connection: Connection, survey_id: SurveyId, note_id: str, at: datetime) -> None:
    """Make the words of a note that was taken back a draft again; one that was begun since then stays instead."""
    row = rows.first(connection, _NOTE, _ONE, {"known": note_id})
    if row is not None and recovery_draft(connection, [survey_id]) is None:
        put_recovery_draft(connection, survey_id, RecoveryDraft(row.author, bool(row.spoken), row.text), at)


def recovery_tickets(connection: Connection, since: datetime, most: int) -> list[TicketId]:
    """Return the survey tickets of unhappy customers, the newest first: where recovery notes can be."""
    found = connection.execute(_TICKETS, {"since": since, "most": most}).scalars()
    return [TicketId(number) for number in found if number is not None]
