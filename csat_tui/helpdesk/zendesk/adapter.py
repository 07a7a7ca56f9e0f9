"""Zendesk as the rest of the program knows it."""

from csat_tui.domain.ids import TicketId
from csat_tui.helpdesk.adapter import Adapter
from csat_tui.helpdesk.port import HelpDesk
from csat_tui.helpdesk.zendesk.api_token_notice import api_token_notice
from csat_tui.oauth.paths import SignInPaths
from csat_tui.secrets import Credential
from csat_tui.transport.authorizer import Authorizer


def _open(url: str, credential: Credential | Authorizer) -> HelpDesk:
    from csat_tui.helpdesk.zendesk.desk import ZendeskDesk  # with the HTTP client, which a link does not need

    return ZendeskDesk(url, credential)


def _ticket_link(url: str, ticket_id: TicketId) -> str:
    return f"{url.rstrip('/')}/agent/tickets/{ticket_id}"


ADAPTER = Adapter(
    open=_open,
    ticket_link=_ticket_link,
    sign_in=SignInPaths(
        page="/oauth/authorizations/new",
        tokens="/oauth/tokens",
        current="/api/v2/oauth/tokens/current.json",
        scope="read write",
    ),
    notice=api_token_notice,
)
