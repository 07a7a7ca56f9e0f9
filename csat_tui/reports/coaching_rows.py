"""Coaching items as rows of a sheet: one row each, with every step and what came of it."""

from collections.abc import Mapping
from datetime import date

from csat_tui.domain.review.coaching import CoachingItem
from csat_tui.domain.review.results import ScoresAround
from csat_tui.reports.tracker import SheetColumns

_COLUMNS = {
    "item": "Item", "agent": "Agent", "what": "To work on", "state": "State", "due": "Follow-up due", "found": "Found",
    "by": "By", "case": "Case", "ticket": "Ticket", "note": "Note", "steps": "Steps", "scores": "Before and after",
}  # fmt: skip

COACHING_COLUMNS = SheetColumns(tuple(_COLUMNS), tuple(_COLUMNS.values()))
"""The columns of the sheet."""


def coaching_row(item: CoachingItem, scores: ScoresAround | None, today: date) -> Mapping[str, str]:
    """Return the row of an item as it stands on a day."""
    steps = (f"{step.day.isoformat()} {step.deed.value} ({step.author}): {step.text}" for step in item.steps)
    return {
        "item": item.id, "agent": item.agent, "what": item.what, "state": item.state(today).value,
        "due": "" if item.due_on is None else item.due_on.isoformat(), "found": f"{item.at.astimezone():%Y-%m-%d}",
        "by": item.author, "case": str(item.survey_id), "ticket": "" if item.ticket_id is None else str(item.ticket_id),
        "note": "" if item.comment_id is None else str(item.comment_id), "steps": "\n".join(steps),
        "scores": "" if scores is None else "\n".join(scores.sentences),
    }  # fmt: skip
