"""Blind scores on the review screen: the notes of a calibration are scored as others are, and go to no ticket."""

from collections.abc import Awaitable, Callable
from typing import Any

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

    def keep(self, note: int, draft: ReviewDraft) -> None:
        """Keep a score until the person leaves its note."""
        self._begun[note] = self._unwritten[note] = draft

    def leave(self, note: int) -> None:
        """Write the score of a note, if it has changed."""
        draft = self._unwritten.get(note)
        if draft is not None:
            self._do(NOT_KEPT, self._write(note, draft))


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
