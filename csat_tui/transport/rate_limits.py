"""Rate limits: what a service's headers say of them, in every spelling in use, and how much of one is left."""

import math
import re
from bisect import bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

HIGHEST_LIMIT = 10_000_000
"""The largest limit that is believed; a larger number is something else, such as a date."""
LONGEST_WINDOW = 3600.0
"""The longest window that is believed, in seconds."""

_LIMIT = ("x-rate-limit", "ratelimit-limit", "rate-limit")
_REMAINING = ("x-rate-limit-remaining", "ratelimit-remaining", "rate-limit-remaining")
_RESET = ("ratelimit-reset", "rate-limit-reset")
_LIMIT_PREFIX = re.compile(r"(?!x-)[a-z]+-rate-?limit-(?=.)")
"""How the headers begin that tell a limit on one kind of request: with whose they are; what follows is its name."""


@dataclass(frozen=True, slots=True)
class RequestLimit:
    """A limit as one answer states it."""

    limit: int | None
    """Requests that a window allows; None if the answer does not say."""
    remaining: int
    """Requests left in the window."""
    reset: float | None
    """Seconds until the next window begins; None if the answer does not say."""


def account_limit(headers: Mapping[str, str]) -> RequestLimit | None:
    """Return the limit on all requests of the account; None if the answer states none."""
    left = _numbers(headers, _REMAINING, HIGHEST_LIMIT)
    if not left:
        return None
    limits, resets = _numbers(headers, _LIMIT, HIGHEST_LIMIT), _numbers(headers, _RESET, LONGEST_WINDOW)
    return _request_limit(min(limits, default=None), min(left), max(resets, default=None))


def named_limits(headers: Mapping[str, str]) -> dict[str, RequestLimit]:
    """Return the limits on particular kinds of requests, by the service's names for them."""
    found = {}
    for name, value in headers.items():
        if prefix := limit_prefix(name):
            parts = {key.strip(): number for key, _, number in (part.partition("=") for part in value.split(";"))}
            left = _numbers(parts, ("remaining",), HIGHEST_LIMIT)
            limits, resets = _numbers(parts, ("total",), HIGHEST_LIMIT), _numbers(parts, ("resets",), LONGEST_WINDOW)
            if left and (told := _request_limit(min(limits, default=None), left[0], max(resets, default=None))):
                found[name.removeprefix(prefix)] = told
    return found


def limit_prefix(header: str) -> str:
    """Return the prefix of a header that states a limit on one kind of request; empty for any other header."""
    found = _LIMIT_PREFIX.match(header)
    return found[0] if found else ""


def _request_limit(limit: float | None, remaining: float, reset: float | None) -> RequestLimit | None:
    if limit is not None and (limit < 1 or remaining > limit):
        return None
    return RequestLimit(None if limit is None else int(limit), int(remaining), reset)


def _numbers(values: Mapping[str, str], names: Iterable[str], highest: float) -> list[float]:
    """Return the values that are numbers and not too large."""
    written = [values.get(name, "").strip() for name in names]
    return [float(text) for text in written if text.isascii() and text.isdigit() and float(text) <= highest]


MINUTE = 60.0
"""Seconds that a window lasts where no answer tells when it ends: at most so long from when it was first seen."""
SHORTEST_WINDOW = 1.0
"""Seconds; ends are told in whole ones, so that a nearer one is only a rounding."""
PERSON_SHARE = 10
"""One request in so many is reserved for the person."""


class Budget:
    """The requests that are left in the window that runs.

    While nothing is known, background work asks one thing at a time: the first answer tells how things stand. A
    service that tells no limit is taken to have none.
    """

    __slots__ = ("_lost", "_open", "_set_at", "_told", "ends", "left", "limit")

    def __init__(self) -> None:
        self.limit = 0
        """The whole of it; 0 where none was ever told."""
        self.left: int | None = None
        """What is left; None where it is not known."""
        self.ends = math.inf
        """When the window ends, on the clock of whoever asks."""
        self._open = False
        self._told = 0
        self._set_at = 0
        self._lost: list[int] = []
        """The marks at which answers of this window were lost, ascending."""

    @property
    def kept(self) -> int:
        """How many requests of a window background work leaves alone."""
        return max(0, min(self.limit - 1, math.ceil(self.limit / PERSON_SHARE)))

    @property
    def mark(self) -> int:
        """A number to note when a request begins, so that its answer can be placed in order."""
        return self._told

    def spent(self, *, person: bool) -> bool:
        """Whether nothing is left until the window ends, for the person or for background work."""
        return self.left is not None and self.left < 1 + (0 if person else self.kept)

    def room(self, under_way: int, *, person: bool) -> bool:
        """Whether another request may go beside those under way, of which nobody knows whether they are counted."""
        if self.left is None:
            return self._open or not under_way or (person and (not self.limit or under_way < self.limit))
        return self.left - under_way >= 1 + (0 if person else self.kept)

    def roll(self, now: float) -> None:
        """Forget a window that is over."""
        if now >= self.ends:
            self.forget()

    def forget(self) -> None:
        """Take nothing as known but the limit itself."""
        self.left, self.ends = None, math.inf
        self._lost.clear()

    def lose(self) -> None:
        """Count a request whose answer was lost: it may have been counted there."""
        self._told += 1
        self._lost.append(self._told)
        if self.left:
            self.left -= 1

    def hear(self, told: RequestLimit | None, began: int, now: float) -> None:
        """Learn from the answer to a request that began at a mark.

        Within a window less and less is left, and answers overtake each other: the least that was told holds. Only
        what began after that was told and is told more comes from another window.
        """
        self._told += 1
        if told is None:
            if self.left is None and not self._open:
                # Some answers of a service that has a limit do not tell it; then the whole of it is there.
                self._open = self.limit == 0
                self.left, self.ends = (None, math.inf) if self._open else (self.limit, now + MINUTE)
            return
        self._open = False
        self.limit = told.limit or max(self.limit, told.remaining)
        ends = now + (MINUTE if told.reset is None else max(told.reset, SHORTEST_WINDOW))
        before = self.left
        # What was lost after this one began may have been counted there only after it.
        remaining = max(0, told.remaining - (len(self._lost) - bisect_right(self._lost, began)))
        if before is None or (began >= self._set_at and remaining >= before):
            self.left, self.ends = remaining, ends
        else:
            self.left, self.ends = min(before, remaining), min(self.ends, ends)
        if self.left != before:
            self._set_at = self._told
