"""Reviewing: accept the note on the screen or send it back, go on to the next, and take the last one back."""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import timedelta
from typing import Any

from csat_tui.domain.review.calibration import CalibrationSession
from csat_tui.domain.review.scorecard import ScorecardLine
from csat_tui.domain.review.scoring import FilledCard
from csat_tui.domain.review.steps import ReviewVerdict
from csat_tui.domain.review.time_taken import TimeTaken
from csat_tui.store.errors import StoreError
from csat_tui.store.review import NoteInList
from csat_tui.tui.base.dialog import Dialog
from csat_tui.tui.base.panes import Pane
from csat_tui.tui.base.session import Session
from csat_tui.tui.base.undo_countdown import UndoCountdown
from csat_tui.tui.review.blind import BlindScores
from csat_tui.tui.review.delivered import ReviewTranscript
from csat_tui.tui.review.drafts import NOT_KEPT, ReviewDrafts
from csat_tui.tui.review.notes import NotesPane
from csat_tui.tui.review.scorecard import ScorecardPane
from csat_tui.tui.review.scoring import NoteReading, NoteScoring
from csat_tui.tui.windows.prompts import Choice, ChoiceScreen, TextPrompt
from csat_tui.workflow.desk import TakenDecision
from csat_tui.workflow.review_loop import NotReviewed

NO_CARD = "The playbook has no scorecard."
NO_WORDS = "The words of this note are not here yet; the sync fetches them."
NOT_WRITTEN = "The review could not be written"
DEEDS = {ReviewVerdict.ACCEPTED: "Accept this note", ReviewVerdict.SENT_BACK: "Send this note back"}


class Reviews:
    """What the reviewer does with the note under the cursor."""

    def __init__(
        self,
        session: Session,
        notes: NotesPane,
        survey: ReviewTranscript,
        scorecard: ScorecardPane,
        dialog: Dialog,
        *,
        do: Callable[..., None],
        go_to: Callable[[Pane], None],
        front: Callable[[], Pane],
        read_anew: Callable[[int], None],
        show_current: Callable[[], None],
        drawn_at_once: Callable[[], AbstractContextManager[None]],
    ) -> None:
        self._desk = session.desk
        self._loop = session.paperwork.review_loop
        self._calibration = session.paperwork.calibration
        self._writer = session.writer
        self._notes = notes
        self._survey = survey
        self._scorecard = scorecard
        self._dialog = dialog
        self._do = do
        self._go_to = go_to
        self._front = front
        self._read_anew = read_anew
        self._show_current = show_current
        self._drawn_at_once = drawn_at_once
        self.drafts = ReviewDrafts(self._loop.save_draft, session.writer, do)
        self._blind: dict[str, BlindScores] = {}
        """What is scored blind, by the ids of the sessions."""
        self.grace = UndoCountdown()
        self._reviewed: dict[str, NoteInList] = {}
        """The notes of this session's reviews, by the numbers of their decisions."""
        self._verdict = ReviewVerdict.ACCEPTED
        self._came_from: Pane = notes
        self._time = TimeTaken()
        self.writing: set[int] = set()
        """The notes whose reviews are being written."""

    # The note on the screen

    def show(self, comment_id: int | None, reading: NoteReading | None) -> None:
        """Show the scorecard of a note with its draft; of the same note, what the person has scored stays."""
        before = self._scorecard.scoring
        same = (
            before is not None
            and before.comment_id == comment_id
            and (reading is None or before.session == reading.session)
        )
        if before is not None and not same:
            self._rest(before)
        session = None if reading is None else reading.session
        cards = self._desk.playbook.scorecards if session is None else (session.card,)
        if reading is None or not cards:
            self._scorecard.show(comment_id, None, NO_CARD if not cards else "" if comment_id is None else NO_WORDS)
            return
        scoring = NoteScoring(reading.found, cards[0], reading.thread, reading.why_not, session=session)
        if session is not None:
            scoring.remark = f"Blind, for “{session.name}”: “accept” keeps it and goes on; nothing goes to a ticket."
        draft = self.drafts_of(scoring).of(scoring.comment_id) or reading.draft
        if same and before is not None:
            scoring.go_on_from(before)
        else:
            if draft is not None:
                scoring.take_draft(draft)
            self._time = TimeTaken(timedelta(seconds=0 if draft is None else draft.seconds))
            self._time.go_on(self._desk.now)
            self._survey.choose("")
        self._scorecard.show(comment_id, scoring)

    def _rest(self, scoring: NoteScoring) -> None:
        """Keep the time that a note has taken, if it is begun."""
        self._time.rest(self._desk.now)
        if scoring.session is not None:
            self.leave()
            return
        begun = self.drafts.of(scoring.comment_id)
        if begun is not None and begun.seconds != self.seconds and scoring.comment_id not in self.writing:
            self.drafts.keep(scoring.comment_id, scoring.draft(self.seconds))

    def key_pressed(self) -> None:
        """Count the time: the person works on the note."""
        self._time.go_on(self._desk.now)

    @property
    def seconds(self) -> int:
        """How long the note on the screen has taken."""
        return int(self._time.until(self._desk.now).total_seconds())

    def cannot(self) -> str:
        """Return why the note on the screen cannot be reviewed; empty if it can."""
        scoring = self._scorecard.scoring
        if scoring is None:
            return self._scorecard.reason or "no note here"
        return scoring.why_not

    def keep(self, comment_id: int) -> None:
        """Keep what is scored of a note."""
        scoring = self._scorecard.scoring
        if scoring is not None and scoring.comment_id == comment_id and comment_id not in self.writing:
            self.drafts_of(scoring).keep(comment_id, scoring.draft(self.seconds))

    def drafts_of(self, scoring: NoteScoring) -> ReviewDrafts:
        """Return where the scores of a note go until it is decided: to its review, or blind to a calibration."""
        session = scoring.session
        if session is None:
            return self.drafts
        if session.id not in self._blind:
            self._blind[session.id] = BlindScores(self._calibration, session.id, self._writer, self._do)
        return self._blind[session.id]

    def leave(self) -> None:
        """Write what is scored blind of the note on the screen."""
        scoring = self._scorecard.scoring
        if scoring is not None and scoring.session is not None:
            self._blind[scoring.session.id].leave(scoring.comment_id)

    @property
    def begun(self) -> Sequence[ReviewDrafts]:
        """Everything that is begun in this session."""
        return self.drafts, *self._blind.values()

    # Lines

    async def pick_cause(self) -> None:
        """Ask why the line under the cursor loses points."""
        scoring, line = self._scorecard.scoring, self._scorecard.line
        if scoring is None or line is None:
            return
        choices = [Choice(str(number), cause, cause) for number, cause in enumerate(line.causes, 1)]
        chosen = await self._dialog.ask(ChoiceScreen(line.label, [*choices, Choice("x", "for no such reason", "")]))
        if chosen is not None:
            self._say(scoring, line, cause=chosen)
            self._scorecard.go_on()

    async def comment(self, *, whole: bool) -> None:
        """Ask for a comment to the line under the cursor, or to the whole note."""
        scoring, line = self._scorecard.scoring, self._scorecard.line
        if scoring is None or line is None:
            return
        if whole:
            window = TextPrompt("Comment to the note", text=scoring.comment, lines=True)
        else:
            window = TextPrompt(line.label, line.help, scoring.of(line).comment, hint="what you say of it")
        said = await self._dialog.ask(window)
        if said is None:
            return
        if whole:
            scoring.comment = said.strip()
            self._scorecard.changed()
        else:
            self._say(scoring, line, comment=said.strip())

    def _say(self, scoring: NoteScoring, line: ScorecardLine, **said: Any) -> None:
        scoring.keep(line, replace(scoring.of(line), **said))
        self._scorecard.changed()

    def choose_message(self) -> None:
        """Let the person choose the message that the line under the cursor is about."""
        if self._scorecard.line is not None and not self.cannot():
            self._survey.choose(self._scorecard.line.label)
            self._go_to(self._survey)

    def marked(self, message_id: int) -> None:
        """Mark a message as what the line under the cursor is about; the same message again unmarks it."""
        scoring, line = self._scorecard.scoring, self._scorecard.line
        if scoring is None or line is None:
            return
        before = scoring.of(line).message_id
        self._survey.choose("")
        self._say(scoring, line, message_id=None if before == message_id else message_id)
        self._survey.view.point_out(self._scorecard.marked())
        self._go_to(self._scorecard)

    # The verdict

    def decide(self, verdict: ReviewVerdict) -> None:
        """Show the card filled in for a verdict; lines that the machine fails are scored by the person first."""
        scoring = self._scorecard.scoring
        if scoring is None:
            return
        if scoring.session is not None:
            self._hand_in(scoring, scoring.session, verdict)
            return
        if failing := scoring.failing:
            count = "1 line fails" if len(failing) == 1 else f"{len(failing)} lines fail"
            self._go_to(self._scorecard)
            self._scorecard.go_to_line(failing[0])
            self._dialog.notify(f"{count} by the machine's word: score them yourself first.", timeout=5)
            return
        if self._scorecard.filled is None:
            self._came_from = self._front()
        self._verdict = verdict
        filled = scoring.fill()
        if verdict is ReviewVerdict.ACCEPTED and filled.as_scored and filled.result.passes:
            self.confirmed(filled)
            return
        if self._came_from is not self._notes or not self._scorecard.display:
            self._go_to(self._scorecard)
        self._scorecard.ask(filled, DEEDS[verdict])

    def _hand_in(self, scoring: NoteScoring, session: CalibrationSession, verdict: ReviewVerdict) -> None:
        """Keep a blind score and go on to the next note; nothing of it goes to a ticket."""
        if verdict is ReviewVerdict.SENT_BACK:
            self._dialog.notify("A blind score sends nothing back; leave the filter to review this note.", timeout=5)
            return

        async def hand_in() -> None:
            await self._blind[session.id].hand_in(scoring.comment_id)
            self._dialog.notify(f"Scored blind: {given} of {len(lines)} lines.", timeout=3)

        lines = [line for line in scoring.card.lines if not line.bonus]
        given = sum(scoring.of(line).answer is not None for line in lines)
        self._do(NOT_KEPT, hand_in())
        self._notes.list.move(1)

    def confirmed(self, filled: FilledCard) -> None:
        """Do what the person has confirmed."""
        scoring, note = self._scorecard.scoring, self._notes.current
        if scoring is None or note is None or note.comment_id != scoring.comment_id:
            return
        if self._verdict is ReviewVerdict.SENT_BACK:
            # Held as a command is: what is typed next is meant for the comment.
            self._do(NOT_WRITTEN, self._send_back(note, scoring, filled), "command:send-back")
        else:
            accepting = self._accept(note, scoring, filled, self.seconds)
            self.writing.add(scoring.comment_id)
            self._go_on(note)
            self._do(NOT_WRITTEN, accepting)

    async def _accept(self, note: NoteInList, scoring: NoteScoring, filled: FilledCard, seconds: int) -> None:
        try:
            await self._write(note, scoring, ReviewVerdict.ACCEPTED, filled, scoring.comment, seconds)
        except (NotReviewed, StoreError):
            await self._notes.list.go_to(note.id)  # with its scores, which are still a draft
            raise

    async def _send_back(self, note: NoteInList, scoring: NoteScoring, filled: FilledCard) -> None:
        async def take(comment: str) -> str:
            if not comment.strip():
                return "Say in a comment what the agent is to do."
            await self._write(note, scoring, ReviewVerdict.SENT_BACK, filled, comment, self.seconds)
            return ""

        say = "The agent reads it with the scores."
        window = TextPrompt("Send the note back: what is to be done", say, scoring.comment, lines=True, take=take)
        if await self._dialog.ask(window) is not None:
            self._go_on(note)
        elif window.area.text.strip() != scoring.comment:
            scoring.comment = window.area.text.strip()
            self._scorecard.changed()

    async def _write(
        self, note: NoteInList, scoring: NoteScoring, verdict: ReviewVerdict, filled: FilledCard, comment: str,
        seconds: int,
    ) -> None:  # fmt: skip
        review, number = scoring.thread.review, scoring.comment_id
        self.writing.add(number)
        try:
            taken = await self._writer.write(
                self._loop.review, number, verdict, scoring.card, filled.scores, comment, seconds=seconds,
                seen="" if review is None else review.id,
            )  # fmt: skip
        finally:
            self.writing.discard(number)
        self.drafts.forget(number)
        self._read_anew(number)
        self.remember(taken, note)
        if self._notes.current is not None and self._notes.current.id == note.id:
            await self._notes.list.move_on()  # no other followed it

    def _go_on(self, note: NoteInList) -> None:
        """Go to the next note at once, back in the pane from which the person came; all of it is drawn as one."""
        with self._drawn_at_once():
            if self._scorecard.scoring is not None:
                self._scorecard.scoring.filled = None
            if self._front() is not self._came_from:
                self._go_to(self._came_from)
            moved = self._notes.current is not None and self._notes.current.id == note.id and self._notes.list.move(1)
            if moved:
                self._show_current()
            else:
                self._scorecard.draw()

    # Taking back

    def remember(self, taken: TakenDecision, note: NoteInList) -> None:
        """Remember what was said of a note, so that it can be taken back."""
        self.grace.add(taken)
        self._reviewed[str(taken.decision_id)] = note

    def nothing_to_undo(self) -> str:
        """Return why there is nothing to take back; empty if there is."""
        return "" if len(self.grace) else "you have not reviewed anything in this session"

    def label(self) -> str:
        """Return the name of the review that would be taken back."""
        last = self.grace.last
        note = None if last is None else self._reviewed.get(str(last.decision_id))
        return "" if note is None else f"Review of {note.author or 'a note'}"

    async def undo(self) -> None:
        """Take back the last review and show its note with its scores again. Raises TooLate, StoreError."""
        taken = self.grace.last
        if taken is None:
            return
        await self._writer.write(self._loop.undo, taken)
        self.grace.drop(taken)
        note = self._reviewed.pop(str(taken.decision_id))
        self.drafts.forget(note.comment_id)
        self._read_anew(note.comment_id)
        self._scorecard.show(None, None)  # keys wait until its scores are here again
        await self._notes.list.go_to(note.id)
        self._dialog.notify("Taken back: nothing was sent. Its scores are a draft again.", timeout=5)
