"""The widgets of the triage screen: the header, the banner and the four panes, and the data that each shows."""

from dataclasses import dataclass
from datetime import datetime

from textual.content import Content
from textual.widgets import Static

from csat_tui.domain.effect import OutboxSummary
from csat_tui.sync.status import Link, SyncStatus
from csat_tui.tui.base.commands import Guarded
from csat_tui.tui.base.text import ago, safe_line
from csat_tui.tui.triage.checklist.pane import ChecklistPane
from csat_tui.tui.triage.composer.pane import ComposerPane
from csat_tui.tui.triage.queue.lines import figures, path_names
from csat_tui.tui.triage.queue.pane import QueuePane
from csat_tui.tui.triage.state import DeskState, OpenCase
from csat_tui.tui.triage.transcript import CaseTranscript
from csat_tui.workflow.desk import Desk

_LINKS = {
    Link.CONNECTING: ("connecting", "$muted"),
    Link.ONLINE: ("online", "$good"),
    Link.OFFLINE: ("offline", "$fair"),
    Link.REFUSED: ("refused", "$bad"),
}


class HeaderLine(Guarded, Static):
    """The header line; if it does not fit, the left side is cut, because the right side has the news."""

    def __init__(self, title: str) -> None:
        super().__init__(Content(""), markup=False, id="header")
        self.title = title
        self._shown_text: Content | None = None

    def show_status(self, status: SyncStatus, outbox: OutboxSummary, decided: int, agent: str, now: datetime) -> None:
        """Show the state of the desk; draws nothing if it has not changed."""
        left = Content.assemble(("csat-tui", "bold"), "  ", safe_line(self.title, "$muted", 40))
        for words in (agent, f"{decided} decided" if decided else ""):
            if words:
                left = left + Content.styled("  ·  ", "$faint") + safe_line(words, "$muted", 30)
        right = Content.styled("  ·  ", "$faint").join(self._news(status, outbox, now))
        room = self.content_size.width - right.cell_length - 2
        line = left.truncate(room, ellipsis=True, pad=True) + "  " + right if room > 8 else right
        if self._shown_text is None or not line.is_same(self._shown_text):
            self._shown_text = line
            self.update(line, layout=False)

    def _news(self, status: SyncStatus, outbox: OutboxSummary, now: datetime) -> list[Content]:
        news: list[Content] = []
        if outbox.needs_person:
            news.append(Content.styled(f"! {outbox.needs_person} for you in the outbox", "bold $bad"))
        if outbox.unknown:
            news.append(Content.styled(f"? {outbox.unknown} being checked", "$fair"))
        if sending := outbox.waiting + outbox.sending:
            news.append(Content.styled(f"↑ {sending} sending", "$fair"))
        if status.busy and status.fetched:
            news.append(Content.styled(f"fetching {status.fetched:,}", "$muted"))
        elif status.synced_at is not None:
            news.append(Content.styled(f"synced {ago(status.synced_at, now)}", "$muted"))
        word, style = _LINKS[status.link]
        news.append(Content.styled(word, style))
        return news


class Banner(Guarded, Static):
    """Shows the first of several warnings, and the number of the others."""

    def __init__(self) -> None:
        super().__init__(Content(""), markup=False, id="banner")
        self.display = False
        self._sentences: tuple[str, ...] = ()

    def show_warnings(self, *sentences: str) -> None:
        """Show these warnings; empty ones are ignored, and the banner is hidden if there are none."""
        wanted = tuple(sentence for sentence in sentences if sentence)
        if wanted == self._sentences:
            return
        self._sentences = wanted
        self.display = bool(wanted)
        self._fit()

    def on_resize(self) -> None:
        """Fit the sentence to the new width."""
        self._fit()

    def _fit(self) -> None:
        if not self._sentences:
            return
        more = f"  (and {len(self._sentences) - 1} more)" if len(self._sentences) > 1 else ""
        width = max(10, (self.app.size.width if self.is_attached else 80) - 4 - len(more))
        self.update(Content.assemble(("! ", "bold $bad"), safe_line(self._sentences[0], "", width), (more, "$muted")))


@dataclass(frozen=True)
class TriagePanes:
    """The panes, in the order of their numbers."""

    queue: QueuePane
    transcript: CaseTranscript
    checklist: ChecklistPane
    composer: ComposerPane

    def show(self, opened: OpenCase, state: DeskState) -> None:
        """Connect each pane with the state that it shows."""
        opened.feed(self.transcript, OpenCase.case, OpenCase.history)
        opened.feed(self.checklist, OpenCase.case, OpenCase.suggestions, OpenCase.outcome, OpenCase.blockers)
        opened.feed(self.composer, OpenCase.case, OpenCase.unread)
        state.feed(self.queue, DeskState.counts, DeskState.status)


def make_panes(desk: Desk, *, as_text: bool) -> TriagePanes:
    """Return the panes for a desk; with `as_text`, the composer shows notes as text instead of fields."""
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
    transcript = CaseTranscript(playbook, lambda: desk.now, id="transcript")
    return TriagePanes(queue, transcript, ChecklistPane(playbook, id="checklist"), composer)
