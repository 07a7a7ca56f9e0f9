"""The proof of the invariant over the wire; `make campaign EXAMPLES=50000` looks longer."""

import os

import pytest
from hypothesis import HealthCheck, seed, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.proof.machine import TALLY, Delivery
from tests.proof.mishaps import ALL_KINDS

EXAMPLES = int(os.environ.get("CSAT_TUI_EXAMPLES", "2000"))
SEED = int(os.environ.get("CSAT_TUI_SEED", "0"))
SHARDS = 8
"""Parts that run side by side, each from a seed of its own."""


@pytest.mark.parametrize("shard", range(SHARDS))
def test_whatever_goes_wrong_each_effect_is_there_once_or_waits_for_the_person(shard: int) -> None:
    TALLY.clear()
    machine = seed(SEED * SHARDS + shard)(type(f"Delivery{shard}", (Delivery,), {}))
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=max(1, EXAMPLES // SHARDS),
            stateful_step_count=13,
            deadline=None,
            database=None,
            print_blob=True,
            suppress_health_check=list(HealthCheck),
        ),
    )
    print(sorted(TALLY.items()), [kind for kind in ALL_KINDS if not TALLY[kind]])
