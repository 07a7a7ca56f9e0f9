"""The review screen: the notes that were delivered, and the one under the cursor beside what it is about."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import ClassVar

from textual.app import ComposeResult
from textual.containers import Container

from csat_tui.domain.review.steps import ReviewState, ReviewVerdict
from csat_tui.store.review import NoteInList
from csat_tui.tui.base.background_work import FollowsStore
from csat_tui.tui.base.commands import Command
from csat_tui.tui.base.dialog import Dialog
from csat_tui.tui.base.keybar import KeyBar
from csat_tui.tui.base.keymap import key_for
from csat_tui.tui.base.list_pane import ListKeyGate
from csat_tui.tui.base.panes import PanedScreen
from csat_tui.tui.base.session import Navigation, Session, Unsaved
from csat_tui.tui.review.blind import read_blind
from csat_tui.tui.review.coaching import CoachingWindow, DueCoaching
from csat_tui.tui.review.delivered import DeliveredNotePane, ReviewTranscript
from csat_tui.tui.review.filters import choose_filter
from csat_tui.tui.review.notes import TO_DO, NotesPane
from csat_tui.tui.review.reviews import Reviews
from csat_tui.tui.review.sampling import SampleActions
from csat_tui.tui.review.scorecard import ScorecardPane
from csat_tui.tui.review.scoring import NoteReading, read_note
from csat_tui.tui.review.set_aside import RatingActions
from csat_tui.tui.review.settling import Disputes

PAGE = 10
"""Lines that a page scrolls."""


NO_NOTE_NEEDED = ("review.top", "review.bottom", "review.sort", "review.filter", "review.sample")
"""The beginnings of the ids of commands that concern no note."""

NOTE_NOT_SHOWN = "The note that this was typed for is not shown yet. What you typed was not used; type it again."


def _nothing(screen: "ReviewScreen") -> str:
    return "" if screen.notes.current else "no note here"


def _not_sampled(screen: "ReviewScreen") -> str:
    return "" if screen.current and screen.current.due else "this note is in no sample that waits for its review"


class ReviewScreen(FollowsStore, PanedScreen):
    """Lays out the notes, the note, what it is about and its scorecard, and brings each what it shows."""

    NAME = "Review"
    COMMANDS: ClassVar[tuple[Command, ...]] = (
        Command("review.accept", ("a",), "accept",
                "Accept the note: what the machine says and what you vouch for is filled in, and enter confirms.",
                lambda s: s.reviews.decide(ReviewVerdict.ACCEPTED), lambda s: s.reviews.cannot(), footer=True),
        Command("review.send-back", ("d",), "send back",
                "Send the note back with a comment, once the lines that it fails are scored.",
                lambda s: s.reviews.decide(ReviewVerdict.SENT_BACK), lambda s: s.reviews.cannot(), footer=True),
        Command("review.settle", ("A",), "settle the dispute",
                "Answer the agent who disputes a review: accept, accept partly, or reject, with a reason.",
                lambda s: s.settle(), lambda s: s.no_dispute(), footer=True, hint="dispute"),
        Command("review.undo", ("u",), "take back", "Take back the last review while nothing has been sent.",
                lambda s: s.reviews.undo(), lambda s: s.reviews.nothing_to_undo()),
        Command("review.sort", ("s",), "order", "Show the risky notes first, or the newest.",
                lambda s: s.notes.sort(), footer=True),
        Command("review.filter", ("f",), "filter", "Choose which notes to show.", lambda s: s.choose(), footer=True),
        Command("review.next-by-agent", ("right_square_bracket",), "next of this agent",
                "Go to the next note of this agent in the list.", lambda s: s.go_by_agent(1), _nothing,
                footer=True, hint="this agent"),
        Command("review.previous-by-agent", ("left_square_bracket",), "previous of this agent",
                "Go to the previous note of this agent in the list.", lambda s: s.go_by_agent(-1), _nothing,
                footer=True, hint="this agent"),
        Command("review.browse", ("o",), "open in browser", "Open the survey ticket in a browser.",
                lambda s: s.browse(), _nothing),
        Command("review.sample", ("S",), "draw a sample", "Draw notes to review, after a preview; they stand first.",
                lambda s: s.draw_sample()),
        Command("review.replace", ("R",), "replace in the sample",
                "Replace this note of a sample by the next of its kind, with a reason.",
                lambda s: s.replace_in_sample(), _not_sampled),
        Command("review.set-aside", ("X",), "set the rating aside",
                "Take a rating that is not the agent's out of the figures, give it to another agent, or restore it.",
                lambda s: s.set_aside(), _nothing),
        Command("review.coaching", ("K",), "coaching", "See and mark what the note's author is to work on.",
                lambda s: s.coach(), _nothing),
        Command("review.find", ("slash",), "find", "Find words in the transcript.", lambda s: s.find(), _nothing),
        Command("review.page-down", ("ctrl+d",), "page down",
                "Scroll the pane in front down by a page; from the list, the note.", lambda s: s.scroll(PAGE)),
        Command("review.page-up", ("ctrl+u",), "page up",
                "Scroll the pane in front up by a page; from the list, the note.", lambda s: s.scroll(-PAGE)),
    )  # fmt: skip

    def __init__(self, session: Session, navigation: Navigation) -> None:
        del navigation
        super().__init__()
        self.session = session
        desk = session.desk
        self._review = session.paperwork.review
        configured = bool(session.config.review.view)
        self.notes = NotesPane(self._review, lambda: desk.now, desk.playbook, configured=configured)
        self.delivered = DeliveredNotePane(desk.playbook, lambda: desk.now)
        self.survey = ReviewTranscript(desk.playbook, lambda: desk.now, id="survey")
        self.scorecard = ScorecardPane()
        self.hold(self.notes, self.delivered, self.survey, self.scorecard)
        self.key_bar = KeyBar()
        self._dialog = Dialog(self)
        self._ahead: dict[int, NoteReading] = {}
        """The notes beside the cursor, read ahead, by the numbers of their comments."""
        self._shown: NoteReading | None = None
        self._stale = True
        """Whether the note on the screen is to be read again."""
        self.reviews = Reviews(
            session, self.notes, self.survey, self.scorecard, self._dialog, do=self.do, go_to=self.go_to,
            front=lambda: self.front, read_anew=self._read_anew, show_current=self.on_list_pane_highlighted,
            drawn_at_once=lambda: self.app.batch_update(),
        )  # fmt: skip
        self.disputes = Disputes(session, self._dialog, do=self.do, taken=self.reviews.remember)
        self.survey.no_mark = self._no_mark
        self.key_gate = ListKeyGate(
            self.notes, shown=self._note_shown, harmless=NO_NOTE_NEEDED, not_shown=NOTE_NOT_SHOWN,
            front=lambda: self.front, command_id=self.command_of, begun=self.reviews.key_pressed,
        )  # fmt: skip

    def compose(self) -> ComposeResult:
        """Lay out the panes: the notes, the note over the survey, the scorecard."""
        yield DueCoaching(self.session)
        yield self.pane_bar
        with Container(id="review"):
            yield self.notes
            with Container(id="about"):
                yield self.delivered
                yield self.survey
            yield self.scorecard
        yield self.key_bar

    def on_mount(self) -> None:
        """Listen to the store, and focus the list."""
        self.follow_store(self.session.desk.listen)
        self.go_to(self.notes)
        self.set_interval(1, self._count_down)

    def on_screen_suspend(self) -> None:
        """Keep what is scored blind when the person goes elsewhere."""
        self.reviews.leave()

    def on_screen_resume(self) -> None:
        """Follow a playbook that has changed, and bring the ages up to date.

        The list is not read again: what has changed in the store was heard of, and a filter that was chosen in a window
        would have to wait for it.
        """
        if self.notes.list.playbook is not self.session.desk.playbook:
            self.reload()
        self.notes.list.redraw()

    def store_changed(self, topics: frozenset[str]) -> None:
        """Read again what has changed."""
        self._count_down()
        if "notes" in topics:
            self._stale = True
        if "notes" in topics or any(topic.startswith("review:") for topic in topics):
            self.notes.list.reread()

    def _count_down(self) -> None:
        """Show how long the last review can be taken back."""
        key = key_for(self.app, "review.undo")
        self.key_bar.notice(self.reviews.grace.countdown(self.session.desk.now, self.reviews.label(), key))

    def _note_shown(self) -> bool:
        return self.scorecard.comment_id == (None if self.notes.current is None else self.notes.current.comment_id)

    async def save_words(self) -> None:
        """Save the reviews that are begun. Raises StoreError."""
        for drafts in self.reviews.begun:
            await drafts.save()

    def unsaved(self) -> Sequence[Unsaved]:
        """Return the comments that the store does not have."""
        return [one for drafts in self.reviews.begun for one in drafts.unsaved()]

    @property
    def current(self) -> NoteInList | None:
        """The note under the cursor."""
        return self.notes.current

    def reload(self) -> None:
        """Read the list and the note again; the cursor stays on its note."""
        playbook = self.session.desk.playbook
        if self.notes.list.playbook is not playbook:
            self.notes.list.follow(playbook)
        self.delivered.view.playbook = playbook
        self.survey.view.follow(playbook)
        self.notes.configure(configured=bool(self.session.config.review.view))
        self._stale = True
        self.notes.list.reread()

    # The note under the cursor

    def on_list_pane_highlighted(self) -> None:
        """Show the note under the cursor, as it was read ahead if it was, and read it again."""
        item = self.notes.current
        if item is None:
            self._show(None, None)
            return
        same = item.comment_id == self.scorecard.comment_id
        if same and not self._stale:
            return
        if not same and item.comment_id in self._ahead:
            self._show(item.comment_id, self._ahead[item.comment_id])
        self._stale = False
        self.read_store(
            "note", "The note could not be read", partial(self._read, item.comment_id),
            partial(self._fill, item), (item.comment_id, self.notes.view.calibration),
        )  # fmt: skip

    def _read(self, comment_id: int) -> NoteReading | None:
        if session_id := self.notes.view.calibration:
            return read_blind(self._review, self.session.paperwork.calibration, session_id, comment_id)
        return read_note(self._review, self.session.paperwork.review_loop, comment_id)

    def _read_anew(self, comment_id: int) -> None:
        """Forget what was read of a note, because it has changed."""
        self._ahead.pop(comment_id, None)
        self._stale = True

    def _fill(self, item: NoteInList, reading: NoteReading | None) -> None:
        current = self.notes.current
        if current is None or current.comment_id != item.comment_id or not self._fits(reading):
            return  # another note is read by now
        if self._stale:
            self.on_list_pane_highlighted()  # it has changed meanwhile
            return
        self._show(item.comment_id, reading)
        if self.session.sync is not None:
            self.session.sync.prioritize([item.survey_id])  # its account and transcript, as they are now
        beside = self.notes.list.beside()
        self._ahead = {number: note for number, note in self._ahead.items() if number in beside}
        if reading is not None:
            self._ahead[item.comment_id] = reading
        self._read_ahead()

    def _read_ahead(self) -> None:
        for number in self.notes.list.beside():
            if number not in self._ahead:
                self.read_store("ahead", "The next note could not be read", partial(self._read, number),
                                partial(self._keep_ahead, number))  # fmt: skip
                return

    def _keep_ahead(self, number: int, reading: NoteReading | None) -> None:
        if reading is not None and number in self.notes.list.beside() and self._fits(reading):
            self._ahead[number] = reading
            self._read_ahead()

    def _fits(self, reading: NoteReading | None) -> bool:
        """Whether it was read for what the person does now: to review, or to score blind for this session."""
        session = None if reading is None else reading.session
        return reading is None or ("" if session is None else session.id) == self.notes.view.calibration

    def _show(self, comment_id: int | None, reading: NoteReading | None) -> None:
        self._shown = reading
        self.delivered.show(reading)
        self.survey.case = None if reading is None else reading.found.subject.case
        self.reviews.show(comment_id, reading)

    def _no_mark(self) -> str:
        return "" if self.scorecard.line is not None and not self.reviews.cannot() else "no line of a scorecard here"

    def on_scorecard_pane_scored(self, message: ScorecardPane.Scored) -> None:
        """Keep what is scored."""
        self.reviews.keep(message.comment_id)
        self.on_scorecard_pane_line_chosen()

    def on_scorecard_pane_cause_wanted(self) -> None:
        """Ask why a line loses points; keys wait for the window, as after a command."""
        self.do("The cause could not be picked", self.reviews.pick_cause(), "command:cause")

    def on_scorecard_pane_comment_wanted(self, message: ScorecardPane.CommentWanted) -> None:
        """Ask for a comment."""
        self.do("The comment could not be written", self.reviews.comment(whole=message.whole), "command:comment")

    def on_scorecard_pane_mark_wanted(self) -> None:
        """Let the person choose a message."""
        self.reviews.choose_message()

    def on_scorecard_pane_confirmed(self, message: ScorecardPane.Confirmed) -> None:
        """Do what the person has confirmed."""
        if message.comment_id == self.scorecard.comment_id:
            self.reviews.confirmed(message.filled)

    def on_review_transcript_marked(self, message: ReviewTranscript.Marked) -> None:
        """Mark a message for the line of the scorecard."""
        self.reviews.marked(message.message_id)

    def on_scorecard_pane_line_chosen(self) -> None:
        """Point out what the line under the cursor is about."""
        line = self.scorecard.line
        self.delivered.point_out("" if line is None else line.about)
        self.survey.view.point_out(self.scorecard.marked())
        self.key_bar.show_keys()

    def on_list_pane_opened(self) -> None:
        """Go to the scorecard; confirm the card if it is filled in."""
        if self.scorecard.filled is not None:
            self.scorecard.confirm()
        else:
            self.go_to(self.scorecard)

    # Commands

    def no_dispute(self) -> str:
        """Return why there is nothing to settle about the note; empty if its review is disputed."""
        disputed = self._shown is not None and self._shown.thread.state is ReviewState.DISPUTED
        return "" if disputed else "nobody disputes a review of this note"

    async def settle(self) -> None:
        """Settle the dispute about the note under the cursor."""
        if (note := self.notes.current) is not None:
            await self.disputes.open(note)
            self._read_anew(note.comment_id)

    def back(self) -> None:
        """Leave what is filled in or chosen, then the zoom; then go to the notes, and from there to the queue."""
        if self.scorecard.withdraw():
            return
        if self.survey.choosing:
            self.survey.choose("")
            self.go_to(self.scorecard)
        elif not self.zoomed and self.front is self.notes:
            self.app.switch_mode(self.app.DEFAULT_MODE)
        else:
            super().back()

    async def choose(self) -> None:
        """Ask which notes to show."""
        view = await choose_filter(self._dialog, self.notes.view, self.notes.current, self.session)
        if view is None:
            return
        if view.calibration != self.notes.view.calibration:
            # What is read for a review is not read for a calibration; keys wait until it is.
            self._ahead.clear()
            self._show(None, None)
            self._stale = True
        await self.notes.show_at_once(view)

    async def go_by_agent(self, step: int) -> None:
        """Go to the next note by the author of this one in the order of the list, or to the previous one."""
        item = self.notes.current
        if item is None:
            return
        read = self._review.rows_after if step > 0 else self._review.rows_before
        found = await asyncio.to_thread(read, replace(self.notes.view, author=item.author), item.key, 1)
        if found:
            await self.notes.list.go_to(found[0].id)
        else:
            where = "after" if step > 0 else "before"
            self._dialog.notify(f"There is no note by {item.author or 'somebody'} {where} this one.", timeout=3)

    async def browse(self) -> None:
        """Open the survey ticket of the note in a browser."""
        note, link = self.notes.current, self.session.link
        if note is None or link is None:
            self._dialog.notify("The ticket cannot be opened: no help desk is configured.")
            return
        await self._dialog.show_page(link(note.ticket_id))

    async def set_aside(self) -> None:
        """Ask about the rating of the note's case."""
        if (note := self.current) is not None and await RatingActions(self.session, self._dialog).ask(note.survey_id):
            self.reload()

    async def draw_sample(self) -> None:
        """Ask what to draw, and show the notes from the first of the sample on."""
        if await SampleActions(self.session, self._dialog).draw():
            self.notes.show(TO_DO)

    async def replace_in_sample(self) -> None:
        """Ask why the note is replaced."""
        if (note := self.current) is not None and await SampleActions(self.session, self._dialog).replace(note):
            self.reload()

    async def coach(self) -> None:
        """Show what the note's author is to work on."""
        if (note := self.current) is not None:
            await self._dialog.ask(CoachingWindow(self.session, note))

    def find(self) -> None:
        """Open the search line of the transcript."""
        self.bring_to_front(self.survey)
        self.survey.search()

    def scroll(self, lines: int) -> None:
        """Scroll the pane in front, or from the list the note, which stays under the cursor."""
        self.notes.list.touched = True
        view = {self.survey: self.survey.view, self.scorecard: self.scorecard.view}.get(self.front, self.delivered.view)
        view = self.scorecard.view if self.scorecard.filled is not None else view
        view.scroll_relative(y=lines, animate=False)
