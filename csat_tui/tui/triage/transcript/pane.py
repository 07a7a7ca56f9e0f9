"""The transcript pane: the survey, the messages of its source ticket, and the customer's other tickets."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from textual import events, on
from textual.actions import SkipAction
from textual.app import ComposeResult
from textual.content import Content
from textual.message import Message
from textual.reactive import var
from textual.widgets import Input

from csat_tui.domain.case import Case
from csat_tui.domain.ids import TicketId
from csat_tui.domain.playbook import Playbook
from csat_tui.domain.ticket import Status, Ticket
from csat_tui.store.customers import CustomerHistory
from csat_tui.tui.base.commands import Command
from csat_tui.tui.base.keymap import with_keys
from csat_tui.tui.base.panes import Pane
from csat_tui.tui.triage.transcript.lines import OtherTicket
from csat_tui.tui.triage.transcript.view import TranscriptView


def _no_messages(pane: "TranscriptPane") -> str:
    return "" if pane.view.messages else "there are no messages"


def _no_others(pane: "TranscriptPane") -> str:
    if pane.history is None:
        return "the customer's other tickets are not known yet"
    return "" if pane.history.others else "the customer has no other known tickets"


def _not_searching(pane: "TranscriptPane") -> str:
    return "" if pane.view.words else with_keys(pane.app, "there is no search; {search.open} starts one")


class TranscriptPane(Pane):
    """Shows the survey and transcript of a case, and posts requests for other tickets."""

    NAME = "Transcript"
    NUMBER = "2"
    COMMANDS: ClassVar[tuple[Command, ...]] = (
        Command("transcript.down", ("j", "down"), "down", "One line down.", lambda p: p.scroll_lines(1),
                footer=True, hint="scroll"),
        Command("transcript.up", ("k", "up"), "up", "One line up.", lambda p: p.scroll_lines(-1),
                footer=True, hint="scroll"),
        Command("transcript.half-down", ("ctrl+d", "pagedown"), "half down", "Half a screen down.",
                lambda p: p.scroll_lines(p.view.size.height // 2)),
        Command("transcript.half-up", ("ctrl+u", "pageup"), "half up", "Half a screen up.",
                lambda p: p.scroll_lines(-p.view.size.height // 2)),
        Command("transcript.top", ("g g", "home"), "top", "To the survey.",
                lambda p: p.view.scroll_home(animate=False)),
        Command("transcript.bottom", ("G", "end"), "bottom", "To the last message.",
                lambda p: p.view.scroll_end(animate=False)),
        Command("transcript.next-message", ("J",), "next message", "To the next message.",
                lambda p: p.view.step(1), _no_messages, footer=True, hint="message"),
        Command("transcript.previous-message", ("K",), "previous message",
                "To the previous message; at the first shown message, show earlier messages.",
                lambda p: p.view.step(-1), _no_messages, footer=True, hint="message"),
        Command("transcript.internal", ("i",), "internal notes", "Show or hide internal notes.",
                lambda p: p.toggle_internal(), footer=True),
        Command("transcript.unfold", ("enter", "space"), "unfold", "Unfold a long text, or fold it again.",
                lambda p: p.view.unfold(),
                lambda p: "" if p.view.foldable else "there is no long text on the screen"),
        Command("transcript.next-ticket", ("right_square_bracket",), "next ticket",
                "To this customer's next ticket, newest first; read only.",
                lambda p: p.step_ticket(1), _no_others, footer=True, hint="ticket"),
        Command("transcript.previous-ticket", ("left_square_bracket",), "previous ticket",
                "To this customer's previous ticket, and from the first one back to the case.",
                lambda p: p.step_ticket(-1), _no_others, footer=True, hint="ticket"),
        Command("transcript.own-ticket", ("escape",), "back to the case", "Go back to this case's own ticket.",
                lambda p: p.leave_other_ticket(), palette=False),
        Command("transcript.next", ("n",), "next place", "To the next match.",
                lambda p: p.view.find_next(1), _not_searching),
        Command("transcript.previous", ("N",), "previous place", "To the previous match.",
                lambda p: p.view.find_next(-1), _not_searching),
    )  # fmt: skip

    case: var[Case | None] = var(None)
    history: var[CustomerHistory | None] = var(None)

    @dataclass
    class TicketWanted(Message):
        """The person wants to read another ticket of the customer, or the case's own for None."""

        ticket_id: TicketId | None

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

    def watch_history(self) -> None:
        """Show the number of other tickets."""
        self._describe()

    def step_ticket(self, by: int) -> None:
        """Ask for the customer's next or previous ticket; the case itself comes before the first."""
        others = [] if self.history is None else [conversation.ticket.id for conversation in self.history.others]
        other_ticket = self.view.other_ticket
        place = (
            -1 if other_ticket is None or other_ticket.ticket.id not in others else others.index(other_ticket.ticket.id)
        )
        wanted = (place + by + 1) % (len(others) + 1) - 1
        self.post_message(self.TicketWanted(others[wanted] if wanted >= 0 else None))

    def leave_other_ticket(self) -> None:
        """Ask for the case's own ticket; if it is shown already, another binding gets the key."""
        if self.view.other_ticket is None:
            raise SkipAction
        self.post_message(self.TicketWanted(None))

    def show_other_ticket(self, other_ticket: OtherTicket | None) -> None:
        """Show another ticket of the customer, or the case's own for None."""
        self.view.show_other_ticket(other_ticket)
        self.set_class(other_ticket is not None, "-beside")
        self._describe()

    def watch_case(self) -> None:
        """Show another case, or a newer version of the same case."""
        self.view.empty = "" if self.case is not None else "No case is chosen."
        self.view.show(self.case)
        self.set_class(self.view.other_ticket is not None, "-beside")
        self._describe()

    @on(TranscriptView.NewsChanged)
    def _news_changed(self) -> None:
        self._describe()

    def scroll_lines(self, lines: int) -> None:
        """Scroll without animation."""
        self.view.scroll_relative(y=lines, animate=False, immediate=True)

    def toggle_internal(self) -> None:
        """Show or hide internal notes."""
        self.view.internal = not self.view.internal
        self.view.current = -1
        self.view.rebuild()
        self._describe()

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
        self._describe()
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

    def _describe(self) -> None:
        """Show the number of other tickets in the title, and the ticket with its state in the lower edge."""
        title = Content(f"{self.NUMBER} {self.NAME}") + self._badge()
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

    def _badge(self) -> Content:
        """Return the number of the customer's other tickets, and of those to merge."""
        if self.case is None or self.history is None or not self.history.others:
            return Content("")
        count, merging = len(self.history.others), self.history.to_merge
        badge = Content.styled(f" · {count} other ticket{'s' if count > 1 else ''}", "$muted")
        return badge + Content.styled(f" · {merging} to merge", "bold $fair") if merging else badge


def _ticket_words(ticket: Ticket) -> list[str]:
    status = ticket.status.value
    if ticket.assignee_name and ticket.status in (Status.SOLVED, Status.CLOSED):
        status += f" by {ticket.assignee_name}"
    return [word for word in (ticket.channel.replace("_", " "), status) if word]
