"""Rate limits by account, by kind of request and by ticket, with their headers."""

import math
import time
from collections.abc import Callable
from dataclasses import dataclass

from csat_tui.demo.responses import Refusal

UPDATES_A_MINUTE = 100
TICKET_UPDATES, TICKET_SECONDS = 30, 600
VIEW_RUNS = 5
EXPORTS = 100


@dataclass
class Window:
    """A count that starts afresh when its time is up."""

    ends: float
    used: int = 0


class Limits:
    """Fixed windows of `seconds`, read off a clock that tests may replace; a rate of 0 lets everything through."""

    def __init__(
        self,
        rate: int,
        seconds: float = 60.0,
        clock: Callable[[], float] = time.monotonic,
        updates: int = UPDATES_A_MINUTE,
    ) -> None:
        self.rate, self.seconds, self.clock, self.updates = rate, seconds, clock, updates
        self._windows: dict[tuple[object, ...], Window] = {}

    def account(self) -> dict[str, str]:
        """Count one request of the account; gives the headers that go with every answer."""
        if self.rate <= 0:
            return {}
        left, resets = self._count(("account",), self.rate, self.seconds)
        headers = _headers(self.rate, max(left, 0), resets)
        if left < 0:
            text = "Number of allowed API requests per minute exceeded"
            raise Refusal(429, text, headers | {"retry-after": str(resets)})
        return headers

    def particular(
        self, name: str, key: tuple[object, ...], total: int, seconds: float | None = None
    ) -> dict[str, str]:
        """Count one request of a kind that has its own limit, such as running a view."""
        if self.rate <= 0:
            return {}
        left, resets = self._count((name, *key), total, seconds or self.seconds)
        header = {f"zendesk-ratelimit-{name}": f"total={total}; remaining={max(left, 0)}; resets={resets}"}
        if left < 0:
            text = f"You have exceeded the rate limit of this endpoint ({name}). Try again later."
            raise Refusal(429, {"error": "TooManyRequests", "description": text}, header | {"retry-after": str(resets)})
        return header

    def update(self, ticket_id: int, person: int) -> dict[str, str]:
        """Count one write to a ticket, against the account's writes and this person's writes to it."""
        headers = self.particular("tickets-update", (), self.updates)
        long = TICKET_SECONDS * self.seconds / 60
        return headers | self.particular("ticket-updates", (ticket_id, person), TICKET_UPDATES, long)

    def _count(self, key: tuple[object, ...], total: int, seconds: float) -> tuple[int, int]:
        now = self.clock()
        window = self._windows.get(key)
        if window is None or now >= window.ends:
            window = self._windows[key] = Window(now + seconds)
        window.used += 1
        return total - window.used, max(1, math.ceil(window.ends - now))


def _headers(limit: int, left: int, resets: int) -> dict[str, str]:
    return {
        "x-rate-limit": str(limit),
        "x-rate-limit-remaining": str(left),
        "ratelimit-limit": str(limit),
        "ratelimit-remaining": str(left),
        "ratelimit-reset": str(resets),
        "rate-limit": str(limit),
        "rate-limit-remaining": str(left),
        "rate-limit-reset": str(resets),
    }
