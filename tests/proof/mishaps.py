"""Everything that can become of one request, each as a name and whether the help desk does what was asked."""

import enum
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import httpx
from hypothesis import strategies as st


class Crash(BaseException):
    """The program ends here, as by kill -9."""


class Fate(enum.StrEnum):
    """What the help desk does with a request whose answer is lost or spoilt."""

    NOTHING = "nothing"
    DONE = "done"
    LATE = "late"
    """It is still under way, and arrives between later requests."""


@dataclass(frozen=True, slots=True)
class Mishap:
    """What one request meets; `fate` counts for writes, a read changes nothing in any case."""

    kind: str
    fate: Fate = Fate.NOTHING


NEVER_LEFT = {
    "refused connection": httpx.ConnectError("refused"),
    "no connection in time": httpx.ConnectTimeout("no connection"),
    "no room for a connection": httpx.PoolTimeout("too many"),
}
BROKEN = {
    "reset": httpx.ReadError("reset by peer"),
    "hung up": httpx.RemoteProtocolError("the server hung up without an answer"),
    "no answer in time": httpx.ReadTimeout("no answer"),
    "not taken in time": httpx.WriteTimeout("not taken"),
    "broken while sending": httpx.WriteError("broken pipe"),
}
PAGE = b"<html><head><title>Bad gateway</title></head><body>Sorry.</body></html>"
HTML = {"content-type": "text/html; charset=utf-8"}
JSON = {"content-type": "application/json; charset=utf-8"}
SPOILT: dict[str, tuple[int, dict[str, str], bytes]] = {
    "500": (500, JSON, b'{"error":"InternalError"}'),
    "500 without a word": (500, {}, b""),
    "502 with a page": (502, HTML, PAGE),
    "503": (503, {}, b"Service Unavailable"),
    "503 with a wait": (503, {"retry-after": "4"}, b""),
    "504 with a page": (504, HTML, PAGE),
    "408": (408, {}, b""),
    "a page instead of an answer": (200, HTML, PAGE),
    "no words": (200, JSON, b""),
    "not JSON": (200, JSON, b'{"ticket": {"id": 12, oops'),
    "JSON of another shape": (200, JSON, b'{"ticket": [1, 2, {"id": null}], "audit": "yes", "tickets": {}}'),
    "JSON too deep": (200, JSON, b"[" * 20_000),
    "a number": (200, JSON, b"42"),
}
TURNED_DOWN: dict[str, tuple[int, dict[str, str], bytes]] = {
    "403": (403, JSON, b'{"error":"Forbidden","description":"You do not have access."}'),
    "409": (409, JSON, b'{"error":"UpdateConflict","description":"Safe Update prevented the update"}'),
    "422 closed": (
        422,
        JSON,
        b'{"error":"RecordInvalid","description":"Record validation errors","details":{"status":'
        b'[{"description":"Status: closed prevents ticket update"}]}}',
    ),
    "429": (429, {}, b"Too many requests"),
    "429 with seconds": (429, {"retry-after": "7", "x-rate-limit-remaining": "0"}, b"{}"),
    "429 for no time": (429, {"retry-after": "0"}, b""),
    "429 with nonsense": (429, {"retry-after": "soon", "ratelimit-reset": "nan"}, b""),
}
"""Answers by which the help desk says that it has done nothing."""
LIMIT_WITH_DATE = "429 with a date"
HANGS = "hangs"
CUT_SHORT = "cut short"
BREAKS_OFF = "breaks off in the answer"
TOKEN_REVOKED = "401"
TOUCHED = "touched just before"
CLOSED = "closed just before"
MESSAGE = "written on just before"
STALE = "an old answer"
OTHER_EYES = "seen by other eyes"
SAME_PAGE = "the same page again"
ODD_HEADERS = "odd headers"
BUG = "a fault of our own"
CRASH = "the program ends"

ODD: dict[str, str] = {
    "x-rate-limit-remaining": "-5",
    "ratelimit-remaining": "many",
    "ratelimit-limit": "0",
    "rate-limit-reset": "1e400",
    "zendesk-ratelimit-tickets-update": "total=; remaining; resets==9",
    "x-zendesk-api-warn": "w" * 9_000,
    "retry-after": "-1",
    "x-filler": "x" * 60_000,
}

_UNKNOWN = [*BROKEN, *SPOILT, HANGS, CUT_SHORT, BREAKS_OFF, BUG, CRASH]
WRITE_MISHAPS = [
    *[Mishap(kind) for kind in (*NEVER_LEFT, *TURNED_DOWN, LIMIT_WITH_DATE, TOKEN_REVOKED)] * 3,
    *[Mishap(kind) for kind in (TOUCHED, TOUCHED, CLOSED, CLOSED, MESSAGE, ODD_HEADERS, OTHER_EYES)] * 3,
    *(Mishap(kind, fate) for kind in _UNKNOWN for fate in (*Fate, Fate.LATE)),
]
READ_MISHAPS = [
    Mishap(kind)
    for kind in (
        *NEVER_LEFT, *BROKEN, *SPOILT, *TURNED_DOWN, LIMIT_WITH_DATE, TOKEN_REVOKED, HANGS, CUT_SHORT, BREAKS_OFF,
        TOUCHED, STALE, STALE, STALE, SAME_PAGE, SAME_PAGE, ODD_HEADERS, BUG, CRASH,
    )
]  # fmt: skip
ALL_KINDS = sorted({mishap.kind for mishap in (*WRITE_MISHAPS, *READ_MISHAPS)})

FINE: Mishap | None = None


def any_of(mishaps: list[Mishap]) -> st.SearchStrategy[Mishap]:
    """Return one of them, each as often as another: left to itself the search would take the first far too often."""
    return st.integers(0, 2**16 - 1).map(lambda number: mishaps[number * 2_654_435_761 % 2**32 * len(mishaps) >> 32])


write_mishaps = st.lists(st.one_of(st.just(FINE), *[any_of(WRITE_MISHAPS)] * 2), max_size=4)
read_mishaps = st.lists(st.one_of(st.just(FINE), any_of(READ_MISHAPS)), max_size=4)


LOST_WRITES = any_of(
    [Mishap(kind, fate) for kind in (*BROKEN, "500", "502 with a page", CUT_SHORT, BREAKS_OFF, HANGS) for fate in Fate]
)
"""Writes of which nothing is known afterwards."""


def http_date(now: datetime, seconds: float) -> str:
    """Return the moment some seconds from now as a header has it."""
    return format_datetime((now + timedelta(seconds=seconds)).astimezone(UTC), usegmt=True)
