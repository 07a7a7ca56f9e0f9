"""The status of the sync, and what an error means for it: its sentence, its reach, and the wait before another try."""

import asyncio
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from random import Random

from csat_tui.domain.errors import Denied, Forbidden, HelpDeskError, Limited, Unreachable
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


def concerns_everything(error: HelpDeskError) -> bool:
    """Return whether an error is about the whole help desk and not only about the request."""
    return isinstance(error, Unreachable | Limited | Denied) and not isinstance(error, Forbidden)


SHORTEST_DELAY = 0.5
"""The shortest delay in seconds, so that nothing is retried in a hot loop."""


def retry_delay(failures: int, jitter: Random, *, longest: float) -> float:
    """Return seconds drawn from a span that doubles with each failure in a row, up to the longest.

    “Full jitter” draws from the whole span, so that workstations that failed together do not come back together.
    """
    # The exponent is limited: after a night without a network the number would be huge.
    return jitter.uniform(SHORTEST_DELAY, max(SHORTEST_DELAY, min(longest, 2.0 ** min(failures, 16))))


async def wait_for_event(event: asyncio.Event, seconds: float) -> None:
    """Wait for the event, or for so many seconds."""
    # Python 3.11's `wait_for` forgets that it was cancelled where the event comes in the same moment.
    with suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await event.wait()
