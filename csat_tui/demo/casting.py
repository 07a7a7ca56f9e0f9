"""Choose the plot behind each survey: every branch of the procedure among the newest cases, and all plots in turn."""

from functools import lru_cache

from csat_tui.demo import plan
from csat_tui.demo.plan import dice
from csat_tui.demo.plots import PLOTS

FIRST_PLOT, SECOND_PLOT, OLDEST_PLOT = "late-credited", "cancel-not-done", "missing-item-credited"
"""The plots of the newest two cases, and of the oldest of the first sixty, which is first in a queue sorted by time."""
BRANCHES = (
    "double-charge-missed",
    "skip-not-offered",
    "meals-not-changed",
    "plan-not-updated",
    "old-address",
    "promo-not-applied",
    "credit-promised",
    "chat-left-open",
    "lead-confirmed",
    "cancel-after-cutoff",
    "short-tone",
    "misfiled",
    "refund-still-due",
    "credit-by-memo",
    "allergen",
)
"""With the newest two, one plot for each branch of source document 000 that a low rating with a comment can take."""
LOW = tuple(plot.id for plot in PLOTS.values() if plot.rated == "low")
CALM = tuple(plot.id for plot in PLOTS.values() if plot.rated == "low" and plot.expects == "no-response")
MISSED = tuple(plot.id for plot in PLOTS.values() if plot.rated == "low" and plot.expects == "follow-up")
HIGH = tuple(plot.id for plot in PLOTS.values() if plot.rated == "high")
ONE_PLOT = ("hostile", "right-to-left", "wide", "huge")
"""Kinds that are about their text; what lies behind them is as plain as can be."""


def plot_of(seed: int, index: int) -> str:
    """Name the plot behind the survey at an index."""
    kind = plan.kind_at(seed, index)
    if kind in ONE_PLOT:
        return FIRST_PLOT
    return _first_cast(seed).get(index) or _in_turn(seed, CALM + HIGH if kind == "rated-3-5" else LOW, index)


def _in_turn(seed: int, plots: tuple[str, ...], index: int) -> str:
    round_, turn = divmod(index, len(plots))
    return _shuffled(seed, plots, round_)[turn]


@lru_cache(maxsize=512)
def _shuffled(seed: int, plots: tuple[str, ...], round_: int) -> tuple[str, ...]:
    turns = list(plots)
    dice(seed, "plots", len(turns), round_).shuffle(turns)
    return tuple(turns)


@lru_cache(maxsize=8)
def _first_cast(seed: int) -> dict[int, str]:
    """Cast the first block where it matters: branches first, then each plot that was not told yet."""
    seats: dict[str, list[int]] = {}
    for place, kind in enumerate(plan.layout(seed)):
        seats.setdefault(kind, []).append(place)
    cast = {0: FIRST_PLOT, 1: SECOND_PLOT, plan.BLOCK - 1: OLDEST_PLOT}
    chance = dice(seed, "cast")
    branches = list(BRANCHES)
    rest = [plot for plot in LOW if plot not in (*BRANCHES, *cast.values())]
    chance.shuffle(branches)
    chance.shuffle(rest)
    free = [place for place in seats[plan.LOW_COMMENT] if place not in cast]
    cast |= dict(zip(free, branches + rest, strict=False))
    cast |= dict(zip(seats["low-silent"], (chance.choice(CALM), chance.choice(MISSED)), strict=False))
    cast |= dict(zip(seats["rated-3-5"], (chance.choice(CALM), chance.choice(HIGH)), strict=False))
    return cast
