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
"""Seconds after the first unsaved keystroke at which the draft is posted, also while typing goes on."""


class DraftPost:
    """Posts one case's draft soon after each change; `told` is called when what is said of its safety changes."""

    def __init__(
        self,
        pane: Widget,
        shown: Callable[[], Draft],
        message: Callable[[SurveyId, Draft], Message],
        told: Callable[[], None],
    ) -> None:
        self._pane = pane
        self._shown = shown
        self._message = message
        self._told = told
        self._timer: Timer | None = None
        self._kept: dict[SurveyId, Draft] = {}
        """Drafts posted and not yet seen in the store: newer than what a case brings along."""
        self.unposted = False
        self.survey_id: SurveyId | None = None
        self.decided = False
        self.seen: dict[str, str] = {}
        """The words of each field over which these are typed: of what others write, only that may be replaced."""
        self.settled: dict[str, frozenset[str]] = {}
        """By field, the words of others that the person has weighed and the store still has."""
        self.begun_for: SurveyId | None = None
        """The case on which the first letter was typed since its words were shown."""
        self.words = Draft()
        """The draft as it was last taken from a case, from the screen or by a choice."""

    def open(self, case: Case | None) -> None:
        """Take a case's words; a draft on its way to the store is newer than the store's."""
        self.survey_id = None if case is None else case.id
        self.decided = case is not None and case.stage is Stage.DECIDED
        self.unposted = False
        self.begun_for = None
        self.settled = {}
        self.seen = {} if case is None else dict(case.draft.fields)
        self.words = Draft() if case is None else self._kept.get(case.id, case.draft)

    def turns(self, case: Case, *, being_written: bool) -> bool:
        """Whether the same case was decided, or is open again, and its words are to be shown anew.

        What is being written when somebody else decides stays where it is: the person sees it and can copy it.
        """
        decided = case.stage is Stage.DECIDED
        turned, self.decided = decided is not self.decided, decided
        return turned and not (decided and being_written)

    def adopt(self, case: Case) -> bool:
        """Take note of what the store has of the same case; whether its words are to be taken.

        They are where it has some that are not here, as from another workstation, and none here would be lost by that.
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
        """Whether there is something that the store does not have yet."""
        return self.unposted or self.survey_id in self._kept

    def saved(self, survey_id: SurveyId, draft: Draft) -> None:
        """Hear that the store has a draft."""
        if self._kept.get(survey_id) == draft:
            del self._kept[survey_id]
        self._told()

    def settle(self) -> None:
        """Post nothing more of these words: they have become a decision."""
        if self._timer is not None:
            self._timer.stop()
            self._timer = None
        self.unposted = False
        self.words = self._shown()
        if self.survey_id is not None:
            self._kept.pop(self.survey_id, None)

    def schedule(self, case: Case | None) -> None:
        """Post the draft soon; the first letter says for which case the words are."""
        self.unposted = True
        if self.begun_for is None and case is not None:
            self.begun_for = case.id
        if self._timer is None:
            self._timer = self._pane.set_timer(DEBOUNCE, self.flush)
        self._told()

    def flush(self) -> None:
        """Post what has not been posted yet, at once."""
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
        self._told()


def _versions(draft: Draft, name: str) -> tuple[Version, ...]:
    last = draft.written.get(name)
    return draft.others.get(name, ()) if last is None else (*draft.others.get(name, ()), last)


def _goes_beyond(one: Draft, other: Draft) -> bool:
    """Whether a draft has something that another one has not."""
    return (
        (one.outcome_id is not None and one.outcome_id != other.outcome_id)
        or not set(one.findings) <= set(other.findings)
        or any(text.strip() and other.fields.get(name) != text for name, text in one.fields.items())
    )


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
            both = {name: {*waiting.settled.get(name, ()), *words.settled.get(name, ())} for name in names}
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
            Unsaved(f"case {words.survey_id}", {"outcome": words.draft.outcome_id or "", **words.draft.fields})
            for words in self.waiting
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
