"""Ask before a file of the person's is replaced."""

import asyncio
import os
from pathlib import Path

from csat_tui.tui.base.dialog import Dialog
from csat_tui.tui.windows.sure import Sure


async def may_write(dialog: Dialog, path: Path) -> bool | None:
    """Return whether a file that is there goes; None where the person would rather keep it."""
    if not await asyncio.to_thread(os.path.isfile, path):
        return False
    sentence = f"{path} exists already; its contents will be replaced."
    return True if await dialog.ask(Sure("Replace it", sentence, "replaces it")) else None
