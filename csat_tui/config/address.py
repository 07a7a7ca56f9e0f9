"""Which addresses a credential may be sent to."""

import ipaddress
import re
from urllib.parse import urlsplit

from csat_tui.config.help_desks import DEFAULT

_API_ROOT = re.compile(r"/api/v\d+$")
"""What people copy along with an address: the root of the help desk's interface."""


def is_loopback(url: str) -> bool:
    """Whether an address never leaves this machine; only such a one may be plain http."""
    try:
        host = urlsplit(url).hostname or ""
    except ValueError:
        return False
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def tidy(url: str) -> str:
    """Return an address as adapters want it: no slash at its end, host in lower case, no root of an interface.

    Raises ValueError with what is expected instead.
    """
    try:
        parts = urlsplit(url.strip())
        host, port = parts.hostname or "", parts.port
    except ValueError:
        raise ValueError(f"an address such as {DEFAULT.example}") from None
    if parts.scheme not in ("http", "https") or not host or not url.strip().isprintable() or " " in url.strip():
        raise ValueError(f"an address that begins with https://, such as {DEFAULT.example}")
    if parts.username is not None or parts.password is not None:
        raise ValueError("an address without a name or password in it; the credential is kept apart")
    if parts.query or parts.fragment:
        raise ValueError("an address without ? or # in it")
    if parts.scheme == "http" and not is_loopback(url):
        raise ValueError("an https:// address: plain http works only for this machine (127.0.0.1, ::1, localhost)")
    place = f"[{host}]" if ":" in host else host
    path = _API_ROOT.sub("", parts.path.rstrip("/"))
    return f"{parts.scheme}://{place}{'' if port is None else f':{port}'}{path}"
