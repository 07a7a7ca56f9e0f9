"""The proof of delivery for reviews, answers and settlements; `make campaign EXAMPLES=50000` looks longer."""

from collections import Counter

import pytest
from hypothesis import HealthCheck, seed, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.proof.review_machine import ReviewDelivery
from tests.proof.test_delivery_over_the_wire import EXAMPLES, SEED
from tests.proof.weather import TALLY

SHARE = 125
"""So many examples of the proof of delivery come to one about reviews: what a request can meet is looked at there."""

SHARDS = 8 if EXAMPLES >= 8 * SHARE * 8 else 1
ENOUGH = 40
"""Examples in which what can happen does happen."""

MUST_HAPPEN = ["crashes", "a step undone", "confirmed and there", "withdrawn and not there"]


@pytest.mark.parametrize("shard", range(SHARDS))
def test_whatever_goes_wrong_both_homes_know_what_the_tickets_say(shard: int) -> None:
    """A failure prints its steps, made as short as they can be; the same seed and examples find it again."""
    before = Counter(TALLY)
    examples = max(1, EXAMPLES // SHARE // SHARDS)
    machine = seed(SEED * SHARDS + shard)(type(f"ReviewDelivery{shard}", (ReviewDelivery,), {}))
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=examples,
            stateful_step_count=8,
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
    happened = TALLY - before
    if examples >= ENOUGH:
        assert {what: happened[what] for what in MUST_HAPPEN if not happened[what]} == {}
