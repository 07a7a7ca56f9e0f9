"""Pauses between attempts: they grow, they end, and they scatter."""

from random import Random

from hypothesis import given
from hypothesis import strategies as st

from csat_tui.sync.status import SHORTEST_DELAY, retry_delay


@given(st.integers(0, 10_000), st.integers(), st.floats(SHORTEST_DELAY, 3600))
def test_a_pause_is_never_none_and_never_longer_than_the_longest(failures: int, seed: int, longest: float) -> None:
    assert SHORTEST_DELAY <= retry_delay(failures, Random(seed), longest=longest) <= longest


def test_the_span_doubles_with_each_failure_until_it_is_the_longest() -> None:
    widest = [max(retry_delay(failures, Random(seed), longest=60) for seed in range(300)) for failures in range(1, 10)]
    for seconds, span in zip(widest, (2, 4, 8, 16, 32, 60, 60, 60, 60), strict=True):
        assert 0.9 * span < seconds <= span


def test_workstations_that_failed_together_come_back_over_the_whole_span() -> None:
    drawn = sorted(retry_delay(5, Random(seed), longest=60) for seed in range(300))
    assert drawn[30] < 6
    assert drawn[-30] > 26
