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
    """Everything about a help desk that is needed outside its adapter."""

    name: str
    """Its `helpdesk.kind` in config.toml."""
    adapter: str
    """The module that has its `ADAPTER` (`helpdesk.port.Adapter`)."""
    example: str
    """An address such as it has, for sentences that ask for one."""
    called: tuple[str, ...]
    """Its names in the headings of people's files, in lower case."""
    before_numbers: tuple[str, ...] = ()
    """Words before the number of a ticket, in lower case."""


_ROWS = (
    HelpDeskKind(
        "zendesk", "csat_tui.helpdesk.zendesk.adapter", "https://example.zendesk.com", ("zendesk", "zd"), ("zd",)
    ),
)

HELP_DESKS: Mapping[str, HelpDeskKind] = {row.name: row for row in _ROWS}
"""The help desks by their names."""
DEFAULT_HELP_DESK = _ROWS[0]
"""The default of a configuration that names none."""
HELP_DESK_NAMES = tuple(name for row in _ROWS for name in row.called)
"""The names of all help desks."""
BEFORE_NUMBERS = tuple(name for row in _ROWS for name in row.before_numbers)
"""Words before a ticket number of any help desk."""


_API_ROOT = re.compile(r"/api/v\d+$")
"""The root of the help desk's API, which people often copy with an address."""


def is_loopback(url: str) -> bool:
    """Return whether an address never leaves this machine; only such an address may be plain http."""
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
    """Return an address in the form that adapters need: no slash at its end, host in lower case, no API root.

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
