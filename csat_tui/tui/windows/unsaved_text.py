"""Text that is in no draft when the workstation ends: it is kept, and the next start shows it.

Text of open windows belongs to no case yet and is kept in the store. Text that the store does not accept is written
to a file.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from rich.text import Text
from textual.app import App

from csat_tui.domain.safe_text import visible
from csat_tui.file_access import read_file, write_atomically
from csat_tui.store.errors import StoreError
from csat_tui.store.retention.erasing import WORDS_FILES
from csat_tui.tui.base.session import HoldsWords, SavesWords, Session, Unsaved, unsaved
from csat_tui.tui.base.textual_seams import all_screens
from csat_tui.tui.windows.prompts import Choice, ChoiceScreen, TextPrompt
from csat_tui.workflow.desk import Desk

log = logging.getLogger(__name__)


SEEN = "words files seen"
"""The name under which the store remembers the files that the person has seen."""


class WindowText:
    """Keeps the text of open windows when the workstation ends, and shows it at the next start."""

    def __init__(self, app: App[Any], session: Session) -> None:
        self._workstation = app
        self._session = session
        self._kept = False
        """Whether text is kept for the next start."""

    async def keep(self) -> None:
        """Keep the text that is typed in open windows. Raises StoreError."""
        windows = [screen for screen in all_screens(self._workstation) if not isinstance(screen, SavesWords)]
        text = "\n".join(
            entry.words for window in windows if isinstance(window, HoldsWords) for entry in window.unsaved()
        )
        write, keep = self._session.writer.write, self._session.desk.recovered_text.keep
        if text:
            self._kept = True
            await write(keep, text)
        elif self._kept:
            try:
                await write(keep, "")
            except StoreError as error:
                log.warning("what was left in a window and sent since is shown again: %s", error)
            else:
                self._kept = False

    async def show(self) -> None:
        """Show once the text that was kept at the last end. Raises StoreError."""
        desk, write = self._session.desk, self._session.writer.write
        found = await asyncio.to_thread(desk.recovered_text.read)
        files = await asyncio.to_thread(_files, desk)
        if not found and not files:
            return
        texts = [*found.values(), *files.values()]
        await self._workstation.push_screen_wait(
            TextPrompt("Words that were not sent or saved", _say(found, files), "\n\n".join(texts), lines=True)
        )
        if found:
            await write(desk.recovered_text.forget, found)
        if files:
            await write(_remember, desk, files)


def _say(found: Mapping[str, str], files: Mapping[Path, str]) -> str:
    sentences = []
    if found:
        text = "The first text" if files else "This text"
        sentences.append(
            f"{text} was in a window when csat-tui ended. Copy what you need: it is removed when you close this window."
        )
    if files:
        named = ", ".join(str(file) for file in files)
        sentences.append(
            f"The database did not take these words when csat-tui ended. They are in {named} "
            "and stay there until you remove the file."
        )
    return " ".join(sentences)


def _files(desk: Desk) -> Mapping[Path, str]:
    """Return the files that the person has not seen yet, with their contents."""
    seen = desk.habit(SEEN).split("\n")
    found = {}
    for file in sorted(desk.folder.glob(WORDS_FILES)):
        if file.name not in seen:
            try:
                found[file] = read_file(file).decode("utf-8", "replace")
            except OSError as error:
                log.warning("the words in %s cannot be read: %s", file, error.strerror)
                found[file] = f"{file} cannot be read: {error.strerror}"
    return found


def _remember(desk: Desk, files: Mapping[Path, str]) -> None:
    """Remember files as seen, and forget files that no longer exist."""
    there = {file.name for file in desk.folder.glob(WORDS_FILES)}
    seen = {*desk.habit(SEEN).split("\n"), *(file.name for file in files)} & there
    desk.keep_habit(SEEN, "\n".join(sorted(seen)))


async def quit_with_unsaved_text(
    app: App[Any], session: Session, keep_everything: Callable[[], Awaitable[None]], error: StoreError
) -> None:
    """Ask what to do with text that could not be saved: stay, or write it to a file and quit.

    Quitting a second time, while the question is open, writes it to the file and quits.
    """
    chosen: str | None = "file"
    if not isinstance(app.screen, ChoiceScreen):
        named = ", ".join(dict.fromkeys(entry.where for entry in unsaved(app)))
        say = f"{error} Not saved: {named}." if named else str(error)
        choices = [
            Choice("s", "stay here; csat-tui tries again to save them", None),
            Choice("f", "write them to a file, and quit", "file"),
        ]
        chosen = await app.push_screen_wait(ChoiceScreen("Words could not be saved", choices, say))
    if chosen is None:
        return
    words = unsaved(app)
    if not words:
        await _quit_without_file(app, keep_everything)
        return
    try:
        file = await asyncio.to_thread(write_file, session.desk.folder, words, session.desk.now)
    except OSError as failed:
        app.notify(f"The file could not be written: {failed.strerror}. Your words stay here while csat-tui is open.",
                   severity="error", timeout=12)  # fmt: skip
        return
    app.exit(message=Text(visible(f"The words that could not be saved are in {file}")))


async def _quit_without_file(app: App[Any], keep_everything: Callable[[], Awaitable[None]]) -> None:
    """Quit if everything is saved by now; stay if saving fails again."""
    try:
        await keep_everything()
    except StoreError as error:
        app.notify(f"{error} No words were found to write to a file, so csat-tui stays open; try again to quit.",
                   severity="error", timeout=12)  # fmt: skip
        return
    app.exit()


def write_file(folder: Path, words: Sequence[Unsaved], now: datetime) -> Path:
    """Write the texts to a new file that only this person can read. Raises OSError."""
    content = "\n".join(entry.words for entry in words)
    time, number = f"{now.astimezone():%Y%m%d-%H%M%S}", 0
    while True:
        file = folder / WORDS_FILES.replace("*", f"{time}{f'-{number}' if number else ''}")
        try:
            write_atomically(file, content.encode("utf-8", "surrogatepass"), over=False)
        except FileExistsError:
            number += 1
            continue
        return file
