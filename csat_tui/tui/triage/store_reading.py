"""Reading the store for the triage screen: the wanted case, and the data that a change affects."""

import asyncio
from collections.abc import Callable
from typing import Any

from csat_tui.domain.case import Case, Stage
from csat_tui.domain.effect import OutboxSummary
from csat_tui.domain.ids import SurveyId
from csat_tui.store.cases.queue import QueueCounts
from csat_tui.store.database import ELSEWHERE
from csat_tui.sync.background import BackgroundSync
from csat_tui.tui.base.dialog import Dialog, Notices
from csat_tui.tui.triage.case_history import CaseHistory
from csat_tui.tui.triage.composer.pane import ComposerPane
from csat_tui.tui.triage.queue.pane import QueuePane
from csat_tui.tui.triage.state import ActionsUnderWay, DeskState, OpenCase
from csat_tui.workflow.desk import Desk
from csat_tui.workflow.dispatch import Dispatch
from csat_tui.workflow.playbook_changes import PLAYBOOK_CHANGED
from csat_tui.workflow.shift import Shifts

SLOW = 0.4
"""Seconds of reading after which the previous case is hidden; less than a key waits for its case."""

AHEAD = 3
"""Number of following cases that the sync fetches in advance."""


class CaseReader:
    """Reads and shows the wanted case; only the person's actions change which case that is."""

    def __init__(
        self,
        opened: OpenCase,
        desk: Desk,
        sync: BackgroundSync | None,
        queue: QueuePane,
        composer: ComposerPane,
        under_way: ActionsUnderWay,
        dialog: Dialog,
        *,
        after: Callable[[float, Callable[[], None]], object],
        in_queue: Callable[[], bool],
        update_blockers: Callable[[], None],
        read_history: Callable[[], object],
        go_to_note: Callable[[], None],
    ) -> None:
        self._opened = opened
        self._desk = desk
        self._sync = sync
        self._queue = queue
        self._composer = composer
        self._under_way = under_way
        self._dialog = dialog
        self._after = after
        self._in_queue = in_queue
        self._update_blockers = update_blockers
        self._read_history = read_history
        self._go_to_note = go_to_note

    def begun(self) -> bool:
        """Whether the person has begun to work on the open case; it then stays open when the view changes."""
        case = self._opened.case
        if case is None or case.id != self._opened.wanted:
            return False
        draft = self._composer.draft
        if case.stage is Stage.DECIDED and not draft.typed:
            return False
        return not self._in_queue() or bool(case.answers) or not draft.empty

    def has_changed(self) -> bool:
        """Whether the queue's row of the open case is newer than the open case."""
        case, row = self._opened.case, self._queue.list.window.cursor
        if case is None or row is None or row.id != case.id:
            return False
        return (row.stage, row.claimed_by) != (case.stage, case.claimed_by)

    async def read(self) -> None:
        """Read the wanted case, and show it if it is still wanted."""
        opened, wanted = self._opened, self._opened.wanted
        if wanted is None:
            opened.clear()
            return
        self._after(SLOW, lambda: self.put_away_another(wanted))
        case = await asyncio.to_thread(self._desk.case, wanted)
        suggestions = await asyncio.to_thread(self._desk.suggestions, case) if case is not None else {}
        if wanted != opened.wanted or wanted in self._under_way.leaving:
            return
        before = opened.case
        if not opened.holds(wanted):
            opened.history = None
        opened.show(case, suggestions)
        self._update_blockers()
        self._say_what_happened(before, case)
        self._read_history()
        if wanted == opened.to_the_note:
            opened.to_the_note = None
            self._go_to_note()
        if case is None:
            opened.wanted = None
        elif self._sync is not None:
            window = self._queue.list.window
            following = [row.id for row in window.rows[window.index + 1 : window.index + 1 + AHEAD]]
            self._sync.prioritize([wanted, *following])

    def put_away_another(self, wanted: SurveyId) -> None:
        """Hide the open case if it is not the wanted one; its draft is kept."""
        opened = self._opened
        if opened.wanted == wanted and opened.case is not None and opened.case.id != wanted:
            opened.clear()

    def _say_what_happened(self, before: Case | None, case: Case | None) -> None:
        """Notify that the open case has left the queue by somebody else's action; the note shows it permanently."""
        if before is None or case is None or before.id != case.id or before.stage is case.stage:
            return
        if case.stage is not Stage.OPEN and (happened := self._composer.happened):
            self._dialog.notify(f"{happened} What you typed here is kept.", severity="warning", timeout=12)


class StoreRefresh:
    """Reads the data again that a change of the store affects."""

    def __init__(
        self,
        opened: OpenCase,
        state: DeskState,
        desk: Desk,
        dispatch: Dispatch,
        shifts: Shifts,
        notices: Notices,
        sync: BackgroundSync | None,
        queue: QueuePane,
        reader: CaseReader,
        history: CaseHistory,
        *,
        read: Callable[[str, str, Callable[[], Any], Callable[[Any], None]], None],
        update_lines: Callable[[], None],
        read_case: Callable[[], None],
        read_history: Callable[[], object],
        follow_playbook: Callable[[], None],
    ) -> None:
        self._opened = opened
        self._state = state
        self._desk = desk
        self._dispatch = dispatch
        self._shifts = shifts
        self._notices = notices
        self._sync = sync
        self._queue = queue
        self._reader = reader
        self._history = history
        self._read = read
        self._update_lines = update_lines
        self._read_case = read_case
        self._read_history = read_history
        self._follow_playbook = follow_playbook

    def read_changes(self, topics: frozenset[str]) -> None:
        """Read the data that changes of these topics may affect. Raises StoreError."""
        if "sync" in topics and self._sync is not None:
            self._take_status(self._sync)
        if "outbox" in topics:
            self._read("outbox", "The outbox could not be counted", self._dispatch.summary, self._take_summary)
        if "queue" in topics:
            self._read("counts", "The cases could not be counted", self._count, self._take_counts)
            self._queue.reread()
        if topics & {"upkeep", ELSEWHERE}:
            self._read(
                "retention", "The state of the retention could not be read", self._desk.retention_waits,
                self._take_retention,
            )  # fmt: skip
        case = self._opened.case
        if case is not None and topics & _topics_of(case):
            self._read_case()
        elif self._history.concerned_by(topics):
            self._read_history()
        if PLAYBOOK_CHANGED in topics:
            self._follow_playbook()

    def rows_read(self) -> None:
        """Read the open case again if its row is newer."""
        if self._reader.has_changed():
            self._read_case()

    def _take_summary(self, summary: OutboxSummary) -> None:
        self._state.outbox = summary
        self._update_lines()

    def _take_retention(self, why: str) -> None:
        self._notices.retention = why
        self._update_lines()

    def _count(self) -> tuple[QueueCounts, int]:
        return self._desk.counts(), self._shifts.decided()

    def _take_counts(self, counted: tuple[QueueCounts, int]) -> None:
        self._state.counts, self._state.decided = counted
        self._update_lines()

    def _take_status(self, sync: BackgroundSync) -> None:
        status = self._state.status = sync.status()
        if status.agent is not None and status.agent.name != self._desk.agent:
            self._desk.agent = status.agent.name
            self._queue.list.sign(self._desk.agent)


def _topics_of(case: Case) -> set[str]:
    """Return the topics whose changes affect a case."""
    tickets = (case.survey.source_ticket_id, case.survey.survey_ticket_id)
    return {"case", f"case:{case.id}", f"draft:{case.id}", "account"} | {
        f"ticket:{ticket}" for ticket in tickets if ticket
    }
