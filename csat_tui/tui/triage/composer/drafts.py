"""Saving drafts: each is posted soon after a change, and written until the store has the newest of each case."""

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace

from textual.message import Message
from textual.timer import Timer
from textual.widget import Widget

from csat_tui.domain.case import Case, Draft, Stage, Version
from csat_tui.domain.ids import SurveyId
from csat_tui.tui.base.background_work import Writer
from csat_tui.tui.base.session import Unsaved
from csat_tui.workflow.desk import Desk

DEBOUNCE = 0.25
"""Seconds from the first unsaved keystroke until the draft is posted, even if typing goes on."""


class DraftPost:
    """Posts the draft of the shown case soon after each change; calls `notify` when its saved state changes."""

    def __init__(
        self,
        pane: Widget,
        shown: Callable[[], Draft],
        message: Callable[[SurveyId, Draft], Message],
        notify: Callable[[], None],
    ) -> None:
        self._pane = pane
        self._shown = shown
        self._message = message
        self._notify = notify
        self._timer: Timer | None = None
        self._kept: dict[SurveyId, Draft] = {}
        """Drafts that were posted and are not in the store yet; they are newer than a case that is read."""
        self.unposted = False
        self.survey_id: SurveyId | None = None
        self.decided = False
        self.seen: dict[str, str] = {}
        """By field, the stored text that the person saw while typing; only this text may be overwritten."""
        self.settled: dict[str, frozenset[str]] = {}
        """By field, the texts of others that the person has decided about and the store still has."""
        self.begun_for: SurveyId | None = None
        """The case that was shown when the first letter was typed."""
        self.words = Draft()
        """The draft as it was last read from a case or from the screen."""

    def open(self, case: Case | None) -> None:
        """Load the draft of a case; a posted draft is newer than the stored one."""
        self.survey_id = None if case is None else case.id
        self.decided = case is not None and case.stage is Stage.DECIDED
        self.unposted = False
        self.begun_for = None
        self.settled = {}
        self.seen = {} if case is None else dict(case.draft.fields)
        self.words = Draft() if case is None else self._kept.get(case.id, case.draft)

    def changes_stage(self, case: Case, *, being_written: bool) -> bool:
        """Whether the shown case was decided or reopened, so that its draft must be shown again.

        If somebody else decides while the person is writing, the person's words stay and can be copied.
        """
        decided = case.stage is Stage.DECIDED
        turned, self.decided = decided is not self.decided, decided
        return turned and not (decided and being_written)

    def adopt(self, case: Case) -> bool:
        """Take note of the stored draft of the shown case; return whether to show the stored draft.

        That is so if it has words from another workstation that are not on the screen, and no words would be lost.
        """
        if self.survey_id is None:
            return False
        if self._kept.get(self.survey_id) == case.draft:
            del self._kept[self.survey_id]
        shown = self._shown()
        stored = case.draft.fields
        self.seen.update({name: text for name, text in stored.items() if shown.fields.get(name) == text})
        self.settled = {
            name: rest
            for name, texts in self.settled.items()
            if (rest := texts & {version.text for version in _versions(case.draft, name)})
        }
        if self.waiting:
            return False
        return _goes_beyond(case.draft, shown) and not _goes_beyond(shown, case.draft)

    @property
    def waiting(self) -> bool:
        """Whether there are words that the store does not have yet."""
        return self.unposted or self.survey_id in self._kept

    def saved(self, survey_id: SurveyId, draft: Draft) -> None:
        """Take note that the store has a draft."""
        if self._kept.get(survey_id) == draft:
            del self._kept[survey_id]
        self._notify()

    def settle(self) -> None:
        """Stop posting these words, because they have become a decision."""
        if self._timer is not None:
            self._timer.stop()
            self._timer = None
        self.unposted = False
        self.words = self._shown()
        if self.survey_id is not None:
            self._kept.pop(self.survey_id, None)

    def schedule(self, case: Case | None) -> None:
        """Post the draft soon; the first letter sets the case that the words belong to."""
        self.unposted = True
        if self.begun_for is None and case is not None:
            self.begun_for = case.id
        if self._timer is None:
            self._timer = self._pane.set_timer(DEBOUNCE, self.flush)
        self._notify()

    def flush(self) -> None:
        """Post unposted words at once."""
        if self._timer is not None:
            self._timer.stop()
            self._timer = None
        if self.survey_id is None:
            return
        draft = self._shown()
        if not self.unposted and draft == self.words:
            return
        self.words = draft
        self.unposted = False
        self._kept[self.survey_id] = draft
        message = self._message(self.survey_id, draft)
        if not self._pane.post_message(message) and self._pane.screen is not None:
            self._pane.screen.post_message(message)
        self._notify()


def _versions(draft: Draft, name: str) -> tuple[Version, ...]:
    last = draft.written.get(name)
    return draft.others.get(name, ()) if last is None else (*draft.others.get(name, ()), last)


def _goes_beyond(draft: Draft, other: Draft) -> bool:
    """Whether a draft has an outcome, findings or words that the other has not."""
    return (
        (draft.outcome_id is not None and draft.outcome_id != other.outcome_id)
        or not set(draft.findings) <= set(other.findings)
        or any(text.strip() and other.fields.get(name) != text for name, text in draft.fields.items())
    )


NOT_SAVED = "The note could not be saved"
"""Shown if saving fails."""

RETRY_DELAY = 3.0
"""Seconds before saving a draft is tried again."""


@dataclass(frozen=True)
class UnsavedDraft:
    """The draft of a case to save, with the stored texts that the person saw and those they decided about."""

    survey_id: SurveyId
    draft: Draft
    seen: Mapping[str, str]
    settled: Mapping[str, Collection[str]] = field(default_factory=dict)

    def save(self, desk: Desk) -> None:
        """Save the draft. Raises StoreError."""
        desk.save_draft(self.survey_id, self.draft, self.seen, self.settled)


class DraftSaver:
    """Saves drafts, and holds each until the store has it, also after its case has left the screen."""

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

    async def save(self, writer: Writer, words: UnsavedDraft) -> None:
        """Save a draft in place of older ones of its case.

        If saving fails, raises the error and tries again after a while.
        """
        if (waiting := self._newest.get(words.survey_id)) is not None:
            names = {*waiting.settled, *words.settled}
            both = {name: {*waiting.settled.get(name, ()), *words.settled.get(name, ())} for name in names}
            words = replace(words, settled=both)
        self._newest[words.survey_id] = words
        await self._try(writer, words)

    async def save_now(self, writer: Writer, words: UnsavedDraft) -> None:
        """Save a draft without a retry of its own. Raises StoreError; `flush` tries again."""
        self._newest[words.survey_id] = words
        await writer.write(self._save, words)
        self._done(words)

    @property
    def waiting(self) -> tuple[UnsavedDraft, ...]:
        """The drafts that the store does not have yet."""
        return tuple(self._newest.values())

    def unsaved(self) -> Sequence[Unsaved]:
        """Return these drafts for a person to read."""
        return [
            Unsaved(f"case {words.survey_id}", {"outcome": words.draft.outcome_id or "", **words.draft.fields})
            for words in self.waiting
        ]

    def forget(self, survey_id: SurveyId) -> None:
        """Drop the draft of a case, because it has become a decision."""
        self._newest.pop(survey_id, None)

    async def flush(self, writer: Writer) -> None:
        """Save all waiting drafts. Raises StoreError."""
        for words in self.waiting:
            await writer.write(self._save, words)
            self._done(words)

    async def _try(self, writer: Writer, words: UnsavedDraft) -> None:
        if self._newest.get(words.survey_id) is not words:
            return
        try:
            await writer.write(self._save, words)
        except Exception:
            self._after(RETRY_DELAY, lambda: self._retry(writer, words))
            raise
        self._done(words)
        self._saved(words.survey_id, words.draft)

    def _retry(self, writer: Writer, words: UnsavedDraft) -> None:
        self._do(NOT_SAVED, self._try(writer, words))

    def _done(self, words: UnsavedDraft) -> None:
        if self._newest.get(words.survey_id) is words:
            self.forget(words.survey_id)
