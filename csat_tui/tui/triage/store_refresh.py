"""Which change of the store has which part of the triage screen read anew."""

from collections.abc import Callable
from typing import Any

from csat_tui.domain.case import Case
from csat_tui.domain.effect import OutboxSummary
from csat_tui.store.cases.queue import QueueCounts
from csat_tui.store.database import ELSEWHERE
from csat_tui.sync.background import BackgroundSync
from csat_tui.tui.base.dialog import Notices
from csat_tui.tui.triage.case_history import CaseHistory
from csat_tui.tui.triage.case_reader import CaseReader
from csat_tui.tui.triage.open_case import DeskState, OpenCase
from csat_tui.tui.triage.queue.pane import QueuePane
from csat_tui.workflow.desk import Desk
from csat_tui.workflow.dispatch import Dispatch
from csat_tui.workflow.playbook_changes import PLAYBOOK_CHANGED
from csat_tui.workflow.shift import Shifts


class StoreRefresh:
    """Reads anew what changes by itself."""

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
        tell: Callable[[], None],
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
        self._tell = tell
        self._read_case = read_case
        self._read_history = read_history
        self._follow_playbook = follow_playbook

    def look(self, topics: frozenset[str]) -> None:
        """Read anew what a change of these topics may have touched. Raises StoreError."""
        if "sync" in topics and self._sync is not None:
            self._take_status(self._sync)
        if "outbox" in topics:
            self._read("outbox", "The outbox could not be counted", self._dispatch.summary, self._take_summary)
        if "queue" in topics:
            self._read("counts", "The cases could not be counted", self._count, self._take_counts)
            self._queue.reread()
        if topics & {"upkeep", ELSEWHERE}:
            self._read(
                "retention", "Why nothing old is removed could not be read", self._desk.retention_waits,
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
        """Read the case again where its row says something that the screen does not know yet."""
        if self._reader.has_changed():
            self._read_case()

    def _take_summary(self, summary: OutboxSummary) -> None:
        self._state.outbox = summary
        self._tell()

    def _take_retention(self, why: str) -> None:
        self._notices.retention = why
        self._tell()

    def _count(self) -> tuple[QueueCounts, int]:
        return self._desk.counts(), self._shifts.decided()

    def _take_counts(self, counted: tuple[QueueCounts, int]) -> None:
        self._state.counts, self._state.decided = counted
        self._tell()

    def _take_status(self, sync: BackgroundSync) -> None:
        status = self._state.status = sync.status()
        if status.agent is not None and status.agent.name != self._desk.agent:
            self._desk.agent = status.agent.name
            self._queue.list.sign(self._desk.agent)


def _topics_of(case: Case) -> set[str]:
    """Return the topics whose changes concern a case."""
    tickets = (case.survey.source_ticket_id, case.survey.survey_ticket_id)
    return {"case", f"case:{case.id}", f"draft:{case.id}", "account"} | {f"ticket:{one}" for one in tickets if one}
