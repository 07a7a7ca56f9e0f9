"""Undoing a decision: the decisions of this session, the time left to undo the last, and the undo itself."""

import asyncio
from collections.abc import Callable

from csat_tui.domain.ids import SurveyId
from csat_tui.domain.merging import MERGE_DECISION
from csat_tui.domain.review.steps import REVIEW_DECISION
from csat_tui.tui.base.background_work import Writer
from csat_tui.tui.base.commands import NEWER_WORDS
from csat_tui.tui.base.dialog import Dialog
from csat_tui.tui.base.undo_countdown import UndoCountdown
from csat_tui.tui.triage.composer.drafts import DraftSaver
from csat_tui.tui.triage.composer.pane import ComposerPane
from csat_tui.tui.triage.queue.pane import QueuePane
from csat_tui.workflow.desk import Desk
from csat_tui.workflow.review_loop import ReviewLoop


class Undo:
    """Takes back the last decision, and discards leftover words of a decided case."""

    def __init__(
        self,
        desk: Desk,
        loop: ReviewLoop,
        writer: Writer,
        queue: QueuePane,
        composer: ComposerPane,
        drafts: DraftSaver,
        grace: UndoCountdown,
        dialog: Dialog,
        *,
        read: Callable[[SurveyId], None],
        read_changes: Callable[[frozenset[str]], None],
    ) -> None:
        self._desk = desk
        self._loop = loop
        self._writer = writer
        self._queue = queue
        self._composer = composer
        self._drafts = drafts
        self._grace = grace
        self._dialog = dialog
        self._read = read
        self._read_changes = read_changes

    def nothing_to_undo(self) -> str:
        """Return why there is nothing to undo; empty if there is."""
        return "" if len(self._grace) else "you have not decided anything in this session"

    def label(self) -> str:
        """Return the name of the decision that undo would take back; empty if there is none."""
        last = self._grace.last
        if last is None:
            return ""
        if last.outcome_id == REVIEW_DECISION:
            return "Answer"
        return "Merge" if last.outcome_id == MERGE_DECISION else self._desk.playbook.label_of(last.outcome_id)

    async def undo(self) -> None:
        """Take back the last decision and show its case again. Raises TooLate, StoreError."""
        decision = self._grace.last
        if decision is None:
            return
        if decision.outcome_id == REVIEW_DECISION:
            await self._writer.write(self._loop.undo, decision)
            self._grace.drop(decision)
            self._read_changes(frozenset({"queue", "outbox"}))
            self._read(decision.survey_id)
            self._dialog.notify("Undone: your answer was not sent, and its words are kept.", timeout=5)
            return
        before = await asyncio.to_thread(self._desk.draft, decision.survey_id)
        survey_id = await self._writer.write(self._desk.undo, decision.decision_id)
        self._grace.drop(decision)
        self._read_changes(frozenset({"queue", "outbox"}))
        if decision.outcome_id == MERGE_DECISION:
            self._dialog.notify("Undone: no ticket is merged.", timeout=5)
            return
        stayed = before.typed and before == await asyncio.to_thread(self._desk.draft, survey_id)
        if await self._queue.go_to(survey_id) is False:
            self._read(survey_id)
        where = NEWER_WORDS if stayed else "Its words are in the note again."
        self._dialog.notify(f"Undone: nothing was sent. {where}", timeout=8 if stayed else 5)

    async def discard(self, survey_id: SurveyId) -> None:
        """Delete the words of a decided case that its decision did not use."""
        await self._writer.write(self._desk.discard_draft, survey_id)
        self._drafts.forget(survey_id)
        self._composer.let_go()
        self._dialog.notify("The words are deleted.", timeout=3)
        self._read(survey_id)
