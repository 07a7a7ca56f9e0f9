"""What every pane has: a hairline frame with its number in the title and its state below."""

from typing import ClassVar

from textual.containers import Vertical
from textual.content import Content

from csat_tui.tui.commands import Commanded
from csat_tui.tui.text import safe_line


class Pane(Commanded, Vertical):
    """One numbered part of a screen; it shows what it is fed and posts messages about what the person does.

    Set `state` to say in the frame's lower edge how things stand; text from outside is safe there.
    """

    NUMBER: ClassVar[str] = ""
    """The key that goes to it."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's own name for it
        super().__init__(id=id, classes="pane")
        self.border_title = Content(f"{self.NUMBER} {self.NAME}".strip())
        self._state = ""

    @property
    def state(self) -> str:
        """What the lower edge says."""
        return self._state

    @state.setter
    def state(self, text: str) -> None:
        # Setting a title repaints the whole pane, so an unchanged one is left alone.
        if text != self._state:
            self._state = text
            self.border_subtitle = safe_line(text)

    def enter(self) -> None:
        """Take the focus: the first thing inside that can have it, where the pane does not know better."""
        target = next((one for one in self.query("*") if one.focusable), None)
        if target is not None:
            target.focus()
