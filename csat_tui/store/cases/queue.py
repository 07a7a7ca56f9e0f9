"""The queue, read in windows: keyset pages of about a screen, at the same cost for any number of surveys."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import Enum, StrEnum
from functools import cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Float,
    Select,
    TextClause,
    func,
    literal,
    literal_column,
    select,
    text,
    tuple_,
    type_coerce,
)
from sqlmodel import col

from csat_tui.domain.business_hours import BusinessHours
from csat_tui.domain.case import Stage
from csat_tui.domain.contact_clock import ContactClock, ContactState, soon_until
from csat_tui.domain.ids import FactorId, SurveyId
from csat_tui.domain.playbook import Playbook, RatingRule
from csat_tui.domain.survey import lowest_rating, mean_rating, overall_rating, path_for
from csat_tui.store.tables import CaseRow, DraftRow, SurveyRow, TallyRow


def as_query(words: str) -> str:
    """Return the typed words as an FTS5 query: each must occur, the last may be unfinished; no operators."""
    whole = words.replace("\x00", " ").encode("utf-8", "replace").decode()
    terms = ['"' + word.replace('"', '""') + '"' for word in whole.split()]
    return " ".join(terms) + "*" if terms else ""


def matching(words: str, limit: int) -> Select[Any] | TextClause:
    """Return a selection of the ids of surveys in which the words occur, at most `limit` from either source."""
    number = words.strip().removeprefix("#")
    if number.isascii() and number.isdigit() and len(number) <= 18:
        return text(
            "SELECT id FROM survey WHERE survey_ticket_id = :number OR source_ticket_id = :number OR id = :number"
        ).bindparams(number=int(number))
    return text(
        "SELECT rowid FROM (SELECT rowid FROM survey_text WHERE survey_text MATCH :words ORDER BY rank LIMIT :most) "
        "UNION SELECT id FROM survey WHERE source_ticket_id IN (SELECT ticket_id FROM message WHERE id IN "
        "(SELECT rowid FROM message_text WHERE message_text MATCH :words ORDER BY rank LIMIT :most))"
    ).bindparams(words=as_query(words) or '""', most=limit)


SEARCH_LIMIT = 500
"""How many surveys a search brings at most, the best first; a search with more is not one that anybody reads."""

COUNT_LIMIT = 999
"""How far due cases are counted; the exact number past that helps nobody and would cost the walk."""


class Sort(StrEnum):
    """The order of the queue."""

    DUE = "due first"
    WORST = "worst first"
    NEWEST = "newest first"


@dataclass(frozen=True, slots=True)
class QueueView:
    """Which cases the queue shows and in which order.

    `path` narrows to one path, `claimed_by` to one agent's, `search` to surveys with these words in comment,
    names or transcript, `to_merge` to cases whose customer has tickets to merge.
    """

    stage: Stage = Stage.OPEN
    path: str | None = None
    claimed_by: str | None = None
    search: str = ""
    sort: Sort = Sort.DUE
    to_merge: bool = False
    contact: ContactState | None = None
    """Only cases whose contact clock stands so; one of `CONTACT_FILTERS`."""
    now: datetime | None = None
    soon: datetime | None = None
    """For `contact`: the moment, and until when cases are due soon; put in by whoever reads (`at_moment`)."""

    def at_moment(self, now: datetime, hours: BusinessHours | None) -> "QueueView":
        """Return the view as it is read at a moment."""
        return self if self.contact is None else replace(self, now=now, soon=soon_until(now, hours))


CONTACT_FILTERS = (ContactState.OVERDUE, ContactState.DUE_SOON, ContactState.MET, ContactState.LATE)
"""The states of a contact clock that the queue can be narrowed to."""


@dataclass(frozen=True, slots=True)
class QueueRow:
    """One line of the queue, with all that it shows; `key` places it in the view's order."""

    id: SurveyId
    key: tuple[float, ...]
    path: str
    stage: Stage
    rating: float | None
    received_at: datetime
    due_at: datetime
    headline: str
    customer: str
    agent: str
    problem: str
    claimed_by: str
    drafted: bool
    source_ticket_id: int | None
    ratings: tuple[tuple[FactorId, int], ...] = ()
    to_merge: int = 0
    """How many other tickets of the customer there are to merge first."""
    sent_back: int = 0
    """How many notes on it were sent back to the person and wait for their answer."""
    first: float | None = None
    """The figure to show before the mean: the rating that counts, or the lowest factor where the mean counts."""
    contacted_at: datetime | None = None
    """When the customer was first contacted about it."""
    hours: BusinessHours | None = None
    """The hours in which its contact clock runs."""
    shown: bool = True
    """Whether the view shows it; False for a case that the person has open and that has left the view."""

    @property
    def clock(self) -> ContactClock:
        """Its contact clock."""
        return ContactClock(self.stage, self.due_at, self.contacted_at)

    def left(self) -> "QueueRow":
        """Return the row as one that its view no longer shows."""
        return replace(self, shown=False)

    @property
    def lowest(self) -> int | None:
        """The lowest of the rated factors."""
        return lowest_rating(dict(self.ratings))

    @property
    def mean(self) -> float | None:
        """The mean of the rated factors."""
        return mean_rating(dict(self.ratings))

    def measured(self, playbook: Playbook) -> "QueueRow":
        """Return the row as this playbook rates it and sends it, whatever was kept with it before."""
        ratings = dict(self.ratings)
        path = path_for(ratings, playbook, problem=bool(self.problem), commented=bool(self.headline)).id
        rating = overall_rating(ratings, playbook)
        first = self.lowest if playbook.rating is RatingRule.MEAN else rating
        return replace(self, rating=rating, path=path, first=first, hours=playbook.business_hours)


@dataclass(frozen=True, slots=True)
class QueueCounts:
    """How many cases stand where; what is `overdue`, and what is `due_soon` and not yet, stop at COUNT_LIMIT.

    A case whose customer was contacted is neither of them.
    """

    by_stage: dict[Stage, int]
    by_path: dict[str, int]
    due_soon: int
    overdue: int = 0
    sent_back: int = 0
    """How many finished cases stand at the top, as notes on them were sent back."""

    @property
    def open(self) -> int:
        """How many wait for work."""
        return self.by_stage.get(Stage.OPEN, 0)


def due_words(overdue: int, due_soon: int) -> list[str]:
    """Say how many cases are overdue and how many will be soon, in the words that are used everywhere."""
    counted = ((overdue, ContactState.OVERDUE), (due_soon, ContactState.DUE_SOON))
    return [f"{up_to_limit(count)} {state.value}" for count, state in counted if count]


def up_to_limit(count: int) -> str:
    """Return a number of due cases as far as they are counted."""
    return f"{count}{'+' if count >= COUNT_LIMIT else ''}"


class QueuePart(Enum):
    """The parts of a view, in their order; the first number of a row's key says in which it stands."""

    SENT_BACK = 0.0
    """Finished cases with a note that was sent back to the person here: they stand above what is open."""
    CASES = 1.0


def after(connection: Connection, view: QueueView, key: tuple[float, ...] | None, limit: int) -> list[QueueRow]:
    """Return the rows that follow a key, or the first ones."""
    rows: list[QueueRow] = []
    for part in _parts(view):
        if len(rows) < limit and (key is None or key[0] <= part.value):
            within = key[1:] if key is not None and key[0] == part.value else None
            query = _select(view, within, part, forward=True).limit(limit - len(rows))
            rows += [_row(row, part) for row in connection.execute(query)]
    return rows


def before(connection: Connection, view: QueueView, key: tuple[float, ...] | None, limit: int) -> list[QueueRow]:
    """Return the rows that precede a key, or the last ones; in the view's order, like `after`."""
    rows: list[QueueRow] = []
    for part in reversed(_parts(view)):
        if len(rows) < limit and (key is None or key[0] >= part.value):
            within = key[1:] if key is not None and key[0] == part.value else None
            found = connection.execute(_select(view, within, part, forward=False).limit(limit - len(rows))).all()
            rows = [_row(row, part) for row in reversed(found)] + rows
    return rows


def find(connection: Connection, view: QueueView, survey_id: SurveyId) -> QueueRow | None:
    """Return the row of one case with its present place in the view; None where the view does not show it."""
    for part in _parts(view):
        row = connection.execute(_select(view, None, part, forward=True, only=survey_id)).first()
        if row is not None:
            return _row(row, part)
    return None


def find_anywhere(connection: Connection, view: QueueView, survey_id: SurveyId) -> QueueRow | None:
    """Return the row of one case with its place in the view's order, whether the view shows it or not."""
    row = connection.execute(_select(view, None, None, forward=True, only=survey_id)).first()
    return None if row is None else _row(row, QueuePart.CASES).left()


def _parts(view: QueueView) -> tuple[QueuePart, ...]:
    """Return the parts of a view: what was sent back stands above open cases, unless somebody looks for something."""
    looking = view.search.strip() or view.path is not None or view.to_merge or view.contact is not None
    return (QueuePart.CASES,) if looking or view.stage is not Stage.OPEN else (QueuePart.SENT_BACK, QueuePart.CASES)


def counts(connection: Connection, now: datetime, hours: BusinessHours | None = None) -> QueueCounts:
    """Return how many cases stand where, and how many open ones are overdue or will be soon."""
    by_stage: dict[Stage, int] = {}
    by_path: dict[str, int] = {}
    for stage, path, cases in connection.execute(select(col(TallyRow.stage), col(TallyRow.path), col(TallyRow.cases))):
        by_stage[Stage(stage)] = by_stage.get(Stage(stage), 0) + cases
        if stage == Stage.OPEN:
            by_path[path] = cases
    soon_at = soon_until(now, hours)
    open_case = col(CaseRow.stage) == Stage.OPEN
    soon, late = (
        _counted(connection, open_case, *_contact(state, now, soon_at))
        for state in (ContactState.DUE_SOON, ContactState.OVERDUE)
    )
    return QueueCounts(by_stage, by_path, soon, late, _counted(connection, *_FINISHED_AND_BACK))


def _contact(state: ContactState, now: datetime, soon: datetime) -> Sequence[ColumnElement[bool]]:
    """Return the conditions of a contact clock that stands so, as `ContactClock.state_by` finds it."""
    due, contacted = col(CaseRow.due_at), col(CaseRow.contacted_at)
    match state:
        case ContactState.OVERDUE:
            return contacted.is_(None), due <= now
        case ContactState.DUE_SOON:
            return contacted.is_(None), due > now, due <= soon
        case ContactState.MET:
            return contacted.is_not(None), contacted <= due
        case ContactState.LATE:
            return contacted.is_not(None), contacted > due
        case _:
            raise ValueError(f"the queue is not narrowed to clocks that are {state}")


def _counted(connection: Connection, *conditions: ColumnElement[bool]) -> int:
    some = select(literal(1)).select_from(CaseRow).where(*conditions).limit(COUNT_LIMIT).subquery()
    return int(connection.execute(select(func.count()).select_from(some)).scalar_one())


def _order(sort: Sort) -> tuple[tuple[Any, ...], bool]:
    """Return the key columns of an order, ending in the id, and whether it ascends."""
    match sort:
        case Sort.DUE:
            return (col(CaseRow.due_at), col(CaseRow.survey_id)), True
        case Sort.WORST:
            return (col(CaseRow.rank), col(CaseRow.due_at), col(CaseRow.survey_id)), True
        case Sort.NEWEST:
            return (col(CaseRow.received_at), col(CaseRow.survey_id)), False


def _select(
    view: QueueView,
    key: tuple[float, ...] | None,
    part: QueuePart | None,
    *,
    forward: bool,
    only: SurveyId | None = None,
) -> Select[Any]:
    """Build the query of a window: the index gives the order, the key the place; no part leaves the filters out."""
    columns, ascending = _order(view.sort)
    upward = ascending is forward
    query = _every_row(view.sort, upward)
    if part is QueuePart.SENT_BACK:
        query = query.where(*_FINISHED_AND_BACK)
    elif part is QueuePart.CASES:
        query = query.where(*_conditions(view))
    if only is not None:
        query = query.where(col(CaseRow.survey_id) == only)
    if key is not None:
        raw_key = tuple_(*(_raw(column) for column in columns))
        place = tuple_(*(literal(value) for value in key))
        query = query.where(raw_key > place if upward else raw_key < place)
    return query


@cache
def _every_row(sort: Sort, upward: bool) -> Select[Any]:
    """Build what all queries in one order have in common, once."""
    columns, _ = _order(sort)
    drafted = select(literal(1)).where(col(DraftRow.survey_id) == col(CaseRow.survey_id)).exists()
    shown: list[Any] = [_raw(column) for column in columns]
    shown += [CaseRow.path, CaseRow.stage, SurveyRow.rating, CaseRow.received_at, CaseRow.due_at, SurveyRow.headline]
    shown += [SurveyRow.customer, SurveyRow.agent, SurveyRow.problem, CaseRow.claimed_by, drafted]
    shown += [SurveyRow.source_ticket_id, SurveyRow.ratings, CaseRow.to_merge, CaseRow.sent_back]
    shown += [CaseRow.contacted_at]
    query = select(*shown).join_from(CaseRow, SurveyRow, col(SurveyRow.id) == col(CaseRow.survey_id))
    return query.order_by(*(column.asc() if upward else column.desc() for column in columns))


# Said in so many words: the index of these cases covers no others.
_FINISHED_AND_BACK = (col(CaseRow.sent_back) > literal_column("0"), col(CaseRow.stage) != Stage.OPEN)


def _raw(column: Any) -> Any:
    """Return a column as the number that it is stored as."""
    return type_coerce(column, Float)


def _conditions(view: QueueView) -> Sequence[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = [col(CaseRow.stage) == view.stage]
    if view.path is not None:
        conditions.append(col(CaseRow.path) == view.path)
    if view.claimed_by is not None:
        conditions.append(col(CaseRow.claimed_by) == view.claimed_by)
        if view.claimed_by:
            # Said in so many words: the index of claimed cases covers no others.
            conditions.append(col(CaseRow.claimed_by) != literal_column("''"))
    if view.to_merge:
        # Said in so many words: the index of these cases covers no others.
        conditions.append(col(CaseRow.to_merge) > literal_column("0"))
    if view.contact is not None:
        if view.now is None or view.soon is None:
            raise ValueError("a view by the contact clock is read at a moment")
        conditions += _contact(view.contact, view.now, view.soon)
    if view.search.strip():
        conditions.append(col(CaseRow.survey_id).in_(matching(view.search, SEARCH_LIMIT)))
    return conditions


def _row(row: Any, part: QueuePart) -> QueueRow:
    *first, claimed, drafted, source, rated, merging, sent_back, contacted_at = row
    *key, path, stage, rating, received, due, headline, customer, agent, problem = first
    return QueueRow(
        SurveyId(int(key[-1])), (part.value, *key), path, Stage(stage), rating, received, due,
        headline, customer, agent, problem, claimed, bool(drafted), source,
        tuple((FactorId(factor), figure) for factor, figure in rated.items()), merging,
        sent_back, contacted_at=contacted_at,
    )  # fmt: skip
