"""Words that were in no draft when the workstation ended, shown at the next start.

Those of open windows belong to no case yet, and are in the store; those that the store did not take are in a file.
"""

import asyncio
import logging
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from csat_tui.bounded import read_file
from csat_tui.store.errors import StoreError
from csat_tui.store.retention.files import WORDS_FILES
from csat_tui.tui.base.terminal import screens_of
from csat_tui.tui.base.unsaved import HoldsWords, SavesWords
from csat_tui.tui.windows.ask_text import AskText

if TYPE_CHECKING:
    from csat_tui.tui.app import Workstation

log = logging.getLogger(__name__)

SEEN = "words files seen"
"""Under what it is remembered which files of words were shown."""


async def keep_left_words(app: "Workstation") -> None:
    """Keep what is typed in windows that are open. Raises StoreError."""
    windows = [one for one in screens_of(app) if not isinstance(one, SavesWords)]
    text = "\n".join(one.words for window in windows if isinstance(window, HoldsWords) for one in window.unsaved())
    if text:
        app.leaves_words = True
        await app.writer.write(app.desk.left.leave, text)
    elif app.leaves_words:
        try:
            await app.writer.write(app.desk.left.leave, "")
        except StoreError as error:
            log.warning("what was left in a window and sent since is shown again: %s", error)
        else:
            app.leaves_words = False


async def show_left_words(app: "Workstation") -> None:
    """Show what was typed and in no draft at the last end, once. Raises StoreError."""
    found = await asyncio.to_thread(app.desk.left.found)
    files = await asyncio.to_thread(_files, app)
    if not found and not files:
        return
    texts = [*found.values(), *files.values()]
    await app.push_screen_wait(
        AskText("Words that were not sent or kept", _say(found, files), "\n\n".join(texts), lines=True)
    )
    if found:
        await app.writer.write(app.desk.left.forget, found)
    if files:
        await app.writer.write(_remember, app, files)


def _say(found: Mapping[str, str], files: Mapping[Path, str]) -> str:
    said = []
    if found:
        text = "The first text" if files else "This text"
        said.append(f"{text} was in a window when csat-tui ended. Copy what you need: it is removed when you close "
                    "this window.")  # fmt: skip
    if files:
        named = ", ".join(str(one) for one in files)
        said.append(f"The database did not take these words when csat-tui ended. They are in {named} and stay there "
                    "until you remove the file.")  # fmt: skip
    return " ".join(said)


def _files(app: "Workstation") -> Mapping[Path, str]:
    """Return the files of words that nobody has seen yet, with what is in them."""
    seen = app.desk.habit(SEEN).split("\n")
    found = {}
    for file in sorted(app.desk.folder.glob(WORDS_FILES)):
        if file.name not in seen:
            try:
                found[file] = read_file(file).decode("utf-8", "replace")
            except OSError as error:
                log.warning("the words in %s cannot be read: %s", file, error.strerror)
                found[file] = f"{file} cannot be read: {error.strerror}"
    return found


def _remember(app: "Workstation", files: Mapping[Path, str]) -> None:
    """Remember that files were seen, and nothing of those that are gone."""
    there = {one.name for one in app.desk.folder.glob(WORDS_FILES)}
    seen = {*app.desk.habit(SEEN).split("\n"), *(one.name for one in files)} & there
    app.desk.keep_habit(SEEN, "\n".join(sorted(seen)))
