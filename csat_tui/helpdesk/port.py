"""What the workstation needs of a help desk, what the package of one offers, and how the configured one is opened."""

import difflib
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from importlib import import_module
from typing import Protocol

from csat_tui.config import HelpDeskConfig
from csat_tui.config.help_desks import HELP_DESKS
from csat_tui.domain.errors import Missing
from csat_tui.domain.ids import OpId, TicketId, UserId, ViewId
from csat_tui.domain.ticket import Agent, Message, Receipt, Ticket, TicketChange, TicketMerge
from csat_tui.oauth.sign_in import SignInPaths
from csat_tui.secrets import Credential
from csat_tui.transport.authorizer import Authorizer


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What a help desk can do that others cannot; who needs to know asks here and never for a product's name."""

    merging: bool = False
    """The conversations of several tickets can go into one of them."""


class ViewOrder(StrEnum):
    """In which order a view is walked."""

    NEWEST = "newest"
    """By the day of arrival: what came last is here first."""
    CHANGED = "changed"
    """By the last change: whoever knows a page has missed nothing behind it."""


@dataclass(frozen=True, slots=True)
class Page:
    """Some tickets of a view, in the order asked for; `total` where the help desk tells it.

    `problems` says of each ticket that could not be understood what was wrong with it. `cursor` is where a later
    walk in the same order may go on after this page; None on the last page, and where the help desk has no cursors.
    """

    tickets: tuple[Ticket, ...]
    total: int | None = None
    problems: tuple[str, ...] = ()
    cursor: str | None = None


@dataclass(frozen=True, slots=True)
class View:
    """A saved search of the help desk."""

    id: ViewId
    title: str


class HelpDesk(Protocol):
    """A help desk. Every method may raise the errors of `domain.errors`; reads never raise Uncertain."""

    capabilities: Capabilities

    @property
    def told_at(self) -> datetime | None:
        """What time it was by the help desk's own clock when it last answered; None where it has not said."""
        ...

    async def whoami(self) -> Agent:
        """Return whom the credential belongs to; Denied for a wrong one, even if the wire answers 200."""
        ...

    async def views(self) -> Sequence[View]:
        """Return the views that the person can open."""
        ...

    def view(
        self, view_id: ViewId, *, order: ViewOrder = ViewOrder.NEWEST, since: str | None = None
    ) -> AsyncIterator[Page]:
        """Yield the view's tickets page by page, from a page's cursor on; Missing if there is no view.

        A ticket may come twice, or be passed over, where others leave the view during the walk. Refused for a
        cursor that the help desk no longer takes.
        """
        ...

    async def tickets(self, ids: Sequence[TicketId]) -> list[Ticket]:
        """Return those of the tickets that exist, in any order and number."""
        ...

    async def messages(self, ticket_id: TicketId) -> list[Message]:
        """Return a ticket's messages, oldest first."""
        ...

    async def requested(self, requester_id: UserId, *, since: datetime, most: int = 100) -> list[Ticket]:
        """Return the tickets that a customer asked for, newest first: those that moved after `since`, `most` at most.

        Missing where there is no such customer.
        """
        ...

    async def apply(self, change: TicketChange) -> Receipt:
        """Make one atomic write.

        Unreachable, Limited, Denied, Missing, Refused and Conflict all mean that nothing was applied;
        Uncertain means that it may have been.
        """
        ...

    async def find(self, ticket_id: TicketId, op_id: OpId, since: datetime) -> Receipt | None:
        """Return the receipt of a write that landed at or after `since`, or None if it did not.

        It tells when the write landed and who can see its message; of the ticket as it is now, stamp and tags, it
        tells nothing: others may have been there since.
        """
        ...

    async def merge(self, merge: TicketMerge) -> Receipt:
        """Merge tickets into another one; the same errors as `apply`.

        Refused can mean that some of the sources have gone and others have not: `merged` tells which.
        """
        ...

    async def merged(self, merge: TicketMerge) -> Mapping[TicketId, datetime]:
        """Return those of the sources that have gone into the ticket that stays, each with when."""
        ...

    async def close(self) -> None:
        """Let go of connections."""
        ...


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


async def find_view(desk: HelpDesk, wanted: int | str, key: str = "helpdesk.view") -> ViewId:
    """Return the view of a number or a title; Missing names what is nearest, or there, where no view has that title.

    A number is taken at its word: walking the view tells whether it is there. `key` is where it is configured.
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
    raise Missing(f"there is no view “{wanted}”, or it is not shared with you; {hint} Set {key} in config.toml")


def ticket_link(config: HelpDeskConfig, ticket_id: TicketId) -> str:
    """Return the address at which a person opens a ticket in a browser."""
    return adapter_of(config.kind).ticket_link(config.url, ticket_id)


def notice(config: HelpDeskConfig, today: date) -> str:
    """Return what has to be said of a configured help desk today, as one line; empty where there is nothing."""
    return adapter_of(config.kind).notice(config, today)
