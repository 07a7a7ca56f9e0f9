"""Small work on the open case: answer its question, open its ticket in the browser, keep it current while writing."""

from collections.abc import Callable

from csat_tui import browser
from csat_tui.domain.ids import SurveyId, TicketId
from csat_tui.sync.background import BackgroundSync
from csat_tui.tui.base.dialog import Dialog
from csat_tui.tui.base.writer import Writer
from csat_tui.tui.triage.composer.pane import ComposerPane
from csat_tui.tui.triage.open_case import OpenCase
from csat_tui.tui.triage.transcript.pane import TranscriptPane
from csat_tui.tui.triage.transcript.question_lines import open_question
from csat_tui.tui.windows.ask_text import AskText
from csat_tui.workflow.desk import Desk

HABIT = "composer"
"""Under which name it is remembered whether this person writes fields or texts."""


class CaseChores:
    """Answers the open case's question, and passes on its ticket."""

    def __init__(
        self,
        opened: OpenCase,
        desk: Desk,
        writer: Writer,
        sync: BackgroundSync | None,
        transcript: TranscriptPane,
        composer: ComposerPane,
        dialog: Dialog,
        *,
        link: Callable[[TicketId], str] | None,
        look: Callable[[frozenset[str]], None],
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
        self._look = look
        self._read = read

    def note_form(self) -> str:
        """Return whether this person last wrote a note as "form" or as "text"; empty where they never chose."""
        return self._desk.habit(HABIT)

    def begin_as_before(self, form: str) -> None:
        """Show notes as this person wrote them last."""
        if form:
            self._composer.begin_as(as_text=form == "text")

    async def keep_note_form(self, *, as_text: bool) -> None:
        """Remember how this person writes notes."""
        await self._writer.write(self._desk.keep_habit, HABIT, "text" if as_text else "form")

    def ask_for_news(self) -> None:
        """Keep the case current whose note is being written: polls see its survey's ticket, not the source ticket."""
        case, note = self._opened.case, self._composer
        if case is not None and note.outcome is not None and not note.closed and self._sync is not None:
            self._sync.prioritize([case.id])

    def no_question(self) -> str:
        """Say why there is no answer to be kept."""
        case = self._opened.case
        if case is None:
            return "no case is chosen"
        return "" if open_question(case) else "no question about this case waits for an answer"

    async def answer_question(self) -> None:
        """Ask for the answer to the case's question, and bring the case back to the queue with it."""
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
                said = "Somebody else has entered an answer to this question. Copy what you need; "
                return with_keys(said + "{words.leave} closes this.")
            return ""

        title = f"Answer from #{asked.channel.lstrip('#')}"
        window = AskText(title, asked.text, hint="what was answered", lines=True, take=take)
        if await self._dialog.ask(window) is not None:
            self._dialog.notify("The answer is saved, and the case is in the queue again.", timeout=5)
        self._look(frozenset({"queue"}))
        self._read(case.id)

    def no_ticket(self) -> str:
        """Say why there is no ticket to go to."""
        return "" if self._transcript.ticket_id is not None else "this case has no ticket"

    async def open_ticket(self) -> None:
        """Open the case's ticket in the browser, or say its address where there is none."""
        ticket_id, link = self._transcript.ticket_id, self._link
        url = link(ticket_id) if link is not None and ticket_id is not None else ""
        if not browser.is_page(url):
            self._dialog.notify("The help desk does not give addresses for its tickets.", severity="warning")
        else:
            await self._dialog.show_page(url)

    def copy_ticket(self) -> None:
        """Put the ticket's number on the clipboard."""
        ticket_id = self._transcript.ticket_id
        self._dialog.copy(str(ticket_id))
        self._dialog.notify(f"Copied {ticket_id}", timeout=2)
