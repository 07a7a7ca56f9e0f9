"""Asking once more before what cannot be undone; only the one key says yes."""

from textual import events
from textual.app import ComposeResult
from textual.screen import ModalScreen
from textual.widgets import Static

from csat_tui.tui.text import safe, safe_line

YES = "y"
"""The key that says yes; like the one that sends a reply, it is not part of the keymap."""


class Sure(ModalScreen[bool]):
    """Asks one question about something that cannot be undone."""

    def __init__(self, title: str, sentence: str, deed: str, *, public: bool = False) -> None:
        super().__init__(classes="-public" if public else "")
        self._question = Static(safe(sentence), id="question", markup=False)
        self._question.border_title = safe_line(title)
        self._question.border_subtitle = safe_line(f"y {deed} · any other key goes back")

    def compose(self) -> ComposeResult:
        """Show the question in one frame."""
        yield self._question

    def on_key(self, event: events.Key) -> None:
        """Take the answer."""
        event.stop()
        event.prevent_default()
        self.dismiss(event.key == YES)
