"""Reloading the playbook: a changed file takes effect between two actions of the person."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import AbstractContextManager

from csat_tui.domain.playbook import Playbook
from csat_tui.playbook import PlaybookError
from csat_tui.sync.background import BackgroundSync
from csat_tui.tui.base.dialog import Dialog
from csat_tui.tui.triage.checklist.pane import ChecklistPane
from csat_tui.tui.triage.composer.pane import ComposerPane
from csat_tui.tui.triage.queue.lines import figures, path_names
from csat_tui.tui.triage.queue.pane import QueuePane
from csat_tui.tui.triage.state import OpenCase
from csat_tui.tui.triage.transcript import CaseTranscript
from csat_tui.workflow.desk import Desk
from csat_tui.workflow.playbook_changes import Reloading

RETRY_DELAY = 0.5
"""Seconds until the next try if the person is deciding, or has a window with the old playbook open."""


class PlaybookReload:
    """Applies a changed playbook to the desk, the panes and the open case; an invalid file only sets `problem`."""

    def __init__(
        self,
        opened: OpenCase,
        desk: Desk,
        reloading: Reloading | None,
        sync: BackgroundSync | None,
        queue: QueuePane,
        transcript: CaseTranscript,
        checklist: ChecklistPane,
        composer: ComposerPane,
        dialog: Dialog,
        *,
        busy: Callable[[], bool],
        later: Callable[[float, Callable[[], Awaitable[None]]], object],
        save_words: Callable[[], Awaitable[None]],
        drawn_at_once: Callable[[], AbstractContextManager[None]],
        entitle: Callable[[str], None],
        update_lines: Callable[[], None],
    ) -> None:
        self.problem = ""
        """The problem of the current file; empty while its contents are in use."""
        self._opened = opened
        self._desk = desk
        self._reloading = reloading
        self._sync = sync
        self._queue = queue
        self._transcript = transcript
        self._checklist = checklist
        self._composer = composer
        self._dialog = dialog
        self._busy = busy
        self._later = later
        self._save_words = save_words
        self._drawn_at_once = drawn_at_once
        self._entitle = entitle
        self._update_lines = update_lines

    async def follow(self) -> None:
        """Apply the current file, or show its problem and keep the old playbook. Raises StoreError."""
        found = self._reloading.found if self._reloading is not None else None
        if isinstance(found, PlaybookError):
            self.problem = _wrong(found)
            self._update_lines()
        elif isinstance(found, Playbook) and found is not self._desk.playbook:
            if self._busy():
                self._later(RETRY_DELAY, self.follow)
                return
            await self._take_over(found)
        elif self.problem:
            self.problem = ""
            self._update_lines()

    async def _take_over(self, playbook: Playbook) -> None:
        """Save the typed words, then switch the desk, the panes and the case to the new playbook at once."""
        await self._save_words()
        opened, desk = self._opened, self._desk
        before = desk.playbook
        desk.playbook = playbook
        wanted = opened.wanted
        case = None if wanted is None else await asyncio.to_thread(desk.case, wanted)
        suggestions = {} if case is None else await asyncio.to_thread(desk.suggestions, case)
        with self._drawn_at_once():
            self._queue.measure(playbook.low, *path_names(playbook))
            self._queue.explain(figures(playbook))
            self._transcript.view.follow(playbook)
            if wanted == opened.wanted:
                opened.show(case, suggestions)
            self._checklist.follow(playbook)
            self._composer.follow(playbook)
        self.problem = ""
        self._entitle(playbook.title)
        self._update_lines()
        if self._sync is not None:
            self._sync.restart()
        self._say_so(before, playbook)

    def _say_so(self, before: Playbook, playbook: Playbook) -> None:
        chosen = self._composer.draft.outcome_id
        if chosen is not None and chosen not in {outcome.id for outcome in playbook.outcomes}:
            self._dialog.notify(
                f"The changed playbook is in use. It no longer has “{before.label_of(chosen)}”: choose another outcome;"
                " your words are kept.",
                severity="warning",
                timeout=12,
            )
        else:
            self._dialog.notify("The changed playbook is in use.")


def _wrong(error: PlaybookError) -> str:
    """Return a sentence with the first problem, its file and line."""
    first, more = error.problems[0], len(error.problems) - 1
    others = f" (and {more} more, `csat-tui playbook check` lists them)" if more else ""
    return f"The playbook was not changed: {first}{others}"
