"""Surveys of service recovery and their notes as JSON has them."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from csat_tui.domain.recovery.notes import RecoveryNote
    from csat_tui.store.service_recovery import RecoverySurvey
    from csat_tui.workflow.recovery_lists import RecoveryLists


def place_document(one: "RecoverySurvey", desk: "RecoveryLists", *, noted: bool = True) -> dict[str, Any]:
    """Return a survey as lists have it; `noted` with what its notes come to."""
    told = {
        "case_id": one.survey_id, "ticket_id": one.ticket_id, "survey_ticket_id": one.survey_ticket_id,
        "received_at": one.received_at, "day": desk.day_of(one), "customer": one.customer, "agent": one.agent,
        "rating": one.rating, "needs_recovery": one.needs, "group": one.group or None,
        "group_name": one.group_name or None, "segment": one.segment or None, "lacks": one.lacks or None,
        "comment": one.comment,
    }  # fmt: skip
    if not noted:
        return told
    newest = one.newest
    return told | {
        "notes_state": one.notes.value,
        "first_note_at": one.first_note_at,
        "first_spoken_at": one.first_spoken_at,
        "comment_with_note": one.comment_with_note,
        "newest_note": None
        if newest is None
        else {"id": newest.id, "author": newest.author, "spoken": newest.spoken, "text": newest.text},
    }


def note_document(note: "RecoveryNote") -> dict[str, Any]:
    """Return a recovery note as JSON has it."""
    return {
        "id": note.id, "at": note.at, "author": note.author, "spoken": note.spoken, "text": note.text,
        "written_by": note.by.name or None, "written_by_id": note.by.id, "comment_id": note.comment_id,
        "problems": list(note.problems),
    }  # fmt: skip
