"""Ask before a file of the person's is replaced."""

import asyncio
import os
from pathlib import Path

from textual.screen import Screen

from csat_tui.tui.windows.sure import Sure


async def may_write(screen: Screen[None], path: Path) -> bool | None:
    """Return whether a file that is there goes; None where the person would rather keep it."""
    if not await asyncio.to_thread(os.path.isfile, path):
        return False
    sentence = f"{path} exists already; its contents will be replaced."
    return True if await screen.app.push_screen_wait(Sure("Replace it", sentence, "replaces it")) else None
