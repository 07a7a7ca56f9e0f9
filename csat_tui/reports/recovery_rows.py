"""Surveys of service recovery as rows of a sheet: one row for each survey, with what was done about it."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from csat_tui.domain.recovery.notes import RecoveryNote
from csat_tui.reports.tracker import SheetColumns
from csat_tui.store.service_recovery import RecoverySurvey

_COLUMNS = {
    "received": "Received", "ticket": "Ticket", "survey": "Survey ticket", "case": "Case", "customer": "Customer",
    "segment": "Segment", "agent": "Agent", "group": "Support group", "rating": "Rating", "needs": "Needs recovery",
    "comment": "Comment", "state": "SR notes", "notes": "Notes", "spoken": "Spoken", "first_note": "First note",
    "first_spoken": "First spoken", "newest_at": "Newest note", "newest_author": "Author", "newest": "Newest words",
    "lacks": "To be fixed",
}  # fmt: skip

RECOVERY_COLUMNS = SheetColumns(tuple(_COLUMNS), tuple(_COLUMNS.values()))
"""The columns of the sheet; times are in the time zone of `[recovery]`."""


def recovery_row(one: RecoverySurvey, group: str, notes: Sequence[RecoveryNote], zone: ZoneInfo) -> Mapping[str, str]:
    """Return the row of a survey; `group` is what its support group is called, `notes` are all of its notes."""
    newest = notes[-1] if notes else None
    return {
        "received": _moment(one.received_at, zone), "ticket": _number(one.ticket_id),
        "survey": _number(one.survey_ticket_id), "case": str(one.survey_id), "customer": one.customer,
        "segment": one.segment or one.segment_name, "agent": one.agent, "group": group or one.group_name,
        "rating": "" if one.rating is None else f"{one.rating:g}", "needs": "yes" if one.needs else "no",
        "comment": one.comment_with_note, "state": one.notes.value, "notes": str(len(notes)),
        "spoken": str(sum(note.spoken for note in notes)), "first_note": _moment(one.first_note_at, zone),
        "first_spoken": _moment(one.first_spoken_at, zone),
        "newest_at": "" if newest is None else _moment(newest.at, zone),
        "newest_author": "" if newest is None else newest.author, "newest": "" if newest is None else newest.text,
        "lacks": one.lacks,
    }  # fmt: skip


def _moment(at: datetime | None, zone: ZoneInfo) -> str:
    return "" if at is None else f"{at.astimezone(zone):%Y-%m-%d %H:%M}"


def _number(number: int | None) -> str:
    return "" if number is None else str(number)
