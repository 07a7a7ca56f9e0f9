"""Answering a review of one's own note: what was sent back is shown, and the answer is taken."""

import asyncio
from collections.abc import Callable, Sequence
from typing import ClassVar

from csat_tui.domain.case import Case
from csat_tui.domain.ids import SurveyId
from csat_tui.domain.review.steps import ReviewAnswerKind, Turn
from csat_tui.tui.base.background_work import Writer
from csat_tui.tui.base.commands import Command
from csat_tui.tui.base.dialog import Dialog
from csat_tui.tui.base.undo_countdown import UndoCountdown
from csat_tui.tui.triage.state import OpenCase
from csat_tui.tui.windows.conversation import ConversationScreen
from csat_tui.tui.windows.prompts import TextPrompt
from csat_tui.workflow.desk import Desk
from csat_tui.workflow.review_loop import NoteConversation, NotReviewed, ReviewLoop

ASKED: dict[ReviewAnswerKind, tuple[str, str, str]] = {
    ReviewAnswerKind.AMENDS: ("Amend the note", "It is added to the note; what was delivered stays.", "what to add"),
    ReviewAnswerKind.DISPUTES: ("Dispute the review", "The reviewer reads this with your scores.", "why"),
    ReviewAnswerKind.TALK: ("Ask to talk", "You can leave it empty.", "about what"),
}
"""By answer: the title of its window, what it says, and the hint for its words."""


class ReviewAnswerScreen(ConversationScreen):
    """Shows what was sent back, and takes the agent's answer."""

    NAME = "Sent back"
    COMMANDS: ClassVar[tuple[Command, ...]] = (
        Command("answer.accept", ("a",), "accept the review", "Accept what the reviewer says.",
                lambda s: s.say(ReviewAnswerKind.ACCEPTS), footer=True),
        Command("answer.amend", ("m",), "amend the note", "Add to the note in a note of its own.",
                lambda s: s.say(ReviewAnswerKind.AMENDS), footer=True),
        Command("answer.dispute", ("d",), "dispute", "Dispute the lines for which you have proposed scores.",
                lambda s: s.say(ReviewAnswerKind.DISPUTES), lambda s: s.nothing_proposed(), footer=True),
        Command("answer.talk", ("t",), "ask to talk", "Ask the reviewer to talk about it.",
                lambda s: s.say(ReviewAnswerKind.TALK), footer=True),
    )  # fmt: skip

    def __init__(
        self,
        conversation: NoteConversation,
        desk: Desk,
        answer: Callable[["ReviewAnswerScreen", ReviewAnswerKind], None],
    ) -> None:
        review = conversation.thread.review
        by = review.by.called if review is not None else "somebody"
        super().__init__(f"{by} sent your note back", conversation.body.split("\n"), conversation.thread, desk.now)
        self._answer = answer

    def keys_line(self) -> str:
        """Return the line of keys under the window."""
        return (
            "{answer.accept} accept · {answer.amend} amend · {conversation.0}-{conversation.4} "
            "{conversation.yes} {conversation.no} propose · {answer.dispute} dispute · {answer.talk} talk"
        )

    def nothing_proposed(self) -> str:
        """Return why nothing can be disputed; empty where something can."""
        return "" if self.proposed else "propose another score for a line first"

    def say(self, kind: ReviewAnswerKind) -> None:
        """Answer the review."""
        self._answer(self, kind)


class ReviewAnswers:
    """The agent's side of a review, on the open case."""

    def __init__(
        self,
        opened: OpenCase,
        desk: Desk,
        loop: ReviewLoop,
        writer: Writer,
        grace: UndoCountdown,
        dialog: Dialog,
        *,
        do: Callable[..., object],
        read: Callable[[SurveyId], None],
        read_changes: Callable[[frozenset[str]], None],
    ) -> None:
        self._opened = opened
        self._desk = desk
        self._loop = loop
        self._writer = writer
        self._grace = grace
        self._dialog = dialog
        self._do = do
        self._read = read
        self._read_changes = read_changes

    def waits(self) -> bool:
        """Whether a note on the open case was sent back and waits for an answer."""
        case = self._opened.case
        return case is not None and bool(case.sent_back)

    async def answer(self) -> None:
        """Show the review of the first note that waits, and take the answer."""
        case = self._opened.case
        if case is None:
            return
        waiting = [one for one in await self._conversations(case) if one.thread.state.turn is Turn.AGENT]
        if not waiting:
            self._dialog.notify("Nothing on this case waits for your answer any more.")
            return
        window = ReviewAnswerScreen(waiting[0], self._desk, lambda screen, kind: self._begin(screen, waiting[0], kind))
        await self._dialog.ask(window)

    async def _conversations(self, case: Case) -> Sequence[NoteConversation]:
        return await asyncio.to_thread(self._loop.conversations, case.id)

    def _begin(self, screen: ReviewAnswerScreen, about: NoteConversation, kind: ReviewAnswerKind) -> None:
        self._do("The review was not answered", self._say(screen, about, kind), "command:ask")

    async def _say(self, screen: ReviewAnswerScreen, about: NoteConversation, kind: ReviewAnswerKind) -> None:
        note, lines = about.note.comment_id, screen.proposed

        async def take(text: str) -> str:
            try:
                taken = await self._writer.write(self._loop.answer, note, kind, text, lines)
            except NotReviewed as error:
                return str(error)
            self._grace.add(taken)
            return ""

        if kind is ReviewAnswerKind.ACCEPTS:
            if problem := await take(""):
                self._dialog.notify(problem, severity="warning", timeout=8)
                return
        else:
            title, say, hint = ASKED[kind]
            draft = await asyncio.to_thread(self._loop.draft, note)
            before = "" if draft is None else draft.text
            answer = await self._dialog.ask(TextPrompt(title, say, before, hint=hint, lines=True, take=take))
            if answer is None:
                return
        screen.dismiss(None)
        self._read_changes(frozenset({"queue", "outbox"}))
        self._read(about.note.survey_id)
