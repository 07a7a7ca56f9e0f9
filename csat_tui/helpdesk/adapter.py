"""What the package of a help desk offers, and from a configuration to the help desk and its view."""

import difflib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from importlib import import_module

from csat_tui.config import HelpDeskConfig
from csat_tui.config.help_desks import HELP_DESKS
from csat_tui.domain.errors import Missing
from csat_tui.domain.ids import TicketId, ViewId
from csat_tui.helpdesk.port import HelpDesk
from csat_tui.oauth.sign_in import SignInPaths
from csat_tui.secrets import Credential
from csat_tui.transport.session import Authorizer


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


NAMED = 8
"""Views that are named at most to somebody who asked for one that is not there."""


def open_desk(config: HelpDeskConfig, credential: Credential) -> HelpDesk:
    """Return the help desk of a configuration; nothing is asked of it yet.

    `kind` is one of `config.help_desks`: the reader of the file has seen to that.
    """
    adapter = adapter_of(config.kind)
    if credential.kept is None:
        return adapter.open(config.url, credential)
    from csat_tui.oauth.renewal import SignInAuthorizer

    return adapter.open(config.url, SignInAuthorizer(credential.kept, config.client_id, adapter.sign_in))


async def find_view(desk: HelpDesk, wanted: int | str) -> ViewId:
    """Return the view of a number or a title; Missing names what is nearest, or there, where no view has that title.

    A number is taken at its word: walking the view tells whether it is there.
    """
    if isinstance(wanted, int):
        return ViewId(wanted)
    views = await desk.views()
    named = [view.id for view in views if view.title.casefold() == wanted.strip().casefold()]
    if len(named) == 1:
        return named[0]
    if named:
        numbers = ", ".join(str(view_id) for view_id in named)
        raise Missing(f"several views are called “{wanted}” ({numbers}); put the number of one into config.toml")
    near = difflib.get_close_matches(wanted, [view.title for view in views], n=1)
    there = ", ".join(f"“{view.title}”" for view in views[:NAMED]) or "none"
    hint = f"did you mean “{near[0]}”?" if near else f"the help desk shows {there}."
    raise Missing(f"there is no view “{wanted}”, or it is not shared with you; {hint} Set helpdesk.view in config.toml")


def ticket_link(config: HelpDeskConfig, ticket_id: TicketId) -> str:
    """Return the address at which a person opens a ticket in a browser."""
    return adapter_of(config.kind).ticket_link(config.url, ticket_id)


def notice(config: HelpDeskConfig, today: date) -> str:
    """Return what has to be said of a configured help desk today, as one line; empty where there is nothing."""
    return adapter_of(config.kind).notice(config, today)
