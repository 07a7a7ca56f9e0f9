"""Reviews that are not finished: each is written at every change, and the newest is known until the store has it."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Any, ClassVar

from csat_tui.store.errors import StoreError
from csat_tui.store.review import ReviewDraft
from csat_tui.tui.base.background_work import Writer
from csat_tui.tui.base.session import Unsaved
from csat_tui.workflow.review_loop import NotReviewed

NOT_KEPT = "The scores could not be saved; they are still on the screen"


class ReviewDrafts:
    """The drafts that were begun in this session, by the numbers of the notes' comments."""

    REFUSED: ClassVar[type[Exception]] = NotReviewed
    """Raised by what saves them where a note takes none any more."""

    def __init__(
        self, save: Callable[[int, ReviewDraft], None], writer: Writer, do: Callable[[str, Awaitable[Any]], None]
    ) -> None:
        self._save = save
        self._writer = writer
        self._do = do
        self._begun: dict[int, ReviewDraft] = {}
        """The newest drafts; a draft that was read meanwhile may be older."""
        self._unwritten: dict[int, ReviewDraft] = {}

    def of(self, note: int) -> ReviewDraft | None:
        """Return the draft of a note as this session has it; None if it has not begun one."""
        return self._begun.get(note)

    def keep(self, note: int, draft: ReviewDraft) -> None:
        """Keep a draft in place of an earlier one, and write it beside the keys."""
        self._begun[note] = self._unwritten[note] = draft
        self._do(NOT_KEPT, self._write(note, draft))

    def forget(self, note: int) -> None:
        """Forget a draft, because its review is written or the store has it."""
        self._begun.pop(note, None)
        self._unwritten.pop(note, None)

    async def save(self) -> None:
        """Write what is not written yet. Raises StoreError, also where a note takes no draft any more."""
        refused: Exception | None = None
        for note, draft in list(self._unwritten.items()):
            try:
                await self._write(note, draft)
            except self.REFUSED as error:
                refused = error
        if refused is not None:
            raise StoreError(str(refused)) from refused

    async def _write(self, note: int, draft: ReviewDraft) -> None:
        await self._writer.write(self._save, note, draft)
        if self._unwritten.get(note) is draft:
            del self._unwritten[note]

    def unsaved(self) -> Sequence[Unsaved]:
        """Return the comments that the store does not have."""
        return [
            Unsaved(f"the review of note {note}", texts)
            for note, draft in self._unwritten.items()
            if (texts := _comments(draft))
        ]


def _comments(draft: ReviewDraft) -> dict[str, str]:
    said = {line_id: given.comment for line_id, given in draft.lines.items() if given.comment}
    return {"comment": draft.text, **said} if draft.text else said
