"""A conflict: what the person saw, what is there now, what was to be written; and the person chooses."""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import ClassVar

from textual.app import ComposeResult
from textual.content import Content
from textual.screen import ModalScreen

from csat_tui.domain.ticket import Message, Ticket
from csat_tui.tui.commands import Command, Commanded
from csat_tui.tui.moments import stamp
from csat_tui.tui.panes.lines import Line, LinesView, hang
from csat_tui.tui.screens.outbox_lines import KINDS
from csat_tui.tui.text import safe, safe_line
from csat_tui.workflow.dispatch import Conflict

MESSAGE_SHOWN = 2_000
"""Characters of a message since; the whole of it is in the transcript."""


class Choice(StrEnum):
    """What the person does about a conflict."""

    MINE = "mine"
    THEIRS = "theirs"
    EDIT = "edit"


class ConflictText(LinesView):
    """Both sides, one under the other, so that they fit any width."""

    def __init__(self, conflict: Conflict, now: datetime, *, comes_back: bool) -> None:
        super().__init__()
        self._conflict = conflict
        self._now = now
        self._comes_back = comes_back

    def build(self, width: int) -> Sequence[Line]:
        """Return the sides and the choices."""
        conflict, now = self._conflict, self._now
        lines = _heading("What you saw", width)
        seen = "never fetched here" if conflict.seen is None else f"the ticket as it was {stamp(conflict.seen, now)}"
        lines += hang(safe_line(seen), width)
        lines += _heading("What is there now", width)
        lines += _ticket(conflict.ticket, width, now)
        for message in conflict.since:
            lines += _message(message, width, now)
        if not conflict.since:
            lines += hang(Content.styled("no message since: its status, tags or fields were changed", "$muted"), width)
        effect = conflict.effect
        lines += _heading(f"What you want to write: {KINDS[effect.kind]}", width)
        bar = Content.styled("▌", "$public" if effect.public else "$internal")
        lines += [bar + Content(" ") + line for line in safe(effect.body).wrap(max(width - 2, 4))]
        does = [f"sets {effect.status}"] if effect.status else []
        does += [f"tags {' '.join(effect.add_tags)}"] if effect.add_tags else []
        if does:
            lines += hang(safe_line(" · ".join(does), "$muted"), width)
        lines += [Content(""), *self._choices(width)]
        return [Line(line) for line in lines]

    def _choices(self, width: int) -> list[Content]:
        reader = ", the customer will see it" if self._conflict.effect.public else ""
        back = "the case comes back with its words" if self._comes_back else "the rest of the decision stays sent"
        choices = [
            ("m", f"send mine on top of what is there now{reader}"),
            ("t", f"take theirs: mine is withdrawn, {back}"),
        ]
        if self._comes_back:
            choices.append(("e", "edit: mine is withdrawn and opens in the note"))
        choices.append(("esc", "later"))
        return [
            line
            for key, words in choices
            for line in hang(safe_line(words), width, Content.styled(key, "bold $accent"), indent=5)
        ]


def _not_alone(screen: "ConflictScreen") -> str:
    return "" if screen.comes_back else "other parts of this decision have been sent, so its words cannot come back"


class ConflictScreen(Commanded, ModalScreen["Choice | None"]):
    """Shows both sides and gives back the choice; None is later."""

    NAME = "Conflict"
    COMMANDS: ClassVar[tuple[Command, ...]] = (  # type: ignore[assignment]
        Command(
            "conflict.mine", ("m",), "send mine", "Send mine on top of what is there now.",
            lambda s: s.choose(Choice.MINE), footer=True,
        ),
        Command(
            "conflict.theirs", ("t",), "take theirs", "Withdraw mine.", lambda s: s.choose(Choice.THEIRS), footer=True,
        ),
        Command(
            "conflict.edit", ("e",), "edit", "Withdraw mine and open it in the note.",
            lambda s: s.choose(Choice.EDIT), _not_alone, footer=True,
        ),
        Command("conflict.later", ("escape", "q"), "later", "Decide later.", lambda s: s.choose(None), footer=True),
        Command("conflict.down", ("j", "down"), "scroll down", "Scroll down.", lambda s: s.scroll(1)),
        Command("conflict.up", ("k", "up"), "scroll up", "Scroll up.", lambda s: s.scroll(-1)),
        Command("conflict.page-down", ("ctrl+d",), "page down", "Scroll down a page.", lambda s: s.scroll(10)),
        Command("conflict.page-up", ("ctrl+u",), "page up", "Scroll up a page.", lambda s: s.scroll(-10)),
    )  # fmt: skip

    def __init__(self, conflict: Conflict, now: datetime, *, comes_back: bool) -> None:
        super().__init__()
        self.comes_back = comes_back
        self._text = ConflictText(conflict, now, comes_back=comes_back)
        self._ticket_id = conflict.effect.ticket_id
        self._public = conflict.effect.public

    def compose(self) -> ComposeResult:
        """Show both sides in one frame."""
        self._text.border_title = safe_line(f"Ticket #{self._ticket_id} has changed since you looked at it")
        self._text.border_subtitle = Content(
            "m mine · t theirs · e edit · esc later" if self.comes_back else "m mine · t theirs · esc later"
        )
        self._text.set_class(self._public, "-public")
        yield self._text

    def choose(self, choice: Choice | None) -> None:
        """Give the choice back."""
        self.dismiss(choice)

    def scroll(self, lines: int) -> None:
        """Scroll the sides."""
        self._text.scroll_relative(y=lines, animate=False)


def _heading(text: str, width: int) -> list[Content]:
    title = safe_line(text, "bold")
    rule = Content.styled(" " + "─" * max(width - title.cell_length - 1, 0), "$hairline")
    return [Content(""), title + rule]


def _ticket(ticket: Ticket | None, width: int, now: datetime) -> list[Content]:
    if ticket is None:
        return hang(Content.styled("the ticket is not here", "$fair"), width)
    tags = " ".join(ticket.tags) or "no tags"
    said = f"{ticket.status} · {tags} · changed {stamp(ticket.updated_at, now)}"
    return hang(safe_line(said), width)


def _message(message: Message, width: int, now: datetime) -> list[Content]:
    kind = "public" if message.public else "internal note"
    head = Content.styled(stamp(message.created_at, now), "$muted") + Content("  ")
    head = (
        head
        + safe_line(message.author_name, "bold", 40)
        + Content.styled(f"  {kind}", "$muted" if message.public else "$internal")
    )
    body = message.body if len(message.body) <= MESSAGE_SHOWN else message.body[:MESSAGE_SHOWN] + "…"
    return [*hang(head, width), *hang(safe(body), width, indent=4, mark="    ")]
