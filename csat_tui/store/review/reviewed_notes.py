"""Delivered notes about which somebody has written a review, with where the conversations about them stand."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Select, bindparam, or_, select
from sqlmodel import col

from csat_tui.domain.ids import SurveyId, TicketId, UserId
from csat_tui.domain.review.results import ReviewedNote
from csat_tui.domain.review.rules import HelpDeskUser, ReviewPolicy
from csat_tui.domain.review.scorecard import Scorecard
from csat_tui.domain.review.steps import review_thread
from csat_tui.store import rows
from csat_tui.store.review.drafts import scorecard_in_version
from csat_tui.store.review.steps import steps_of_note
from csat_tui.store.tables import DeliveredNoteRow, ReviewStepRow

_NOTE = DeliveredNoteRow
_REVIEWED = select(col(ReviewStepRow.id)).where(col(ReviewStepRow.note) == col(_NOTE.comment_id)).exists()
_NOTES: Select[Any] = (
    select(_NOTE).where(_REVIEWED, col(_NOTE.comment_id) > bindparam("behind")).order_by(col(_NOTE.comment_id))
).limit(bindparam("most"))
_BY_AGENT = select(_NOTE).where(
    _REVIEWED, or_(col(_NOTE.author_id) == bindparam("number"), col(_NOTE.author) == bindparam("name"))
)


def reviewed_notes(
    connection: Connection, policy: ReviewPolicy, cards: Sequence[Scorecard], after: int, most: int
) -> list[ReviewedNote]:
    """Return notes that somebody has reviewed, by the numbers of their comments from one on.

    `cards` are the playbook's scorecards, for reviews that were written elsewhere.
    """
    found = rows.every(connection, _NOTE, _NOTES, {"behind": after, "most": most})
    return [_read(connection, row, policy, cards) for row in found]


def reviewed_notes_of(
    connection: Connection, policy: ReviewPolicy, cards: Sequence[Scorecard], agent_id: UserId | None, agent: str
) -> list[ReviewedNote]:
    """Return the notes of an agent that somebody has reviewed: by their number, or where none is known by name."""
    known = {"number": agent_id, "name": agent if agent_id is None else None}
    return [_read(connection, row, policy, cards) for row in rows.every(connection, _NOTE, _BY_AGENT, known)]


def _read(
    connection: Connection, row: DeliveredNoteRow, policy: ReviewPolicy, cards: Sequence[Scorecard]
) -> ReviewedNote:
    author_id = None if row.author_id is None else UserId(row.author_id)
    thread = review_thread(steps_of_note(connection, row.comment_id), HelpDeskUser(author_id, row.author), policy)
    version = "" if thread.review is None else thread.review.card_version
    card = scorecard_in_version(connection, version, cards)
    return ReviewedNote(
        row.comment_id, SurveyId(row.survey_id), TicketId(row.ticket_id), row.at, author_id, row.author, thread, card
    )
