"""What Zendesk has announced, and a person should know in time."""

from datetime import date

from csat_tui.config import HelpDeskConfig, is_loopback

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
