"""Calibration: several reviewers score the same notes blind, and are compared when the session closes.

Blind scores stand apart from reviews: they count for no agent and go to no ticket.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from csat_tui.domain.clock import day_and_time
from csat_tui.domain.ids import UserId
from csat_tui.domain.review.scorecard import LineScore, Scorecard

CLOCKS_DIFFER = timedelta(minutes=5)
"""How far the times of two homes may be apart although both know the help desk's."""

MOST_NOTES, MOST_REVIEWERS, LONGEST_NAME = 100, 20, 120
"""Notes, reviewers and characters of a name that a session has at most."""

MOST_ANSWERS = 100_000
"""Answers that a session's reviewers give at most, so that its file can be taken in elsewhere."""


@dataclass(frozen=True, slots=True)
class SessionReviewer:
    """Who is to score: their number at the help desk, and their name."""

    id: UserId
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CalibrationSession:
    """A session as it was set up; it never changes. `notes` are the numbers of the comments, `by` set it up."""

    id: str
    """A UUIDv7."""
    name: str
    notes: tuple[int, ...]
    reviewers: tuple[SessionReviewer, ...]
    deadline: datetime
    card: Scorecard
    card_version: str
    by: SessionReviewer
    at: datetime

    def takes(self, user_id: UserId) -> bool:
        """Return whether somebody is one of its reviewers."""
        return any(one.id == user_id for one in self.reviewers)

    def concerns(self, user_id: UserId) -> bool:
        """Return whether somebody set it up or is one of its reviewers, and so may close it."""
        return user_id == self.by.id or self.takes(user_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class BlindScore:
    """What one reviewer scored of one note; a later one by the same reviewer stands for it."""

    id: str
    """A UUIDv7."""
    session_id: str
    note: int
    by: SessionReviewer
    at: datetime
    scores: Mapping[str, LineScore]
    """By the ids of the lines; without comments where it came from a file."""

    def says_the_same(self, other: "BlindScore") -> bool:
        """Return whether both have the same answers and causes."""
        return _answers(self.scores) == _answers(other.scores)


@dataclass(frozen=True, slots=True, kw_only=True)
class CalibrationClosing:
    """That a session was closed, by whom, and the blind scores that count in it, by their ids."""

    id: str
    """A UUIDv7."""
    session_id: str
    by: SessionReviewer
    at: datetime
    counted: tuple[str, ...]


def session_mistakes(
    name: str,
    notes: Sequence[int],
    reviewers: Sequence[SessionReviewer],
    deadline: datetime,
    card: Scorecard,
    now: datetime,
) -> tuple[str, ...]:
    """Return a sentence for everything that keeps a session from being set up."""
    found = []
    if not name.strip() or len(name) > LONGEST_NAME:
        found.append(f"A session needs a name of at most {LONGEST_NAME} characters.")
    if not notes or len(notes) > MOST_NOTES:
        found.append(f"A session has from 1 to {MOST_NOTES} notes.")
    if len(set(notes)) < len(notes):
        found.append("A note is named twice.")
    if not reviewers or len(reviewers) > MOST_REVIEWERS:
        found.append(f"A session has from 1 to {MOST_REVIEWERS} reviewers.")
    if len({one.id for one in reviewers}) < len(reviewers):
        found.append("A reviewer is named twice.")
    if len(notes) * len(reviewers) * len(card.lines) > MOST_ANSWERS:
        found.append(f"The reviewers would give more than {MOST_ANSWERS:,} answers; take fewer notes or reviewers.")
    if deadline <= now:
        found.append(f"The deadline {day_and_time(deadline)} has passed.")
    return tuple(found)


def why_not_scored(
    session: CalibrationSession, closing: CalibrationClosing | None, by: SessionReviewer, note: int, at: datetime
) -> str:
    """Return why somebody's score of a note is refused at a moment, in a sentence; empty where it is taken."""
    if closing is not None:
        return (
            f"“{session.name}” was closed by {closing.by.name} on {day_and_time(closing.at)}; it takes no more scores."
        )
    if not session.takes(by.id):
        return f"{by.name} is not a reviewer of “{session.name}”."
    if note not in session.notes:
        return f"Note {note} is not one of those of “{session.name}”."
    if at > session.deadline:
        return (
            f"The deadline of “{session.name}” was {day_and_time(session.deadline)}, and by the help desk's time it is "
            f"{day_and_time(at)}."
        )
    return ""


def standing_scores(scores: Iterable[BlindScore]) -> tuple[BlindScore, ...]:
    """Return the latest score of each reviewer for each note, in the order of their times."""
    latest: dict[tuple[int, UserId], BlindScore] = {}
    for score in sorted(scores, key=lambda one: (one.at, one.id)):
        latest.pop((score.note, score.by.id), None)
        latest[score.note, score.by.id] = score
    return tuple(latest.values())


def counted_scores(scores: Iterable[BlindScore], closing: CalibrationClosing) -> tuple[BlindScore, ...]:
    """Return the scores that count in a closed session, whatever came here afterwards."""
    return standing_scores(one for one in scores if one.id in closing.counted)


def missing_scores(session: CalibrationSession, scores: Collection[BlindScore]) -> int:
    """Return how many reviewers have not scored every note."""
    scored = {(one.by.id, one.note) for one in scores}
    return sum(any((one.id, note) not in scored for note in session.notes) for one in session.reviewers)


def _answers(scores: Mapping[str, LineScore]) -> dict[str, tuple[str, str]]:
    return {line_id: (one.answer.value, one.cause) for line_id, one in scores.items() if one.answer is not None}
