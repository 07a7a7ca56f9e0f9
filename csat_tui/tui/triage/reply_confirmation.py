"""The last look at a public reply: what is sent to whom, and one key of its own that sends it."""

from collections.abc import Sequence

from textual import events
from textual.app import ComposeResult
from textual.content import Content

from csat_tui.domain.case import Case
from csat_tui.domain.effect import TicketMessage
from csat_tui.tui.base.lines import Line, LinesView, hang
from csat_tui.tui.base.text import safe, safe_line
from csat_tui.tui.windows.sure import YES, Deliberate

SCROLLS = {"j": 1, "down": 1, "k": -1, "up": -1, "ctrl+d": 10, "pagedown": 10, "ctrl+u": -10, "pageup": -10}
"""Keys that only look; every other one but the sending one goes back."""


class ReplyText(LinesView):
    """The whole reply as it will be read, under the name of its reader."""

    def __init__(self, head: Content, body: str, doubts: Sequence[str] = ()) -> None:
        super().__init__()
        self._head = head
        self._body = body
        self._doubts = doubts

    def build(self, width: int) -> Sequence[Line]:
        """Return the address and the words."""
        doubts = [
            line for one in self._doubts for line in hang(safe_line(one), width, Content.styled("!", "bold $fair"))
        ]
        if doubts:
            doubts = [*doubts, Content("")]
        lines = [*self._head.wrap(width), Content(""), *doubts, *safe(self._body).wrap(width)]
        return [Line(line) for line in lines]

    def on_key(self, event: events.Key) -> None:
        """Scroll; everything else is for the screen to judge."""
        if (lines := SCROLLS.get(event.key)) is not None:
            event.stop()
            event.prevent_default()
            self.scroll_relative(y=lines, animate=False)


class ConfirmReply(Deliberate):
    """Asks whether a reply is to be sent to the customer; `doubts` are what else is confirmed with it."""

    def __init__(self, case: Case, reply: TicketMessage, doubts: Sequence[str] = ()) -> None:
        super().__init__()
        self._text = ReplyText(_address(case, reply), reply.body, doubts)

    def compose(self) -> ComposeResult:
        """Show the reply in one red frame."""
        self._text.border_title = Content("The customer will see this")
        yield self._text

    def listening(self) -> None:
        """Say which key answers, now that one would."""
        self._text.border_subtitle = Content(f"{YES} sends it · any other key goes back")

    def on_mount(self) -> None:
        """Let the reply be read at once."""
        self._text.focus()


def _address(case: Case, reply: TicketMessage) -> Content:
    ticket = next(
        (one for one in (case.source_ticket, case.survey_ticket) if one is not None and one.id == reply.ticket_id), None
    )
    name = (ticket.requester_name if ticket else "") or case.survey.customer or "the customer"
    mail = f" <{ticket.requester_email}>" if ticket and ticket.requester_email else ""
    address = Content.styled("To ", "$muted") + safe_line(f"{name}{mail}", "bold")
    address = address + Content(" ") + safe_line(f"on ticket #{reply.ticket_id}", "$muted")
    if ticket is not None and ticket.subject:
        address = address + Content(" ") + safe_line(f"“{ticket.subject}”", "$muted", 120)
    if reply.status is not None:
        address = address + Content(" ") + safe_line(f"· sets {reply.status}", "$muted")
    return address
