"""Small actions on the open case and on the queue: answer a question, open a ticket, claim, snooze, filter."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

from csat_tui import browser
from csat_tui.domain.case import Stage
from csat_tui.domain.contact_clock import ContactState
from csat_tui.domain.ids import SurveyId, TicketId
from csat_tui.store.cases.queue import CONTACT_FILTERS, QueueCounts, QueueView, up_to_limit
from csat_tui.sync.background import BackgroundSync
from csat_tui.tui.base.background_work import Writer
from csat_tui.tui.base.dialog import Dialog
from csat_tui.tui.transcript.lines import open_question
from csat_tui.tui.triage.composer.pane import ComposerPane
from csat_tui.tui.triage.queue.pane import QueuePane
from csat_tui.tui.triage.state import ActionsUnderWay, OpenCase
from csat_tui.tui.triage.transcript import CaseTranscript
from csat_tui.tui.windows.prompts import Choice, ChoiceScreen, TextPrompt
from csat_tui.workflow.desk import Desk

NOTE_FORM = "composer"
"""The name under which the store remembers whether this person writes notes as a form or as text."""


class CaseActions:
    """Small actions on the open case: its question, its ticket, the form of its note."""

    def __init__(
        self,
        opened: OpenCase,
        desk: Desk,
        writer: Writer,
        sync: BackgroundSync | None,
        transcript: CaseTranscript,
        composer: ComposerPane,
        dialog: Dialog,
        *,
        link: Callable[[TicketId], str] | None,
        read_changes: Callable[[frozenset[str]], None],
        read: Callable[[SurveyId], None],
    ) -> None:
        self._opened = opened
        self._desk = desk
        self._writer = writer
        self._sync = sync
        self._transcript = transcript
        self._composer = composer
        self._dialog = dialog
        self._link = link
        self._read_changes = read_changes
        self._read = read

    def note_form(self) -> str:
        """Return whether this person last wrote a note as "form" or as "text"; empty if they never chose."""
        return self._desk.habit(NOTE_FORM)

    def begin_as_before(self, form: str) -> None:
        """Show notes in this person's last form."""
        if form:
            self._composer.begin_as(as_text=form == "text")

    async def keep_note_form(self, *, as_text: bool) -> None:
        """Remember whether this person writes notes as text."""
        await self._writer.write(self._desk.keep_habit, NOTE_FORM, "text" if as_text else "form")

    def ask_for_news(self) -> None:
        """Ask the sync for the source ticket of a case whose note is being written; polls cover survey tickets only."""
        case, note = self._opened.case, self._composer
        if case is not None and note.outcome is not None and not note.closed and self._sync is not None:
            self._sync.prioritize([case.id])

    def no_question(self) -> str:
        """Return why no answer to a question can be entered; empty if one can."""
        case = self._opened.case
        if case is None:
            return "no case is chosen"
        return "" if open_question(case) else "no question about this case waits for an answer"

    async def answer_question(self) -> None:
        """Ask for the answer to the case's question, and put the case back into the queue with it."""
        case = self._opened.case
        asked = open_question(case) if case is not None else None
        if case is None or asked is None:
            return

        async def take(text: str) -> str:
            with_keys = self._dialog.with_keys
            if not text.strip():
                return with_keys("An answer needs words; {words.leave} leaves the question open.")
            try:
                await self._writer.write(self._desk.answer_question, case.id, asked.id, text)
            except LookupError:
                answered = "Somebody else has entered an answer to this question. Copy what you need; "
                return with_keys(answered + "{words.leave} closes this.")
            return ""

        title = f"Answer from #{asked.channel.lstrip('#')}"
        window = TextPrompt(title, asked.text, hint="what was answered", lines=True, take=take)
        if await self._dialog.ask(window) is not None:
            self._dialog.notify("The answer is saved, and the case is in the queue again.", timeout=5)
        self._read_changes(frozenset({"queue"}))
        self._read(case.id)

    def no_ticket(self) -> str:
        """Return why there is no ticket to open; empty if there is one."""
        return "" if self._transcript.ticket_id is not None else "this case has no ticket"

    async def open_ticket(self) -> None:
        """Open the case's ticket in the browser, or show its address if there is no browser."""
        ticket_id, link = self._transcript.ticket_id, self._link
        url = link(ticket_id) if link is not None and ticket_id is not None else ""
        if not browser.is_page(url):
            self._dialog.notify("The help desk does not give addresses for its tickets.", severity="warning")
        else:
            await self._dialog.show_page(url)

    def copy_ticket(self) -> None:
        """Copy the ticket's number to the clipboard."""
        ticket_id = self._transcript.ticket_id
        self._dialog.copy(str(ticket_id))
        self._dialog.notify(f"Copied {ticket_id}", timeout=2)


SPANS = (
    Choice("1", "an hour", timedelta(hours=1)),
    Choice("4", "four hours", timedelta(hours=4)),
    Choice("8", "until the next shift, 8 hours", timedelta(hours=8)),
    Choice("d", "a day", timedelta(days=1)),
    Choice("w", "a week", timedelta(weeks=1)),
)


class QueueActions:
    """Chooses the view of the queue, and snoozes and claims its marked cases."""

    def __init__(
        self,
        opened: OpenCase,
        desk: Desk,
        writer: Writer,
        sync: BackgroundSync | None,
        queue: QueuePane,
        under_way: ActionsUnderWay,
        dialog: Dialog,
        *,
        counts: Callable[[], QueueCounts | None],
    ) -> None:
        self._opened = opened
        self._desk = desk
        self._writer = writer
        self._sync = sync
        self._queue = queue
        self._under_way = under_way
        self._dialog = dialog
        self._counts = counts

    def no_sync(self) -> str:
        """Return why there is no sync; empty if there is one."""
        return "" if self._sync is not None else "there is no help desk configured"

    def sync_now(self) -> None:
        """Start a sync now, which includes the open case's ticket."""
        if self._sync is not None:
            self._sync.sync_now()
            if self._opened.case is not None:
                self._sync.prioritize([self._opened.case.id])
            self._dialog.notify("Asking the help desk what is new.", timeout=2)

    async def choose_filter(self) -> None:
        """Ask for the view of the queue."""
        choices = self._views()
        view = self._queue.view
        begin = next((index for index, choice in enumerate(choices) if choice.value == view), 0)
        chosen = await self._dialog.ask(ChoiceScreen("Show", choices, begin=begin))
        if chosen is not None:
            self._queue.show(chosen)

    def _views(self) -> list[Choice]:
        """Return the views with the number of their cases, if it is known."""
        counts, desk, view = self._counts(), self._desk, self._queue.view
        base = QueueView(sort=view.sort, search=view.search)

        def stage(one: Stage) -> str:
            return f"{counts.by_stage.get(one, 0):,}" if counts else ""

        choices = [Choice("a", "every open case", base, stage(Stage.OPEN))]
        if desk.agent:
            choices.append(Choice("m", "mine", QueueView(claimed_by=desk.agent, sort=view.sort, search=view.search)))
        due = {ContactState.OVERDUE: counts.overdue, ContactState.DUE_SOON: counts.due_soon} if counts else {}
        for key, state in zip("oscl", CONTACT_FILTERS, strict=True):
            label = "met: contacted in time" if state is ContactState.MET else state.value
            many = up_to_limit(due[state]) if state in due else ""
            choices.append(Choice(key, label, replace(base, contact=state), many))
        choices.append(Choice("t", "with tickets to merge", replace(base, to_merge=True)))
        for number, path in enumerate(desk.playbook.paths[:9], start=1):
            held = f"{counts.by_path.get(path.id, 0):,}" if counts else ""
            wanted = QueueView(path=path.id, sort=view.sort, search=view.search)
            choices.append(Choice(str(number), path.label, wanted, held))
        for key, label, chosen_stage in (
            ("z", "snoozed", Stage.SNOOZED), ("p", "parked, waiting for an answer", Stage.PARKED),
            ("d", "decided", Stage.DECIDED), ("g", "finished elsewhere", Stage.GONE),
        ):  # fmt: skip
            choices.append(
                Choice(
                    key, label, QueueView(stage=chosen_stage, sort=view.sort, search=view.search), stage(chosen_stage)
                )
            )
        return choices

    async def choose_snooze(self, survey_ids: tuple[SurveyId, ...]) -> None:
        """Ask how long to snooze cases; in the view of snoozed cases, end their snooze."""
        if self._queue.view.stage is Stage.SNOOZED:
            await self._snooze(survey_ids, None)
            return
        title = "Snooze for" if len(survey_ids) == 1 else f"Snooze {len(survey_ids)} cases for"
        span = await self._dialog.ask(ChoiceScreen(title, SPANS))
        if span is not None:
            await self._snooze(survey_ids, span)

    async def _snooze(self, survey_ids: tuple[SurveyId, ...], span: timedelta | None) -> None:
        with self._under_way.taking_out(*survey_ids):
            await self._writer.write(self._desk.snooze_all, survey_ids, span)
            self._queue.unmark()
            await self._queue.move_on()

    async def claim(self, survey_ids: tuple[SurveyId, ...]) -> None:
        """Claim cases for the agent, or release them if all are claimed already."""
        agent = self._desk.agent
        if not agent:
            self._dialog.notify(
                "csat-tui does not know who you are yet: connect to the help desk once, then claim.", severity="warning"
            )
            return
        rows = {row.id: row for row in self._queue.list.window.rows}
        mine = all(survey_id in rows and rows[survey_id].claimed_by == agent for survey_id in survey_ids)
        await self._writer.write(self._desk.claim_all, survey_ids, mine=not mine)
        self._queue.unmark()
        await self._queue.move_on()
