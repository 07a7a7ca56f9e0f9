"""Settling a dispute: the conversation with the disputed lines, and the reviewer's word on them."""

import asyncio
from collections.abc import Callable
from typing import ClassVar

from csat_tui.domain.review.steps import ReviewState, SettlementKind
from csat_tui.store.review import NoteInList
from csat_tui.tui.base.commands import Command
from csat_tui.tui.base.dialog import Dialog
from csat_tui.tui.base.session import Session
from csat_tui.tui.windows.conversation import ConversationScreen
from csat_tui.tui.windows.prompts import TextPrompt
from csat_tui.workflow.desk import TakenDecision
from csat_tui.workflow.review_loop import NoteConversation, NotReviewed

TITLES = {
    SettlementKind.ACCEPTED: "Accept the dispute",
    SettlementKind.PARTLY: "Accept these scores",
    SettlementKind.REJECTED: "Reject the dispute",
}


class SettlementScreen(ConversationScreen):
    """Shows a dispute with the scores that the agent proposes, and takes the reviewer's word."""

    NAME = "Dispute"
    COMMANDS: ClassVar[tuple[Command, ...]] = (
        Command("dispute.accept", ("a",), "accept the dispute", "Take the scores that the agent proposes.",
                lambda s: s.settle(SettlementKind.ACCEPTED), footer=True),
        Command("dispute.partly", ("p",), "accept partly", "Take the scores as they stand in this window.",
                lambda s: s.settle(SettlementKind.PARTLY), lambda s: s.nothing_changes(), footer=True),
        Command("dispute.reject", ("r",), "reject the dispute", "Leave the scores as they are.",
                lambda s: s.settle(SettlementKind.REJECTED), footer=True),
    )  # fmt: skip

    def __init__(
        self, about: NoteConversation, session: Session, settle: Callable[["SettlementScreen", SettlementKind], None]
    ) -> None:
        disputed = about.thread.answer
        lines = {} if disputed is None else disputed.lines
        title = f"{about.note.author or 'The agent'} disputes the review"
        super().__init__(title, about.body.split("\n"), about.thread, session.desk.now, only=tuple(lines))
        self.view.proposed = {line_id: one.answer for line_id, one in lines.items() if one.answer is not None}
        self._settle = settle

    def keys_line(self) -> str:
        """Return the line of keys under the window."""
        return (
            "{dispute.accept} accept · {conversation.0}-{conversation.4} {conversation.yes} {conversation.no} change, "
            "{dispute.partly} accepts partly · {dispute.reject} reject"
        )

    def nothing_changes(self) -> str:
        """Return why the dispute cannot be accepted partly; empty where it can."""
        return "" if self.proposed else "no score in this window differs: that is a rejection"

    def settle(self, kind: SettlementKind) -> None:
        """Settle the dispute."""
        self._settle(self, kind)


class Disputes:
    """The reviewer's word on the dispute about the note under the cursor."""

    def __init__(
        self,
        session: Session,
        dialog: Dialog,
        *,
        do: Callable[..., object],
        taken: Callable[[TakenDecision, NoteInList], None],
    ) -> None:
        self._session = session
        self._loop = session.paperwork.review_loop
        self._dialog = dialog
        self._do = do
        self._taken = taken

    async def open(self, note: NoteInList) -> None:
        """Show the dispute about a note."""
        found = await asyncio.to_thread(self._loop.conversations, note.survey_id)
        about = next((one for one in found if one.note.comment_id == note.comment_id), None)
        if about is None or about.thread.state is not ReviewState.DISPUTED:
            self._dialog.notify("Nothing is disputed about this note any more.")
            return
        if why_not := await asyncio.to_thread(self._loop.why_not, note.comment_id):
            self._dialog.notify(f"You cannot settle this: {why_not}.", severity="warning", timeout=8)
            return
        await self._dialog.ask(
            SettlementScreen(about, self._session, lambda screen, kind: self._begin(screen, about, kind))
        )

    def _begin(self, screen: SettlementScreen, about: NoteConversation, kind: SettlementKind) -> None:
        self._do("The dispute was not settled", self._settle(screen, about, kind), "command:ask")

    async def _settle(self, screen: SettlementScreen, about: NoteConversation, kind: SettlementKind) -> None:
        note = about.note.comment_id
        lines = screen.proposed if kind is SettlementKind.PARTLY else {}

        async def take(reason: str) -> str:
            try:
                taken = await self._session.writer.write(self._loop.settle, note, kind, reason, lines)
            except NotReviewed as error:
                return str(error)
            self._taken(taken, about.note)
            return ""

        draft = await asyncio.to_thread(self._loop.draft, note)
        before = "" if draft is None else draft.text
        say = "The agent reads it on the ticket."
        window = TextPrompt(TITLES[kind], say, before, hint="why", lines=True, take=take)
        if await self._dialog.ask(window) is not None:
            screen.dismiss(None)
