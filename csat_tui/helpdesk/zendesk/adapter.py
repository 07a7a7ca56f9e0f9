"""Zendesk as the rest of the program knows it, and what Zendesk has announced that a person should know in time."""

from datetime import date

from csat_tui.config import HelpDeskConfig, is_loopback
from csat_tui.domain.ids import TicketId
from csat_tui.helpdesk.port import Adapter, HelpDesk
from csat_tui.oauth.sign_in import SignInPaths
from csat_tui.secrets import Credential
from csat_tui.transport.authorizer import Authorizer

API_TOKENS_STOP = date(2027, 4, 30)
"""The last day of Zendesk's API tokens; OAuth takes their place."""


def api_token_notice(config: HelpDeskConfig, today: date) -> str:
    """Return what has to be said of a configuration today, as one line; empty where there is nothing.

    A help desk on this machine is a demo or a test, and knows no such day.
    """
    if not config.user or is_loopback(config.url):
        return ""
    if today > API_TOKENS_STOP:
        return (
            f"Zendesk's API tokens have stopped on {API_TOKENS_STOP}: sign in with `csat-tui login`. "
            "Everything decided waits in the outbox."
        )
    return (
        f"Zendesk's API tokens stop on {API_TOKENS_STOP}: sign in with `csat-tui login` before then; "
        "everything else stays as it is."
    )


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
