"""The triage screen: the queue, what was said, what is validated, and what will be sent."""

import asyncio
import contextlib
from collections.abc import Iterator, Mapping
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.containers import Container
from textual.reactive import var
from textual.timer import Timer

from csat_tui.domain.case import Case
from csat_tui.domain.check import Suggestion
from csat_tui.domain.decide import Lack
from csat_tui.domain.ids import SurveyId
from csat_tui.domain.outbox import Summary
from csat_tui.domain.playbook import Outcome
from csat_tui.domain.wording import prepare
from csat_tui.store.cases.queue import QueueCounts
from csat_tui.sync.status import SyncStatus
from csat_tui.tui.base.changes import Changes, StoreChanged
from csat_tui.tui.base.commands import Command
from csat_tui.tui.base.guarded_screen import DoingScreen
from csat_tui.tui.base.keybar import KeyBar
from csat_tui.tui.base.keys import keys_of, show_key
from csat_tui.tui.triage import answers, case_loading, chores, commands, decisions, playbook_reload, refresh
from csat_tui.tui.triage import history as histories
from csat_tui.tui.triage.banner import Banner
from csat_tui.tui.triage.checklist.pane import ChecklistPane
from csat_tui.tui.triage.composer.pane import ComposerPane
from csat_tui.tui.triage.draft_keeper import DraftKeeper, Keeping
from csat_tui.tui.triage.header import HeaderLine
from csat_tui.tui.triage.queue.pane import QueuePane
from csat_tui.tui.triage.transcript.pane import TranscriptPane
from csat_tui.tui.triage.transcript.view import TranscriptView
from csat_tui.tui.triage.undo_countdown import Grace

if TYPE_CHECKING:
    from csat_tui.tui.app import Workstation

DEBOUNCE = 0.08
"""Seconds that the cursor must rest on a case before it is read: holding `j` reads nothing."""

AGES = 30
"""Seconds between two looks at how old the cases are."""


class TriageScreen(DoingScreen):
    """Owns what the panes show, and turns what they post into what the desk does."""

    NAME = "Triage"
    COMMANDS: ClassVar[tuple[Command, ...]] = commands.COMMANDS  # type: ignore[assignment]
    AUTO_FOCUS = ""  # the first thing that could have it may be in a pane that is out of sight

    app: "Workstation"
    case: var[Case | None] = var(None)
    suggestions: var[Mapping[str, Suggestion]] = var(dict)
    unread: var[tuple[Lack, ...]] = var(())
    outcome: var[Outcome | None] = var(None)
    lacks: var[tuple[Lack, ...]] = var(())
    """What is missing for the outcome that is being written."""
    status: var[SyncStatus] = var(SyncStatus())
    outbox: var[Summary] = var(Summary())
    counts: var[QueueCounts | None] = var(None)

    def __init__(self, app: "Workstation") -> None:
        super().__init__()
        self.desk, self.background = app.desk, app.background
        playbook, now = self.desk.playbook, lambda: self.desk.now
        names, labels = playbook_reload.ways(playbook)
        self.queue = QueuePane(
            self.desk, now, low=playbook.low, agent=self.desk.agent, path_names=names, row_labels=labels, id="queue"
        )
        self.queue.explain(playbook_reload.figures(playbook))
        self.transcript = TranscriptPane(playbook, now, id="transcript")
        self.checklist = ChecklistPane(playbook, id="checklist")
        self.composer = ComposerPane(
            playbook, self.desk.reach, by=lambda: self.desk.agent, now=now,
            as_text=chores.writes_text(app), others=lambda: self.desk.written_to, writing=self.desk.writing,
            id="composer",
        )  # fmt: skip
        self.hold(self.queue, self.transcript, self.checklist, self.composer)
        self.grace = Grace()
        self.drafts = DraftKeeper(self, lambda one: one.save(self.desk), self.composer.saved)
        self.unsaved = self.drafts.unsaved
        self._header = HeaderLine(playbook.title)
        self._banner = Banner()
        self._key_bar = KeyBar()
        self.queue.begun = partial(case_loading.begun, self)
        self._wanted: SurveyId | None = None
        self._heard: SurveyId | None = None
        """The case that the queue has last named."""
        self.to_the_note: SurveyId | None = None
        """The case whose words are gone to once they are here."""
        self._rest: Timer | None = None
        self.acting_on: set[SurveyId] = set()
        """Cases with which the person has just done something that takes them out of the queue."""
        self.sending: set[SurveyId] = set()
        """Cases whose sending was asked for and is not over: a second time is none."""
        self._changes: Changes | None = None
        self._seconds = 0
        self.decided = 0
        """How many cases were decided in this shift."""

    def compose(self) -> ComposeResult:
        """Lay out the panes: the queue on the left, the case on the right, the work below it."""
        yield self._header
        yield self._banner
        yield self.pane_bar
        with Container(id="panes"):
            yield self.queue.data_bind(TriageScreen.counts, TriageScreen.status)
            with Container(id="right"):
                yield self.transcript.data_bind(TriageScreen.case)
                with Container(id="work"):
                    yield self.checklist.data_bind(
                        TriageScreen.case, TriageScreen.suggestions, TriageScreen.outcome, TriageScreen.lacks
                    )
                    yield self.composer.data_bind(TriageScreen.case, TriageScreen.unread)
        yield self._key_bar

    def on_mount(self) -> None:
        """Listen to the store, and begin in the queue."""
        self._changes = Changes(self, self.desk.listen)
        self.look(frozenset({"queue", "outbox", "sync"}))
        self.go_to(self.queue)
        self.set_interval(1, self._tick)
        self.do(asyncio.to_thread(prepare, self.desk.playbook.wording), "rules")

    def on_unmount(self) -> None:
        """Stop listening."""
        if self._changes is not None:
            self._changes.stop()

    # What changes by itself

    def on_store_changed(self, message: StoreChanged) -> None:
        """Look again, a moment later and once for all that has changed until then."""
        self.set_timer(message.pause, lambda: self.app.between_keys(self._look_again))

    def _look_again(self) -> None:
        if self._changes is not None:
            self.look(self._changes.take())

    def look(self, topics: frozenset[str]) -> None:
        """Read anew what a change of these topics may have touched."""
        refresh.look(self, topics)

    def _tick(self) -> None:
        self._seconds += 1
        self.tell()
        if self._seconds % chores.NEWS == 0:
            chores.news_of_the_note(self)
        if self._seconds % AGES == 0:
            self.queue.list.redraw()
            self.do(self.app.writer.write(self.desk.wake))

    def tell(self) -> None:
        """Bring the lines at the top and bottom up to date."""
        if not self.is_mounted:
            return
        now = self.desk.now
        self._header.tell(self.status, self.outbox, self.decided, self.desk.agent, now)
        self._banner.tell(self.app.playbook_problem, self.status.problem, *self.app.complaints)
        label = decisions.label(self)
        self._key_bar.notice(self.grace.countdown(now, label, self._key("case.undo")))
        if self.pane_bar.display:
            self.pane_bar.tell(self.front)

    def _key(self, command_id: str) -> str:
        keys = keys_of(self.app, next(one for one in self.COMMANDS if one.id == command_id))
        return show_key(keys[0]) if keys else ""

    def entitle(self, title: str) -> None:
        """Put another name into the line at the top."""
        self._header.title = title

    # The case

    @property
    def wanted(self) -> SurveyId | None:
        """The case that is on the screen or on its way there."""
        return self._wanted

    def want_nothing(self) -> None:
        """Have no case on the screen: there is none of that number."""
        self._wanted = None

    def on_queue_pane_highlighted(self, message: QueuePane.Highlighted) -> None:
        """Read the case once the cursor rests on it."""
        self._wanted = self._heard = message.survey_id
        self.read_soon(DEBOUNCE)

    def on_queue_pane_opened(self, message: QueuePane.Opened) -> None:
        """Read the case at once, and go and read it."""
        self.read(message.survey_id)
        self.go_to(self.transcript)

    def open_case(self, survey_id: SurveyId) -> None:
        """Show a case that came back to the desk, and go to its words."""
        self.look(frozenset({"queue"}))
        self.queue.go_to(survey_id)
        self.to_the_note = survey_id
        self.read(survey_id)

    def show_case(self, survey_id: SurveyId) -> None:
        """Read a case, whether the queue shows it or not."""
        self.queue.go_to(survey_id)
        self.read(survey_id)
        self.go_to(self.transcript)

    def read(self, survey_id: SurveyId) -> None:
        """Show a case, whether the queue shows it or not."""
        self._wanted = survey_id
        self.read_soon(0)

    def read_soon(self, seconds: float) -> None:
        """Read the wanted case anew after that many seconds; of several such wishes the last one counts."""
        if self._rest is not None:
            self._rest.stop()
            self._rest = None
        if seconds:
            self._rest = self.set_timer(seconds, lambda: self.read_soon(0))
        else:
            self._begin_reading()

    @work(group="case", exclusive=True, exit_on_error=False)
    async def _begin_reading(self) -> None:
        with self.telling():
            await case_loading.read(self)

    @work(group="history", exclusive=True, exit_on_error=False)
    async def read_history(self) -> None:
        """Read the customer's other tickets once the case is on the screen."""
        with self.telling():
            await histories.read(self)

    def on_transcript_pane_ticket_wanted(self, message: TranscriptPane.TicketWanted) -> None:
        """Show another ticket of the customer, or the case's own."""
        self.do(histories.show(self, message.ticket_id))

    def settled(self, key: str) -> bool:
        """Whether a key finds the highlighted case on the screen; moving about in the queue need not wait for it."""
        if self.front is self.queue and key in self.queue.moving_keys():
            return True
        if self._heard != self.queue.told:
            return False  # the queue has gone on, and its message about that is still on its way
        shown = None if self.case is None else self.case.id
        if shown == self._wanted:
            return not self.deciding
        if self._rest is not None:
            self.read_soon(0)
        return False

    def watch_case(self) -> None:
        """Say which keys matter for this case."""
        if self.is_mounted:
            self._key_bar.tell()

    @on(TranscriptView.NewsChanged)
    def tell_news(self) -> None:
        """Say what has to be read before anything is decided, and no longer once it is."""
        self.unread = decisions.unread(self, self._key("case.news"), self._key("case.history"))
        self._key_bar.tell()

    def on_screen_resume(self) -> None:
        """Go on in the pane in front, and count what is in sight again as read, if the person is reading."""
        if self.focused is None:
            self.front.enter()
        self.transcript.view.look()

    def on_checklist_pane_answered(self, message: ChecklistPane.Answered) -> None:
        """Show the answer at once and keep it."""
        answers.answered(self, message)

    def on_checklist_pane_suggestions_accepted(self) -> None:
        """Answer the open checks as the records suggest, at once on the screen and then in the store."""
        answers.accepted(self)

    def on_composer_pane_draft_changed(self, message: ComposerPane.DraftChanged) -> None:
        """Keep the words."""
        words = Keeping(message.survey_id, message.draft, message.seen, message.settled)
        self.do(self.drafts.keep(self.app.writer, words))

    def on_composer_pane_discarded(self, message: ComposerPane.Discarded) -> None:
        """Forget the words of a decided case."""
        self.do(decisions.discard(self, message.survey_id))

    # The decision

    @property
    def deciding(self) -> bool:
        """Whether a decision is being taken just now, or a case put away."""
        return bool(self.acting_on or self.sending)

    def on_composer_pane_progressed(self, message: ComposerPane.Progressed) -> None:
        """Show how far the decision is."""
        self.outcome, self.lacks = message.outcome, message.lacks

    def on_composer_pane_switched(self, message: ComposerPane.Switched) -> None:
        """Remember how this person writes."""
        self.do(self.app.writer.write(self.desk.keep_habit, chores.COMPOSER, "text" if message.as_text else "form"))

    def on_composer_pane_left(self) -> None:
        """Go back to the queue; the words stay."""
        self.back()

    def on_composer_pane_news_wanted(self) -> None:
        """Go to what has to be read first."""
        decisions.go_to_news(self)

    def on_composer_pane_send_requested(self, message: ComposerPane.SendRequested) -> None:
        """Take the decision, once."""
        decisions.send(self, message)

    @contextlib.contextmanager
    def acting(self, *survey_ids: SurveyId) -> Iterator[None]:
        """Do something with cases that takes them out of the queue: nobody else has, and nothing is said of that."""
        self.acting_on.update(survey_ids)
        try:
            yield
        finally:
            self.acting_on.difference_update(survey_ids)
            self.call_later(self._read_again, survey_ids)  # once the queue has said where it has gone on

    def _read_again(self, survey_ids: tuple[SurveyId, ...]) -> None:
        if self._wanted in survey_ids:
            self.read_soon(0)

    # Queue chores

    @on(QueuePane.FilterWanted)
    def _choose_filter(self) -> None:
        self.do(chores.choose_filter(self), "command:ask")

    @on(QueuePane.SnoozeWanted)
    def _choose_snooze(self, message: QueuePane.SnoozeWanted) -> None:
        self.do(chores.choose_snooze(self, message.survey_ids), "command:ask")

    @on(QueuePane.ClaimWanted)
    def _claim(self, message: QueuePane.ClaimWanted) -> None:
        self.do(chores.claim(self, message.survey_ids))

    # The panes

    def search(self) -> None:
        """Search where the person is: in the transcript for words, everywhere else in the queue."""
        if self.front is not self.transcript:
            self.bring_to_front(self.queue)
        (self.transcript if self.front is self.transcript else self.queue).search()

    def on_resize(self) -> None:
        """Fit the lines above and below."""
        self.tell()

    def make_room(self) -> None:
        """Show what there is room for: who writes needs it for the words, who reads for the transcript."""
        super().make_room()
        outcome = self.composer.outcome if self.front is self.composer else None
        self.set_class(outcome is not None, "-writing")
        self.set_class(outcome is not None and bool(outcome.replies), "-replying")

    # Leaving

    async def save_words(self) -> None:
        """Have the words on the screen in the store before the screen goes. Raises StoreError."""
        if (last := self.composer.unsaved()) is not None:
            await self.drafts.keep_now(self.app.writer, Keeping(last.survey_id, last.draft, last.seen, last.settled))
        await self.drafts.flush(self.app.writer)
