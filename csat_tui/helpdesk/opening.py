"""From configuration to the help desk and the view that it names."""

import difflib

from csat_tui.config import HelpDeskConfig
from csat_tui.domain.change import Missing
from csat_tui.domain.ids import TicketId, ViewId
from csat_tui.helpdesk.port import HelpDesk
from csat_tui.secrets import Credential

NAMED = 8
"""Views that are named at most to somebody who asked for one that is not there."""


def open_desk(config: HelpDeskConfig, credential: Credential) -> HelpDesk:
    """Return the help desk of a configuration; nothing is asked of it yet.

    `kind` is one of `config.settings.KINDS`: the reader of the file has seen to that.
    """
    from csat_tui.helpdesk.zendesk.desk import ZendeskDesk

    if credential.kept is None:
        return ZendeskDesk(config.url, credential)
    from csat_tui.oauth.keeper import Keeper

    return ZendeskDesk(config.url, Keeper(credential.kept, config.client_id))


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
    return f"{config.url.rstrip('/')}/agent/tickets/{ticket_id}"
