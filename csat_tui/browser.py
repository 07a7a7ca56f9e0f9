"""Opening a page of the help desk, where there is a browser that does not take the terminal over."""

import sys
import webbrowser
from collections.abc import Mapping
from urllib.parse import urlsplit


def opens(url: str, environ: Mapping[str, str]) -> bool:
    """Open a page; False where there is no browser for it, or where it is no page of the web."""
    if not is_page(url) or not _has_window(environ):
        return False
    try:
        return webbrowser.open(url)
    except webbrowser.Error:
        return False


def is_page(url: str) -> bool:
    """Whether an address is one that we open: http or https, with a host."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.netloc)


def _has_window(environ: Mapping[str, str]) -> bool:
    """Whether there is a desktop: without one, the browsers left are those that would draw over the workstation."""
    if sys.platform in ("darwin", "win32"):
        return True
    return any(environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY", "WSL_DISTRO_NAME"))
