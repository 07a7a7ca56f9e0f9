"""Write drafts to the store in their order, and try again until it has the newest draft of each case."""

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace

from csat_tui.domain.case import Draft
from csat_tui.domain.ids import SurveyId
from csat_tui.tui.base.background_work import Writer
from csat_tui.tui.base.unsaved import Unsaved
from csat_tui.workflow.desk import Desk

NOT_SAVED = "The note could not be saved"
"""Said where that fails."""

AGAIN = 3.0
"""Seconds before a draft that could not be written is tried again."""


@dataclass(frozen=True)
class UnsavedDraft:
    """Words of one case to be kept, over which words they were typed, and between which the person has chosen."""

    survey_id: SurveyId
    draft: Draft
    seen: Mapping[str, str]
    settled: Mapping[str, Collection[str]] = field(default_factory=dict)

    def save(self, desk: Desk) -> None:
        """Write them. Raises StoreError."""
        desk.save_draft(self.survey_id, self.draft, self.seen, self.settled)


class DraftSaver:
    """Holds every draft that the store does not have yet, also of cases that are no longer on the screen."""

    def __init__(
        self,
        save: Callable[["UnsavedDraft"], None],
        saved: Callable[[SurveyId, Draft], None],
        *,
        do: Callable[[str, Awaitable[None]], None],
        after: Callable[[float, Callable[[], None]], object],
    ) -> None:
        self._save = save
        self._saved = saved
        self._do = do
        self._after = after
        self._newest: dict[SurveyId, UnsavedDraft] = {}

    async def keep(self, writer: Writer, words: UnsavedDraft) -> None:
        """Write a draft, now or as soon as the store lets us; what is older than it is forgotten.

        Raises what keeps the store from taking it, and has it tried again after a while.
        """
        if (waiting := self._newest.get(words.survey_id)) is not None:
            names = {*waiting.settled, *words.settled}
            both = {one: {*waiting.settled.get(one, ()), *words.settled.get(one, ())} for one in names}
            words = replace(words, settled=both)
        self._newest[words.survey_id] = words
        await self._try(writer, words)

    async def keep_now(self, writer: Writer, words: UnsavedDraft) -> None:
        """Write a draft before anything else happens. Raises StoreError; the words are tried again with the others."""
        self._newest[words.survey_id] = words
        await writer.write(self._save, words)
        self._done(words)

    @property
    def waiting(self) -> tuple[UnsavedDraft, ...]:
        """The words that the store does not have yet."""
        return tuple(self._newest.values())

    def unsaved(self) -> Sequence[Unsaved]:
        """Return them for a person to read."""
        return [
            Unsaved(f"case {one.survey_id}", {"outcome": one.draft.outcome_id or "", **one.draft.fields})
            for one in self.waiting
        ]

    def forget(self, survey_id: SurveyId) -> None:
        """Let go of a case's words: they have become a decision."""
        self._newest.pop(survey_id, None)

    async def flush(self, writer: Writer) -> None:
        """Try everything that is left once more. Raises StoreError."""
        for words in self.waiting:
            await writer.write(self._save, words)
            self._done(words)

    async def _try(self, writer: Writer, words: UnsavedDraft) -> None:
        if self._newest.get(words.survey_id) is not words:
            return
        try:
            await writer.write(self._save, words)
        except Exception:
            self._after(AGAIN, lambda: self._again(writer, words))
            raise
        self._done(words)
        self._saved(words.survey_id, words.draft)

    def _again(self, writer: Writer, words: UnsavedDraft) -> None:
        self._do(NOT_SAVED, self._try(writer, words))

    def _done(self, words: UnsavedDraft) -> None:
        if self._newest.get(words.survey_id) is words:
            self.forget(words.survey_id)
