"""The four panes of the triage screen: how they are made, and what each of them shows."""

from dataclasses import dataclass

from csat_tui.tui.triage.checklist.pane import ChecklistPane
from csat_tui.tui.triage.composer.pane import ComposerPane
from csat_tui.tui.triage.open_case import DeskState, OpenCase
from csat_tui.tui.triage.playbook_reload import figures, path_names
from csat_tui.tui.triage.queue.pane import QueuePane
from csat_tui.tui.triage.transcript.pane import TranscriptPane
from csat_tui.workflow.desk import Desk


@dataclass(frozen=True)
class TriagePanes:
    """The panes, in the order of their numbers."""

    queue: QueuePane
    transcript: TranscriptPane
    checklist: ChecklistPane
    composer: ComposerPane

    def show(self, opened: OpenCase, state: DeskState) -> None:
        """Have each pane follow the parts that it shows."""
        opened.feed(self.transcript, OpenCase.case, OpenCase.history)
        opened.feed(self.checklist, OpenCase.case, OpenCase.suggestions, OpenCase.outcome, OpenCase.lacks)
        opened.feed(self.composer, OpenCase.case, OpenCase.unread)
        state.feed(self.queue, DeskState.counts, DeskState.status)


def make_panes(desk: Desk, *, as_text: bool) -> TriagePanes:
    """Return the panes over a desk; `as_text` has notes written as texts instead of fields."""
    playbook = desk.playbook
    names, labels = path_names(playbook)
    queue = QueuePane(
        desk, lambda: desk.now, low=playbook.low, agent=desk.agent, path_names=names, row_labels=labels, id="queue"
    )
    queue.explain(figures(playbook))
    composer = ComposerPane(
        playbook, desk.reach, by=lambda: desk.agent, now=lambda: desk.now, as_text=as_text,
        others=lambda: desk.written_to, writing=desk.writing, id="composer",
    )  # fmt: skip
    transcript = TranscriptPane(playbook, lambda: desk.now, id="transcript")
    return TriagePanes(queue, transcript, ChecklistPane(playbook, id="checklist"), composer)
