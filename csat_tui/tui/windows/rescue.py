"""Words that the store does not take when the workstation ends: show them, and write them to a file."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from rich.text import Text
from textual.app import App

from csat_tui.domain.safe_text import visible
from csat_tui.file_access import write_atomically
from csat_tui.store.errors import StoreError
from csat_tui.store.retention.erasing import WORDS_FILES
from csat_tui.tui.base.session import Session
from csat_tui.tui.base.unsaved import Unsaved, unsaved
from csat_tui.tui.windows.choice import Choice, ChoiceScreen


async def leave_all_the_same(
    app: App[Any], session: Session, keep_everything: Callable[[], Awaitable[None]], error: StoreError
) -> None:
    """Ask what to do about words that could not be saved: stay, or write them to a file and leave.

    Asking to leave a second time, over the question, writes them to the file and leaves.
    """
    chosen: str | None = "file"
    if not isinstance(app.screen, ChoiceScreen):
        named = ", ".join(dict.fromkeys(one.where for one in unsaved(app)))
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
        await _leave_without_a_file(app, keep_everything)
        return
    try:
        file = await asyncio.to_thread(write, session.desk.folder, words, session.desk.now)
    except OSError as failed:
        app.notify(f"The file could not be written: {failed.strerror}. Nothing is lost while this stays open.",
                   severity="error", timeout=12)  # fmt: skip
        return
    app.exit(message=Text(visible(f"The words that could not be saved are in {file}")))


async def _leave_without_a_file(app: App[Any], keep_everything: Callable[[], Awaitable[None]]) -> None:
    """Leave if everything is saved by now; stay where something is not and nobody knows what."""
    try:
        await keep_everything()
    except StoreError as error:
        app.notify(f"{error} No words were found to write to a file, so csat-tui stays open; try again to quit.",
                   severity="error", timeout=12)  # fmt: skip
        return
    app.exit()


def write(folder: Path, words: Sequence[Unsaved], now: datetime) -> Path:
    """Write words to a new file that only this person can read. Raises OSError."""
    content = "\n".join(one.words for one in words)
    time, number = f"{now.astimezone():%Y%m%d-%H%M%S}", 0
    while True:
        file = folder / WORDS_FILES.replace("*", f"{time}{f'-{number}' if number else ''}")
        try:
            write_atomically(file, content.encode("utf-8", "surrogatepass"), over=False)
        except FileExistsError:
            number += 1
            continue
        return file
