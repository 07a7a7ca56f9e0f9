"""Surveys coming in: each is kept once, as people have mended it; a newer one takes over an older one's notes."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import BindParameter, Connection, Executable, bindparam, or_, select, update
from sqlalchemy.dialects.sqlite import insert
from sqlmodel import col

from csat_tui.domain.case import Stage
from csat_tui.domain.ids import FactorId, SurveyId, TicketId
from csat_tui.domain.survey import Arrival, Mending, Survey, SurveyReading
from csat_tui.store import contact, rows
from csat_tui.store.cases import questions
from csat_tui.store.cases.duplicates import ON_THE_DESK, supersede
from csat_tui.store.tables import CaseRow, MendingRow, PurgedRow, SurveyRow
from csat_tui.store.types import VALUES_PER_STATEMENT

HEADLINE = 240
"""Characters of a comment that the queue keeps at hand; wider than any screen shows."""


def _kept_once() -> Any:
    """Return how a survey is kept under its source; one that says nothing new is not written, nor indexed again."""
    statement = insert(SurveyRow)
    names = [name for name in SurveyRow.model_fields if name not in ("id", "source")]
    return statement.on_conflict_do_update(
        index_elements=["source"],
        set_={name: statement.excluded[name] for name in names},
        where=or_(*(col(getattr(SurveyRow, name)).is_distinct_from(statement.excluded[name]) for name in names)),
    )


@dataclass(frozen=True, slots=True)
class SurveyOnDesk:
    """A survey on the desk, by its number, on the path that it was sent on."""

    id: SurveyId
    survey: Survey
    path: str
    due_at: datetime
    rank: float

    def stands_as(self, arrival: Arrival) -> bool:
        """Whether keeping a survey that was read or measured anew would change nothing."""
        anew = arrival.survey, arrival.path, arrival.due_at, arrival.rank
        return (self.survey, self.path, self.due_at, self.rank) == anew


# Made once: building a statement costs more than running it, and they run for every survey of a walk.
_KEEP = _kept_once()
_OPEN = insert(CaseRow)
_KNOWN = col(CaseRow.survey_id) == bindparam("known")
_REFRESH = (
    update(CaseRow)
    .where(
        _KNOWN,
        or_(
            col(CaseRow.path) != bindparam("to"),
            col(CaseRow.rank) != bindparam("at"),
            col(CaseRow.due_at) != bindparam("due"),
        ),
    )
    .values(path=bindparam("to"), rank=bindparam("at"), due_at=bindparam("due"))
)
_REOPEN = update(CaseRow).where(_KNOWN, col(CaseRow.stage) == Stage.GONE.value).values(stage=Stage.OPEN.value)
_PUT_AWAY = (
    update(CaseRow)
    .where(
        col(CaseRow.survey_id).in_(
            select(col(SurveyRow.id)).where(col(SurveyRow.survey_ticket_id) == bindparam("known"))
        ),
        or_(*(col(CaseRow.stage) == stage.value for stage in ON_THE_DESK)),
    )
    .values(stage=Stage.GONE.value)
)
_SURVEY = select(SurveyRow).where(col(SurveyRow.id) == bindparam("known"))
_SOME: BindParameter[Any] = bindparam("some", expanding=True)
_GONE = (
    select(col(SurveyRow.survey_ticket_id))
    .join(CaseRow, col(CaseRow.survey_id) == col(SurveyRow.id))
    .where(col(SurveyRow.survey_ticket_id).in_(_SOME), col(CaseRow.stage) == Stage.GONE)
)
_IDS_BY_SOURCE = select(col(SurveyRow.source), col(SurveyRow.id)).where(col(SurveyRow.source).in_(_SOME))
_STAGES = select(col(CaseRow.survey_id), col(CaseRow.stage)).where(col(CaseRow.survey_id).in_(_SOME))
_PURGED = select(col(PurgedRow.source)).where(col(PurgedRow.source).in_(_SOME))
_WAKE = (
    update(CaseRow)
    .where(col(CaseRow.snoozed_until) <= bindparam("now"), col(CaseRow.stage) == Stage.SNOOZED)
    .values(stage=Stage.OPEN.value, snoozed_until=None)
)
_ANY_MENDING = select(col(MendingRow.id)).limit(1)
_MENDINGS = select(MendingRow).where(col(MendingRow.survey_id) == bindparam("known")).order_by(col(MendingRow.id))


def put_surveys(connection: Connection, incoming: Iterable[Arrival], *, finished: bool = False) -> list[SurveyId]:
    """Keep surveys, each under its `source` once, and open a case for each new one; returns the new ones' ids.

    A survey known already is refreshed but its case is left where it stands. One for a source ticket that an
    earlier open survey rates takes over that one's draft and answers (source document 003). `finished` ones are in
    nobody's queue: somebody has worked on them already.
    """
    by_source = {one.survey.source: one for one in incoming}
    purged = purged_among(connection, list(by_source))
    arrived = as_mended(connection, [one for source, one in by_source.items() if source not in purged])
    if not arrived:
        return []
    connection.execute(_KEEP, [_survey_values(one.survey) for one in arrived])
    ids = _ids_by_source(connection, [one.survey.source for one in arrived])
    stages = _stages(connection, list(ids.values()))
    numbered = [(ids[one.survey.source], one) for one in arrived]
    fresh = [(survey_id, one) for survey_id, one in numbered if survey_id not in stages]
    refreshed = [(survey_id, one) for survey_id, one in numbered if survey_id in stages]
    # It is in the view after all: whoever finished it has opened it again.
    back = [(survey_id, one) for survey_id, one in refreshed if stages[survey_id] is Stage.GONE]
    if refreshed:
        values = [
            {"known": survey_id, "to": one.path, "at": one.rank, "due": one.due_at} for survey_id, one in refreshed
        ]
        connection.execute(_REFRESH, values)
    if back and not finished:
        connection.execute(_REOPEN, [{"known": survey_id} for survey_id, _ in back])
    if fresh:
        stage = Stage.GONE if finished else Stage.OPEN
        connection.execute(_OPEN, [_case_values(survey_id, one, stage) for survey_id, one in fresh])
    contact.find_for(connection, list(ids.values()))
    if finished:
        return [SurveyId(survey_id) for survey_id, _ in fresh]
    supersede(connection, [one.survey.source_ticket_id for _, one in (*fresh, *back)])
    return [SurveyId(survey_id) for survey_id, _ in fresh]


def put_mended(connection: Connection, one: Arrival) -> None:
    """Keep a survey that a person has just mended: as it is sent on its way now, and beside others of its ticket."""
    put_surveys(connection, [one])
    supersede(connection, [one.survey.source_ticket_id])
    if (number := by_source(connection, one.survey.source)) is not None:
        contact.find_again(connection, number)


def as_mended(connection: Connection, arrived: Sequence[Arrival]) -> list[Arrival]:
    """Return surveys with what people have read in them by hand in place of what a machine reads."""
    known = last_mendings(connection, [one.survey.source for one in arrived])
    return [one if (last := known.get(one.survey.source)) is None else one.mended(last) for one in arrived]


def sources_known(connection: Connection, sources: Sequence[str]) -> set[str]:
    """Return which of the sources have been kept already, those that retention has removed since included."""
    return set(_ids_by_source(connection, sources)) | purged_among(connection, sources)


def by_ticket(connection: Connection, number: int) -> list[SurveyId]:
    """Return the surveys that carry a ticket number, as survey ticket or as source ticket, newest first."""
    rows = connection.execute(
        select(col(SurveyRow.id))
        .where((col(SurveyRow.survey_ticket_id) == number) | (col(SurveyRow.source_ticket_id) == number))
        .order_by(col(SurveyRow.received_at).desc())
    )
    return [SurveyId(int(row[0] or 0)) for row in rows]


def by_source(connection: Connection, source: str) -> SurveyId | None:
    """Return the survey that is kept under a source."""
    found = _ids_by_source(connection, [source]).get(source)
    return None if found is None else SurveyId(found)


def open_again(connection: Connection, survey_id: SurveyId) -> None:
    """Put a case that had left the view back on the desk, beside others of its ticket."""
    connection.execute(_REOPEN, [{"known": survey_id}])
    found = survey(connection, survey_id)
    supersede(connection, [None if found is None else found.source_ticket_id])


def survey(connection: Connection, survey_id: SurveyId) -> Survey | None:
    """Return one survey, or None."""
    row = connection.execute(_SURVEY, {"known": survey_id}).mappings().first()
    return None if row is None else survey_in_row(row)


_ON_THE_DESK: Executable = (
    select(SurveyRow, col(CaseRow.path).label("case_path"), col(CaseRow.due_at), col(CaseRow.rank))
    .join(CaseRow, col(CaseRow.survey_id) == col(SurveyRow.id))
    # As an expression the stage has no index: by it SQLite would find and sort the whole desk for each batch.
    .where(col(CaseRow.survey_id) > bindparam("after"), (col(CaseRow.stage) + "").in_(ON_THE_DESK))
    .order_by(col(CaseRow.survey_id))
    .limit(bindparam("most"))
)


def on_the_desk(connection: Connection, after: int, limit: int) -> list[SurveyOnDesk]:
    """Return surveys that somebody still has to finish, in the order of their numbers, behind one of them."""
    rows = connection.execute(_ON_THE_DESK, {"after": after, "most": limit}).mappings()
    return [
        SurveyOnDesk(SurveyId(int(row["id"])), survey_in_row(row), row["case_path"], row["due_at"], row["rank"])
        for row in rows
    ]


def survey_in_row(row: Any) -> Survey:
    """Return the survey of a row that has all columns of the table, by their names."""
    return Survey(
        source=row["source"], received_at=row["received_at"],
        survey_ticket_id=_ticket_id(row["survey_ticket_id"]), source_ticket_id=_ticket_id(row["source_ticket_id"]),
        customer=row["customer"], agent=row["agent"],
        ratings={FactorId(factor): rating for factor, rating in row["ratings"].items()},
        rating=row["rating"], comment=row["comment"], problem=row["problem"], raw=row["raw"],
    )  # fmt: skip


def tickets_on_desk(connection: Connection, tickets: Sequence[TicketId]) -> set[TicketId]:
    """Return which of these source tickets have a case that somebody still has to finish."""
    found: set[TicketId] = set()
    for start in range(0, len(tickets), VALUES_PER_STATEMENT):
        rows = connection.execute(
            select(col(SurveyRow.source_ticket_id))
            .join(CaseRow, col(CaseRow.survey_id) == col(SurveyRow.id))
            .where(col(SurveyRow.source_ticket_id).in_(tickets[start : start + VALUES_PER_STATEMENT]))
            .where(col(CaseRow.stage).in_(ON_THE_DESK))
        )
        found.update(TicketId(int(row[0] or 0)) for row in rows)
    return found


def wake(connection: Connection, now: datetime) -> int:
    """Open the cases whose snooze is over, and the parked ones about which something has happened; returns how many."""
    woken = connection.execute(_WAKE, {"now": now}).rowcount
    return woken + questions.stir(connection, now)


def put_away(connection: Connection, survey_tickets: Sequence[TicketId]) -> None:
    """Mark the open cases of these survey tickets as gone: somebody else has finished them, or the view has."""
    if survey_tickets:
        connection.execute(_PUT_AWAY, [{"known": ticket_id} for ticket_id in survey_tickets])


def gone(connection: Connection, survey_tickets: Sequence[TicketId]) -> set[TicketId]:
    """Return which of these survey tickets belong to cases that count as gone."""
    rows = connection.execute(_GONE, {"some": survey_tickets})
    return {TicketId(row[0]) for row in rows if row[0] is not None}


def _ids_by_source(connection: Connection, sources: Sequence[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for start in range(0, len(sources), VALUES_PER_STATEMENT):
        rows = connection.execute(_IDS_BY_SOURCE, {"some": sources[start : start + VALUES_PER_STATEMENT]})
        found.update({row[0]: int(row[1] or 0) for row in rows})
    return found


def _stages(connection: Connection, ids: Sequence[int]) -> dict[int, Stage]:
    known: dict[int, Stage] = {}
    for start in range(0, len(ids), VALUES_PER_STATEMENT):
        rows = connection.execute(_STAGES, {"some": ids[start : start + VALUES_PER_STATEMENT]})
        known.update({row[0]: Stage(row[1]) for row in rows})
    return known


def _survey_values(survey: Survey) -> dict[str, Any]:
    return {
        "source": survey.source, "received_at": survey.received_at, "survey_ticket_id": survey.survey_ticket_id,
        "source_ticket_id": survey.source_ticket_id, "customer": survey.customer, "agent": survey.agent,
        "ratings": dict(survey.ratings), "rating": survey.rating, "comment": survey.comment,
        "headline": survey.headline[:HEADLINE], "problem": survey.problem, "raw": survey.raw,
    }  # fmt: skip


def _case_values(survey_id: int, one: Arrival, stage: Stage) -> dict[str, Any]:
    return {
        "survey_id": survey_id, "stage": stage.value, "path": one.path, "received_at": one.survey.received_at,
        "due_at": one.due_at, "rank": one.rank, "claimed_by": "",
    }  # fmt: skip


def _ticket_id(number: int | None) -> TicketId | None:
    return None if number is None else TicketId(number)


def purged_among(connection: Connection, sources: Sequence[str]) -> set[str]:
    """Return which of the sources were decided, and removed since."""
    found: set[str] = set()
    for start in range(0, len(sources), VALUES_PER_STATEMENT):
        rows = connection.execute(_PURGED, {"some": sources[start : start + VALUES_PER_STATEMENT]})
        found.update(row[0] for row in rows)
    return found


def put_mending(connection: Connection, survey_id: SurveyId, one: Mending) -> None:
    """Keep a mending beside those before it."""
    before = {
        "source_ticket_id": one.before.source_ticket_id, "ratings": dict(one.before.ratings),
        "comment": one.before.comment, "problem": one.problem,
    }  # fmt: skip
    ratings = {str(factor): figure for factor, figure in one.reading.ratings.items()}
    mending = MendingRow(
        survey_id=survey_id, at=one.at, by=one.by, raw=one.raw, comment=one.reading.comment,
        source_ticket_id=one.reading.source_ticket_id, ratings=ratings, before=before,
    )  # fmt: skip
    rows.add(connection, mending)


def mendings_of(connection: Connection, survey_id: SurveyId) -> tuple[Mending, ...]:
    """Return what was mended in a survey, oldest first."""
    return tuple(map(_mended, rows.every(connection, MendingRow, _MENDINGS, {"known": survey_id})))


def last_mendings(connection: Connection, sources: Sequence[str]) -> dict[str, Mending]:
    """Return the last mending of each of these surveys that has one."""
    if connection.execute(_ANY_MENDING).first() is None:
        return {}
    found: dict[str, Mending] = {}
    for start in range(0, len(sources), VALUES_PER_STATEMENT):
        mended = (
            select(col(MendingRow.id), col(SurveyRow.source))
            .join(SurveyRow, col(SurveyRow.id) == col(MendingRow.survey_id))
            .where(col(SurveyRow.source).in_(sources[start : start + VALUES_PER_STATEMENT]))
            .order_by(col(MendingRow.id))
        )
        last = {source: number for number, source in connection.execute(mended)}
        for source, number in last.items():
            if (row := rows.get(connection, MendingRow, number)) is not None:
                found[source] = _mended(row)
    return found


def _mended(row: MendingRow) -> Mending:
    before = row.before
    return Mending(
        row.at,
        row.by,
        _reading(row.source_ticket_id, row.ratings, row.comment),
        _reading(before["source_ticket_id"], before["ratings"], before["comment"]),
        before["problem"],
        row.raw,
    )


def _reading(ticket_id: int | None, ratings: dict[str, int], comment: str) -> SurveyReading:
    ticket = None if ticket_id is None else TicketId(ticket_id)
    return SurveyReading(ticket, {FactorId(factor): figure for factor, figure in ratings.items()}, comment)
