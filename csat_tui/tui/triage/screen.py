"""The triage screen: it lays out its panes, binds keys, and routes messages and keys to the controllers."""

import asyncio
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.containers import Container
from textual.timer import Timer

from csat_tui.domain.case import Case
from csat_tui.domain.ids import SurveyId
from csat_tui.domain.wording import compile_rules
from csat_tui.tui.base.background_work import BackgroundWork, Changes, StoreChanged
from csat_tui.tui.base.commands import Command
from csat_tui.tui.base.dialog import Dialog
from csat_tui.tui.base.field_area import FieldArea
from csat_tui.tui.base.keybar import KeyBar
from csat_tui.tui.base.keymap import keys_of, show_key
from csat_tui.tui.base.panes import PanedScreen
from csat_tui.tui.base.session import Session
from csat_tui.tui.base.typeahead import between_keys
from csat_tui.tui.base.undo_countdown import UndoCountdown
from csat_tui.tui.transcript.view import TranscriptView
from csat_tui.tui.triage import commands
from csat_tui.tui.triage.actions import CaseActions, QueueActions
from csat_tui.tui.triage.answers import Answers
from csat_tui.tui.triage.case_conversations import CaseConversations
from csat_tui.tui.triage.case_history import CaseHistory
from csat_tui.tui.triage.checklist.pane import ChecklistPane
from csat_tui.tui.triage.composer.drafts import NOT_SAVED, DraftSaver, UnsavedDraft
from csat_tui.tui.triage.composer.pane import ComposerPane
from csat_tui.tui.triage.decisions import Decisions, UnreadNews
from csat_tui.tui.triage.key_gate import CaseKeyGate
from csat_tui.tui.triage.layout import Banner, HeaderLine, make_panes
from csat_tui.tui.triage.missing import MissingList
from csat_tui.tui.triage.playbook_reload import PlaybookReload
from csat_tui.tui.triage.queue.pane import QueuePane
from csat_tui.tui.triage.review_answers import ReviewAnswers
from csat_tui.tui.triage.state import ActionsUnderWay, DeskState, OpenCase
from csat_tui.tui.triage.store_reading import CaseReader, StoreRefresh
from csat_tui.tui.triage.survey_mending import SurveyMending
from csat_tui.tui.triage.transcript import CaseTranscript
from csat_tui.tui.triage.undo import Undo

DEBOUNCE = 0.08
"""Seconds that the cursor must rest on a case before the case is read: holding `j` reads nothing."""

AGES = 30
"""Seconds between two updates of the ages of cases."""

NEWS = 10
"""Seconds between two requests for news of the case whose note is being written; the sync decides when to ask."""

NOT_FOLLOWED = "The changed playbook could not be taken over"
"""The beginning of the notification about a failed reload of the playbook."""


class TriageScreen(BackgroundWork, PanedScreen):
    """Holds the panes and the controllers, and routes messages between them; it does nothing else."""

    NAME = "Triage"
    COMMANDS: ClassVar[tuple[Command, ...]] = commands.COMMANDS
    AUTO_FOCUS = ""  # the first thing that could have it may be in a pane that is out of sight

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.session = session
        self.desk, self.sync, self.writer = session.desk, session.sync, session.writer
        self.opened = OpenCase()
        self.desk_state = DeskState()
        panes = make_panes(self.desk, as_text=session.config.ui.composer == "text")
        self.queue, self.transcript = panes.queue, panes.transcript
        self.checklist, self.composer = panes.checklist, panes.composer
        self.hold(self.queue, self.transcript, self.checklist, self.composer)
        self._header, self._banner, self._key_bar = HeaderLine(self.desk.playbook.title), Banner(), KeyBar()
        self.opened.observe(OpenCase.case, lambda _: self._key_bar.show_keys())
        panes.show(self.opened, self.desk_state)
        self.opened.observe(OpenCase.case, lambda _: self._update_pane_bar())  # the panes have the case's state by now
        self._make_controllers(session)
        self._rest: Timer | None = None
        self._changes: Changes | None = None
        self._seconds = 0

    def _make_controllers(self, session: Session) -> None:
        """Make the controllers, each with the objects that it works on and the callbacks that it may use."""
        opened, desk, writer, sync, paperwork = self.opened, self.desk, self.writer, self.sync, session.paperwork
        queue, transcript, checklist, composer = self.queue, self.transcript, self.checklist, self.composer
        dialog = Dialog(self)
        self.grace = UndoCountdown()
        self.drafts = DraftSaver(lambda one: one.save(desk), composer.saved, do=self.do, after=self.set_timer)
        self.unsaved = self.drafts.unsaved
        # Read later, so that the queue first announces the case that it has moved on to.
        self.under_way = ActionsUnderWay(lambda ids: self.call_later(self._read_again, ids))
        self.reader = CaseReader(
            opened, desk, sync, queue, composer, self.under_way, dialog, after=self.set_timer,
            in_queue=lambda: self.front is queue, update_blockers=self.update_blockers, read_history=self.read_history,
            go_to_note=self._go_to_note,
        )  # fmt: skip
        queue.begun = self.reader.begun
        self.key_gate = CaseKeyGate(
            opened, queue, composer, self.under_way, front=lambda: self.front, focused=lambda: self.focused,
            command_id=self.command_of, read_at_once=self.read_at_once,
        )  # fmt: skip
        self.history = CaseHistory(
            opened, desk, paperwork.merging, writer, sync, transcript, self.grace, dialog,
            go_to_transcript=lambda: self.go_to(transcript), update_blockers=self.update_blockers,
            read_later=self.read_history, read_changes=self.read_changes,
        )  # fmt: skip
        self.answers = Answers(
            opened, desk, writer, checklist, do=self.do, go_to_checklist=lambda: self.go_to(checklist), read=self.read
        )
        self.news = UnreadNews(
            opened, desk, transcript.view, self.history, dialog, go_to_news=self._go_to_news,
            shown=self._key_bar.show_keys,
        )  # fmt: skip
        self.undo = Undo(
            desk, paperwork.review_loop, writer, queue, composer, self.drafts, self.grace, dialog, read=self.read,
            read_changes=self.read_changes,
        )  # fmt: skip
        self.decisions = Decisions(
            opened, desk, writer, queue, composer, self.drafts, self.grace, self.under_way, self.news, dialog,
            do=self.do, go_to=self.go_to, write_for=self._write_for, read_case=self.reader.read,
            read_changes=self.read_changes,
        )  # fmt: skip
        self.conversations = CaseConversations(opened, paperwork.conversations, writer, dialog, read=self.read)
        self.missing = MissingList(
            opened, desk, checklist, composer, dialog, go_to=self.go_to, bring_to_front=self.bring_to_front,
            writing=lambda: isinstance(self.focused, FieldArea), choose_outcome=self.decisions.choose_outcome,
            go_to_news=self._go_to_news, open_history=self.history.open,
            record_conversation=self.conversations.record,
        )  # fmt: skip
        self.mending = SurveyMending(opened, desk, paperwork.mending, writer, sync, dialog, read=self.read)
        self.queue_actions = QueueActions(
            opened, desk, writer, sync, queue, self.under_way, dialog, counts=lambda: self.desk_state.counts
        )
        self.case_actions = CaseActions(
            opened, desk, writer, sync, transcript, composer, dialog, link=session.link, read_changes=self.read_changes,
            read=self.read,
        )  # fmt: skip
        self.review_answers = ReviewAnswers(
            opened, desk, paperwork.review_loop, writer, self.grace, dialog, do=self.do, read=self.read,
            read_changes=self.read_changes,
        )  # fmt: skip
        self.playbook_reload = PlaybookReload(
            opened, desk, session.reloading, sync, queue, transcript, checklist, composer, dialog, busy=self._is_busy,
            later=lambda seconds, follow: self.set_timer(seconds, lambda: self.do(NOT_FOLLOWED, follow())),
            save_words=self.save_words, drawn_at_once=lambda: self.app.batch_update(), entitle=self._entitle,
            update_lines=self.update_lines,
        )  # fmt: skip
        self.store_refresh = StoreRefresh(
            opened, self.desk_state, desk, session.dispatch, paperwork.shifts, session.notices, sync, queue,
            self.reader, self.history, read=self.read_store, update_lines=self.update_lines,
            read_case=lambda: self.read_soon(0), read_history=self.read_history,
            follow_playbook=lambda: self.do(NOT_FOLLOWED, self.playbook_reload.follow()),
        )  # fmt: skip
        queue.rows_read = self.store_refresh.rows_read

    @property
    def case(self) -> Case | None:
        """The case on the screen."""
        return self.opened.case

    def compose(self) -> ComposeResult:
        """Lay out the panes: the queue on the left, the case on the right, checklist and note below it."""
        yield self._header
        yield self._banner
        yield self.pane_bar
        with Container(id="panes"):
            yield self.queue
            with Container(id="right"):
                yield self.transcript
                with Container(id="work"):
                    yield self.checklist
                    yield self.composer
        yield self._key_bar

    def on_mount(self) -> None:
        """Listen to the store, and focus the queue."""
        self._changes = Changes(self, self.desk.listen)
        actions = self.case_actions
        self.read_store("habit", "How you write notes could not be read", actions.note_form, actions.begin_as_before)
        self.read_changes(frozenset({"queue", "outbox", "sync", "upkeep"}))
        self.go_to(self.queue)
        self.set_interval(1, self._each_second)
        rules = asyncio.to_thread(compile_rules, self.desk.playbook.wording)
        self.do("The wording rules could not be prepared", rules, "rules")

    def on_unmount(self) -> None:
        """Stop listening."""
        if self._changes is not None:
            self._changes.stop()

    # Changes of the store

    def on_store_changed(self, message: StoreChanged) -> None:
        """Read the changes after a pause, once for all changes until then."""
        self.set_timer(message.pause, lambda: between_keys(self.app, self._read_latest_changes))

    def _read_latest_changes(self) -> None:
        if self._changes is not None:
            self.read_changes(self._changes.take())

    def read_changes(self, topics: frozenset[str]) -> None:
        """Read everything again that changes of these topics may affect."""
        with self.reporting("What has changed could not be shown"):
            self.store_refresh.read_changes(topics)
        if topics & {"queue", "outbox", "sync"}:
            self.update_lines()

    def _each_second(self) -> None:
        self._seconds += 1
        self.update_lines()
        if self._seconds % NEWS == 0:
            self.case_actions.ask_for_news()
        if self._seconds % AGES == 0:
            self.queue.list.redraw()
            self.do("Snoozed cases could not be woken", self.writer.write(self.desk.wake))

    def update_lines(self) -> None:
        """Update the lines at the top and bottom."""
        if not self.is_mounted:
            return
        now, state = self.desk.now, self.desk_state
        self._header.show_status(state.status, state.outbox, state.decided, self.desk.agent, now)
        self._banner.show_warnings(self.playbook_reload.problem, state.status.problem, *self.session.notices.sentences)
        self._key_bar.notice(self.grace.countdown(now, self.undo.label(), self._key("case.undo")))
        self._update_pane_bar()

    def _update_pane_bar(self) -> None:
        if self.is_mounted and self.pane_bar.display:
            self.pane_bar.show_front(self.front)

    def _key(self, command_id: str) -> str:
        keys = keys_of(self.app, next(one for one in self.COMMANDS if one.id == command_id))
        return show_key(keys[0]) if keys else ""

    def _entitle(self, title: str) -> None:
        self._header.title = title

    def _is_busy(self) -> bool:
        """Return whether a decision is under way, or a window is open over this screen."""
        here = self.app.current_mode == self.app.DEFAULT_MODE
        return bool(self.under_way) or (here and self.app.screen is not self)

    # The case

    def on_queue_pane_highlighted(self, message: QueuePane.Highlighted) -> None:
        """Read the case once the cursor has rested on it."""
        self.opened.wanted = self.key_gate.heard = message.survey_id
        self.read_soon(DEBOUNCE)

    def on_queue_pane_opened(self, message: QueuePane.Opened) -> None:
        """Read the case at once, and focus the transcript."""
        self.read(message.survey_id)
        self.go_to(self.transcript)

    def open_case(self, survey_id: SurveyId) -> None:
        """Show a case that came back to the queue, and focus its note."""
        self.read_changes(frozenset({"queue"}))
        self.queue.go_to(survey_id)
        self.opened.to_the_note = survey_id
        self.read(survey_id)

    def show_case(self, survey_id: SurveyId) -> None:
        """Show a case, whether the queue lists it or not, and focus its transcript."""
        self.queue.go_to(survey_id)
        self.read(survey_id)
        self.go_to(self.transcript)

    def read(self, survey_id: SurveyId) -> None:
        """Show a case, whether the queue lists it or not."""
        self.opened.wanted = survey_id
        self.read_soon(0)

    def read_soon(self, seconds: float) -> None:
        """Read the wanted case again after so many seconds; the last of several calls counts."""
        if self._rest is not None:
            self._rest.stop()
            self._rest = None
        if seconds:
            self._rest = self.set_timer(seconds, lambda: self.read_soon(0))
        else:
            self.do_anew("The case could not be read", self.reader.read, "case")

    def read_history(self) -> None:
        """Read the customer's other tickets once the case is on the screen."""
        self.do_anew("The customer's other tickets could not be read", self.history.read, "history")

    def on_case_transcript_ticket_wanted(self, message: CaseTranscript.TicketWanted) -> None:
        """Show another ticket of the customer, or the case's own."""
        self.do("The ticket could not be shown", self.history.show(message.ticket_id))

    def read_at_once(self) -> None:
        """Read the wanted case without further delay, because the person types for it."""
        if self._rest is not None:
            self.read_soon(0)

    @on(TranscriptView.NewsChanged)
    def update_blockers(self) -> None:
        """Update the messages and tickets that must be read before a decision."""
        self.news.update_blockers()

    def on_screen_resume(self) -> None:
        """Focus the front pane, and record the messages that are visible again."""
        if self.focused is None:
            self.front.enter()
        self.transcript.view.record_visible()

    def on_checklist_pane_answered(self, message: ChecklistPane.Answered) -> None:
        """Show the answer at once, and save it."""
        self.answers.answered(message)

    def on_checklist_pane_suggestions_accepted(self) -> None:
        """Answer the open checks as suggested: first on the screen, then in the store."""
        self.answers.accepted()

    def on_composer_pane_draft_changed(self, message: ComposerPane.DraftChanged) -> None:
        """Save the draft."""
        words = UnsavedDraft(message.survey_id, message.draft, message.seen, message.settled)
        self.do(NOT_SAVED, self.drafts.save(self.writer, words))

    def on_composer_pane_discarded(self, message: ComposerPane.Discarded) -> None:
        """Delete the draft of a decided case."""
        self.do("The words could not be deleted", self.undo.discard(message.survey_id))

    # The decision

    def on_composer_pane_progressed(self, message: ComposerPane.Progressed) -> None:
        """Show the outcome and its blockers."""
        self.opened.outcome, self.opened.blockers = message.outcome, message.blockers

    def on_composer_pane_switched(self, message: ComposerPane.Switched) -> None:
        """Remember whether this person writes in a form or as text."""
        kept = self.case_actions.keep_note_form(as_text=message.as_text)
        self.do("How you write notes could not be remembered", kept)

    def on_composer_pane_left(self) -> None:
        """Go back to the queue; the draft stays."""
        self.back()

    def on_composer_pane_news_wanted(self) -> None:
        """Go to the messages that must be read first."""
        self._go_to_news()

    def _go_to_news(self) -> None:
        self.go_to(self.transcript)
        self.call_after_refresh(self.transcript.view.go_to_news)

    def on_composer_pane_send_requested(self, message: ComposerPane.SendRequested) -> None:
        """Make and send the decision, once."""
        self.decisions.send(message)

    def _write_for(self, outcome_id: str) -> None:
        self.bring_to_front(self.composer)
        self.composer.start(outcome_id)
        self.make_room()

    def _go_to_note(self) -> None:
        self.composer.arriving = True
        self.call_after_refresh(self.go_to, self.composer)

    def _read_again(self, survey_ids: tuple[SurveyId, ...]) -> None:
        if self.opened.wanted in survey_ids:
            self.read_soon(0)

    def nothing_to_answer(self) -> str:
        """Return why there is nothing to answer; empty if there is a review or a question."""
        return "" if self.review_answers.waits() else self.case_actions.no_question()

    async def answer(self) -> None:
        """Answer the review of a note that was sent back, or else the question about the case."""
        await (self.review_answers.answer() if self.review_answers.waits() else self.case_actions.answer_question())

    # Queue actions

    @on(QueuePane.FilterWanted)
    def _choose_filter(self) -> None:
        self.do("The filter could not be changed", self.queue_actions.choose_filter(), "command:ask")

    @on(QueuePane.SnoozeWanted)
    def _choose_snooze(self, message: QueuePane.SnoozeWanted) -> None:
        self.do("The cases could not be snoozed", self.queue_actions.choose_snooze(message.survey_ids), "command:ask")

    @on(QueuePane.ClaimWanted)
    def _claim(self, message: QueuePane.ClaimWanted) -> None:
        self.do("The cases could not be claimed", self.queue_actions.claim(message.survey_ids))

    # The panes

    def search(self) -> None:
        """Search the transcript if it is in front, otherwise the queue."""
        if self.front is not self.transcript:
            self.bring_to_front(self.queue)
        (self.transcript if self.front is self.transcript else self.queue).search()

    def on_resize(self) -> None:
        """Fit the lines to the new width."""
        self.update_lines()

    def make_room(self) -> None:
        """Give the note more room while a note is written, and the transcript more while nobody writes."""
        super().make_room()
        outcome = self.composer.outcome if self.front is self.composer else None
        self.set_class(outcome is not None, "-writing")
        self.set_class(outcome is not None and bool(outcome.replies), "-replying")

    async def save_words(self) -> None:
        """Save the drafts in the store before the screen closes. Raises StoreError."""
        if (last := self.composer.unsaved()) is not None:
            await self.drafts.save_now(self.writer, UnsavedDraft(last.survey_id, last.draft, last.seen, last.settled))
        await self.drafts.flush(self.writer)
