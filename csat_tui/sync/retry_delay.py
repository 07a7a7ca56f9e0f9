"""How long to wait before a failed attempt is repeated."""

from random import Random

SHORTEST_DELAY = 0.5
"""The shortest delay in seconds, so that nothing is retried in a hot loop."""


def retry_delay(failures: int, jitter: Random, *, longest: float) -> float:
    """Return seconds drawn from a span that doubles with each failure in a row, up to the longest.

    The whole span is drawn from (“full jitter”): workstations that failed together must not come back together.
    """
    # An exponent without end would be a number without end, after a night without a network.
    return jitter.uniform(SHORTEST_DELAY, max(SHORTEST_DELAY, min(longest, 2.0 ** min(failures, 16))))
