"""A window that asks once more before something that cannot be undone; only one key says yes."""

import math

from textual import events
from textual.app import ComposeResult
from textual.message import Message
from textual.screen import ModalScreen
from textual.widgets import Static

from csat_tui.tui.base.commands import Guarded
from csat_tui.tui.base.text import safe, safe_line

YES = "y"
"""The key that says yes. It is not part of the keymap: it must never become Enter or the key that asked."""


class Deliberate(Guarded, ModalScreen[bool]):
    """A question that one key answers with yes and every other with no.

    A key that was typed before the question was on the screen cannot be meant for it, and is dropped.
    """

    _shown_at = math.inf

    def on_mount(self) -> None:
        """Listen once the question has been drawn."""
        self.call_after_refresh(self._is_shown)

    def _is_shown(self) -> None:
        self._shown_at = Message().time
        self.listening()

    def listening(self) -> None:
        """Say which key answers, now that one would."""

    def on_key(self, event: events.Key) -> None:
        """Take the answer."""
        event.stop()
        event.prevent_default()
        if event.time >= self._shown_at:
            self.dismiss(event.key == YES)

    def on_paste(self, event: events.Paste) -> None:
        """Take no answer from a paste."""
        event.stop()


class Sure(Deliberate):
    """Asks one question about something that cannot be undone."""

    def __init__(self, title: str, sentence: str, deed: str, *, public: bool = False) -> None:
        super().__init__(classes="-public" if public else "")
        self._question = Static(safe(sentence), id="question", markup=False)
        self._question.border_title = safe_line(title)
        self._deed = deed

    def listening(self) -> None:
        """Say which key answers, now that one would."""
        self._question.border_subtitle = safe_line(f"{YES} {self._deed} · any other key goes back")

    def compose(self) -> ComposeResult:
        """Show the question in one frame."""
        yield self._question
