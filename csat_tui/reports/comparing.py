"""Two shares held against each other, without reading anything into small numbers."""

from math import comb

ENOUGH = 5
"""Cases on each side below which nothing is compared."""

RARE = 0.05
"""How often chance alone may make a difference that is still called one."""


def compared(now: int, of_now: int, before: int, of_before: int) -> str:
    """Return in words whether `now` of `of_now` is more or less than `before` of `of_before`."""
    if of_now < ENOUGH or of_before < ENOUGH:
        return "too few cases to compare"
    if chance(now, of_now, before, of_before) >= RARE:
        return "about as often as by chance"
    return "more often than before" if now * of_before > before * of_now else "less often than before"


def chance(now: int, of_now: int, before: int, of_before: int) -> float:
    """Return how likely so large a difference is where nothing has changed (Fisher's exact test, two sides)."""
    total, hits = of_now + of_before, now + before
    whole = comb(total, hits)

    def weight(here: int) -> int:
        return comb(of_now, here) * comb(of_before, hits - here)

    seen = weight(now)
    possible = range(max(0, hits - of_before), min(hits, of_now) + 1)
    return sum(one for here in possible if (one := weight(here)) <= seen) / whole
