"""The controllers of decisions: one blocks them while something is unread, the other makes and sends them."""

from collections.abc import Awaitable, Callable
from typing import Any

from csat_tui.domain.case import Case, Stage
from csat_tui.domain.composing import offered_findings
from csat_tui.domain.decide import Blocker, Undecidable
from csat_tui.domain.effect import TicketMessage
from csat_tui.tui.base.background_work import Writer
from csat_tui.tui.base.commands import SENTENCES
from csat_tui.tui.base.dialog import Dialog
from csat_tui.tui.base.panes import Pane
from csat_tui.tui.base.text import clock_time
from csat_tui.tui.base.undo_countdown import UndoCountdown
from csat_tui.tui.transcript.view import TranscriptView
from csat_tui.tui.triage.case_history import CaseHistory
from csat_tui.tui.triage.composer.commands import SEND
from csat_tui.tui.triage.composer.drafts import DraftSaver
from csat_tui.tui.triage.composer.pane import ComposerPane
from csat_tui.tui.triage.outcome_menu import ConfirmReply, OutcomeMenu
from csat_tui.tui.triage.queue.pane import QueuePane
from csat_tui.tui.triage.state import ActionsUnderWay, OpenCase
from csat_tui.tui.windows.prompts import ConfirmScreen
from csat_tui.workflow.desk import Desk
from csat_tui.workflow.draft_words import other_case

MERGES_UNKNOWN = "Decided before the customer's other tickets were known here: whether to merge any was not looked at."
"""The notification after a decision that did not wait for the customer's other tickets."""

NOT_SENT = "The decision could not be sent"
"""The beginning of the notification about a decision that failed."""


class UnreadNews:
    """Blocks every decision while there are unread messages of the customer or tickets to merge."""

    def __init__(
        self,
        opened: OpenCase,
        desk: Desk,
        transcript: TranscriptView,
        history: CaseHistory,
        dialog: Dialog,
        *,
        go_to_news: Callable[[], None],
        shown: Callable[[], None],
    ) -> None:
        self._opened = opened
        self._desk = desk
        self._transcript = transcript
        self._history = history
        self._dialog = dialog
        self._go_to_news = go_to_news
        self._shown = shown

    def no_news(self) -> str:
        """Return why there is nothing to read first; empty if there is."""
        return "" if self._transcript.news.unread else "the customer has written nothing since you opened this case"

    def read_news(self) -> None:
        """Remove the notifications and go to the customer's first new message."""
        self._dialog.clear()
        self._go_to_news()

    def unread(self) -> tuple[Blocker, ...]:
        """Return the blockers: unread messages and tickets to merge."""
        return (*self._news(), *self._history.to_merge())

    def update_blockers(self) -> None:
        """Update the blockers of the open case."""
        self._opened.unread = self.unread()
        self._shown()

    async def look_again(self) -> bool:
        """Read the customer's other tickets again; return whether they are known.

        Raises Undecidable if anything blocks the decision.
        """
        known = await self._history.look_again()
        self.refuse_unread()
        return known

    def _news(self) -> tuple[Blocker, ...]:
        news = self._transcript.news.unread
        if not news:
            return ()
        when = clock_time(news[-1].created_at, self._desk.now)
        said = f"the customer wrote at {when} after you opened this case; {{case.news}} reads it first"
        if len(news) > 1:
            said = f"the customer wrote {len(news)} times, last at {when}, after you opened this case; "
            said += "{case.news} reads it first"
        return (Blocker(self._dialog.with_keys(said), message_id=news[0].id),)

    def refuse_unread(self) -> None:
        """Raise Undecidable if there are unread messages or tickets to merge."""
        self.update_blockers()
        if self._opened.unread:
            raise Undecidable(self._opened.unread)


class Decisions:
    """Makes decisions on the open case: the person chooses an outcome, writes, and sends."""

    def __init__(
        self,
        opened: OpenCase,
        desk: Desk,
        writer: Writer,
        queue: QueuePane,
        composer: ComposerPane,
        drafts: DraftSaver,
        grace: UndoCountdown,
        under_way: ActionsUnderWay,
        news: UnreadNews,
        dialog: Dialog,
        *,
        do: Callable[[str, Awaitable[Any]], None],
        go_to: Callable[[Pane], None],
        write_for: Callable[[str], None],
        read_case: Callable[[], Awaitable[None]],
        read_changes: Callable[[frozenset[str]], None],
    ) -> None:
        self._opened = opened
        self._desk = desk
        self._writer = writer
        self._queue = queue
        self._composer = composer
        self._drafts = drafts
        self._grace = grace
        self._under_way = under_way
        self._news = news
        self._dialog = dialog
        self._do = do
        self._go_to = go_to
        self._write_for = write_for
        self._read_case = read_case
        self._read_changes = read_changes

    def undecidable(self) -> str:
        """Return why no outcome can be chosen; empty if one can."""
        case = self._opened.case
        if case is None:
            return "no case is chosen"
        decided = self._dialog.with_keys("this case is decided; {case.undo} takes it back while it waits")
        return decided if case.stage is Stage.DECIDED else ""

    async def choose_outcome(self) -> None:
        """Ask for an outcome, and begin its note."""
        case, playbook = self._opened.case, self._desk.playbook
        if case is None:
            return
        self._composer.flush()
        draft = self._composer.draft
        lacks = {
            one.id: self._desk.lacks(case, one.id, draft.fields, offered_findings(one, draft.findings, playbook))
            for one in playbook.outcomes
        }
        outcome_id = await self._dialog.ask(OutcomeMenu(case, playbook, lacks, self._opened.unread))
        if outcome_id is not None and self._opened.holds(case.id):
            self._write_for(outcome_id)

    def send_from_here(self) -> None:
        """Send from any pane; a hidden note is shown first, so that nobody sends a note that they do not see."""
        if self._composer.display:
            self._composer.send()
            return
        self._go_to(self._composer)
        self._dialog.notify(f"This is the note; {self._composer.key_of(SEND)} sends it.", timeout=4)

    def send(self, message: ComposerPane.SendRequested) -> None:
        """Begin to decide and send; a second request is ignored while the first is under way."""
        if message.survey_id not in self._under_way.sending:
            self._under_way.sending.add(message.survey_id)
            self._do(NOT_SENT, self._send(message))

    async def _send(self, message: ComposerPane.SendRequested) -> None:
        try:
            await self.decide(message)
        except SENTENCES as error:
            dropped = self._dialog.drop_typed()
            self._dialog.show_error(error, NOT_SENT)
            if dropped:
                self._dialog.notify(dropped, severity="warning")
        finally:
            self._under_way.sending.discard(message.survey_id)

    async def decide(self, message: ComposerPane.SendRequested) -> None:
        """Have a reply confirmed, save the decision, and go to the next case. Raises Undecidable, StoreError."""
        case = self._opened.case
        if case is None or case.id != message.survey_id:
            raise Undecidable([Blocker(other_case(message.survey_id))])
        known = await self._news.look_again()
        if not await self._confirmed(case, message):
            said = f"Nothing was sent. The draft is as it was. {self._dialog.drop_typed()}".rstrip()
            self._dialog.notify(said, timeout=4)
            return
        # The case as the store has it now, whether the screen shows that already or not.
        await self._read_case()
        self._news.refuse_unread()
        with self._under_way.taking_out(case.id):
            taken = await self._writer.write(
                self._desk.decide, case, message.outcome_id, message.fields, message.findings,
                written_for=message.survey_id,
            )  # fmt: skip
            self._drafts.forget(case.id)
            self._composer.sent(case.id)
            self._grace.add(taken)
            # Earlier notifications about this case, such as “Nothing was sent”, are out of date.
            self._dialog.clear()
            if not known:
                self._dialog.notify(MERGES_UNKNOWN, timeout=5)
            await self._queue.move_on()
            self._read_changes(frozenset({"queue", "outbox"}))
            self._go_to(self._queue)

    async def _confirmed(self, case: Case, message: ComposerPane.SendRequested) -> bool:
        """Ask the person to confirm a public reply, or amounts that the records do not support."""
        doubts = self._desk.doubts(case, message.outcome_id, message.fields, message.findings)
        reply = self._reply(case, message)
        if reply is not None:
            confirmed = await self._dialog.ask(ConfirmReply(case, reply, doubts))
            return bool(confirmed)
        if doubts:
            said = "\n".join(f"{one[:1].upper()}{one[1:]}." for one in doubts)
            sure = await self._dialog.ask(ConfirmScreen("Amounts to confirm", said, "decides it with them"))
            return bool(sure)
        return True

    def _reply(self, case: Case, message: ComposerPane.SendRequested) -> TicketMessage | None:
        decision = self._desk.preview(case, message.outcome_id, message.fields, message.findings)
        messages = (one for one in decision.effects if isinstance(one, TicketMessage))
        return next((one for one in messages if one.read_by_customer), None)
