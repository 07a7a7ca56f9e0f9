"""Open a page in the browser, or show its address where there is no browser."""

import asyncio
import os
from typing import Any

from textual.screen import Screen

from csat_tui import browser


async def show_page(screen: Screen[Any], url: str) -> None:
    """Open a page in the browser, or say its address where none can be opened."""
    if not browser.is_page(url):
        screen.notify("This address cannot be opened in a browser.", severity="warning", markup=False)
    elif await asyncio.to_thread(browser.opens, url, os.environ):
        screen.notify(f"Opened {url}", markup=False, timeout=3)
    else:
        screen.notify(f"There is no browser on this machine. The page is at {url}", markup=False, timeout=12)
