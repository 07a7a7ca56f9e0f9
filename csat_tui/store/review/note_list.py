"""The list of delivered notes, read in windows: keyset pages of about a screen, at the same cost for any number."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from enum import Enum, StrEnum
from typing import Any

from sqlalchemy import Connection, and_, func, literal, literal_column, or_, select, text, tuple_
from sqlmodel import col

from csat_tui.domain.ids import SurveyId, TicketId, UserId
from csat_tui.domain.review.steps import ReviewState, Turn
from csat_tui.store.tables import DeliveredNoteRow, ReviewDraftRow
from csat_tui.store.types import Moment

FREE = "free"
"""Instead of an outcome: notes in no format."""

_NOTE = DeliveredNoteRow
_RISK = func.coalesce(col(_NOTE.risk), literal_column("0"))
"""Its place by risk; written as in the indexes, which are used for no other wording."""
# The first is said in so many words: the index of notes in which somebody is expected to act covers no others.
_ANSWERED = (col(_NOTE.turn) == literal(Turn.REVIEWER.value)) & (col(_NOTE.turn) != literal_column("''"))
_NEW = col(_NOTE.review_state) == literal(ReviewState.NOT_REVIEWED.value)
SAMPLED_AND_OPEN = _NEW & col(_NOTE.sampled_due).is_not(None)
"""The condition of notes that are to be reviewed as part of a sample."""
_DRAFTED = select(literal(1)).where(col(ReviewDraftRow.note) == col(_NOTE.comment_id)).exists()
_IN_SESSION = text("comment_id IN (SELECT value FROM json_each((SELECT notes FROM calibration WHERE id = :session)))")
EVERY_NOTE = select(
    col(_NOTE.id), col(_NOTE.comment_id), col(_NOTE.survey_id), col(_NOTE.ticket_id), col(_NOTE.at),
    col(_NOTE.author_id), col(_NOTE.author), col(_NOTE.format_id), col(_NOTE.outcome_ids), col(_NOTE.risk),
    col(_NOTE.failed), col(_NOTE.review_state), col(_NOTE.turn), col(_NOTE.reviewer), col(_NOTE.sampled_due),
    _DRAFTED.label("drafted"),
)  # fmt: skip
"""What `in_list` reads."""


class NoteOrder(StrEnum):
    """What stands first in a list of notes; of two notes with the same risk, the newer."""

    NEWEST = "newest"
    RISK = "risk"
    """What is to be reviewed as part of a sample, due first; then by risk."""


@dataclass(frozen=True, slots=True)
class NoteFilter:
    """Which notes to list; an empty value leaves nothing out.

    `outcome` is an id, or `FREE`; `sampled_by` whose open sample they are in, by the help desk's number. `least_risk`
    leaves out notes of less risk that are in no open sample; 1 leaves those that fail a rule. With `to_do`
    only those are left that wait for a reviewer: nobody has reviewed them, or the agent's answer asks for one. Then the
    answered ones stand first, whatever the order. `calibration` is the id of a session, whose notes alone are left.
    """

    author: str = ""
    outcome: str = ""
    since: datetime | None = None
    until: datetime | None = None
    order: NoteOrder = NoteOrder.NEWEST
    least_risk: int = 0
    states: tuple[ReviewState, ...] = ()
    reviewer: str = ""
    to_do: bool = False
    sampled_by: UserId | None = None
    calibration: str = ""
    calibration_name: str = ""


NoteKey = tuple[str, datetime | None, int, datetime, str]
"""The place of a note in every list: whose turn it is, its due day, its risk, when it was written, and its id."""


@dataclass(frozen=True, slots=True)
class NoteInList:
    """A note as lists show it, without its words."""

    id: str
    comment_id: int
    survey_id: SurveyId
    ticket_id: TicketId
    at: datetime
    author_id: UserId | None
    author: str
    format_id: str
    outcome_ids: tuple[str, ...]
    risk: int | None
    """None until it is audited for the first time."""
    failed: tuple[str, ...]
    """The audit rules that it fails, by id."""
    state: ReviewState = ReviewState.NOT_REVIEWED
    turn: Turn = Turn.NOBODY
    reviewer: str = ""
    """Who wrote the review that stands."""
    due: datetime | None = None
    """Until when it is to be reviewed as part of a sample; None where it is in none, or reviewed."""
    drafted: bool = False
    """Whether a review of it is begun here and not finished."""
    shown: bool = True
    """Whether the filter lets it through; False for the note under the cursor that no longer matches."""

    @property
    def key(self) -> NoteKey:
        """Where it stands among all notes; a list goes on after it, or before it."""
        return self.turn.value, self.due, self.risk or 0, self.at, self.id

    def left(self) -> "NoteInList":
        """Return the note as one that the filter no longer lets through."""
        return replace(self, shown=False)


def notes_after(connection: Connection, wanted: NoteFilter, key: NoteKey | None, limit: int) -> list[NoteInList]:
    """Return notes in the order asked for: those that follow a place in the list, or the first ones."""
    return _read(connection, wanted, key, limit, forward=True)


def notes_before(connection: Connection, wanted: NoteFilter, key: NoteKey | None, limit: int) -> list[NoteInList]:
    """Return notes that precede a place in the list, or the last ones; in the order asked for, like `notes_after`."""
    return _read(connection, wanted, key, limit, forward=False)[::-1]


def note_if_listed(connection: Connection, wanted: NoteFilter, note_id: str) -> NoteInList | None:
    """Return a note by its id where the filter lets it through."""
    kinds = or_(*(and_(True, *kind.conditions) for kind in _kinds(wanted)))
    row = connection.execute(EVERY_NOTE.where(col(_NOTE.id) == note_id, *_conditions(wanted), kinds)).first()
    return None if row is None else in_list(row)


def authors_of_notes(connection: Connection, most: int) -> list[str]:
    """Return who has written notes, by name; each name costs one look into the index, however many notes there are."""
    return _names(connection, col(_NOTE.author), most)


def reviewers_of_notes(connection: Connection, most: int) -> list[str]:
    """Return whose reviews stand, by name."""
    return _names(connection, col(_NOTE.reviewer), most)


def _names(connection: Connection, column: Any, most: int) -> list[str]:
    found: list[str] = []
    following = select(func.min(column)).where(column > literal_column("''"))
    while len(found) < most and (name := connection.execute(following).scalar_one_or_none()):
        found.append(str(name))
        following = select(func.min(column)).where(column > name, column != literal_column("''"))
    return found


def _read(
    connection: Connection, wanted: NoteFilter, key: NoteKey | None, limit: int, *, forward: bool
) -> list[NoteInList]:
    """Read away from a place in the list, one range of an index after the other."""
    found: list[NoteInList] = []
    for order, place in _ranges(wanted, key, forward=forward):
        query = EVERY_NOTE.where(*_conditions(wanted), *place)
        found += [in_list(row) for row in connection.execute(query.order_by(*order).limit(limit - len(found)))]
        if len(found) == limit:
            break
    return found


def _ranges(wanted: NoteFilter, key: NoteKey | None, *, forward: bool) -> list[tuple[list[Any], list[Any]]]:
    """Return the ranges that follow a place, or precede it, each as the columns of its order and its conditions."""
    kinds = _kinds(wanted)
    begun = None if key is None else next(place for place, kind in enumerate(kinds) if kind.holds(key))
    places = range(len(kinds)) if forward else range(len(kinds) - 1, -1, -1)
    found = []
    for place in places if begun is None else [one for one in places if (one >= begun if forward else one <= begun)]:
        kind = kinds[place]
        ranges = _ranges_of(kind.order, key if place == begun else None, forward=forward)
        found += [(order, [*kind.conditions, *conditions]) for order, conditions in ranges]
    return found


class _Order(Enum):
    TIME = "time"
    RISK = "risk"
    DUE = "due"


@dataclass(frozen=True, slots=True)
class _Kind:
    """Notes that stand together in a list, in an order of their own; each kind has its indexes."""

    order: _Order
    conditions: tuple[Any, ...]
    holds: Callable[[NoteKey], bool]
    """Whether it is the kind of a note with this key; asked of one kind after the other."""


def _kinds(wanted: NoteFilter) -> list[_Kind]:
    """Return the kinds of notes in the order in which they stand."""
    by_risk = wanted.order is NoteOrder.RISK
    order = _Order.RISK if by_risk else _Order.TIME
    risky = (wanted.least_risk <= _RISK,) if wanted.least_risk else ()
    if wanted.least_risk and not by_risk:
        risky = (or_(SAMPLED_AND_OPEN, *risky),)
    sampled = _Kind(_Order.DUE, (SAMPLED_AND_OPEN,), lambda key: key[1] is not None)
    if by_risk and wanted.sampled_by is not None:
        return [sampled]
    kinds = [_Kind(order, (_ANSWERED, *risky), lambda key: key[0] == Turn.REVIEWER)] if wanted.to_do else []
    kinds += [sampled] if by_risk else []
    new = (_NEW,) if wanted.to_do else ()
    return [*kinds, _Kind(order, (*new, *((~SAMPLED_AND_OPEN,) if by_risk else ()), *risky), lambda _: True)]


def _ranges_of(order: _Order, key: NoteKey | None, *, forward: bool) -> list[tuple[list[Any], list[Any]]]:
    """Return the ranges among notes of one kind: by risk, the other notes of the same risk come first.

    The index finds a place within one risk, and no place in all of them together.
    """
    at, number, due = col(_NOTE.at), col(_NOTE.id), col(_NOTE.sampled_due)
    down = not forward
    columns: list[Any] = [due, number] if order is _Order.DUE else [at, number]
    columns = [_RISK, *columns] if order is _Order.RISK else columns
    # What is due first stands first; everywhere else the higher and the newer.
    towards = [column.asc() if forward is (order is _Order.DUE) else column.desc() for column in columns]
    if key is None:
        return [(towards, [])]
    _, until, risk, moment, note_id = key
    if order is _Order.DUE:
        here, place = tuple_(due, number), tuple_(literal(until, Moment()), literal(note_id))
        return [(towards, [here > place if forward else here < place])]
    here, place = tuple_(at, number), tuple_(literal(moment, Moment()), literal(note_id))
    beyond = here > place if down else here < place
    if order is _Order.TIME:
        return [(towards, [beyond])]
    return [(towards[1:], [risk == _RISK, beyond]), (towards, [risk < _RISK if down else risk > _RISK])]


def _conditions(wanted: NoteFilter) -> Iterator[Any]:
    if wanted.author:
        yield col(_NOTE.author) == wanted.author
    if wanted.outcome:
        # A note in no format is of no outcome, and every other note is of at least one.
        yield col(_NOTE.outcome_ids) == ([] if wanted.outcome == FREE else [wanted.outcome])
    if wanted.since is not None:
        yield col(_NOTE.at) >= wanted.since
    if wanted.until is not None:
        yield col(_NOTE.at) < wanted.until
    if len(wanted.states) == 1:
        yield col(_NOTE.review_state) == wanted.states[0].value
    elif wanted.states:
        yield col(_NOTE.review_state).in_([state.value for state in wanted.states])
    if wanted.reviewer:
        yield col(_NOTE.reviewer) == wanted.reviewer
        # Said in so many words: the index of reviewed notes covers no others.
        yield col(_NOTE.reviewer) != literal_column("''")
    if wanted.sampled_by is not None:
        yield SAMPLED_AND_OPEN
        yield col(_NOTE.sampled_by) == wanted.sampled_by
    if wanted.calibration:
        yield _IN_SESSION.bindparams(session=wanted.calibration)


def in_list(row: Any) -> NoteInList:
    """Return a row of `EVERY_NOTE` as lists show it."""
    return NoteInList(
        row.id, row.comment_id, SurveyId(row.survey_id), TicketId(row.ticket_id), row.at,
        None if row.author_id is None else UserId(row.author_id), row.author, row.format_id, tuple(row.outcome_ids),
        row.risk, tuple(row.failed), ReviewState(row.review_state), Turn(row.turn), row.reviewer,
        row.sampled_due if row.review_state == ReviewState.NOT_REVIEWED else None, bool(row.drafted),
    )  # fmt: skip
