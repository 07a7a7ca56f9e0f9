"""How long to wait before a failed attempt is repeated."""

from random import Random

SHORTEST_DELAY = 0.5
"""The shortest delay in seconds, so that nothing is retried in a hot loop."""


def retry_delay(failures: int, jitter: Random, *, longest: float) -> float:
    """Return seconds drawn from a span that doubles with each failure in a row, up to the longest.

    “Full jitter” draws from the whole span, so that workstations that failed together do not come back together.
    """
    # The exponent is limited: after a night without a network the number would be huge.
    return jitter.uniform(SHORTEST_DELAY, max(SHORTEST_DELAY, min(longest, 2.0 ** min(failures, 16))))
