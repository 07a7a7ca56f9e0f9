"""Blind scores on the review screen: the notes of a calibration are scored as others are, and go to no ticket."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from csat_tui.domain.review.scorecard import LineScore
from csat_tui.domain.review.steps import ReviewThread
from csat_tui.store.review import ReviewDraft
from csat_tui.tui.base.background_work import Writer
from csat_tui.tui.review.drafts import NOT_KEPT, ReviewDrafts
from csat_tui.tui.review.scoring import NoteReading
from csat_tui.workflow.calibration import CalibrationDesk
from csat_tui.workflow.calibration_files import CalibrationRefused
from csat_tui.workflow.review import ReviewDesk


class BlindScores(ReviewDrafts):
    """What is scored blind in one session of a calibration; it is written when the person leaves the note.

    Each writing is a record of its own, so that not every answer is written at once.
    """

    REFUSED = (CalibrationRefused,)

    def __init__(
        self,
        calibration: CalibrationDesk,
        session_id: str,
        writer: Writer,
        do: Callable[[str, Awaitable[Any]], None],
    ) -> None:
        def save(note: int, draft: ReviewDraft) -> None:
            if any(one.answer is not None for one in draft.lines.values()):
                calibration.score(session_id, note, draft.lines)

        super().__init__(save, writer, do)
        self._on_its_way: dict[int, ReviewDraft] = {}
        """What is being written, so that going on from a note does not write it twice."""

    def keep(self, note: int, draft: ReviewDraft) -> None:
        """Keep a score until the person leaves its note."""
        self._begun[note] = self._unwritten[note] = draft

    def leave(self, note: int) -> None:
        """Write the score of a note beside the keys, if it has changed."""
        if note in self._unwritten:
            self._do(NOT_KEPT, self.hand_in(note))

    async def hand_in(self, note: int) -> None:
        """Write the score of a note, if it has changed. Raises StoreError, CalibrationRefused."""
        draft = self._unwritten.get(note)
        if draft is None or self._on_its_way.get(note) is draft:
            return
        self._on_its_way[note] = draft
        try:
            await self._write(note, draft)
        finally:
            del self._on_its_way[note]

    def texts(self, draft: ReviewDraft) -> Mapping[str, str]:
        """Return the scores, answers included: there is no other record of them."""
        return {line_id: _words(one) for line_id, one in draft.lines.items()}

    def name(self, number: int) -> str:
        """Return what the scores are about."""
        return f"the blind score of note {number}"


def _words(given: LineScore) -> str:
    return " · ".join(part for part in (given.answer or "", given.cause, given.comment) if part)


def read_blind(
    review: ReviewDesk, calibration: CalibrationDesk, session_id: str, comment_id: int
) -> NoteReading | None:
    """Read a note to be scored blind, without what was said of it; None where it is not here. Raises StoreError."""
    found = review.note(comment_id)
    if found is None:
        return None
    try:
        task = calibration.task(session_id, comment_id)
    except CalibrationRefused:
        return None
    own = None if task.own is None else ReviewDraft(task.session.card.id, task.session.card_version, task.own.scores)
    return NoteReading(found, ReviewThread(), own, task.why_not.removesuffix("."), task.session)
