"""The list of surveys of service recovery, read in windows: keyset pages, at the same cost for any number.

A filter is a few ranges of one index, each in the order of arrival; a window merges the first rows of each.
"""

import heapq
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import islice
from typing import Any

from sqlalchemy import BindParameter, Connection, Select, bindparam, literal, select, tuple_
from sqlmodel import col

from csat_tui.domain.ids import SurveyId, TicketId
from csat_tui.domain.recovery.filters import RecoveryFilter
from csat_tui.domain.recovery.notes import NotesState, spoken_in_words
from csat_tui.domain.recovery.performance import Recovered
from csat_tui.store.tables import RecoveryNoteRow, RecoverySurveyRow, SurveyRow
from csat_tui.store.types import VALUES_PER_STATEMENT, Moment

_PLACE, _NOTE = RecoverySurveyRow, RecoveryNoteRow

RecoveryKey = tuple[datetime, int]
"""The place of a survey in every list: when it came in, and its number."""


@dataclass(frozen=True, slots=True)
class RecoveryList:
    """Which surveys to list, and in which order; `group` None for every group, empty for surveys without one.

    Surveys that a later one has replaced are in no list.
    """

    filter: RecoveryFilter = RecoveryFilter.ALL
    group: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    """Before this moment."""
    oldest_first: bool = False

    def lets_through(self, survey: "RecoverySurvey") -> bool:
        """Whether a survey is in the list."""
        return (
            survey.replaced_by is None
            and self.filter.lets_through(survey.needs, survey.notes)
            and self.group in (None, survey.group)
            and (self.since is None or survey.received_at >= self.since)
            and (self.until is None or survey.received_at < self.until)
        )


@dataclass(frozen=True, slots=True)
class NewestNote:
    """The newest recovery note of a survey, as lists append it to the comment."""

    id: str
    author: str
    spoken: bool
    text: str

    @property
    def words(self) -> str:
        """The note with whether somebody spoke to the customer."""
        return f"{self.author}: {self.text} {spoken_in_words(self.spoken)}"


@dataclass(frozen=True, slots=True)
class RecoverySurvey:
    """A survey as lists of service recovery show it."""

    survey_id: SurveyId
    received_at: datetime
    ticket_id: TicketId | None
    survey_ticket_id: TicketId | None
    customer: str
    agent: str
    rating: float | None
    comment: str
    needs: bool
    notes: NotesState
    group: str
    group_name: str
    """The help desk's name of its group."""
    segment: str
    segment_name: str
    lacks: str
    replaced_by: SurveyId | None
    first_note_at: datetime | None
    first_spoken_at: datetime | None
    newest: NewestNote | None
    shown: bool = True
    """Whether the list lets it through; False for the survey under the cursor that no longer matches."""

    @property
    def id(self) -> SurveyId:
        """What it is known again by."""
        return self.survey_id

    def left(self) -> "RecoverySurvey":
        """Return the survey as one that the list no longer lets through."""
        return replace(self, shown=False)

    @property
    def key(self) -> RecoveryKey:
        """Where it stands among all surveys."""
        return self.received_at, self.survey_id

    @property
    def comment_with_note(self) -> str:
        """The customer's comment with the newest note behind it (source document 003)."""
        return self.comment if self.newest is None else f"{self.comment} — {self.newest.words}".lstrip(" —")


_COLUMNS: list[Any] = [
    _PLACE, col(SurveyRow.survey_ticket_id), col(SurveyRow.customer), col(SurveyRow.agent), col(SurveyRow.rating),
    col(SurveyRow.headline), col(_NOTE.author).label("note_author"), col(_NOTE.spoken).label("note_spoken"),
    col(_NOTE.text).label("note_text"),
]  # fmt: skip
_EVERY: Select[Any] = (
    select(*_COLUMNS)
    .join_from(_PLACE, SurveyRow, col(SurveyRow.id) == col(_PLACE.survey_id))
    .outerjoin(_NOTE, col(_NOTE.id) == col(_PLACE.newest_note))
)
_STANDS = col(_PLACE.replaced_by).is_(None)
_ONE = _EVERY.where(col(_PLACE.survey_id) == bindparam("known"))
_SOME: BindParameter[Any] = bindparam("some", expanding=True)
_MANY = _EVERY.where(col(_PLACE.survey_id).in_(_SOME))
_OF_TICKET = _EVERY.where(col(_PLACE.ticket_id) == bindparam("ticket")).order_by(
    col(_PLACE.received_at).desc(), col(_PLACE.survey_id).desc()
)
_LACKING = (
    _EVERY.where(col(_PLACE.lacks) != literal("", literal_execute=True), _STANDS, col(_PLACE.needs))
    .order_by(col(_PLACE.received_at).desc(), col(_PLACE.survey_id).desc())
    .limit(bindparam("most"))
)
_FIGURES: Select[Any] = select(
    *(col(getattr(_PLACE, name)) for name in ("survey_id", "received_at", "notes", "first_spoken_at", "group_id"))
)
_GIVEN_WAY = (
    select(col(_PLACE.survey_id), col(_PLACE.replaced_by))
    .where(col(_PLACE.replaced_by).in_(_SOME))
    .order_by(col(_PLACE.received_at))
)


def recovery_surveys_after(
    connection: Connection, wanted: RecoveryList, key: RecoveryKey | None, limit: int
) -> list[RecoverySurvey]:
    """Return surveys in the order asked for: those that follow a place in the list, or the first ones."""
    return _window(connection, wanted, key, limit, forward=True)


def recovery_surveys_before(
    connection: Connection, wanted: RecoveryList, key: RecoveryKey | None, limit: int
) -> list[RecoverySurvey]:
    """Return surveys that precede a place in the list, or the last ones; in the order asked for."""
    return _window(connection, wanted, key, limit, forward=False)[::-1]


def recovery_survey(connection: Connection, survey_id: SurveyId) -> RecoverySurvey | None:
    """Return one survey, also one that a later one has replaced; None where it is not here."""
    row = connection.execute(_ONE, {"known": survey_id}).first()
    return None if row is None else _read(row)


def recovery_surveys_of_ticket(connection: Connection, ticket_id: TicketId) -> list[RecoverySurvey]:
    """Return the surveys for a source ticket, the newest first, with those that were replaced."""
    return [_read(row) for row in connection.execute(_OF_TICKET, {"ticket": ticket_id})]


def surveys_to_fix(connection: Connection, most: int) -> list[RecoverySurvey]:
    """Return surveys that need recovery and alert nobody, because their group or segment is missing or unknown."""
    return [_read(row) for row in connection.execute(_LACKING, {"most": most})]


def recovered_by_group(
    connection: Connection, group: str | None, since: datetime | None, until: datetime | None
) -> dict[str, list[Recovered]]:
    """Return the surveys of a period that need recovery, with what was done about them, by the group of each."""
    wanted = RecoveryList(RecoveryFilter.NEEDING, group, since, until)
    found: dict[str, list[Recovered]] = {}
    for part in wanted.filter.ranges:
        for row in connection.execute(_FIGURES.where(*_conditions(wanted, part))):
            one = Recovered(SurveyId(row.survey_id), row.received_at, NotesState(row.notes), row.first_spoken_at)
            found.setdefault(row.group_id, []).append(one)
    return found


def replaced_by_surveys(connection: Connection, survey_ids: Sequence[SurveyId]) -> dict[SurveyId, list[SurveyId]]:
    """Return, for each of some surveys, those that it has replaced."""
    found: dict[SurveyId, list[SurveyId]] = {one: [] for one in survey_ids}
    for older, later in connection.execute(_GIVEN_WAY, {"some": list(survey_ids)}):
        if later is not None:
            found[SurveyId(later)].append(SurveyId(older))
    return found


def _window(
    connection: Connection, wanted: RecoveryList, key: RecoveryKey | None, limit: int, *, forward: bool
) -> list[RecoverySurvey]:
    """Merge the places of each range, which the index alone tells, and read only the rows of the window."""
    rising = wanted.oldest_first is forward
    ranges = [_range(connection, wanted, key, limit, part, rising=rising) for part in wanted.filter.ranges]
    merged = [number for _, number in islice(heapq.merge(*ranges, reverse=not rising), limit)]
    there: dict[int, RecoverySurvey] = {}
    for start in range(0, len(merged), VALUES_PER_STATEMENT):
        rows = connection.execute(_MANY, {"some": merged[start : start + VALUES_PER_STATEMENT]})
        there |= {row.survey_id: _read(row) for row in rows}
    return [there[number] for number in merged]


def _range(
    connection: Connection,
    wanted: RecoveryList,
    key: RecoveryKey | None,
    limit: int,
    part: tuple[bool, NotesState],
    *,
    rising: bool,
) -> Sequence[RecoveryKey]:
    place = col(_PLACE.received_at), col(_PLACE.survey_id)
    query = select(*place).where(*_conditions(wanted, part))
    if key is not None:
        here, there = tuple_(*place), tuple_(literal(key[0], Moment()), literal(key[1]))
        query = query.where(here > there if rising else here < there)
    towards = [column.asc() if rising else column.desc() for column in place]
    return [(row[0], row[1]) for row in connection.execute(query.order_by(*towards).limit(limit))]


def _conditions(wanted: RecoveryList, part: tuple[bool, NotesState]) -> Iterator[Any]:
    needs, notes = part
    yield _STANDS
    yield col(_PLACE.needs) == needs
    yield col(_PLACE.notes) == notes.value
    if wanted.group is not None:
        yield col(_PLACE.group_id) == wanted.group
    if wanted.since is not None:
        yield col(_PLACE.received_at) >= wanted.since
    if wanted.until is not None:
        yield col(_PLACE.received_at) < wanted.until


def _read(row: Any) -> RecoverySurvey:
    newest = None
    if row.newest_note is not None and row.note_author is not None:
        newest = NewestNote(row.newest_note, row.note_author, bool(row.note_spoken), row.note_text)
    return RecoverySurvey(
        SurveyId(row.survey_id), row.received_at, _ticket(row.ticket_id), _ticket(row.survey_ticket_id), row.customer,
        row.agent, row.rating, row.headline, bool(row.needs), NotesState(row.notes), row.group_id, row.group_name,
        row.segment, row.segment_name, row.lacks, None if row.replaced_by is None else SurveyId(row.replaced_by),
        row.first_note_at, row.first_spoken_at, newest,
    )  # fmt: skip


def _ticket(number: int | None) -> TicketId | None:
    return None if number is None else TicketId(number)
