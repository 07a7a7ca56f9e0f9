"""The supported help desks, one row each, and the addresses that a credential may be sent to.

Everything else about a help desk is in its adapter's folder.
"""

import ipaddress
import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit


@dataclass(frozen=True, slots=True)
class HelpDeskKind:
    """What has to be known of a help desk outside its adapter."""

    name: str
    """What `helpdesk.kind` in config.toml calls it."""
    adapter: str
    """The module that has its `ADAPTER` (`helpdesk.adapter`)."""
    example: str
    """An address such as it has, for sentences that ask for one."""
    called: tuple[str, ...]
    """What people call it in the headings of their files, in lower case."""
    before_numbers: tuple[str, ...] = ()
    """What people write before the number of one of its tickets, in lower case."""


_ROWS = (
    HelpDeskKind(
        "zendesk", "csat_tui.helpdesk.zendesk.adapter", "https://example.zendesk.com", ("zendesk", "zd"), ("zd",)
    ),
)

HELP_DESKS: Mapping[str, HelpDeskKind] = {row.name: row for row in _ROWS}
"""The help desks by their names."""
DEFAULT_HELP_DESK = _ROWS[0]
"""The one that a configuration means that names none."""
HELP_DESK_NAMES = tuple(name for row in _ROWS for name in row.called)
"""What people call any of them."""
BEFORE_NUMBERS = tuple(name for row in _ROWS for name in row.before_numbers)
"""What people write before the number of a ticket of any of them."""


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


def tidy_url(url: str) -> str:
    """Return an address as adapters want it: no slash at its end, host in lower case, no root of an interface.

    Raises ValueError with what is expected instead.
    """
    try:
        parts = urlsplit(url.strip())
        host, port = parts.hostname or "", parts.port
    except ValueError:
        raise ValueError(f"an address such as {DEFAULT_HELP_DESK.example}") from None
    if parts.scheme not in ("http", "https") or not host or not url.strip().isprintable() or " " in url.strip():
        raise ValueError(f"an address that begins with https://, such as {DEFAULT_HELP_DESK.example}")
    if parts.username is not None or parts.password is not None:
        raise ValueError("an address without a name or password in it; the credential is kept apart")
    if parts.query or parts.fragment:
        raise ValueError("an address without ? or # in it")
    if parts.scheme == "http" and not is_loopback(url):
        raise ValueError("an https:// address: plain http works only for this machine (127.0.0.1, ::1, localhost)")
    place = f"[{host}]" if ":" in host else host
    path = _API_ROOT.sub("", parts.path.rstrip("/"))
    return f"{parts.scheme}://{place}{'' if port is None else f':{port}'}{path}"
