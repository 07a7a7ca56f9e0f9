"""Calibration sessions, blind scores and closings as they are kept; who may see which is decided above."""

from collections.abc import Mapping
from typing import Any

import uuid_utils
from sqlalchemy import Connection, bindparam, select
from sqlmodel import col

from csat_tui.domain.ids import SurveyId, UserId
from csat_tui.domain.review.calibration import BlindScore, CalibrationClosing, CalibrationSession, SessionReviewer
from csat_tui.domain.review.checked_json import JsonPart
from csat_tui.domain.review.scorecard import LineAnswer, LineScore
from csat_tui.domain.review.scorecard_document import read_scorecard_document, scorecard_document
from csat_tui.store import rows
from csat_tui.store.tables import BlindCommentRow, BlindScoreRow, CalibrationClosingRow, CalibrationRow

HERE, FILE = "here", "file"
"""Where a record came from."""

_SESSIONS = select(CalibrationRow).order_by(col(CalibrationRow.at).desc(), col(CalibrationRow.id).desc())
_SCORES = (
    select(BlindScoreRow)
    .where(col(BlindScoreRow.calibration_id) == bindparam("session"))
    .order_by(col(BlindScoreRow.at), col(BlindScoreRow.id))
)
_COMMENTS = select(BlindCommentRow).where(
    col(BlindCommentRow.blind_score_id).in_(
        select(col(BlindScoreRow.id)).where(col(BlindScoreRow.calibration_id) == bindparam("session"))
    )
)
_CLOSING = select(CalibrationClosingRow).where(col(CalibrationClosingRow.calibration_id) == bindparam("session"))


def calibration_sessions(connection: Connection) -> list[CalibrationSession]:
    """Return all sessions, the latest first."""
    return [_session(row) for row in rows.every(connection, CalibrationRow, _SESSIONS)]


def calibration_session(connection: Connection, session_id: str) -> CalibrationSession | None:
    """Return one session, or None."""
    row = rows.get(connection, CalibrationRow, session_id)
    return None if row is None else _session(row)


def add_session(connection: Connection, session: CalibrationSession) -> None:
    """Keep a session."""
    reviewers = [{"id": one.id, "name": one.name} for one in session.reviewers]
    rows.add(
        connection,
        CalibrationRow(
            id=session.id, name=session.name, notes=list(session.notes), reviewers=reviewers,
            deadline=session.deadline, card=scorecard_document(session.card), card_version=session.card_version,
            author_id=session.by.id, author=session.by.name, at=session.at,
        ),
    )  # fmt: skip


def blind_scores(connection: Connection, session_id: str) -> list[BlindScore]:
    """Return every blind score of a session by anybody, oldest first, with the comments that are here."""
    words = {
        row.blind_score_id: row.lines
        for row in rows.every(connection, BlindCommentRow, _COMMENTS, {"session": session_id})
    }
    found = rows.every(connection, BlindScoreRow, _SCORES, {"session": session_id})
    return [_score(row, words.get(row.id, {})) for row in found]


def add_blind_score(
    connection: Connection, score: BlindScore, *, source: str = HERE, survey_id: SurveyId | None = None
) -> None:
    """Keep a blind score; its comments only with the survey that they go with when it is old."""
    answered = {key: one for key, one in score.scores.items() if one.answer is not None}
    rows.add(
        connection,
        BlindScoreRow(
            id=score.id, calibration_id=score.session_id, note=score.note, author_id=score.by.id,
            author=score.by.name, at=score.at, source=source,
            lines={key: {"answer": str(one.answer), "cause": one.cause} for key, one in answered.items()},
        ),
    )  # fmt: skip
    said = {
        line_id: {"comment": one.comment, "message": one.message_id}
        for line_id, one in score.scores.items()
        if one.comment or one.message_id is not None
    }
    if said and survey_id is not None:
        rows.add(
            connection,
            BlindCommentRow(
                id=str(uuid_utils.uuid7()), blind_score_id=score.id, survey_id=survey_id, author_id=score.by.id,
                author=score.by.name, at=score.at, lines=said,
            ),
        )  # fmt: skip


def calibration_closing(connection: Connection, session_id: str) -> CalibrationClosing | None:
    """Return that a session was closed, or None while it is open."""
    row = rows.first(connection, CalibrationClosingRow, _CLOSING, {"session": session_id})
    if row is None:
        return None
    return CalibrationClosing(
        id=row.id, session_id=row.calibration_id, by=SessionReviewer(UserId(row.author_id), row.author), at=row.at,
        counted=tuple(row.counted),
    )  # fmt: skip


def add_closing(connection: Connection, closing: CalibrationClosing, *, source: str = HERE) -> None:
    """Keep that a session was closed."""
    rows.add(
        connection,
        CalibrationClosingRow(
            id=closing.id, calibration_id=closing.session_id, author_id=closing.by.id, author=closing.by.name,
            at=closing.at, counted=list(closing.counted), source=source,
        ),
    )  # fmt: skip


def _session(row: CalibrationRow) -> CalibrationSession:
    return CalibrationSession(
        id=row.id, name=row.name, notes=tuple(row.notes),
        reviewers=tuple(SessionReviewer(UserId(one["id"]), str(one["name"])) for one in row.reviewers),
        deadline=row.deadline, card=read_scorecard_document(JsonPart(row.card, "The scorecard")),
        card_version=row.card_version, by=SessionReviewer(UserId(row.author_id), row.author), at=row.at,
    )  # fmt: skip


def _score(row: BlindScoreRow, words: Mapping[str, Any]) -> BlindScore:
    scores = {line_id: _line(row.lines.get(line_id, {}), words.get(line_id, {})) for line_id in {**row.lines, **words}}
    return BlindScore(
        id=row.id, session_id=row.calibration_id, note=row.note, by=SessionReviewer(UserId(row.author_id), row.author),
        at=row.at, scores=scores,
    )  # fmt: skip


def _line(told: Mapping[str, Any], words: Mapping[str, Any]) -> LineScore:
    answer = told.get("answer")
    return LineScore(
        None if answer is None else LineAnswer(answer), told.get("cause", ""), words.get("comment", ""),
        words.get("message"),
    )  # fmt: skip
