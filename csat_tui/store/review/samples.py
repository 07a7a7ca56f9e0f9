"""Samples of delivered notes: drawn, listed with what became of their notes, replaced; and coverage by agent."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

import uuid_utils
from sqlalchemy import Connection, Select, func, select
from sqlalchemy.orm import aliased
from sqlmodel import col

from csat_tui.domain.ids import SurveyId, UserId
from csat_tui.domain.review.sample import SampleMethod, stratum
from csat_tui.domain.review.steps import ReviewState
from csat_tui.store import rows
from csat_tui.store.review.delivered_notes import mark_sampled
from csat_tui.store.review.note_list import NoteInList
from csat_tui.store.review.population import agent_key, candidate
from csat_tui.store.tables import DeliveredNoteRow, SampleItemRow, SampleReplacementRow, SampleRow

_NOTE, _SAMPLE, _ITEM, _REPLACED = DeliveredNoteRow, SampleRow, SampleItemRow, SampleReplacementRow
_SUCCESSOR = aliased(SampleItemRow)
_ITEMS: Select[*tuple[Any, ...]] = (
    select(
        col(_ITEM.id), col(_ITEM.sample_id), col(_ITEM.comment_id), col(_ITEM.survey_id), col(_ITEM.agent_id),
        col(_ITEM.agent), col(_ITEM.stratum), col(_SAMPLE.due_at), col(_ITEM.at), col(_REPLACED.id),
        col(_REPLACED.reason), col(_SUCCESSOR.comment_id), col(_NOTE.review_state),
    )
    .join(_SAMPLE, col(_SAMPLE.id) == col(_ITEM.sample_id))
    .outerjoin(_REPLACED, col(_REPLACED.item_id) == col(_ITEM.id))
    .outerjoin(_SUCCESSOR, col(_SUCCESSOR.id) == col(_REPLACED.replaced_by))
    .outerjoin(_NOTE, col(_NOTE.comment_id) == col(_ITEM.comment_id))
)  # fmt: skip


class ItemState(StrEnum):
    """What became of a note of a sample."""

    OPEN = "open"
    DONE = "done"
    """Somebody who may review has reviewed it."""
    REPLACED = "replaced"
    GONE = "gone"
    """The help desk has the note no more, or retention has removed it."""


@dataclass(frozen=True, slots=True)
class Sample:
    """A sample as it was drawn: from the notes of a period, of which `population` could be drawn."""

    id: str
    author_id: UserId
    author: str
    at: datetime
    method: SampleMethod
    seed: int
    size: int
    since: datetime
    until: datetime
    population: int
    population_hash: str
    due_at: datetime


@dataclass(frozen=True, slots=True)
class SampleItem:
    """A note of a sample with what became of it; `replaced_by` is the comment of the note that took its place."""

    id: str
    sample_id: str
    comment_id: int
    survey_id: SurveyId
    agent_id: UserId | None
    agent: str
    stratum: str
    due_at: datetime
    at: datetime
    """When it came into the sample."""
    state: ItemState
    reason: str = ""
    replaced_by: int | None = None


@dataclass(frozen=True, slots=True)
class AgentCoverage:
    """How much of one agent's notes of a period is reviewed; `replaced` counts notes that left a sample unreviewed."""

    agent_id: UserId | None
    agent: str
    notes: int
    reviewed: int
    sampled: int
    open: int
    overdue: int
    replaced: int

    @property
    def share(self) -> float:
        """The share of the notes that is reviewed."""
        return self.reviewed / self.notes


def put_sample(connection: Connection, sample: Sample, notes: Sequence[NoteInList]) -> None:
    """Keep a sample with its notes, in the order of their drawing."""
    rows.add(connection, SampleRow(**{name: getattr(sample, name) for name in SampleRow.model_fields}))
    for position, note in enumerate(notes):
        _add_item(connection, sample, note, position, (sample.author_id, sample.author), sample.at)
    mark_sampled(connection, [note.comment_id for note in notes])


def replace_item(
    connection: Connection, item: SampleItem, by: NoteInList | None, reason: str, author: tuple[UserId, str],
    at: datetime,
) -> None:  # fmt: skip
    """Keep that a note of a sample was replaced, and by which; None where its stratum has no other."""
    new_id = None
    if by is not None:
        last = connection.execute(
            select(func.max(col(_ITEM.position))).where(col(_ITEM.sample_id) == item.sample_id)
        ).scalar_one()
        new_id = _add_item(connection, sample_of(connection, item), by, last + 1, author, at)
    rows.add(
        connection,
        SampleReplacementRow(
            id=str(uuid_utils.uuid7()), item_id=item.id, survey_id=item.survey_id, replaced_by=new_id, reason=reason,
            author_id=author[0], author=author[1], at=at,
        ),
    )  # fmt: skip
    mark_sampled(connection, [item.comment_id, *([] if by is None else [by.comment_id])])


def samples(connection: Connection, limit: int, beginning: str = "") -> list[Sample]:
    """Return the samples that were drawn last, the latest first; on request those whose id has a beginning."""
    query = select(_SAMPLE).where(col(_SAMPLE.id).startswith(beginning, autoescape=True))
    query = query.order_by(col(_SAMPLE.at).desc(), col(_SAMPLE.id).desc()).limit(limit)
    return [_sample(row) for row in rows.every(connection, _SAMPLE, query)]


def sample_of(connection: Connection, item: SampleItem) -> Sample:
    """Return the sample of an item."""
    [row] = rows.every(connection, _SAMPLE, select(_SAMPLE).where(col(_SAMPLE.id) == item.sample_id))
    return _sample(row)


def sample_items(connection: Connection, sample_ids: Iterable[str]) -> list[SampleItem]:
    """Return the notes of samples in the order in which they came into them."""
    query = _ITEMS.where(col(_ITEM.sample_id).in_(list(sample_ids))).order_by(col(_ITEM.sample_id), col(_ITEM.position))
    return [_item(tuple(row)) for row in connection.execute(query)]


def items_of(connection: Connection, comment_id: int) -> list[SampleItem]:
    """Return every place that a note has or had in a sample, the latest first."""
    query = _ITEMS.where(col(_ITEM.comment_id) == comment_id).order_by(col(_ITEM.at).desc(), col(_ITEM.id).desc())
    return [_item(tuple(row)) for row in connection.execute(query)]


def coverage(connection: Connection, since: datetime, until: datetime, now: datetime) -> list[AgentCoverage]:
    """Return how much of each agent's notes of a period is reviewed, by the agents' names."""
    told: dict[str, _Counted] = {}
    noted = (
        select(
            col(_NOTE.comment_id), col(_NOTE.author_id), col(_NOTE.author), col(_NOTE.review_state),
            col(_NOTE.sampled_due),
        )
        .where(col(_NOTE.at) >= since, col(_NOTE.at) < until)
        .order_by(col(_NOTE.at))
    )  # fmt: skip
    for _, author_id, author, state, due in connection.execute(noted):
        counted = told.setdefault(agent_key(author_id, author), _Counted())
        counted.agent_id, counted.agent = author_id, author
        counted.notes += 1
        counted.reviewed += state != ReviewState.NOT_REVIEWED
        counted.sampled += due is not None
        if due is not None and state == ReviewState.NOT_REVIEWED:
            counted.open += 1
            counted.overdue += due < now
    replaced = (
        select(col(_NOTE.author_id), col(_NOTE.author))
        .join(_ITEM, col(_ITEM.comment_id) == col(_NOTE.comment_id))
        .join(_REPLACED, col(_REPLACED.item_id) == col(_ITEM.id))
        .where(col(_NOTE.at) >= since, col(_NOTE.at) < until)
    )
    for author_id, author in connection.execute(replaced):
        told[agent_key(author_id, author)].replaced += 1
    found = [
        AgentCoverage(
            None if one.agent_id is None else UserId(one.agent_id), one.agent, one.notes, one.reviewed, one.sampled,
            one.open, one.overdue, one.replaced,
        )
        for one in told.values()
    ]  # fmt: skip
    return sorted(found, key=lambda one: (one.agent.casefold(), one.agent_id or 0))


@dataclass(slots=True)
class _Counted:
    agent_id: int | None = None
    agent: str = ""
    notes: int = 0
    reviewed: int = 0
    sampled: int = 0
    open: int = 0
    overdue: int = 0
    replaced: int = 0


def _add_item(
    connection: Connection, sample: Sample, note: NoteInList, position: int, author: tuple[UserId, str], at: datetime
) -> str:
    row = SampleItemRow(
        id=str(uuid_utils.uuid7()), sample_id=sample.id, position=position, survey_id=note.survey_id,
        comment_id=note.comment_id, agent_id=note.author_id, agent=note.author,
        stratum=stratum(candidate(note), sample.method), author_id=author[0], author=author[1], at=at,
    )  # fmt: skip
    rows.add(connection, row)
    return row.id


def _sample(row: SampleRow) -> Sample:
    return Sample(
        row.id, UserId(row.author_id), row.author, row.at, SampleMethod(row.method), row.seed, row.size, row.since,
        row.until, row.population, row.population_hash, row.due_at,
    )  # fmt: skip


def _item(row: Sequence[Any]) -> SampleItem:
    item_id, sample_id, comment_id, survey_id, agent_id, agent, part, due, at, replaced, reason, successor, state = row
    if replaced is not None:
        became = ItemState.REPLACED
    elif state is None:
        became = ItemState.GONE
    else:
        became = ItemState.OPEN if state == ReviewState.NOT_REVIEWED else ItemState.DONE
    return SampleItem(
        item_id, sample_id, comment_id, SurveyId(survey_id), None if agent_id is None else UserId(agent_id), agent,
        part, due, at, became, reason or "", successor,
    )  # fmt: skip
