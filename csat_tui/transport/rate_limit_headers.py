"""Parse rate-limit headers in every spelling that services use; ignore values that make no sense."""

import re
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
