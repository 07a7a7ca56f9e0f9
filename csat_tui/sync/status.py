"""The status of the sync, as the screen and the command line show it."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from csat_tui.domain.change import HelpDeskError
from csat_tui.domain.ticket import Agent


class Link(StrEnum):
    """The state of the connection to the help desk."""

    CONNECTING = "connecting"
    ONLINE = "online"
    OFFLINE = "offline"
    REFUSED = "refused"
    """It answers and refuses: wrong credential, no such view, no permission."""


@dataclass(frozen=True, slots=True)
class SyncStatus:
    """A snapshot of the sync; `problem` is a sentence, `fetched` counts the surveys of the walk under way."""

    link: Link = Link.CONNECTING
    busy: bool = False
    fetched: int = 0
    synced_at: datetime | None = None
    problem: str = ""
    agent: Agent | None = None


def error_sentence(error: HelpDeskError) -> str:
    """Return an error's text as a sentence; an address keeps its spelling."""
    said = str(error).rstrip(".")
    return f"{said if said.startswith('http') else said[:1].upper() + said[1:]}."
