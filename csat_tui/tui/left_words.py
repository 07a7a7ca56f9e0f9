"""Words in a window that asked for them when the workstation ended: they belong to no case yet, and are shown again."""

import asyncio
from typing import TYPE_CHECKING

from csat_tui.tui.screens.ask_text import AskText
from csat_tui.tui.terminal import screens_of

if TYPE_CHECKING:
    from csat_tui.tui.app import Workstation

NAME = "left words"
"""What they are kept under until they have been seen."""


async def keep_left_words(app: "Workstation") -> None:
    """Keep what is typed in windows that are open. Raises StoreError."""
    asking = [screen for screen in screens_of(app) if isinstance(screen, AskText) and screen.words.strip()]
    if asking:
        text = "\n\n".join(screen.words for screen in asking)
        await app.writer.write(app.desk.keep_habit, NAME, text)


async def show_left_words(app: "Workstation") -> None:
    """Show what was typed in a window at the last end, once. Raises StoreError."""
    text = await asyncio.to_thread(app.desk.habit, NAME)
    if not text:
        return
    say = "This text was in a window when csat-tui ended. Copy what you need: it is removed when you close this window."
    await app.push_screen_wait(AskText("Words that were not sent or kept", say, text, lines=True))
    await app.writer.write(app.desk.keep_habit, NAME, "")
