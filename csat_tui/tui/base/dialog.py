"""Communication with the person: notifications, windows that ask, pages in the browser, standing notices, faults."""

import asyncio
import logging
import os
from collections.abc import Callable
from time import monotonic
from typing import Any, TypeVar

from textual.notifications import SeverityLevel
from textual.screen import Screen

from csat_tui import browser
from csat_tui.tui.base.commands import drop_typed, show_error
from csat_tui.tui.base.keymap import with_keys

log = logging.getLogger(__name__)


T = TypeVar("T")


class Dialog:
    """Notifies and asks on behalf of one screen, so that a controller needs no reference to it."""

    def __init__(self, screen: Screen[Any]) -> None:
        self._screen = screen

    def notify(self, sentence: str, *, severity: SeverityLevel = "information", timeout: float | None = None) -> None:
        """Show a notification; it disappears after `timeout` seconds."""
        self._screen.notify(sentence, severity=severity, timeout=timeout, markup=False)

    def show_error(self, error: Exception, failure: str = "") -> None:
        """Show an error whose text is a sentence for the person, after the failed action unless the text names it."""
        show_error(self._screen, error, failure)

    def clear(self) -> None:
        """Remove all notifications."""
        self._screen.app.clear_notifications()

    def with_keys(self, sentence: str) -> str:
        """Return one of our sentences with each `{command.id}` replaced by the person's key for that command."""
        return with_keys(self._screen.app, sentence)

    def drop_typed(self) -> str:
        """Drop the keys typed after a refused command; return a sentence about them, or an empty text."""
        return drop_typed(self._screen)

    @property
    def in_front(self) -> Screen[Any]:
        """The screen or window in front."""
        return self._screen.app.screen

    async def ask(self, window: Screen[T]) -> T | None:
        """Show a window and return its answer; None if the person leaves it."""
        answer: T | None = await self._screen.app.push_screen_wait(window)
        return answer

    async def show_page(self, url: str) -> None:
        """Open a page in the browser, or show its address if there is no browser."""
        await show_page(self._screen, url)

    def copy(self, text: str) -> None:
        """Put text on the clipboard."""
        self._screen.app.copy_to_clipboard(text)


async def show_page(screen: Screen[Any], url: str) -> None:
    """Open a page in the browser, or show its address if there is no browser."""
    if not browser.is_page(url):
        screen.notify("This address cannot be opened in a browser.", severity="warning", markup=False)
    elif await asyncio.to_thread(browser.opens, url, os.environ):
        screen.notify(f"Opened {url}", markup=False, timeout=3)
    else:
        screen.notify(f"There is no browser on this machine. The page is at {url}", markup=False, timeout=12)


class Notices:
    """Standing warnings by subject, empty if there is none; the app writes them, the banner reads them."""

    def __init__(self) -> None:
        self.keys: tuple[str, ...] = ()
        """Problems in the person's keymap, a sentence each."""
        self.retention = ""
        """Why the store does not remove old cases."""

    @property
    def sentences(self) -> tuple[str, ...]:
        """All warnings about the configuration and the store."""
        return (*self.keys, self.retention)


SAME_FAULT = 10.0
"""Seconds in which the same error is neither logged nor shown again, such as one that each drawing of a line raises."""


class Faults:
    """Receives unexpected errors; the app sets `say` to show them."""

    def __init__(self) -> None:
        self.count = 0
        self.say: Callable[[str], None] = log.warning
        self._last: tuple[object, float] = (None, 0.0)

    def __call__(self, error: BaseException, failure: str) -> None:
        """Log and show an error; `failure` names the failed action, such as "The note could not be saved"."""
        self.count += 1
        same = (failure, type(error), str(error))
        now = monotonic()
        if self._last[0] == same and now - self._last[1] < SAME_FAULT:
            return
        self._last = (same, now)
        log.error("%s", failure, exc_info=error)
        self.say(f"{failure} because of an error in csat-tui. What was saved before is safe; the log has the details.")
