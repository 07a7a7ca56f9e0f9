"""The file in which two homes exchange a calibration session: JSON with a version and a hash over its content.

The file of an open session holds the session and its sender's own scores; that of a closed one all scores that
counted, and the closing. It has no words of customers, and no comments of reviewers, who may quote them: numbers of
notes, answers, causes of the scorecard, names of reviewers. The hash shows damage and proves nobody's identity, so that
whoever takes in a file has to know whom it came from.
"""

import hashlib
import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from csat_tui.domain.ids import UserId
from csat_tui.domain.review.calibration import (
    LONGEST_NAME,
    MOST_NOTES,
    MOST_REVIEWERS,
    BlindScore,
    CalibrationClosing,
    CalibrationSession,
    SessionReviewer,
)
from csat_tui.domain.review.checked_json import HIGHEST_ID, JsonPart, UnexpectedJson, canonical_json, strict_json
from csat_tui.domain.review.scorecard import LineAnswer, LineScore, score_mistakes, version_of
from csat_tui.domain.review.scorecard_document import read_scorecard_document, scorecard_document

FORMAT, VERSION = "csat-tui calibration", 1
MOST_BYTES = 8_000_000
"""Bytes of a file; more than the largest session needs."""

_MOST_LINES, _LONGEST_CAUSE, _LONGEST_ADDRESS = 2_000, 300, 500


@dataclass(frozen=True, slots=True)
class CalibrationExchange:
    """What one file says; `closing` is None for an open session, whose scores are all `sender`'s.

    `help_desk` is the address at which the numbers of notes and people are valid.
    """

    help_desk: str
    session: CalibrationSession
    scores: tuple[BlindScore, ...]
    closing: CalibrationClosing | None
    sender: SessionReviewer
    at: datetime


def calibration_file_text(exchange: CalibrationExchange) -> str:
    """Return the text of a file. Comments on lines, and which messages they are about, stay behind."""
    content = {
        "help_desk": exchange.help_desk,
        "session": session_document(exchange.session),
        "scores": [_score_document(one) for one in exchange.scores],
        "closing": None if exchange.closing is None else _closing_document(exchange.closing),
        "sender": _person_document(exchange.sender),
        "at": _moment(exchange.at),
    }
    whole = {"format": FORMAT, "version": VERSION, "sha256": _hash(content), "content": content}
    return json.dumps(whole, ensure_ascii=True, sort_keys=True) + "\n"


def read_calibration_file(raw: bytes) -> CalibrationExchange:
    """Return what a file says. Raises UnexpectedJson, with a sentence, for a file that is not whole and consistent."""
    whole = strict_json(raw)
    if not isinstance(whole, dict) or whole.get("format") != FORMAT:
        raise UnexpectedJson("It is no calibration file of csat-tui.")
    head = JsonPart(whole, "The file")
    head.text("format", LONGEST_NAME)
    if (version := head.number("version", 1, 1_000_000)) > VERSION:
        raise UnexpectedJson(
            f"It was written by a newer csat-tui (version {version} of these files, this one reads {VERSION})."
        )
    hashed, content = head.text("sha256", 64), head.part("content")
    head.finish()
    if hashed != _hash(whole["content"]):
        raise UnexpectedJson("Its content is not what was exported: it was changed or damaged on the way.")
    exchange = CalibrationExchange(
        content.text("help_desk", _LONGEST_ADDRESS),
        read_session_document(content.part("session")),
        tuple(_read_score(one) for one in content.parts("scores", 2 * MOST_NOTES * MOST_REVIEWERS)),
        _read_closing(content.part("closing")) if content.has("closing") else None,
        _read_person(content.part("sender")),
        content.moment("at"),
    )
    content.finish()
    _check(exchange)
    return exchange


def session_document(session: CalibrationSession) -> dict[str, Any]:
    """Return a session as a JSON value."""
    return {
        "id": session.id, "name": session.name, "notes": list(session.notes),
        "reviewers": [_person_document(one) for one in session.reviewers], "deadline": _moment(session.deadline),
        "scorecard": scorecard_document(session.card), "scorecard_version": session.card_version,
        "by": _person_document(session.by), "at": _moment(session.at),
    }  # fmt: skip


def read_session_document(part: JsonPart) -> CalibrationSession:
    """Return the session of a JSON value. Raises UnexpectedJson, also where the scorecard is not of its version."""
    session = CalibrationSession(
        id=part.unique_id("id"),
        name=part.text("name", LONGEST_NAME),
        notes=part.numbers("notes", MOST_NOTES),
        reviewers=tuple(_read_person(one) for one in part.parts("reviewers", MOST_REVIEWERS)),
        deadline=part.moment("deadline"),
        card=read_scorecard_document(part.part("scorecard")),
        card_version=part.text("scorecard_version", LONGEST_NAME),
        by=_read_person(part.part("by")),
        at=part.moment("at"),
    )
    part.finish()
    if not session.notes or len(set(session.notes)) < len(session.notes):
        raise UnexpectedJson("The session has no notes, or one of them twice.")
    if not session.reviewers or len({one.id for one in session.reviewers}) < len(session.reviewers):
        raise UnexpectedJson("The session has no reviewers, or one of them twice.")
    if version_of(session.card) != session.card_version:
        raise UnexpectedJson(f"The scorecard in it is not version {session.card_version}, which it claims to be.")
    return session


def _score_document(one: BlindScore) -> dict[str, Any]:
    lines = {
        line_id: {"answer": given.answer.value, "cause": given.cause}
        for line_id, given in one.scores.items()
        if given.answer is not None
    }
    return {
        "id": one.id, "session": one.session_id, "note": one.note, "by": _person_document(one.by),
        "at": _moment(one.at), "lines": lines,
    }  # fmt: skip


def _closing_document(one: CalibrationClosing) -> dict[str, Any]:
    return {
        "id": one.id, "session": one.session_id, "by": _person_document(one.by), "at": _moment(one.at),
        "counted": list(one.counted),
    }  # fmt: skip


def _person_document(one: SessionReviewer) -> dict[str, Any]:
    return {"id": one.id, "name": one.name}


def _read_person(part: JsonPart) -> SessionReviewer:
    person = SessionReviewer(UserId(part.number("id", 1, HIGHEST_ID)), part.text("name", LONGEST_NAME))
    part.finish()
    return person


def _read_score(part: JsonPart) -> BlindScore:
    lines = {}
    for line_id, line in part.by_key("lines", _MOST_LINES).items():
        answer = LineAnswer(line.choice("answer", [one.value for one in LineAnswer]))
        lines[line_id] = LineScore(answer, line.text("cause", _LONGEST_CAUSE, empty=True))
        line.finish()
    score = BlindScore(
        id=part.unique_id("id"), session_id=part.unique_id("session"), note=part.number("note", 1, HIGHEST_ID),
        by=_read_person(part.part("by")), at=part.moment("at"), scores=lines,
    )  # fmt: skip
    part.finish()
    return score


def _read_closing(part: JsonPart) -> CalibrationClosing:
    closing = CalibrationClosing(
        id=part.unique_id("id"), session_id=part.unique_id("session"), by=_read_person(part.part("by")),
        at=part.moment("at"), counted=part.unique_ids("counted", 2 * MOST_NOTES * MOST_REVIEWERS),
    )  # fmt: skip
    part.finish()
    return closing


def _check(exchange: CalibrationExchange) -> None:
    """Refuse what is well formed and contradicts itself."""
    session, closing = exchange.session, exchange.closing
    if len({one.id for one in exchange.scores}) < len(exchange.scores):
        raise UnexpectedJson("It has one score twice.")
    if len({(one.note, one.by.id) for one in exchange.scores}) < len(exchange.scores):
        raise UnexpectedJson("It has two scores of one note by one reviewer.")
    for one in exchange.scores:
        if one.session_id != session.id:
            raise UnexpectedJson("It has a score of another session.")
        if one.note not in session.notes:
            raise UnexpectedJson(f"It has a score of note {one.note}, which is not in its session.")
        if not session.takes(one.by.id):
            raise UnexpectedJson(f"It has a score by {one.by.name}, who is not a reviewer of its session.")
        if closing is None and one.by.id != exchange.sender.id:
            raise UnexpectedJson("It is of an open session and has scores by others than its sender.")
        if mistakes := score_mistakes(session.card, one.scores):
            raise UnexpectedJson(mistakes[0])
        if one.at > session.deadline:
            raise UnexpectedJson(f"It has a score of note {one.note} from after the deadline.")
    if closing is not None:
        if closing.session_id != session.id:
            raise UnexpectedJson("It has the closing of another session.")
        if not session.concerns(closing.by.id):
            raise UnexpectedJson(f"It was closed by {closing.by.name}, who has no part in its session.")
        if set(closing.counted) != {one.id for one in exchange.scores}:
            raise UnexpectedJson("Its scores are not those that its closing counts.")


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).isoformat()


def _hash(content: object) -> str:
    return hashlib.sha256(canonical_json(content)).hexdigest()
