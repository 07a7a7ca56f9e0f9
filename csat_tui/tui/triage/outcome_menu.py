"""The windows before a decision: the menu of outcomes, and the confirmation of a public reply."""

from collections.abc import Mapping, Sequence
from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.content import Content
from textual.screen import ModalScreen

from csat_tui.domain.case import Case
from csat_tui.domain.decide import Blocker
from csat_tui.domain.effect import TicketMessage
from csat_tui.domain.playbook import Playbook
from csat_tui.tui.base.commands import Command, Commanded
from csat_tui.tui.base.keymap import with_keys
from csat_tui.tui.base.lines import CursorList, Line, LinesView, wrap
from csat_tui.tui.base.text import safe, safe_line
from csat_tui.tui.triage.composer.note_lines import lacking
from csat_tui.tui.windows.prompts import YES, YesNoScreen

BLOCKERS_SHOWN = 3
"""Blockers shown for each outcome; the composer shows all."""


ROOMY = 30
"""Lines of the screen from which there is a blank line between outcomes."""


class OutcomeList(CursorList):
    """The list of outcomes with their summaries and blockers."""

    def __init__(
        self, case: Case, playbook: Playbook, blockers: Mapping[str, Sequence[Blocker]], unread: Sequence[Blocker]
    ) -> None:
        super().__init__()
        self._case = case
        self._unread = unread
        self._outcomes = playbook.outcomes
        self._blockers = blockers

    def build(self, width: int) -> Sequence[Line]:
        """Return the lines of the outcomes; missing words and findings are not listed: they are asked for next."""
        lines = [
            Line(line)
            for blocker in self._unread
            for line in wrap(safe_line(blocker.sentence), width, Content.styled(" ! ", "$fair"), indent=3)
        ]
        for item, outcome in enumerate(self._outcomes):
            label = safe_line(outcome.label, "bold")
            if outcome.replies:
                label = label + Content.styled("  the customer gets a reply", "$public")
            own = wrap(label, width, Content.styled(outcome.key, "bold $accent"), indent=3)
            own += wrap(safe(outcome.summary, "$muted"), width, indent=3)
            unmet = [
                blocker for blocker in self._blockers.get(outcome.id, ()) if not blocker.field_id and not blocker.groups
            ]
            missing = lacking(unmet, self._case, ())
            for sentence in missing[:BLOCKERS_SHOWN]:
                own += wrap(sentence, width, Content.styled(" ! ", "$fair"), indent=3)
            if len(missing) > BLOCKERS_SHOWN:
                own += wrap(Content.styled(f"and {len(missing) - BLOCKERS_SHOWN} more", "$muted"), width, indent=3)
            lines += [Line(line, item) for line in own]
            if item + 1 < len(self._outcomes) and self.app.size.height >= ROOMY:
                lines.append(Line(Content("")))
        return lines

    def on_key(self, event: events.Key) -> None:
        """Choose an outcome by its letter or number; this comes before the keys that move the cursor."""
        letters = [outcome.key for outcome in self._outcomes]
        if event.character in letters:
            event.stop()
            event.prevent_default()
            self.post_message(self.Chosen(self, letters.index(event.character)))
        elif event.character and event.character in "123456789"[: len(letters)]:
            event.stop()
            event.prevent_default()
            self.post_message(self.Chosen(self, int(event.character) - 1))


class OutcomeMenu(Commanded, ModalScreen["str | None"]):
    """Asks for the outcome; an outcome with blockers can be chosen too."""

    NAME = "Outcomes"
    COMMANDS: ClassVar[tuple[Command, ...]] = (  # type: ignore[assignment]
        Command("outcomes.down", ("j", "down"), "next", "Go to the next outcome", lambda menu: menu.move(1)),
        Command("outcomes.up", ("k", "up"), "previous", "Go to the previous outcome", lambda menu: menu.move(-1)),
        Command("outcomes.take", ("enter",), "take", "Write for this outcome", lambda menu: menu.take(), footer=True),
        Command("outcomes.leave", ("escape",), "leave", "Go back", lambda menu: menu.leave(), footer=True),
    )

    def __init__(
        self,
        case: Case,
        playbook: Playbook,
        blockers_by_outcome: Mapping[str, Sequence[Blocker]],
        unread: Sequence[Blocker] = (),
    ) -> None:
        super().__init__()
        self._outcomes = playbook.outcomes
        self._list = OutcomeList(case, playbook, blockers_by_outcome, unread)
        chosen = [outcome.id for outcome in self._outcomes]
        drafted = case.draft.outcome_id
        self._first = chosen.index(drafted) if drafted in chosen else 0

    def compose(self) -> ComposeResult:
        """Lay out the outcomes in a frame."""
        self._list.border_title = Content("Decide")
        self._list.border_subtitle = Content(with_keys(self.app, "press a letter to choose · {outcomes.leave} closes"))
        yield self._list

    def on_mount(self) -> None:
        """Put the cursor on the outcome of the draft."""
        self._list.cursor = self._first
        self._list.focus()

    def move(self, step: int) -> None:
        """Move the cursor, which stops at the ends."""
        self._list.cursor = max(0, min(self._list.cursor + step, len(self._outcomes) - 1))

    def take(self) -> None:
        """Choose the outcome under the cursor."""
        self.dismiss(self._outcomes[self._list.cursor].id)

    def leave(self) -> None:
        """Close without a choice."""
        self.dismiss(None)

    def on_lines_view_chosen(self, message: LinesView.Chosen) -> None:
        """Choose the outcome whose letter was pressed, or that was clicked."""
        message.stop()
        self.dismiss(self._outcomes[message.item].id)


SCROLLS = {"j": 1, "down": 1, "k": -1, "up": -1, "ctrl+d": 10, "pagedown": 10, "ctrl+u": -10, "pageup": -10}
"""Keys that scroll, by their number of lines; any other key but yes goes back."""


class ReplyText(LinesView):
    """The full reply under its address."""

    def __init__(self, head: Content, body: str, doubts: Sequence[str] = ()) -> None:
        super().__init__()
        self._head = head
        self._body = body
        self._doubts = doubts

    def build(self, width: int) -> Sequence[Line]:
        """Return the address, the doubts and the reply."""
        doubts = [
            line for doubt in self._doubts for line in wrap(safe_line(doubt), width, Content.styled("!", "bold $fair"))
        ]
        if doubts:
            doubts = [*doubts, Content("")]
        lines = [*self._head.wrap(width), Content(""), *doubts, *safe(self._body).wrap(width)]
        return [Line(line) for line in lines]

    def on_key(self, event: events.Key) -> None:
        """Scroll; the screen handles any other key."""
        if (lines := SCROLLS.get(event.key)) is not None:
            event.stop()
            event.prevent_default()
            self.scroll_relative(y=lines, animate=False)


class ConfirmReply(YesNoScreen):
    """Asks for confirmation of a reply to the customer; `doubts` are sentences that the person confirms with it."""

    def __init__(self, case: Case, reply: TicketMessage, doubts: Sequence[str] = ()) -> None:
        super().__init__()
        self._text = ReplyText(_address(case, reply), reply.body, doubts)

    def compose(self) -> ComposeResult:
        """Lay out the reply in a red frame."""
        self._text.border_title = Content("The customer will see this")
        yield self._text

    def listening(self) -> None:
        """Show which key means yes."""
        self._text.border_subtitle = Content(f"{YES} sends it · any other key goes back")

    def on_mount(self) -> None:
        """Focus the reply, so that it can be scrolled."""
        self._text.focus()


def _address(case: Case, reply: TicketMessage) -> Content:
    ticket = next(
        (
            candidate
            for candidate in (case.source_ticket, case.survey_ticket)
            if candidate is not None and candidate.id == reply.ticket_id
        ),
        None,
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
