"""Chance that can be repeated: every derived thing has its own generator, named by the seed and by what it is."""

from random import Random


def dice(seed: int, *name: object) -> Random:
    """Give the generator of one named thing, so that deriving it alone or among others gives the same."""
    return Random("/".join(map(str, (seed, *name))))  # noqa: S311 - a story, not a secret
