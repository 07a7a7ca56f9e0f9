"""Quantiles of Student's t distribution, which the standard library does not have."""

import math
from statistics import NormalDist

_RELATIVE_STEP = 1e-9
"""Newton's method squares the relative error, so that a step of this size leaves nothing to correct."""


def t_quantile(probability: float, degrees_of_freedom: int) -> float:
    """Return the t that a t-distributed variable stays below with this probability.

    Newton's method starts at the normal quantile, which is never farther from zero than that of t. The distribution
    function is concave above zero, so that each step leads towards the quantile and none beyond it.

    Raises:
        ValueError: The probability is not between 0 and 1, or there is less than one degree of freedom.
    """
    if not 0 < probability < 1:
        raise ValueError(f"a probability is between 0 and 1: {probability}")
    if degrees_of_freedom < 1:
        raise ValueError(f"at least one degree of freedom is needed: {degrees_of_freedom}")
    if probability == 0.5:
        return 0.0
    if probability < 0.5:
        return -t_quantile(1 - probability, degrees_of_freedom)
    central = 2 * probability - 1
    t = NormalDist().inv_cdf(probability)
    while True:
        step = (central - _central_probability(t, degrees_of_freedom)) / (2 * _density(t, degrees_of_freedom))
        if step <= t * _RELATIVE_STEP:
            return t + step
        t += step


def _central_probability(t: float, degrees_of_freedom: int) -> float:
    """Return the probability between -t and t.

    For whole degrees of freedom it is a finite sum: Abramowitz and Stegun, Handbook of Mathematical Functions (1964),
    26.7.3 for odd and 26.7.4 for even ones.
    """
    angle = math.atan2(t, math.sqrt(degrees_of_freedom))
    squared_cosine = math.cos(angle) ** 2
    odd = degrees_of_freedom % 2
    term = math.cos(angle) if odd else 1.0
    total = 0.0
    for factor in range(2 + odd, degrees_of_freedom + 1, 2):
        total += term
        term *= squared_cosine * (factor - 1) / factor
    if odd:
        return 2 / math.pi * (angle + math.sin(angle) * total)
    return math.sin(angle) * total


def _density(t: float, degrees_of_freedom: int) -> float:
    half = degrees_of_freedom / 2
    log_scale = math.lgamma(half + 0.5) - math.lgamma(half) - 0.5 * math.log(degrees_of_freedom * math.pi)
    return math.exp(log_scale - (half + 0.5) * math.log1p(t * t / degrees_of_freedom))
