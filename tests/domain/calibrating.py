"""A calibration session for tests: three reviewers, six notes, and a small scorecard."""

import itertools
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from csat_tui.domain.ids import UserId
from csat_tui.domain.review.calibration import BlindScore, CalibrationClosing, CalibrationSession, SessionReviewer
from csat_tui.domain.review.scorecard import LineAnswer, LineScore, Scale, Scorecard, ScorecardLine, ScorecardSection
from csat_tui.domain.review.scorecard import version_of as version
from tests.builders import NOON

KIM, LEE, MAX = (SessionReviewer(UserId(number), name) for number, name in ((71, "Kim"), (72, "Lee"), (73, "Max")))
NOTES = (801, 802, 803, 804, 805, 806)
CARD = Scorecard(
    "note", "Note", 80,
    (
        ScorecardSection("all", "All", (
            ScorecardLine("summary", "Summary", 10, na=True, causes=("Too vague",), audit="note-summary"),
            ScorecardLine("reply", "Reply", 10, Scale.ZERO_TO_FOUR),
            ScorecardLine("outcome", "Outcome", 10, critical=True),
            ScorecardLine("extra", "Extra", 4, bonus=True),
        )),
    ),
)  # fmt: skip
DEADLINE = NOON + timedelta(days=2)
_NUMBERS = itertools.count(1)


def an_id() -> str:
    """Return another UUIDv7."""
    return f"01900000-0000-7000-8000-{next(_NUMBERS):012x}"


def a_session(**over: Any) -> CalibrationSession:
    parts: dict[str, Any] = {
        "id": an_id(), "name": "March", "notes": NOTES, "reviewers": (KIM, LEE, MAX), "deadline": DEADLINE,
        "card": CARD, "card_version": version(CARD), "by": KIM, "at": NOON,
    }  # fmt: skip
    return CalibrationSession(**parts | over)


def lines(given: str | Mapping[str, str]) -> dict[str, LineScore]:
    """Return scores from words such as “summary=yes reply=3”."""
    told = dict(one.split("=") for one in given.split()) if isinstance(given, str) else given
    return {line_id: LineScore(LineAnswer(answer)) for line_id, answer in told.items()}


def a_blind_score(
    session: CalibrationSession, note: int, by: SessionReviewer, given: str, at: datetime = NOON, **over: Any
) -> BlindScore:
    parts: dict[str, Any] = {"id": an_id(), "session_id": session.id, "scores": lines(given)}
    return BlindScore(**parts | {"note": note, "by": by, "at": at} | over)


def a_closing(session: CalibrationSession, scores: Iterable[BlindScore], **over: Any) -> CalibrationClosing:
    parts: dict[str, Any] = {"id": an_id(), "by": KIM, "at": NOON, "counted": tuple(one.id for one in scores)}
    return CalibrationClosing(**parts | {"session_id": session.id} | over)
