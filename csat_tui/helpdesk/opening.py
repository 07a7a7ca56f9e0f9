"""From configuration to the help desk that it names."""

from csat_tui.config import HelpDeskConfig
from csat_tui.domain.ids import TicketId
from csat_tui.helpdesk.port import HelpDesk
from csat_tui.secrets import Credential


def open_desk(config: HelpDeskConfig, credential: Credential) -> HelpDesk:
    """Return the help desk of a configuration; nothing is asked of it yet.

    `kind` is one of `config.settings.KINDS`: the reader of the file has seen to that.
    """
    from csat_tui.helpdesk.zendesk.desk import ZendeskDesk

    return ZendeskDesk(config.url, credential)


def ticket_link(config: HelpDeskConfig, ticket_id: TicketId) -> str:
    """Return the address at which a person opens a ticket in a browser."""
    return f"{config.url.rstrip('/')}/agent/tickets/{ticket_id}"
