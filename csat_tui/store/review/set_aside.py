"""Ratings set aside, given or restored: written as steps, and read for the figures that they leave."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import uuid_utils
from sqlalchemy import BindParameter, Connection, Select, bindparam, func, or_, select
from sqlmodel import col

from csat_tui.domain.ids import SurveyId, TicketId, UserId
from csat_tui.domain.review.set_aside import SetAside, SetAsideDeed, SetAsideKind, standing_step
from csat_tui.store import rows
from csat_tui.store.tables import CaseRow, SetAsideRow, SurveyRow
from csat_tui.store.types import VALUES_PER_STATEMENT

_STEP = SetAsideRow
_SOME: BindParameter[Any] = bindparam("some", expanding=True)
_OF_SURVEYS = select(_STEP).where(col(_STEP.survey_id).in_(_SOME)).order_by(col(_STEP.at), col(_STEP.id))
_TICKET = func.coalesce(col(SurveyRow.source_ticket_id), col(SurveyRow.survey_ticket_id))
_RATED: list[Any] = [_STEP, col(SurveyRow.agent).label("rated"), col(SurveyRow.rating).label("rating")]
_EVERY: Select[Any] = (
    select(*_RATED, _TICKET.label("ticket"))
    .join_from(_STEP, SurveyRow, col(SurveyRow.id) == col(_STEP.survey_id))
    .order_by(col(_STEP.at).desc(), col(_STEP.id).desc())
)
_GIVEN = select(col(_STEP.survey_id)).where(col(_STEP.given_to) == bindparam("agent"))
_RATED_WHEN: list[Any] = [SurveyRow.id, SurveyRow.agent, SurveyRow.received_at, SurveyRow.rating]
_RATINGS: Select[Any] = (
    select(*_RATED_WHEN)
    .join_from(SurveyRow, CaseRow, col(CaseRow.survey_id) == col(SurveyRow.id))
    .where(col(CaseRow.superseded_by).is_(None))
    .where(or_(col(SurveyRow.agent) == bindparam("agent"), col(SurveyRow.id).in_(_GIVEN)))
)


@dataclass(frozen=True, slots=True)
class SetAsideInList:
    """A step as lists show it; `rated` is the agent whom the survey names, `stands` says whether it still holds."""

    step: SetAside
    rated: str
    rating: float | None
    ticket_id: TicketId | None
    stands: bool


def put_set_aside(connection: Connection, step: SetAside, before: Sequence[SetAside]) -> SetAside:
    """Write a step after those of its survey so far, under an id of its own, and return it as it was written.

    It follows them also where the clock was put back.
    """
    last = max((one.at for one in before), default=None)
    at = step.at if last is None or step.at > last else last + timedelta(milliseconds=1)
    row = _STEP(
        id=str(uuid_utils.uuid7()), survey_id=step.survey_id, at=at, author_id=step.author_id, author=step.author,
        deed=step.deed.value, kind=step.kind.value, given_to=step.given_to, reason=step.reason,
    )  # fmt: skip
    rows.add(connection, row)
    return _read(row)


def set_aside_steps(connection: Connection, survey_id: SurveyId) -> list[SetAside]:
    """Return the steps of a survey's rating, the oldest first."""
    return [_read(row) for row in rows.every(connection, _STEP, _OF_SURVEYS, {"some": [survey_id]})]


def ratings_set_aside(connection: Connection, survey_ids: Iterable[SurveyId]) -> Mapping[SurveyId, SetAside]:
    """Return by which step the ratings of some surveys are set aside or given; the others stand as they were rated."""
    wanted = list(survey_ids)
    steps: dict[SurveyId, list[SetAside]] = {}
    for start in range(0, len(wanted), VALUES_PER_STATEMENT):
        some = {"some": wanted[start : start + VALUES_PER_STATEMENT]}
        for row in rows.every(connection, _STEP, _OF_SURVEYS, some):
            steps.setdefault(SurveyId(row.survey_id), []).append(_read(row))
    return {survey_id: stands for survey_id, several in steps.items() if (stands := standing_step(several)) is not None}


def every_set_aside(connection: Connection) -> list[SetAsideInList]:
    """Return every step that was ever taken, the newest first, and which of them stand."""
    met: set[int] = set()
    found: list[SetAsideInList] = []
    for row in connection.execute(_EVERY).mappings():
        step = _read(_STEP(**{name: row[name] for name in _STEP.model_fields}))
        stands = step.survey_id not in met and step.deed is not SetAsideDeed.RESTORED
        met.add(step.survey_id)
        ticket = None if row["ticket"] is None else TicketId(row["ticket"])
        found.append(SetAsideInList(step, row["rated"], row["rating"], ticket, stands))
    return found


def ratings_of(connection: Connection, agent: str) -> tuple[list[tuple[datetime, float | None]], int]:
    """Return when an agent was rated and how, and how many of their ratings are set aside or given to another agent.

    A rating that was given to them is theirs. A survey in whose place a later one stands is left out.
    """
    told = connection.execute(_RATINGS, {"agent": agent}).all()
    aside = ratings_set_aside(connection, {SurveyId(row[0]) for row in told})
    found: list[tuple[datetime, float | None]] = []
    left_out = 0
    for survey_id, rated, received_at, rating in told:
        step = aside.get(SurveyId(survey_id))
        if agent == (rated if step is None else step.given_to):
            found.append((received_at, rating))
        elif agent == rated:
            left_out += 1
    return found, left_out


def _read(row: SetAsideRow) -> SetAside:
    return SetAside(
        row.id, SurveyId(row.survey_id), row.at, None if row.author_id is None else UserId(row.author_id), row.author,
        SetAsideDeed(row.deed), SetAsideKind(row.kind), row.given_to, row.reason,
    )  # fmt: skip
