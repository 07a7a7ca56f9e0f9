"""What goes wrong in one step of a proof, and a step under it."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

from hypothesis import strategies as st

from tests.proof.mishaps import Mishap, read_mishaps, write_mishaps
from tests.proof.workstation import Workstation


@dataclass(frozen=True, slots=True)
class Weather:
    """What goes wrong in one step, and how long after the one before it is.

    `crash` ends the program at one of its commits, which is still kept or not; `late_after` lets what is still under
    way arrive after some more requests.
    """

    seconds: float
    writes: list[Mishap | None]
    reads: list[Mishap | None]
    away: bool
    renewable: bool
    late_after: int | None
    crash: tuple[int, bool] | None


WEATHER = st.builds(
    Weather,
    seconds=st.sampled_from([11, 6, 6, 0.5, 100, 400]),
    writes=write_mishaps,
    reads=read_mishaps,
    away=st.sampled_from([False] * 11 + [True]),
    renewable=st.sampled_from([True, True, True, False]),
    late_after=st.sampled_from([None, 1, 2, 2, 3, 3]),
    crash=st.one_of(*[st.none()] * 5, st.tuples(st.integers(1, 8), st.booleans())),
)

TALLY: Counter[str] = Counter()
"""What really happened, over all examples of this process."""


def in_weather(station: Workstation, weather: Weather, act: Callable[[], None], then: Callable[[], None]) -> None:
    """Do something at a workstation, wait, and do what follows, while things go wrong; a program that ended is started
    again.
    """
    there = station.there
    there.calm()
    there.writes.extend(weather.writes)
    there.reads.extend(weather.reads)
    there.away, there.renewable, there.late_after = weather.away, weather.renewable, weather.late_after
    station.crash_at = weather.crash
    try:
        act()
        station.clock.forward(weather.seconds)
        then()
    except KeyError as error:
        if "a fault of our own" not in str(error):
            raise
    except BaseException:
        if not there.dead:
            raise
        TALLY["crashes"] += 1
        station.start()
    there.calm()
    station.crash_at = None
