"""What the package of a help desk offers to the rest of the program, and how it is found by its name."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from importlib import import_module

from csat_tui.config import HelpDeskConfig
from csat_tui.config.help_desks import HELP_DESKS
from csat_tui.domain.ids import TicketId
from csat_tui.helpdesk.port import HelpDesk
from csat_tui.oauth.paths import SignInPaths
from csat_tui.secrets import Credential
from csat_tui.transport.authorizer import Authorizer


def _no_notice(_config: HelpDeskConfig, _today: date) -> str:
    return ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Adapter:
    """One help desk: how it is opened, where its tickets and sign-in are, and what has to be said of it."""

    open: Callable[[str, Credential | Authorizer], HelpDesk]
    """Returns the help desk at an address, for a token or a sign-in; nothing is asked of it yet."""
    ticket_link: Callable[[str, TicketId], str]
    """Returns the address at which a person opens a ticket in a browser, from the help desk's own address."""
    sign_in: SignInPaths
    notice: Callable[[HelpDeskConfig, date], str] = _no_notice
    """Returns what its owner has announced and a person should know today, as one line; empty for nothing."""


def adapter_of(kind: str) -> Adapter:
    """Return the adapter of a help desk; it is loaded only now, as a start needs no more than one."""
    adapter = import_module(HELP_DESKS[kind].adapter).ADAPTER
    if not isinstance(adapter, Adapter):
        raise TypeError(f"the adapter of help desk “{kind}” is no Adapter but a {type(adapter).__name__}")
    return adapter
