"""What goes wrong on a bad line, and how often: decided for each request by its number, so that it can be repeated."""

import random
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Act(StrEnum):
    """What the line does with one request."""

    PASS = "pass"
    DROP_BEFORE = "drop before forwarding"
    DROP_AFTER = "forward, drop the answer"
    CUT = "forward, cut the answer in its middle"
    MALFORMED = "forward, answer half the JSON as if it were whole"
    LATE_ANSWER = "forward, answer after the client has given up"
    NEVER = "forward, never answer"
    LATE_ARRIVAL = "forward after the client has given up"
    LIMITED_SECONDS = "429 with seconds"
    LIMITED_DATE = "429 with a date"
    LIMITED_SILENT = "429 without a time"
    FAILED_BEFORE = "500 before"
    FAILED_AFTER = "500 after"
    GATEWAY_BEFORE = "502 HTML before"
    GATEWAY_AFTER = "502 HTML after"
    UNAVAILABLE_BEFORE = "503 before"
    UNAVAILABLE_AFTER = "503 after"
    UNAUTHENTICATED = "401 once"
    CONFLICT = "409 before a write"
    STALE_PAGE = "an old page of a view"
    STALE_AUDITS = "audits without the latest"
    DOUBLED_PAGE = "the page of a view that came last, once more"
    REFUSE = "away: connections are refused for a while"


UNHEARD = {Act.DROP_AFTER, Act.CUT, Act.MALFORMED, Act.LATE_ANSWER, Act.NEVER, Act.LATE_ARRIVAL}
UNHEARD |= {Act.FAILED_AFTER, Act.GATEWAY_AFTER, Act.UNAVAILABLE_AFTER}
"""The acts after which the request was carried out, or will be, and the client cannot know it."""

_VIEW = re.compile(r"^/api/v2/views/\d+/tickets(\.json)?(\?|$)")
_AUDITS = re.compile(r"^/api/v2/tickets/\d+/audits(\.json)?(\?|$)")
_PAGES = {Act.STALE_PAGE, Act.DOUBLED_PAGE}


def is_page(method: str, target: str) -> bool:
    """Tell whether a request asks for a page of a view."""
    return method == "GET" and _VIEW.match(target) is not None


def is_possible(act: Act, method: str, target: str) -> bool:
    """Tell whether an act makes sense for a request; 409 answers a write, and only pages can be old."""
    if act is Act.CONFLICT:
        return method in ("PUT", "POST") and target.startswith("/api/v2/tickets/")
    if act is Act.STALE_AUDITS:
        return method == "GET" and _AUDITS.match(target) is not None
    return act not in _PAGES or is_page(method, target)


RATES: Mapping[Act, float] = {
    Act.DROP_BEFORE: 0.02,
    Act.DROP_AFTER: 0.03,
    Act.CUT: 0.02,
    Act.MALFORMED: 0.02,
    Act.LATE_ANSWER: 0.005,
    Act.NEVER: 0.005,
    Act.LATE_ARRIVAL: 0.01,
    Act.LIMITED_SECONDS: 0.002,
    Act.LIMITED_DATE: 0.002,
    Act.LIMITED_SILENT: 0.002,
    Act.FAILED_BEFORE: 0.01,
    Act.FAILED_AFTER: 0.02,
    Act.GATEWAY_BEFORE: 0.01,
    Act.GATEWAY_AFTER: 0.02,
    Act.UNAVAILABLE_BEFORE: 0.01,
    Act.UNAVAILABLE_AFTER: 0.02,
    Act.UNAUTHENTICATED: 0.003,
    Act.CONFLICT: 0.02,
    Act.STALE_PAGE: 0.1,
    Act.DOUBLED_PAGE: 0.05,
    Act.STALE_AUDITS: 0.1,
    Act.REFUSE: 0.001,
}
"""A line on which every fifth request goes wrong, and more of a view's pages and of the audits."""


@dataclass(frozen=True)
class Plan:
    """Decides by seed and request number; `rates` are shares of all requests, what is left of 1 goes through."""

    seed: int
    rates: Mapping[Act, float] = field(default_factory=lambda: RATES)

    def __post_init__(self) -> None:
        """Refuse rates that are no shares."""
        if sum(self.rates.values()) > 1 or min(self.rates.values(), default=0) < 0:
            raise ValueError("the rates must be shares of all requests")

    def decide(self, number: int, method: str, target: str) -> Act:
        """Tell what happens to a request."""
        left = random.Random(f"{self.seed}:{number}").random()
        for act, rate in self.rates.items():
            left -= rate
            if left < 0:
                return act if is_possible(act, method, target) else Act.PASS
        return Act.PASS
