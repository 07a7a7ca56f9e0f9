"""The steps of reviews: written here or read back from tickets, each kept once, and where they leave each note."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import BindParameter, Connection, bindparam, func, insert, literal, select, update
from sqlmodel import col

from csat_tui.domain.effect import EffectState
from csat_tui.domain.ids import OpId, SurveyId, TicketId, UserId
from csat_tui.domain.review.rules import HelpDeskUser, ReviewPolicy
from csat_tui.domain.review.scorecard import LineAnswer, LineScore
from csat_tui.domain.review.step_notes import step_id_of
from csat_tui.domain.review.steps import (
    Review,
    ReviewAnswer,
    ReviewAnswerKind,
    ReviewStep,
    ReviewThread,
    ReviewVerdict,
    Settlement,
    SettlementKind,
    review_thread,
)
from csat_tui.store import rows
from csat_tui.store.named_values import recall
from csat_tui.store.tables import (
    CaseRow,
    DeliveredNoteRow,
    OutboxRow,
    ReviewLineRow,
    ReviewReceiptRow,
    ReviewStepRow,
)

_STEP, _LINE, _RECEIPT, _NOTE = ReviewStepRow, ReviewLineRow, ReviewReceiptRow, DeliveredNoteRow
_SOME: BindParameter[Any] = bindparam("some", expanding=True)

_NEW_STEP, _NEW_LINE, _NEW_RECEIPT = insert(_STEP), insert(_LINE), insert(_RECEIPT)
_KNOWN_COMMENT = select(col(_RECEIPT.step_id)).where(col(_RECEIPT.comment_id) == bindparam("comment"))
_BY_OP_ID = select(col(_STEP.id), col(_STEP.author_id)).where(col(_STEP.op_id) == bindparam("op"))
_KNOWN_STEP = select(col(_STEP.id)).where(col(_STEP.id) == bindparam("known"))
_WITHDRAWN = (
    select(literal(1))
    .where(col(OutboxRow.op_id) == col(_STEP.op_id), col(OutboxRow.state) == EffectState.WITHDRAWN.value)
    .exists()
)
_READ_BACK = select(literal(1)).where(col(_RECEIPT.step_id) == col(_STEP.id)).exists()
# What was withdrawn can still have been on its way: once it is on the ticket, it was said.
_STEPS = select(_STEP).where(~_WITHDRAWN | _READ_BACK)
_OF_NOTE = _STEPS.where(col(_STEP.note) == bindparam("about"))
_ONE_STEP = select(_STEP).where(col(_STEP.id) == bindparam("known"))
_LINES = select(_LINE).where(col(_LINE.step_id).in_(_SOME)).order_by(col(_LINE.step_id), col(_LINE.position))
_RECEIPTS = select(_RECEIPT).where(col(_RECEIPT.step_id).in_(_SOME))
_NOTES_WITH_STEPS = (
    select(col(_STEP.note)).where(col(_STEP.note) > bindparam("after")).distinct().order_by(col(_STEP.note))
).limit(bindparam("most"))
_SPOKEN_OF = select(col(_STEP.note)).where(col(_STEP.note).in_(_SOME)).distinct()
_AUTHOR = select(col(_NOTE.survey_id), col(_NOTE.author_id), col(_NOTE.author)).where(
    col(_NOTE.comment_id) == bindparam("comment")
)
_PUT_STATE = (
    update(_NOTE)
    .where(col(_NOTE.comment_id) == bindparam("comment"))
    .values(review_state=bindparam("state"), turn=bindparam("whose"), reviewer=bindparam("by"))
)
_SENT_BACK = (
    select(func.count())
    .select_from(_NOTE)
    .where(
        col(_NOTE.survey_id) == bindparam("survey"), col(_NOTE.turn) == literal("agent"),
        col(_NOTE.author_id) == bindparam("me"),
    )
)  # fmt: skip
_MARK_CASE = (
    update(CaseRow)
    .where(col(CaseRow.survey_id) == bindparam("survey"), col(CaseRow.sent_back) != bindparam("count"))
    .values(sent_back=bindparam("count"))
)

_KINDS: Mapping[str, type[ReviewStep]] = {"review": Review, "answer": ReviewAnswer, "settlement": Settlement}
_NAMES = {kind: name for name, kind in _KINDS.items()}


def put_step(connection: Connection, survey_id: SurveyId, step: ReviewStep) -> None:
    """Write a step that was taken here; it is sent by an effect of the outbox under the same operation id."""
    about: dict[str, Any] = {"outcome": "", "replies_to": "", "card_id": "", "card_label": "", "card_version": ""}
    about |= {"percent": None, "passes": None, "seconds": 0}
    match step:
        case Review():
            about |= {
                "outcome": step.verdict.value, "card_id": step.card_id, "card_label": step.card_label,
                "card_version": step.card_version, "percent": step.percent, "passes": step.passes,
                "seconds": step.seconds,
            }  # fmt: skip
        case ReviewAnswer():
            about |= {"outcome": step.kind.value, "replies_to": step.review_id}
        case Settlement():
            about |= {"outcome": step.kind.value, "replies_to": step.answer_id}
    values = {
        "id": step.id, "survey_id": survey_id, "ticket_id": step.ticket_id, "note": step.note,
        "kind": _NAMES[type(step)], **_author(step.by), "at": step.at, "text": step.text, "op_id": step.op_id,
        "problems": list(step.problems), **about,
    }  # fmt: skip
    connection.execute(_NEW_STEP, values)
    lines = [
        {
            "step_id": step.id, "line_id": line_id, "survey_id": survey_id, "position": place,
            "label": step.labels.get(line_id, ""), "answer": "" if given.answer is None else given.answer.value,
            "cause": given.cause, "comment": given.comment, "message_id": given.message_id,
        }
        for place, (line_id, given) in enumerate(step.lines.items())
    ]  # fmt: skip
    if lines:
        connection.execute(_NEW_LINE, lines)


def put_read_step(connection: Connection, survey_id: SurveyId, step: ReviewStep) -> bool:
    """Keep a step that was read on a ticket, with its receipt; return whether it was new here in any way.

    What was written here is one record with what is read back: it is known by its operation id and its author, for both
    the id in a note's text and an operation id can be copied by anybody.
    """
    if connection.execute(_KNOWN_COMMENT, {"comment": step.comment_id}).first() is not None:
        return False
    step_id, op_id = step.id, step.op_id
    known = None if op_id is None else connection.execute(_BY_OP_ID, {"op": op_id}).first()
    ours = known is not None and known[1] == step.by.id
    if ours and known is not None:
        step_id = known[0]
    else:
        if connection.execute(_KNOWN_STEP, {"known": step_id}).first() is not None:
            step_id = step_id_of(step.comment_id or 0, step.at)
        put_step(connection, survey_id, replace(step, id=step_id, op_id=None if known is not None else op_id))
    receipt = {
        "step_id": step_id, "survey_id": survey_id, "comment_id": step.comment_id, "at": step.at, **_author(step.by),
    }  # fmt: skip
    connection.execute(_NEW_RECEIPT, receipt)
    return True


def _author(by: HelpDeskUser) -> dict[str, Any]:
    return {"author_id": by.id, "author": by.name, "author_email": by.email, "author_role": by.role}


def steps_of_note(connection: Connection, note: int) -> list[ReviewStep]:
    """Return the steps about a note, without those that were taken back before they were sent."""
    return _read(connection, rows.every(connection, _STEP, _OF_NOTE, {"about": note}))


def step_of(connection: Connection, step_id: str) -> ReviewStep | None:
    """Return one step, also one that was taken back; None where it is not here."""
    return next(iter(_read(connection, rows.every(connection, _STEP, _ONE_STEP, {"known": step_id}))), None)


def steps_between(
    connection: Connection, since: datetime | None = None, until: datetime | None = None
) -> list[ReviewStep]:
    """Return the steps of a period, by this computer's or the help desk's time of writing, oldest first."""
    query = _STEPS.order_by(col(_STEP.at), col(_STEP.id))
    if since is not None:
        query = query.where(col(_STEP.at) >= since)
    if until is not None:
        query = query.where(col(_STEP.at) < until)
    return _read(connection, rows.every(connection, _STEP, query))


def _read(connection: Connection, found: Iterable[ReviewStepRow]) -> list[ReviewStep]:
    steps = list(found)
    ids = [row.id for row in steps]
    lines: dict[str, list[ReviewLineRow]] = {}
    for line in rows.every(connection, _LINE, _LINES, {"some": ids}):
        lines.setdefault(line.step_id, []).append(line)
    receipts = {row.step_id: row for row in rows.every(connection, _RECEIPT, _RECEIPTS, {"some": ids})}
    return [_step(row, lines.get(row.id, ()), receipts.get(row.id)) for row in steps]


def _step(row: ReviewStepRow, lines: Sequence[ReviewLineRow], receipt: ReviewReceiptRow | None) -> ReviewStep:
    author = row if receipt is None else receipt
    about: dict[str, Any] = {
        "id": row.id, "note": row.note, "ticket_id": TicketId(row.ticket_id),
        "by": HelpDeskUser(
            None if author.author_id is None else UserId(author.author_id), author.author, author.author_email,
            author.author_role,
        ),
        "at": author.at, "text": row.text, "op_id": None if row.op_id is None else OpId(row.op_id),
        "comment_id": None if receipt is None else receipt.comment_id, "problems": tuple(row.problems),
        "lines": {
            line.line_id: LineScore(
                LineAnswer(line.answer) if line.answer else None, line.cause, line.comment, line.message_id
            )
            for line in lines
        },
        "labels": {line.line_id: line.label for line in lines},
    }  # fmt: skip
    if row.kind == "review":
        return Review(
            **about, verdict=ReviewVerdict(row.outcome), card_id=row.card_id, card_label=row.card_label,
            card_version=row.card_version, percent=row.percent, passes=row.passes, seconds=row.seconds,
        )  # fmt: skip
    if row.kind == "answer":
        return ReviewAnswer(**about, review_id=row.replies_to, kind=ReviewAnswerKind(row.outcome))
    return Settlement(**about, answer_id=row.replies_to, kind=SettlementKind(row.outcome))


def thread_of_note(connection: Connection, note: int, policy: ReviewPolicy) -> ReviewThread:
    """Return the conversation about a delivered note; an empty one where the note is not here."""
    row = connection.execute(_AUTHOR, {"comment": note}).first()
    return ReviewThread() if row is None else _thread(connection, note, _writer(row[1], row[2]), policy)


def _writer(number: int | None, name: str) -> HelpDeskUser:
    return HelpDeskUser(None if number is None else UserId(number), name)


def _thread(connection: Connection, note: int, author: HelpDeskUser, policy: ReviewPolicy) -> ReviewThread:
    return review_thread(steps_of_note(connection, note), author, policy)


def refresh_states(connection: Connection, notes: Collection[int], policy: ReviewPolicy) -> None:
    """Keep where the conversations about notes stand, and how many notes of a case wait for the person at this home."""
    me = recall(connection, "agent_id")
    for note in notes:
        row = connection.execute(_AUTHOR, {"comment": note}).first()
        if row is None:
            continue
        survey_id, author_id, author = row
        thread = _thread(connection, note, _writer(author_id, author), policy)
        reviewer = "" if thread.review is None else thread.review.by.name
        told = {"comment": note, "state": thread.state.value, "whose": thread.state.turn.value, "by": reviewer}
        connection.execute(_PUT_STATE, told)
        count = connection.execute(_SENT_BACK, {"survey": survey_id, "me": int(me)}).scalar_one() if me else 0
        connection.execute(_MARK_CASE, {"survey": survey_id, "count": count})


def notes_spoken_of(connection: Connection, notes: Collection[int]) -> list[int]:
    """Return the numbers of those of the notes about which there are steps."""
    return list(connection.execute(_SPOKEN_OF, {"some": list(notes)}).scalars())


def notes_with_steps(connection: Connection, after: int, most: int) -> list[int]:
    """Return the numbers of notes about which there are steps, from a number on."""
    return list(connection.execute(_NOTES_WITH_STEPS, {"after": after, "most": most}).scalars())
