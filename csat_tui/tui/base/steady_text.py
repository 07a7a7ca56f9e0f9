"""A text on the screen that is set on every key and redrawn only where it differs."""

from textual.content import Content
from textual.widgets import Static

from csat_tui.tui.base.commands import Guarded


class SteadyText(Guarded, Static):
    """Holds words; the same words again cost nothing, while Textual would lay the whole screen out anew for them."""

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:  # noqa: A002 - Textual's own name
        super().__init__("", id=id, classes=classes, markup=False)
        self._words = Content("")

    def say(self, words: Content) -> None:
        """Say something, if it is not what stands here already."""
        if not words.is_same(self._words):
            self._words = words
            self.update(words)
