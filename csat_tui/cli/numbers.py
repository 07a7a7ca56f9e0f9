"""Numbers as they are typed: one that is no amount of anything is refused like one out of its bounds."""

import math

import typer


def finite(value: float | None) -> float | None:
    """Return a number; BadParameter for nan, which passes every bound, and for what has no end."""
    if value is not None and not math.isfinite(value):
        raise typer.BadParameter(f"{value} is not a number that can be meant.")
    return value
