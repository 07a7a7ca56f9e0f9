"""Reviews that are not finished."""

from collections.abc import Mapping
from typing import ClassVar

from csat_tui.store.review import ReviewDraft
from csat_tui.tui.base.drafts import KeptDrafts
from csat_tui.workflow.review_loop import NotReviewed

NOT_KEPT = "The scores could not be saved; they are still on the screen"


class ReviewDrafts(KeptDrafts[ReviewDraft]):
    """The reviews that were begun in this session, by the numbers of the notes' comments."""

    FAILURE = NOT_KEPT
    REFUSED: ClassVar[tuple[type[Exception], ...]] = (NotReviewed,)

    def texts(self, draft: ReviewDraft) -> Mapping[str, str]:
        """Return the comments."""
        said = {line_id: given.comment for line_id, given in draft.lines.items() if given.comment}
        return {"comment": draft.text, **said} if draft.text else said

    def name(self, number: int) -> str:
        """Return what the comments are about."""
        return f"the review of note {number}"
