"""Coaching items with their steps, and the coaching submissions that nobody has taken up yet."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import uuid_utils
from sqlalchemy import BindParameter, Connection, Select, bindparam, func, literal, literal_column, or_, select
from sqlmodel import col

from csat_tui.domain.ids import SurveyId, TicketId, UserId
from csat_tui.domain.review.coaching import NOTED, SUBMITTED, CoachingDeed, CoachingItem, CoachingStep
from csat_tui.domain.review.delivered_note import COACHING_FIELD
from csat_tui.domain.sheet import Sheet
from csat_tui.store import rows
from csat_tui.store.review.set_aside import ratings_set_aside
from csat_tui.store.tables import (
    CoachingItemRow,
    CoachingStepRow,
    DecisionRow,
    DeliveredNoteRow,
    OutboxRow,
    RecordRow,
    SetAsideRow,
    SurveyRow,
)
from csat_tui.store.types import VALUES_PER_STATEMENT

_ITEM, _STEP = CoachingItemRow, CoachingStepRow
_TICKET = func.coalesce(col(SurveyRow.source_ticket_id), col(SurveyRow.survey_ticket_id))
_SOME: BindParameter[Any] = bindparam("some", expanding=True)
_STEPS = select(_STEP).where(col(_STEP.item_id).in_(_SOME)).order_by(col(_STEP.at), col(_STEP.id))
_SHOWN: list[Any] = [_ITEM, _TICKET.label("ticket")]
_ITEMS: Select[Any] = select(*_SHOWN).join_from(_ITEM, SurveyRow, col(SurveyRow.id) == col(_ITEM.survey_id))
_CLOSED = (
    select(col(_STEP.id)).where(col(_STEP.item_id) == col(_ITEM.id), col(_STEP.deed) == CoachingDeed.CLOSED.value)
).exists()
_SUBMITTED: list[Any] = [
    col(RecordRow.id), col(RecordRow.op_id), col(RecordRow.survey_id), col(RecordRow.written_at),
    col(RecordRow.cells), col(SurveyRow.agent), col(OutboxRow.agent_id), col(DecisionRow.decided_by),
    col(DecisionRow.fields), _TICKET,
]  # fmt: skip
_SUBMISSIONS: Select[Any] = (
    select(*_SUBMITTED)
    .join_from(RecordRow, SurveyRow, col(SurveyRow.id) == col(RecordRow.survey_id))
    .outerjoin(OutboxRow, col(OutboxRow.op_id) == col(RecordRow.op_id))
    .outerjoin(DecisionRow, col(DecisionRow.id) == col(OutboxRow.decision_id))
    .where(col(RecordRow.kind) == Sheet.COACHING.value)
    .where(~select(col(_ITEM.id)).where(col(_ITEM.submission) == col(RecordRow.op_id)).exists())
)
_ITS_NOTE = literal(NOTED).concat(col(DeliveredNoteRow.comment_id))
_OURS = select(col(OutboxRow.id)).where(col(OutboxRow.op_id) == col(DeliveredNoteRow.op_id)).exists()
_NOTED: list[Any] = [DeliveredNoteRow, col(SurveyRow.agent).label("rated"), _TICKET.label("ticket")]
_IN_NOTES: Select[Any] = (
    select(*_NOTED)
    .join_from(DeliveredNoteRow, SurveyRow, col(SurveyRow.id) == col(DeliveredNoteRow.survey_id))
    .where(col(DeliveredNoteRow.coaching) != literal_column("''"), ~_OURS)
    .where(~select(col(_ITEM.id)).where(col(_ITEM.submission) == _ITS_NOTE).exists())
)
"""What notes of others say; what was decided here is a submission of this home."""


def put_coaching_item(connection: Connection, item: CoachingItem) -> CoachingItem:
    """Write an item under an id of its own, and return it as it was written."""
    item = replace(item, id=str(uuid_utils.uuid7()))
    row = _ITEM(
        id=item.id, survey_id=item.survey_id, at=item.at, author_id=item.author_id, author=item.author,
        agent_id=item.agent_id, agent=item.agent, what=item.what, comment_id=item.comment_id,
        line_ids=list(item.line_ids), submission=item.submission,
    )  # fmt: skip
    rows.add(connection, row)
    return item


def put_coaching_step(connection: Connection, item: CoachingItem, step: CoachingStep) -> CoachingItem:
    """Write a step after those of its item so far, also where the clock was put back; return the item with it."""
    last = max((one.at for one in item.steps), default=None)
    at = step.at if last is None or step.at > last else last + timedelta(milliseconds=1)
    step = replace(step, id=str(uuid_utils.uuid7()), at=at)
    row = _STEP(
        id=step.id, item_id=item.id, survey_id=item.survey_id, at=step.at, author_id=step.author_id,
        author=step.author, deed=step.deed.value, day=step.day.isoformat(), text=step.text,
    )  # fmt: skip
    rows.add(connection, row)
    return replace(item, steps=(*item.steps, step))


def coaching_items(connection: Connection, agent: str = "", *, closed: bool = False) -> list[CoachingItem]:
    """Return the items of an agent or of everybody; `closed` ones only where they are asked for."""
    query = _ITEMS if closed else _ITEMS.where(~_CLOSED)
    if agent:
        query = query.where(col(_ITEM.agent) == agent)
    return _read(connection, query)


def coaching_items_ending(connection: Connection, ending: str) -> list[CoachingItem]:
    """Return the items whose ids end so; an id's beginning is its time, which many share."""
    number = col(_ITEM.id)
    return _read(connection, _ITEMS.where(func.substr(number, -len(ending)) == ending).limit(2))


def coaching_submissions(connection: Connection, agent: str = "") -> tuple[list[CoachingItem], int]:
    """Return what was submitted for an agent, or for everybody, that nobody has taken up, and how many are left out.

    What goes with a rating that is given to another agent is that agent's; with one that is set aside it is left out.
    """
    here, in_notes = _SUBMISSIONS, _IN_NOTES
    if agent:
        given = select(col(SetAsideRow.survey_id)).where(col(SetAsideRow.given_to) == agent)
        theirs = or_(col(SurveyRow.agent) == agent, col(SurveyRow.id).in_(given))
        here, in_notes = here.where(theirs), in_notes.where(theirs)
    told = [*_submitted_here(connection, here), *_submitted_in_notes(connection, in_notes)]
    aside = ratings_set_aside(connection, {item.survey_id for item in told})
    found: list[CoachingItem] = []
    left_out = 0
    for item in told:
        step = aside.get(item.survey_id)
        whose = item.agent if step is None else step.given_to
        if not whose and step is not None:
            left_out += agent in ("", item.agent)
        elif agent in ("", whose):
            found.append(replace(item, agent=whose))
    return found, left_out


def coaching_submission(connection: Connection, name: str) -> CoachingItem | None:
    """Return a submission by its id, `record-…` or `note-…`; None where it is not here, or taken up, or set aside."""
    number = name.partition("-")[2]
    if not (number.isascii() and number.isdigit() and len(number) <= LONGEST_NUMBER):
        return None
    if name.startswith(SUBMITTED):
        told = _submitted_here(connection, _SUBMISSIONS.where(col(RecordRow.id) == int(number)))
    else:
        told = _submitted_in_notes(connection, _IN_NOTES.where(col(DeliveredNoteRow.comment_id) == int(number)))
    item = next(told, None)
    if item is None:
        return None
    step = ratings_set_aside(connection, [item.survey_id]).get(item.survey_id)
    if step is None:
        return item
    return replace(item, agent=step.given_to) if step.given_to else None


LONGEST_NUMBER = 18
"""Digits of a number that the database can hold."""


def _submitted_here(connection: Connection, query: Select[Any]) -> Iterator[CoachingItem]:
    for number, op_id, survey_id, at, cells, rated, agent_id, by, fields, ticket in connection.execute(query):
        yield CoachingItem(
            f"{SUBMITTED}{number}", SurveyId(survey_id), at, None if agent_id is None else UserId(agent_id), by or "",
            None, rated, _words(fields, cells), submission=op_id,
            ticket_id=None if ticket is None else TicketId(ticket),
        )  # fmt: skip


def _submitted_in_notes(connection: Connection, query: Select[Any]) -> Iterator[CoachingItem]:
    for row in connection.execute(query).mappings():
        name = f"{NOTED}{row['comment_id']}"
        yield CoachingItem(
            name, SurveyId(row["survey_id"]), row["at"], None if row["author_id"] is None else UserId(row["author_id"]),
            row["author"], None, row["rated"], row["coaching"], row["comment_id"], submission=name,
            ticket_id=None if row["ticket"] is None else TicketId(row["ticket"]),
        )  # fmt: skip


def _words(fields: Mapping[str, str] | None, cells: Mapping[str, str]) -> str:
    """Return what an agent submitted; the row's cells where the decision has no field for it."""
    said = (fields or {}).get(COACHING_FIELD, "").strip()
    return said or "; ".join(f"{heading}: {text}" for heading, text in cells.items() if text.strip())


def _read(connection: Connection, query: Select[Any]) -> list[CoachingItem]:
    told = connection.execute(query).mappings().all()
    steps = _steps_of(connection, [row["id"] for row in told])
    return [
        CoachingItem(
            row["id"], SurveyId(row["survey_id"]), row["at"],
            None if row["author_id"] is None else UserId(row["author_id"]), row["author"],
            None if row["agent_id"] is None else UserId(row["agent_id"]), row["agent"], row["what"],
            row["comment_id"], tuple(row["line_ids"]), row["submission"],
            None if row["ticket"] is None else TicketId(row["ticket"]), tuple(steps.get(row["id"], ())),
        )
        for row in told
    ]  # fmt: skip


def _steps_of(connection: Connection, items: Sequence[str]) -> Mapping[str, Iterable[CoachingStep]]:
    found: dict[str, list[CoachingStep]] = {}
    for start in range(0, len(items), VALUES_PER_STATEMENT):
        some = {"some": items[start : start + VALUES_PER_STATEMENT]}
        for row in rows.every(connection, _STEP, _STEPS, some):
            author_id = None if row.author_id is None else UserId(row.author_id)
            day = date.fromisoformat(row.day)
            step = CoachingStep(row.id, row.at, author_id, row.author, CoachingDeed(row.deed), day, row.text)
            found.setdefault(row.item_id, []).append(step)
    return found
