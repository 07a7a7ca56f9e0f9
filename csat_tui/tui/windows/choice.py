"""A window with a few choices, each under a key of its own."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from textual import events
from textual.app import ComposeResult
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from csat_tui.tui.base.commands import Command, Commanded
from csat_tui.tui.base.keys import show_key, with_keys
from csat_tui.tui.base.text import safe, safe_line


@dataclass(frozen=True)
class Choice:
    """One thing that can be chosen; `value` is what comes back."""

    key: str
    label: str
    value: Any
    note: str = ""


class ChoiceScreen(Commanded, ModalScreen[Any]):
    """Asks one question; esc chooses nothing, and comes back as None."""

    NAME = "Choice"
    COMMANDS: ClassVar[tuple[Command, ...]] = (  # type: ignore[assignment]
        Command("choice.down", ("j", "down"), "down", "Next choice.", lambda s: s.list.action_cursor_down()),
        Command("choice.up", ("k", "up"), "up", "Previous choice.", lambda s: s.list.action_cursor_up()),
        Command("choice.leave", ("escape", "q"), "never mind", "Choose nothing.", lambda s: s.dismiss(None)),
    )

    def __init__(self, title: str, choices: Sequence[Choice], say: str = "", begin: int = 0) -> None:
        super().__init__()
        self._title = title
        self._choices = tuple(choices)
        self._say = say
        self._begin = begin
        room = max((safe_line(one.label).cell_length for one in choices if one.note), default=0)
        notes = max((safe_line(one.note).cell_length for one in choices), default=0)
        self.list = OptionList(*(Option(_line(one, room, notes)) for one in choices), markup=False, classes="choices")

    def compose(self) -> ComposeResult:
        """Yield the choices in a frame, under the sentence that explains them."""
        self.list.border_title = safe_line(self._title)
        self.list.border_subtitle = Content(with_keys(self.app, "{choice.leave} cancels"))
        yield self.list

    def on_mount(self) -> None:
        """Begin on the first choice, or on the one that holds now."""
        if self._say:
            self.list.add_option(None)
            self.list.add_option(Option(safe(self._say, "$muted"), disabled=True))
        self.list.highlighted = self._begin

    def on_key(self, event: events.Key) -> None:
        """Take the choice whose key it is."""
        for choice in self._choices:
            if choice.key in (event.key, event.character):
                event.stop()
                self.dismiss(choice.value)
                return

    def on_option_list_option_selected(self, message: OptionList.OptionSelected) -> None:
        """Take the choice under the cursor."""
        message.stop()
        self.dismiss(self._choices[message.option_index].value)


def _line(choice: Choice, room: int, notes: int) -> Content:
    """Return a choice with its note, the notes of all choices in one column."""
    key = Content.styled(f" {show_key(choice.key):<3}", "bold $accent") if choice.key else Content("    ")
    label, note = safe_line(choice.label), safe_line(choice.note, "$muted")
    if not choice.note:
        return key + label
    return key + label + Content(" " * (room - label.cell_length + 2 + notes - note.cell_length)) + note
