"""How a controller speaks with the person: in sentences that pass, and in windows that wait for an answer."""

from typing import Any, TypeVar

from textual.notifications import SeverityLevel
from textual.screen import Screen

from csat_tui.tui.base.commands import drop_typed, tell
from csat_tui.tui.base.keys import with_keys
from csat_tui.tui.base.web_pages import show_page

T = TypeVar("T")


class Dialog:
    """Speaks for one screen, so that a controller needs no screen of its own."""

    def __init__(self, screen: Screen[Any]) -> None:
        self._screen = screen

    def notify(self, sentence: str, *, severity: SeverityLevel = "information", timeout: float | None = None) -> None:
        """Say something in passing; it goes away after `timeout` seconds."""
        self._screen.notify(sentence, severity=severity, timeout=timeout, markup=False)

    def tell(self, error: Exception, failure: str = "") -> None:
        """Show an error whose text is a sentence for the person, after what failed where the text does not say that."""
        tell(self._screen, error, failure)

    def clear(self) -> None:
        """Take away everything that was said in passing."""
        self._screen.app.clear_notifications()

    def with_keys(self, sentence: str) -> str:
        """Return a sentence of ours with each `{command.id}` in it as the person's key for that command."""
        return with_keys(self._screen.app, sentence)

    def drop_typed(self) -> str:
        """Forget the keys that wait behind one that was refused; return a sentence about it, empty without any."""
        return drop_typed(self._screen)

    @property
    def in_front(self) -> Screen[Any]:
        """The screen or window in front."""
        return self._screen.app.screen

    async def ask(self, window: Screen[T]) -> T | None:
        """Show a window and return its answer; None where the person leaves it."""
        answer: T | None = await self._screen.app.push_screen_wait(window)
        return answer

    async def show_page(self, url: str) -> None:
        """Open a page in the browser, or say its address where none can be opened."""
        await show_page(self._screen, url)

    def copy(self, text: str) -> None:
        """Put text on the clipboard."""
        self._screen.app.copy_to_clipboard(text)
