"""The transcript pane of triage: with the survey and its messages, the customer's other tickets."""

from dataclasses import dataclass
from typing import ClassVar

from textual.actions import SkipAction
from textual.content import Content
from textual.message import Message
from textual.reactive import var

from csat_tui.domain.ids import TicketId
from csat_tui.store.customers import CustomerHistory
from csat_tui.tui.base.commands import Command
from csat_tui.tui.base.keymap import with_keys
from csat_tui.tui.transcript.lines import OtherTicket
from csat_tui.tui.transcript.pane import TranscriptPane


def _no_messages(pane: "CaseTranscript") -> str:
    return "" if pane.view.messages else "there are no messages"


def _not_searching(pane: "CaseTranscript") -> str:
    return "" if pane.view.words else with_keys(pane.app, "there is no search; {search.open} starts one")


def _no_others(pane: "CaseTranscript") -> str:
    if pane.history is None:
        return "the customer's other tickets are not known yet"
    return "" if pane.history.others else "the customer has no other known tickets"


class CaseTranscript(TranscriptPane):
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

    history: var[CustomerHistory | None] = var(None)

    @dataclass
    class TicketWanted(Message):
        """The person wants to read another ticket of the customer, or the case's own for None."""

        ticket_id: TicketId | None

    def watch_history(self) -> None:
        """Show the number of other tickets."""
        self.describe()

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
        self.describe()

    def watch_case(self) -> None:
        """Show another case, or a newer version of the same case."""
        super().watch_case()
        self.set_class(self.view.other_ticket is not None, "-beside")

    def badge(self) -> Content:
        """Return the number of the customer's other tickets, and of those to merge."""
        if self.case is None or self.history is None or not self.history.others:
            return Content("")
        count, merging = len(self.history.others), self.history.to_merge
        badge = Content.styled(f" · {count} other ticket{'s' if count > 1 else ''}", "$muted")
        return badge + Content.styled(f" · {merging} to merge", "bold $fair") if merging else badge
