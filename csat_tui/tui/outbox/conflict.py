"""The conflict window: what the person saw, what is there now, what was to be written; and the person chooses."""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message
from textual.screen import ModalScreen
from textual.widgets import Static

from csat_tui.tui.base.commands import Command, Commanded
from csat_tui.tui.base.keymap import key_for
from csat_tui.tui.base.lines import Line, LinesSeen, LinesView, hang
from csat_tui.tui.base.text import safe_line
from csat_tui.tui.outbox.conflict_lines import conflict_lines, to_read
from csat_tui.workflow.dispatch import Conflict

READ_FIRST = "read the customer's new message first"
"""Why mine cannot be sent yet."""


class ConflictChoice(StrEnum):
    """What the person does about a conflict."""

    MINE = "mine"
    THEIRS = "theirs"
    EDIT = "edit"


class ConflictText(LinesView):
    """Both sides and the own words; it knows which of the customer's new messages have been on the screen whole."""

    class Read(Message):
        """Everything that had to be read has been on the screen."""

    def __init__(self, conflict: Conflict, now: datetime) -> None:
        super().__init__()
        self._conflict = conflict
        self._now = now
        self._seen = LinesSeen()
        self._unread = set(to_read(conflict))

    @property
    def unread(self) -> bool:
        """Whether something of the customer's has not been on the screen yet."""
        return bool(self._unread)

    def build(self, width: int) -> Sequence[Line]:
        """Return the lines for a width."""
        self._seen.forget()
        return conflict_lines(self._conflict, width, self._now)

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """Look at what has come into sight."""
        super().watch_scroll_y(old_value, new_value)
        self.look()

    def look(self) -> None:
        """Count as read what has been on the screen whole."""
        if not self._unread or not self._lines:
            return
        top = int(self.scroll_offset.y)
        window = range(top, top + self.size.height)
        self._unread = {one for one in self._unread if not self._seen.look(one, self.item_lines(one), window)}
        if not self._unread:
            self.call_later(lambda: self.post_message(self.Read()))


def _unread(screen: "ConflictScreen") -> str:
    return READ_FIRST if screen.text.unread else ""


def _not_alone(screen: "ConflictScreen") -> str:
    return "" if screen.comes_back else "other parts of this decision have been sent, so its words cannot come back"


class ConflictScreen(Commanded, ModalScreen["ConflictChoice | None"]):
    """Shows both sides and gives back the choice; None is later."""

    NAME = "Conflict"
    COMMANDS: ClassVar[tuple[Command, ...]] = (  # type: ignore[assignment]
        Command(
            "conflict.mine", ("m",), "send mine", "Send mine after what is there now.",
            lambda s: s.choose(ConflictChoice.MINE), _unread, footer=True,
        ),
        Command(
            "conflict.theirs", ("t",), "take theirs", "Withdraw mine.",
            lambda s: s.choose(ConflictChoice.THEIRS), footer=True,
        ),
        Command(
            "conflict.edit", ("e",), "edit", "Withdraw mine and open it in the note.",
            lambda s: s.choose(ConflictChoice.EDIT), _not_alone, footer=True,
        ),
        Command("conflict.later", ("escape", "q"), "later", "Decide later.", lambda s: s.choose(None), footer=True),
        Command("conflict.down", ("j", "down"), "scroll down", "Scroll down.", lambda s: s.scroll(1)),
        Command("conflict.up", ("k", "up"), "scroll up", "Scroll up.", lambda s: s.scroll(-1)),
        Command("conflict.page-down", ("ctrl+d", "pagedown"), "page down", "Scroll down half a screen.",
                lambda s: s.scroll(max(s.text.size.height // 2, 1))),
        Command("conflict.page-up", ("ctrl+u", "pageup"), "page up", "Scroll up half a screen.",
                lambda s: s.scroll(-max(s.text.size.height // 2, 1))),
    )  # fmt: skip

    def __init__(self, conflict: Conflict, now: datetime, *, comes_back: bool, named: str = "") -> None:
        super().__init__()
        self._named = named
        self.comes_back = comes_back
        self.text = ConflictText(conflict, now)
        self._choices = Static("", id="choices", markup=False)
        self._frame = Vertical(self.text, self._choices, id="conflict")
        self._ticket_id = conflict.effect.ticket_id
        self._public = conflict.effect.public

    def compose(self) -> ComposeResult:
        """Show both sides in one frame, and below them what can be done, always in sight."""
        title = f"Ticket #{self._ticket_id} has changed since you looked at it"
        self._frame.border_title = safe_line(f"{title} · {self._named}" if self._named else title)
        self._frame.set_class(self._public, "-public")
        yield self._frame

    def on_mount(self) -> None:
        """Take the keys to the text."""
        self.text.focus()

    def on_resize(self) -> None:
        """Say what can be done, in the room that there is."""
        self.call_after_refresh(self.tell)

    @on(ConflictText.Read)
    def tell(self) -> None:
        """Say what can be done."""
        width = max(self._choices.content_size.width, 20)
        reader = ", the customer will see it" if self._public else ""
        back = "the case comes back with its words" if self.comes_back else "the rest of the decision stays sent"
        mine = f"send mine after what is there now{reader}"

        def key(name: str) -> str:
            return key_for(self.app, f"conflict.{name}")

        choices = [
            (key("mine"), f"{READ_FIRST}: {key('down')} scrolls to it" if self.text.unread else mine, self.text.unread),
            (key("theirs"), f"take theirs: mine is withdrawn, {back}", False),
            *([(key("edit"), "edit: mine is withdrawn and opens in the note", False)] if self.comes_back else []),
            (key("later"), "later", False),
        ]
        lines = [
            line
            for key, words, barred in choices
            for line in hang(
                safe_line(words, "$fair" if barred else ""),
                width,
                Content.styled(key, "$muted" if barred else "bold $accent"),
                indent=5,
            )
        ]
        self._choices.update(Content("\n").join(lines))
        # Only now is it known how much of the text is in sight.
        self.call_after_refresh(self.text.look)

    def choose(self, choice: ConflictChoice | None) -> None:
        """Give the choice back."""
        self.dismiss(choice)

    def scroll(self, lines: int) -> None:
        """Scroll the sides, which stay beside each other."""
        self.text.scroll_relative(y=lines, animate=False, immediate=True)
