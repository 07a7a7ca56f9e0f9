"""How the program speaks with the person: passing sentences, windows that wait for an answer, pages, faults."""

import asyncio
import logging
import os
from collections.abc import Callable
from time import monotonic
from typing import Any, TypeVar

from textual.notifications import SeverityLevel
from textual.screen import Screen

from csat_tui import browser
from csat_tui.tui.base.commands import drop_typed, tell
from csat_tui.tui.base.keymap import with_keys

log = logging.getLogger(__name__)


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


async def show_page(screen: Screen[Any], url: str) -> None:
    """Open a page in the browser, or say its address where none can be opened."""
    if not browser.is_page(url):
        screen.notify("This address cannot be opened in a browser.", severity="warning", markup=False)
    elif await asyncio.to_thread(browser.opens, url, os.environ):
        screen.notify(f"Opened {url}", markup=False, timeout=3)
    else:
        screen.notify(f"There is no browser on this machine. The page is at {url}", markup=False, timeout=12)


class Notices:
    """Sentences by subject, empty where all is well; the app writes them, the banner reads them."""

    def __init__(self) -> None:
        self.keys: tuple[str, ...] = ()
        """What is wrong with the person's own keys."""
        self.retention = ""
        """Why the store does not remove what is old."""

    @property
    def standing(self) -> tuple[str, ...]:
        """The sentences about the configuration and the store."""
        return (*self.keys, self.retention)


SAME_FAULT = 10.0
"""Seconds in which the same error is neither written nor said again, as from every drawing of a line."""


class Faults:
    """Takes unforeseen errors; the app that shows them sets `say`."""

    def __init__(self) -> None:
        self.count = 0
        self.say: Callable[[str], None] = log.warning
        self._last: tuple[object, float] = (None, 0.0)

    def __call__(self, error: BaseException, failure: str) -> None:
        """Report an error; `failure` says what did not happen, such as "The note could not be saved"."""
        self.count += 1
        same = (failure, type(error), str(error))
        now = monotonic()
        if self._last[0] == same and now - self._last[1] < SAME_FAULT:
            return
        self._last = (same, now)
        log.error("%s", failure, exc_info=error)
        self.say(f"{failure} because of an error in csat-tui. What was saved before is safe; the log has the details.")
