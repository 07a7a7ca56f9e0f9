"""Where each survey belongs, kept in step: triggers name the surveys whose place may have changed, and here it is
found out again by the playbook's rules.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import datetime
from operator import attrgetter
from typing import Any

from sqlalchemy import BindParameter, Connection, bindparam, delete, select
from sqlalchemy.dialects.sqlite import insert
from sqlmodel import col

from csat_tui.domain.contact_clock import ContactWay
from csat_tui.domain.ids import SurveyId, TicketId, UserId
from csat_tui.domain.recovery.notes import NotesState, RecoveryNote
from csat_tui.domain.recovery.placement import FixKind, PlacementFix, needs_recovery, placement_of
from csat_tui.domain.recovery.rules import RecoveryRules
from csat_tui.key_priority import wait_for_keys
from csat_tui.store import named_values, rows, tickets
from csat_tui.store.cases.duplicates import Rival, giving_way
from csat_tui.store.contact import note_contact
from csat_tui.store.database import Database
from csat_tui.store.service_recovery.notes import recovery_notes
from csat_tui.store.tables import RecoveryFixRow, RecoveryStaleRow, RecoverySurveyRow, SurveyRow

AT_ONCE = 200
"""Surveys in one transaction, so that nobody waits long for the store."""

PLACES_CHANGED = "recovery"
"""The topic under which a change is announced."""

RULED_BY = "recovery.rules"
"""Under this name, the rules by which surveys were last placed."""

_PLACE, _STALE, _FIX = RecoverySurveyRow, RecoveryStaleRow, RecoveryFixRow
_SOME: BindParameter[Any] = bindparam("some", expanding=True)
_NEXT = select(col(_STALE.survey_id)).order_by(col(_STALE.survey_id)).limit(bindparam("most"))
_DONE = delete(_STALE).where(col(_STALE.survey_id).in_(_SOME))
_TICKETS_BEFORE = select(col(_PLACE.ticket_id)).where(col(_PLACE.survey_id).in_(_SOME))
_TICKETS_NOW = select(col(SurveyRow.source_ticket_id)).where(col(SurveyRow.id).in_(_SOME))
_OF_TICKETS = select(col(SurveyRow.id)).where(col(SurveyRow.source_ticket_id).in_(_SOME))
_SURVEYS = select(
    col(SurveyRow.id), col(SurveyRow.received_at), col(SurveyRow.source_ticket_id), col(SurveyRow.rating),
    col(SurveyRow.source), col(SurveyRow.ratings), col(SurveyRow.headline),
).where(col(SurveyRow.id).in_(_SOME))  # fmt: skip
_FIXES = select(_FIX).where(col(_FIX.survey_id).in_(_SOME)).order_by(col(_FIX.at), col(_FIX.id))
_NEW = insert(_PLACE)
_PUT = _NEW.on_conflict_do_update(
    index_elements=["survey_id"],
    set_={name: _NEW.excluded[name] for name in _PLACE.model_fields if name != "survey_id"},
)


def keep_places(
    database: Database, rules: RecoveryRules, now: datetime, stopped: Callable[[], bool] = lambda: False
) -> bool:
    """Place every survey that waits for it, or all of them by other rules than before; return whether there were any.

    It costs one look where nothing waits. Raises StoreError.
    """
    wanted = _as_measured(rules)
    with database.read() as connection:
        ruled = named_values.recall(connection, RULED_BY) == wanted
        if ruled and connection.execute(_NEXT, {"most": 1}).first() is None:
            return False
    if not ruled:
        with database.write() as connection:
            every = select(col(SurveyRow.id)).where(col(SurveyRow.id).not_in(select(col(_STALE.survey_id))))
            connection.execute(insert(_STALE).from_select(["survey_id"], every))
            named_values.remember(connection, RULED_BY, wanted, now)
    more = True
    while more and not stopped():
        wait_for_keys()
        with database.write() as connection:
            more = place_surveys(connection, rules)
    database.announce(PLACES_CHANGED, "queue")
    return True


def _as_measured(rules: RecoveryRules) -> str:
    """Return everything of the rules by which surveys are placed."""
    groups = [(group.id, group.match) for group in rules.groups]
    return repr((rules.threshold, rules.segments, rules.segment_field, rules.segment_organization_field, groups))


def place_surveys(connection: Connection, rules: RecoveryRules, most: int = AT_ONCE) -> bool:
    """Place some of the surveys that wait for it, with those for the same tickets; return whether there were any."""
    waiting = list(connection.execute(_NEXT, {"most": most}).scalars())
    if not waiting:
        return False
    several = _with_siblings(connection, waiting)
    found = connection.execute(_SURVEYS, {"some": sorted(several)}).all()
    fixes = fixes_of(connection, sorted(several))
    sources = tickets.kept(connection, [TicketId(row.source_ticket_id) for row in found if row.source_ticket_id])
    replaced_by = _replaced(found)
    _share(fixes, replaced_by)
    notes = recovery_notes(connection, sorted(several))
    taken_over: dict[int, list[RecoveryNote]] = {}
    for number, some in notes.items():
        for owner in {int(number), replaced_by.get(number, int(number))}:
            taken_over.setdefault(owner, []).extend(some)
    values = [
        _values(row, fixes, sources, rules)
        | _noted(taken_over.get(row.id, ()))
        | {"replaced_by": replaced_by.get(row.id)}
        for row in found
    ]
    if values:
        connection.execute(_PUT, values)
    _note_contacts(connection, taken_over, replaced_by)
    connection.execute(_DONE, {"some": sorted({*waiting, *several})})
    return True


def _with_siblings(connection: Connection, waiting: Sequence[int]) -> set[int]:
    """Return the surveys with those that are, or were, for the same tickets."""
    some = {"some": list(waiting)}
    about = {*connection.execute(_TICKETS_BEFORE, some).scalars(), *connection.execute(_TICKETS_NOW, some).scalars()}
    known = sorted(ticket for ticket in about if ticket is not None)
    return {*waiting, *(number or 0 for number in connection.execute(_OF_TICKETS, {"some": known}).scalars())}


def _share(fixes: dict[SurveyId, list[PlacementFix]], replaced_by: Mapping[int, int]) -> None:
    """Let what was set by hand for a survey count for the one that has replaced it."""
    for number, some in [*fixes.items()]:
        if (owner := replaced_by.get(number)) is not None:
            of_owner = fixes.setdefault(SurveyId(owner), [])
            of_owner += some
            of_owner.sort(key=lambda fix: (fix.at, fix.id))


def _replaced(found: Iterable[Any]) -> dict[int, int]:
    """Return which survey stands for each that gave way to it."""
    by_ticket: dict[int, list[Rival]] = {}
    for row in found:
        if row.source_ticket_id is not None:
            rival = Rival(
                row.source_ticket_id, row.id, row.received_at, row.source, bool(row.ratings), bool(row.headline), ""
            )
            by_ticket.setdefault(rival.ticket_id, []).append(rival)
    return {one.id: best.id for some in by_ticket.values() for one, best in giving_way(some)}


def _values(
    row: Any, fixes: Mapping[SurveyId, Sequence[PlacementFix]], sources: Mapping[TicketId, Any], rules: RecoveryRules
) -> dict[str, Any]:
    ticket = sources.get(row.source_ticket_id)
    place = placement_of(ticket, fixes.get(SurveyId(row.id), ()), rules)
    return {
        "survey_id": row.id, "received_at": row.received_at, "ticket_id": row.source_ticket_id,
        "needs": needs_recovery(row.rating, rules), "group_id": place.group, "group_name": place.group_name,
        "segment": place.segment, "segment_name": place.segment_name, "lacks": ", ".join(place.lacks),
    }  # fmt: skip


def _note_contacts(
    connection: Connection, taken_over: Mapping[int, Sequence[RecoveryNote]], replaced_by: Mapping[int, int]
) -> None:
    """Let a talk that a note tells of be the first contact, once the note cannot be taken back any more."""
    for number, notes in taken_over.items():
        told = [note.at for note in notes if note.spoken and (note.comment_id is not None or note.op_id is None)]
        for at in told if number not in replaced_by else ():
            note_contact(connection, SurveyId(number), at, ContactWay.CONVERSATION)


def _noted(notes: Sequence[RecoveryNote]) -> dict[str, Any]:
    """Return what the notes of a survey come to; those of the surveys that it stands for are among them."""
    ordered = sorted(notes, key=attrgetter("order"))
    spoken = [note for note in ordered if note.spoken]
    state = NotesState.HAS_SPOKEN if spoken else NotesState.NEVER_SPOKEN if ordered else NotesState.NONE
    return {
        "notes": state.value, "newest_note": ordered[-1].id if ordered else None,
        "first_note_at": ordered[0].at if ordered else None, "first_spoken_at": spoken[0].at if spoken else None,
    }  # fmt: skip


def put_fix(connection: Connection, fix: PlacementFix) -> None:
    """Keep what somebody set by hand."""
    row = _FIX(
        id=fix.id, survey_id=fix.survey_id, at=fix.at, author_id=fix.author_id, author=fix.author, kind=fix.kind.value,
        group_id=fix.group, segment=fix.segment, group_before=fix.before, reason=fix.reason,
    )  # fmt: skip
    rows.add(connection, row)


def fixes_of(connection: Connection, survey_ids: Collection[int]) -> dict[SurveyId, list[PlacementFix]]:
    """Return what was set by hand for some surveys, the oldest first."""
    found: dict[SurveyId, list[PlacementFix]] = {}
    for row in rows.every(connection, _FIX, _FIXES, {"some": list(survey_ids)}):
        fix = PlacementFix(
            row.id, SurveyId(row.survey_id), row.at, row.author,
            None if row.author_id is None else UserId(row.author_id), FixKind(row.kind), row.group_id, row.segment,
            row.group_before, row.reason,
        )  # fmt: skip
        found.setdefault(fix.survey_id, []).append(fix)
    return found
