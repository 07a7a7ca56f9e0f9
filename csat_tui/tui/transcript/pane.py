"""The pane of a transcript: it scrolls, walks the messages, unfolds long texts and finds words."""

from collections.abc import Callable
from datetime import datetime
from typing import ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.content import Content
from textual.reactive import var
from textual.widgets import Input

from csat_tui.domain.case import Case
from csat_tui.domain.ids import TicketId
from csat_tui.domain.playbook import Playbook
from csat_tui.domain.ticket import Status, Ticket
from csat_tui.tui.base.commands import Command
from csat_tui.tui.base.panes import Pane
from csat_tui.tui.transcript.view import TranscriptView


class TranscriptPane(Pane):
    """Shows the survey and transcript of a case."""

    NAME = "Transcript"
    case: var[Case | None] = var(None)

    def __init__(
        self,
        playbook: Playbook,
        now: Callable[[], datetime],
        *,
        id: str | None = None,  # noqa: A002 - Textual's own name for it
    ) -> None:
        super().__init__(id=id)
        self.view = TranscriptView(playbook, now)
        self._titled = ""
        self._search = Input(placeholder="find in this transcript", classes="search", compact=True)

    def compose(self) -> ComposeResult:
        """Lay out the search line, hidden until it is needed, and the transcript."""
        self._search.display = False
        yield self._search
        yield self.view

    @property
    def ticket_id(self) -> TicketId | None:
        """The shown ticket: the source ticket, the survey ticket if there is none, or another ticket."""
        if self.case is None:
            return None
        if self.view.other_ticket is not None:
            return self.view.other_ticket.ticket.id
        return self.case.survey.source_ticket_id or self.case.survey.survey_ticket_id

    def watch_case(self) -> None:
        """Show another case, or a newer version of the same case."""
        self.view.empty = "" if self.case is not None else "No case is chosen."
        self.view.show(self.case)
        self.describe()

    @on(TranscriptView.NewsChanged)
    def _news_changed(self) -> None:
        self.describe()

    def scroll_lines(self, lines: int) -> None:
        """Scroll without animation."""
        self.view.scroll_relative(y=lines, animate=False, immediate=True)

    def toggle_internal(self) -> None:
        """Show or hide internal notes."""
        self.view.internal = not self.view.internal
        self.view.current = -1
        self.view.rebuild()
        self.describe()

    def search(self) -> None:
        """Open the search line."""
        self._search.display = True
        self._search.focus()

    @on(Input.Submitted)
    def _search_done(self, message: Input.Submitted) -> None:
        message.stop()
        words = message.value.strip()
        found = self.view.find(words)
        self._search.display = bool(words)
        self.view.focus()
        self.describe()
        if words and not found:
            self.notify("Not found in this transcript.", severity="warning", markup=False, timeout=3)

    def on_key(self, event: events.Key) -> None:
        """Clear the search with Escape."""
        if event.key == "escape" and (self._search.has_focus or self.view.words):
            event.stop()
            event.prevent_default()
            self._search.value = ""
            self._search.display = False
            self.view.find("")
            self.view.focus()

    def enter(self) -> None:
        """Focus the transcript."""
        self.view.focus()

    def describe(self) -> None:
        """Show the number of other tickets in the title, and the ticket with its state in the lower edge."""
        title = Content(f"{self.NUMBER} {self.NAME}".strip()) + self.badge()
        if title.plain != self._titled:  # setting a title repaints the pane
            self._titled = title.plain
            self.border_title = title
        if self.case is None:
            self.state = ""
            return
        parts = [f"{len(unread)} new"] if (unread := self.view.news.unread) else []
        parts += [f"#{self.ticket_id}"] if self.ticket_id is not None else []
        other_ticket = self.view.other_ticket
        ticket = self.case.source_ticket if other_ticket is None else other_ticket.ticket
        if ticket is not None:
            parts += _ticket_words(ticket)
        if count := len(self.case.messages if other_ticket is None else other_ticket.messages):
            parts.append(f"{count:,} messages" if count > 1 else "1 message")
        if not self.view.internal:
            parts.append("internal notes hidden")
        self.state = " · ".join(parts)

    def badge(self) -> Content:
        """Return what follows the pane's name in its title."""
        return Content("")


def _no_messages(pane: "SurveyTranscript") -> str:
    return "" if pane.view.messages else "there are no messages"


def _not_finding(pane: "SurveyTranscript") -> str:
    return "" if pane.view.words else "nothing is being looked for"


class SurveyTranscript(TranscriptPane):
    """The pane beside a list of what came of surveys: the survey and its transcript, to be read."""

    NAME = "Feedback"
    COMMANDS: ClassVar[tuple[Command, ...]] = (
        Command("survey.down", ("j", "down"), "down", "One line down; while you choose a message, to the next one.",
                lambda p: p.go(1), footer=True, hint="scroll"),
        Command("survey.up", ("k", "up"), "up", "One line up; while you choose a message, to the previous one.",
                lambda p: p.go(-1), footer=True, hint="scroll"),
        Command("survey.top", ("g g", "home"), "top", "To the survey.", lambda p: p.view.scroll_home(animate=False)),
        Command("survey.bottom", ("G", "end"), "bottom", "To the last message.",
                lambda p: p.view.scroll_end(animate=False)),
        Command("survey.next-message", ("J", "right_curly_bracket"), "next message", "To the next message.",
                lambda p: p.view.step(1), _no_messages),
        Command("survey.previous-message", ("left_curly_bracket",), "previous message",
                "To the previous message; at the first shown message, show earlier messages.",
                lambda p: p.view.step(-1), _no_messages),
        Command("survey.unfold", ("space",), "unfold", "Unfold a long text, or fold it again.",
                lambda p: p.view.unfold(),
                lambda p: "" if p.view.foldable else "there is no long text on the screen"),
        Command("survey.internal", ("i",), "internal notes", "Show or hide internal notes.",
                lambda p: p.toggle_internal()),
        Command("survey.next", ("n",), "next place", "To the next match.", lambda p: p.view.find_next(1), _not_finding),
        Command("survey.previous", ("N",), "previous place", "To the previous match.",
                lambda p: p.view.find_next(-1), _not_finding),
    )  # fmt: skip

    def go(self, step: int) -> None:
        """Scroll by a line."""
        self.scroll_lines(step)


def _ticket_words(ticket: Ticket) -> list[str]:
    status = ticket.status.value
    if ticket.assignee_name and ticket.status in (Status.SOLVED, Status.CLOSED):
        status += f" by {ticket.assignee_name}"
    return [word for word in (ticket.channel.replace("_", " "), status) if word]
