"""What a sample is drawn from: the notes of a period that a reviewer could draw, now or when a sample was drawn."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, or_, select
from sqlmodel import col

from csat_tui.domain.ids import SurveyId, UserId
from csat_tui.domain.review.rules import ReviewPolicy
from csat_tui.domain.review.sample import Candidate, Population
from csat_tui.domain.review.set_aside import SetAside, SetAsideDeed, standing_step
from csat_tui.domain.review.steps import Review, ReviewState
from csat_tui.store.review.note_list import FREE, NoteInList
from csat_tui.store.review.set_aside import every_set_aside
from csat_tui.store.review.steps import thread_of_note
from csat_tui.store.tables import DeliveredNoteRow, SampleItemRow, SampleReplacementRow

_NOTE, _ITEM, _REPLACED = DeliveredNoteRow, SampleItemRow, SampleReplacementRow

_DRAWABLE = select(
    col(_NOTE.comment_id), col(_NOTE.survey_id), col(_NOTE.author_id), col(_NOTE.author), col(_NOTE.outcome_ids),
    col(_NOTE.risk), col(_NOTE.review_state), col(_NOTE.sampled_due),
).order_by(col(_NOTE.comment_id))  # fmt: skip


@dataclass(frozen=True, slots=True)
class DrawnBy:
    """Whose draw it is, and of which period: nobody draws notes of their own."""

    reviewer: UserId
    name: str
    since: datetime
    until: datetime


@dataclass(frozen=True, slots=True)
class NotesToDraw:
    """The population of a draw; `agents` are the names of all who wrote notes of the period, by `Candidate.agent`."""

    population: Population
    agents: dict[str, str]
    not_audited: int
    """How many of the notes have no risk yet."""


def notes_to_draw(connection: Connection, draw: DrawnBy) -> NotesToDraw:
    """Return what a reviewer can draw now: notes of others that are neither reviewed nor in a sample.

    Notes on a survey whose rating is set aside are left out.
    """

    def covered(row: Any) -> bool:
        return row.sampled_due is not None or row.review_state != ReviewState.NOT_REVIEWED

    return _notes(connection, draw, covered, _set_aside(connection, None))


def notes_to_draw_then(connection: Connection, draw: DrawnBy, then: datetime, policy: ReviewPolicy) -> NotesToDraw:
    """Return what a reviewer could draw at a moment, as far as this home knows by now."""
    sampled = _sampled_before(connection, then)

    def covered(row: Any) -> bool:
        if row.comment_id in sampled:
            return True
        if row.review_state == ReviewState.NOT_REVIEWED:
            return False
        thread = thread_of_note(connection, row.comment_id, policy)
        return any(one.counts and isinstance(one.step, Review) and one.step.at < then for one in thread.steps)

    return _notes(connection, draw, covered, _set_aside(connection, then))


def candidate(note: NoteInList) -> Candidate:
    """Return a note as a draw sees it."""
    return _candidate(note.comment_id, agent_key(note.author_id, note.author), note.outcome_ids, note.risk)


def agent_key(author_id: int | None, author: str) -> str:
    """Return what a draw calls an author: the help desk's number, or the name where there is none."""
    return author if author_id is None else str(author_id)


def _candidate(comment_id: int, agent: str, outcome_ids: Collection[str], risk: int | None) -> Candidate:
    return Candidate(comment_id, agent, "+".join(outcome_ids) or FREE, risk or 0)


def _notes(
    connection: Connection, draw: DrawnBy, is_covered: Callable[[Any], bool], aside: Collection[int]
) -> NotesToDraw:
    at, author_id, author = col(_NOTE.at), col(_NOTE.author_id), col(_NOTE.author)
    own = or_(author_id == draw.reviewer, author_id.is_(None) & (author == draw.name))
    free: list[Candidate] = []
    agents: dict[str, str] = {}
    covered: dict[str, int] = {}
    not_audited = 0
    for row in connection.execute(_DRAWABLE.where(at >= draw.since, at < draw.until, ~own)):
        if row.survey_id in aside:
            continue
        agent = agent_key(row.author_id, row.author)
        agents[agent] = row.author
        if is_covered(row):
            covered[agent] = covered.get(agent, 0) + 1
        else:
            free.append(_candidate(row.comment_id, agent, row.outcome_ids, row.risk))
            not_audited += row.risk is None
    return NotesToDraw(Population(free, covered), agents, not_audited)


def _set_aside(connection: Connection, before: datetime | None) -> Collection[int]:
    """Return the surveys whose rating is set aside, or was at a moment; one that was given to somebody counts."""
    steps: dict[SurveyId, list[SetAside]] = {}
    for one in every_set_aside(connection):
        if before is None or one.step.at < before:
            steps.setdefault(one.step.survey_id, []).append(one.step)
    standing = {survey_id: standing_step(several) for survey_id, several in steps.items()}
    return {survey for survey, step in standing.items() if step is not None and step.deed is SetAsideDeed.SET_ASIDE}


def _sampled_before(connection: Connection, then: datetime) -> Collection[int]:
    replaced = (
        select(col(_REPLACED.id)).where(col(_REPLACED.item_id) == col(_ITEM.id), col(_REPLACED.at) < then).exists()
    )
    found = connection.execute(select(col(_ITEM.comment_id)).where(col(_ITEM.at) < then, ~replaced))
    return {row[0] for row in found}
